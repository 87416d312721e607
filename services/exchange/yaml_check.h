// What a YAML text must satisfy before a parser sees it.
#pragma once

#include <optional>
#include <string_view>

#include "services/exchange/yaml_tree.h"

namespace onward::exchange {

// Checks size, encoding, control characters, length of lines and nesting of brackets, without a stack.
std::optional<YamlError> CheckYamlBytes(std::string_view text, const YamlLimits& limits);

}  // namespace onward::exchange
