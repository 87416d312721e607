#include "clients/cli/style.h"

#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

std::string Coloured(bool colour, std::string_view code, std::string_view text) {
  if (!colour || code.empty()) {
    return std::string(text);
  }
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

std::string_view Code(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_LACKING:
      return "1;31";
    case v1::VERDICT_UNDETERMINED:
      return "1;35";
    case v1::VERDICT_CONDITIONAL:
      return "1;33";
    case v1::VERDICT_COVERED:
      return "32";
    case v1::VERDICT_NOT_A_TRANSFER:
    case v1::VERDICT_UNSPECIFIED:
      return "";
    case v1::Verdict_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Verdict_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "";
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return text;
}

}  // namespace

std::string Style::Bold(std::string_view text) const { return Coloured(colour, "1", text); }

std::string Style::Dim(std::string_view text) const { return Coloured(colour, "2", text); }

std::string Style::Of(v1::Verdict verdict, std::string_view text) const {
  return Coloured(colour, Code(verdict), text);
}

std::string Style::Symbol(v1::Verdict verdict) const {
  switch (verdict) {
    case v1::VERDICT_LACKING:
      return utf8 ? "✗" : "x";
    case v1::VERDICT_UNDETERMINED:
      return "?";
    case v1::VERDICT_CONDITIONAL:
      return "!";
    case v1::VERDICT_COVERED:
      return utf8 ? "✓" : "+";
    case v1::VERDICT_NOT_A_TRANSFER:
    case v1::VERDICT_UNSPECIFIED:
      return utf8 ? "·" : ".";
    case v1::Verdict_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Verdict_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return " ";
}

Style MakeStyle(const Environment& environment, const OutputFlags& flags) {
  const auto value = [&](const char* name) {
    return environment.variable ? environment.variable(name).value_or("") : std::string();
  };
  const bool wanted = !flags.no_colour && value("NO_COLOR").empty() && value("TERM") != "dumb";
  return {environment.out_is_terminal && wanted, environment.utf8};
}

std::string VerdictWord(v1::Verdict verdict) {
  return verdict == v1::VERDICT_UNSPECIFIED ? "none" : Lower(exchange::NameOf(verdict));
}

int Severity(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_LACKING:
      return 4;
    case v1::VERDICT_UNDETERMINED:
      return 3;
    case v1::VERDICT_CONDITIONAL:
      return 2;
    case v1::VERDICT_COVERED:
      return 1;
    case v1::VERDICT_NOT_A_TRANSFER:
    case v1::VERDICT_UNSPECIFIED:
      return 0;
    case v1::Verdict_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Verdict_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  // A verdict that this program does not know is never a pass.
  return 3;
}

std::string ReasonWords(v1::VerdictReason reason) { return Lower(exchange::NameOf(reason)); }

}  // namespace onward::cli
