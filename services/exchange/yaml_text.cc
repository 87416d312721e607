#include "services/exchange/yaml_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <optional>

#include "graph/base/date.h"
#include "services/exchange/utf8.h"

namespace onward::exchange {
namespace {

constexpr size_t kColumns = 100;
constexpr size_t kStep = 2;

bool IsLetter(char32_t c) {
  return (c < 0x80 && std::isalnum(static_cast<int>(c)) != 0) || (c >= 0xC0 && c < 0x2000);
}

// Words that YAML readers take for booleans or nothing.
bool IsReserved(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

bool LooksLikeNumber(std::string_view text) {
  return std::isdigit(static_cast<unsigned char>(text[0])) != 0 &&
         text.find_first_not_of("0123456789abcdefABCDEFxXoO_.+-") == std::string_view::npos;
}

bool IsPlain(std::string_view text) {
  if (text.empty() || text.back() == ' ' || IsReserved(text)) {
    return false;
  }
  if (Date::Parse(text).has_value()) {
    return true;
  }
  constexpr std::u32string_view kInner = U" ._-/()+";
  for (size_t offset = 0; offset < text.size();) {
    const bool first = offset == 0;
    const std::optional<char32_t> c = NextCodePoint(text, offset);
    if (!c.has_value() || !(IsLetter(*c) || (!first && kInner.find(*c) != kInner.npos))) {
      return false;
    }
  }
  return !LooksLikeNumber(text);
}

void AppendEscaped(char32_t c, std::string& out) {
  if (c == U'"' || c == U'\\') {
    out.push_back('\\');
    AppendUtf8(c, out);
  } else if (c == U'\n') {
    out += "\\n";
  } else if (c == U'\t') {
    out += "\\t";
  } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\u%04X", static_cast<unsigned>(c));
    out += code.data();
  } else {
    AppendUtf8(c, out);
  }
}

std::string Scalar(const Json& value) {
  return value.is_string() ? YamlScalar(value.get_ref<const std::string&>()) : JsonText(value, -1);
}

bool IsScalar(const Json& value) { return !value.is_array() && !value.is_object(); }

// On one line.
std::string Flow(const Json& value) {
  if (IsScalar(value)) {
    return Scalar(value);
  }
  std::string text;
  for (auto item = value.begin(); item != value.end(); ++item) {
    text += text.empty() ? "" : ", ";
    text += value.is_object() ? YamlScalar(item.key()) + ": " + Flow(*item) : Flow(*item);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

void Block(const Json& value, size_t indent, std::string& out);

// What follows `key:` or `-`, whose own column is `indent`.
void Rest(const Json& value, size_t indent, bool of_key, std::string& out) {
  const std::string flow = Flow(value);
  const size_t used = out.size() - (out.rfind('\n') + 1);
  if (IsScalar(value) || value.empty() || used + 1 + flow.size() <= kColumns) {
    out += " " + flow + "\n";
  } else if (of_key) {
    out += "\n";
    Block(value, indent + kStep, out);
  } else {
    // The first line of an element stands beside its dash.
    std::string block;
    Block(value, indent + kStep, block);
    out += " " + block.substr(indent + kStep);
  }
}

void Block(const Json& value, size_t indent, std::string& out) {
  for (auto item = value.begin(); item != value.end(); ++item) {
    out += std::string(indent, ' ');
    if (value.is_object()) {
      out += YamlScalar(item.key()) + ":";
    } else {
      out += "-";
    }
    Rest(*item, indent, value.is_object(), out);
  }
}

}  // namespace

std::string YamlScalar(std::string_view text) {
  if (IsPlain(text)) {
    return std::string(text);
  }
  std::string out = "\"";
  for (size_t offset = 0; offset < text.size();) {
    AppendEscaped(NextCodePoint(text, offset).value_or(0xFFFD), out);
  }
  return out + "\"";
}

std::string YamlText(const Json& value) {
  std::string out;
  if (IsScalar(value) || value.empty()) {
    return Flow(value) + "\n";
  }
  Block(value, 0, out);
  return out;
}

}  // namespace onward::exchange
