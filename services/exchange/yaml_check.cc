#include "services/exchange/yaml_check.h"

#include <cctype>
#include <string>

#include "services/exchange/utf8.h"

namespace onward::exchange {
namespace {

// Follows the text code point by code point.
class Scan {
 public:
  Scan(std::string_view text, const YamlLimits& limits) : text_(text), limits_(limits) {}

  std::optional<YamlError> Run() {
    while (offset_ < text_.size()) {
      const size_t start = offset_;
      const std::optional<char32_t> c = NextCodePoint(text_, offset_);
      ++column_;
      if (!c.has_value()) {
        return Error("not UTF-8");
      }
      if (IsForbidden(*c)) {
        return Error("control characters are not allowed; write them as \\x.. in double quotes");
      }
      if (*c == U'\n') {
        NextLine();
      } else if (offset_ - line_start_ > limits_.line_bytes_max) {
        return Error("line longer than " + std::to_string(limits_.line_bytes_max) + " bytes");
      } else if (!Bracket(*c, start)) {
        return Error("nested deeper than " + std::to_string(limits_.depth_max) + " levels");
      }
    }
    return std::nullopt;
  }

 private:
  static bool IsForbidden(char32_t c) {
    return (c < 0x20 && c != U'\t' && c != U'\n' && c != U'\r') ||
           (c >= 0x7F && c < 0xA0 && c != 0x85);
  }

  void NextLine() {
    ++line_;
    column_ = 0;
    line_start_ = offset_;
  }

  // Counts open brackets. Text at the first column of a line is outside of any.
  bool Bracket(char32_t c, size_t start) {
    if (start == line_start_ &&
        (c == U'-' || (c < 0x80 && std::isalnum(static_cast<int>(c)) != 0))) {
      depth_ = 0;
    } else if (c == U'[' || c == U'{') {
      ++depth_;
    } else if ((c == U']' || c == U'}') && depth_ > 0) {
      --depth_;
    }
    return depth_ <= limits_.depth_max;
  }

  YamlError Error(std::string message) const { return {line_, column_, std::move(message)}; }

  std::string_view text_;
  const YamlLimits& limits_;
  size_t offset_ = 0;
  size_t line_start_ = 0;
  int line_ = 1;
  int column_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<YamlError> CheckYamlBytes(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return YamlError{
        0, 0, "larger than " + std::to_string(limits.bytes_max >> 20U) + " MiB; split the file"};
  }
  return Scan(text, limits).Run();
}

}  // namespace onward::exchange
