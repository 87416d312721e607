#include "graph/model/text.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace onward::model {
namespace {

constexpr size_t kQuotedBytesMax = 80;

// One code point at the front of the input.
struct Decoded {
  size_t length = 0;  // 0: malformed
  uint32_t code = 0;
};

// Length of a sequence by its first byte, and the first byte's payload; length 0: no first byte.
Decoded Lead(unsigned char byte) {
  if (byte < 0x80U) {
    return {1, byte};
  }
  if ((byte & 0xE0U) == 0xC0U) {
    return {2, byte & 0x1FU};
  }
  if ((byte & 0xF0U) == 0xE0U) {
    return {3, byte & 0x0FU};
  }
  if ((byte & 0xF8U) == 0xF0U) {
    return {4, byte & 0x07U};
  }
  return {};
}

bool IsScalarOfLength(uint32_t code, size_t length) {
  static constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kSmallest[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

Decoded Decode(std::string_view bytes) {
  Decoded at = Lead(static_cast<unsigned char>(bytes.front()));
  if (at.length == 0 || at.length > bytes.size()) {
    return {};
  }
  for (size_t i = 1; i < at.length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if ((byte & 0xC0U) != 0x80U) {
      return {};
    }
    at.code = (at.code << 6U) | (byte & 0x3FU);
  }
  return IsScalarOfLength(at.code, at.length) ? at : Decoded{};
}

bool IsLineCharacter(uint32_t code) { return code == '\t' || code == '\n' || code == '\r'; }

bool IsControl(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

}  // namespace

std::optional<size_t> CountCodePoints(std::string_view bytes) {
  size_t count = 0;
  while (!bytes.empty()) {
    const Decoded at = Decode(bytes);
    if (at.length == 0) {
      return std::nullopt;
    }
    bytes.remove_prefix(at.length);
    ++count;
  }
  return count;
}

bool HasControlCharacter(std::string_view utf8, bool allow_lines) {
  while (!utf8.empty()) {
    const Decoded at = Decode(utf8);
    if (at.length == 0) {
      return false;
    }
    if (IsControl(at.code) && !(allow_lines && IsLineCharacter(at.code))) {
      return true;
    }
    utf8.remove_prefix(at.length);
  }
  return false;
}

std::string Quote(std::string_view bytes) {
  std::string_view shown = bytes.substr(0, kQuotedBytesMax);
  // Not in the middle of a code point.
  while (shown.size() < bytes.size() && !shown.empty() &&
         (static_cast<unsigned char>(bytes[shown.size()]) & 0xC0U) == 0x80U) {
    shown.remove_suffix(1);
  }
  const absl::string_view view(shown.data(), shown.size());
  const std::string escaped =
      CountCodePoints(shown).has_value() && !HasControlCharacter(shown, false)
          ? std::string(shown)
          : absl::CHexEscape(view);
  return absl::StrCat("\"", escaped, shown.size() < bytes.size() ? "..." : "", "\"");
}

}  // namespace onward::model
