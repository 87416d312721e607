// Text from outside: is it text at all, and how to quote it in a message.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onward::model {

// Number of code points; nullopt: not valid UTF-8 (overlong forms, surrogates and values beyond
// U+10FFFF included).
std::optional<size_t> CountCodePoints(std::string_view bytes);

// Whether valid UTF-8 holds a control character (C0, DEL, C1); with `allow_lines`, tab, line feed and
// carriage return do not count.
bool HasControlCharacter(std::string_view utf8, bool allow_lines);

// The bytes between quotes, printable and short whatever they are, for messages.
std::string Quote(std::string_view bytes);

}  // namespace onward::model
