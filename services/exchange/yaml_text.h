// JSON values as YAML that reads back as the same values, and that people like to read.
#pragma once

#include <string>
#include <string_view>

#include "services/exchange/message_json.h"

namespace onward::exchange {

// A scalar: plain where every YAML reader takes it as this text (dates too), else in double quotes.
std::string YamlScalar(std::string_view text);

// A document without `---`, with a line break at the end. What fits on a line of 100 columns below the
// first level is written on one. Depth of `value`: that of our messages, never of an input.
std::string YamlText(const Json& value);

}  // namespace onward::exchange
