// The nearest known words to a misspelt one, for "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onward::exchange {

// At most `max` of `known` that are near `word`, nearest first, then in order of `known`. Letter case,
// `-` and `_` count little. Words longer than 64 bytes are near nothing.
std::vector<std::string> Nearest(std::string_view word, const std::vector<std::string>& known,
                                 size_t max = 3);

// "; did you mean a or b?", or nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& known);

}  // namespace onward::exchange
