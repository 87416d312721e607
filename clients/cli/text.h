// Text as a terminal shows it: columns, cuts, line breaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onward::cli {

// Columns that the text takes; combining marks take none, East Asian wide characters two.
size_t DisplayWidth(std::string_view text);

// For one line of a terminal: control characters, line breaks and direction overrides become spaces,
// bytes that are not UTF-8 the replacement character.
std::string OneLine(std::string_view text);

// At most `width` columns; what is cut ends in `…` (`utf8`) or `...`.
std::string Shorten(std::string_view text, size_t width, bool utf8 = true);

// Spaces after the text up to `width` columns.
std::string Pad(std::string_view text, size_t width);

// Lines of at most `width` columns, broken at spaces; a longer word stands alone or is split.
std::vector<std::string> Wrap(std::string_view text, size_t width);

// The words that fit into `width` columns, joined by ", ", then how many do not: "a, b +3".
std::string JoinShort(const std::vector<std::string>& words, size_t width, bool utf8 = true);

// "1 flow", "2 flows".
std::string Count(size_t number, std::string_view one, std::string_view many);

// "512 B", "1.5 MB": in steps of 1,000, two digits at least where there is more than bytes.
std::string BytesText(uint64_t bytes);

}  // namespace onward::cli
