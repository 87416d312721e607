// JSON as security needs it: one meaning for every reader.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace onward::identity {

// An object; nullopt: it is none, has a key twice, is nested more than 16 deep, or is not UTF-8 from its first byte to its last.
std::optional<nlohmann::json> ParseStrictObject(std::string_view text);

}  // namespace onward::identity
