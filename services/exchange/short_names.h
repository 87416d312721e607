// Enum values by the names that people write: CONTROLLER for ROLE_CONTROLLER.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onward::exchange {

// Name without the enum's prefix; the number as text for a value that the enum does not know.
std::string ShortName(const google::protobuf::EnumDescriptor& type, int number);

// Number of a short or long name.
std::optional<int> ParseShortName(const google::protobuf::EnumDescriptor& type,
                                  std::string_view name);

// All short names but UNSPECIFIED, in order of number.
std::vector<std::string> ShortNames(const google::protobuf::EnumDescriptor& type);

// ShortName for a generated enum; "" for the unspecified value.
template <typename Enum>
std::string NameOf(Enum value) {
  const int number = static_cast<int>(value);
  return number == 0 ? "" : ShortName(*google::protobuf::GetEnumDescriptor<Enum>(), number);
}

}  // namespace onward::exchange
