#include "services/exchange/utf8.h"

namespace onward::exchange {
namespace {

// Bytes of a sequence by its first byte; 0: cannot begin one.
size_t SequenceLength(unsigned char first) {
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return 2;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    return 3;
  }
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

bool IsWellFormed(char32_t code_point, size_t length) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return code_point >= kSmallest[length] && code_point <= 0x10FFFF && !surrogate;
}

}  // namespace

std::optional<char32_t> NextCodePoint(std::string_view text, size_t& offset) {
  const size_t start = offset++;
  const auto first = static_cast<unsigned char>(text[start]);
  const size_t length = SequenceLength(first);
  if (length == 1) {
    return first;
  }
  if (length == 0 || text.size() - start < length) {
    return std::nullopt;
  }
  char32_t code_point = first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[start + i]);
    if ((byte & 0xC0U) != 0x80) {
      return std::nullopt;
    }
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  if (!IsWellFormed(code_point, length)) {
    return std::nullopt;
  }
  offset = start + length;
  return code_point;
}

std::optional<size_t> FindInvalidUtf8(std::string_view text) {
  for (size_t offset = 0; offset < text.size();) {
    const size_t start = offset;
    if (!NextCodePoint(text, offset).has_value()) {
      return start;
    }
  }
  return std::nullopt;
}

void AppendUtf8(char32_t code_point, std::string& text) {
  const auto byte = [&text](char32_t value) { text.push_back(static_cast<char>(value)); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0 | (code_point >> 6U));
    byte(0x80 | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    byte(0xE0 | (code_point >> 12U));
    byte(0x80 | ((code_point >> 6U) & 0x3FU));
    byte(0x80 | (code_point & 0x3FU));
  } else {
    byte(0xF0 | (code_point >> 18U));
    byte(0x80 | ((code_point >> 12U) & 0x3FU));
    byte(0x80 | ((code_point >> 6U) & 0x3FU));
    byte(0x80 | (code_point & 0x3FU));
  }
}

}  // namespace onward::exchange
