// JSON and the base64 in it as security needs them: one meaning for every reader.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace onward::identity {

// An object; nullopt: it is none, has a key twice, is nested more than 16 deep, or is not UTF-8 from its first byte to its last.
std::optional<nlohmann::json> ParseStrictObject(std::string_view text);

// Of base64url in its one spelling: without padding, and with no bits left over (RFC 7515 section 2). nullopt: it is none, or empty.
std::optional<std::string> DecodeStrictly(std::string_view base64url);

}  // namespace onward::identity
