// UTF-8 by code point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onward::exchange {

// Reads the code point at `offset` and moves behind it. Not well-formed there (overlong, surrogate,
// cut off, beyond U+10FFFF): nullopt, and `offset` moves one byte on. `offset` < text.size().
std::optional<char32_t> NextCodePoint(std::string_view text, size_t& offset);

// Offset of the first byte that is not well-formed UTF-8.
std::optional<size_t> FindInvalidUtf8(std::string_view text);

// Appends the code point as UTF-8.
void AppendUtf8(char32_t code_point, std::string& text);

}  // namespace onward::exchange
