#include "services/exchange/short_names.h"

namespace onward::exchange {
namespace {

constexpr std::string_view kZero = "UNSPECIFIED";

// ROLE_ of ROLE_UNSPECIFIED; every enum of the contract has such a value.
std::string_view Prefix(const google::protobuf::EnumDescriptor& type) {
  const google::protobuf::EnumValueDescriptor* zero = type.FindValueByNumber(0);
  if (zero == nullptr) {
    return "";
  }
  const std::string_view name = zero->name();
  return name.ends_with(kZero) ? name.substr(0, name.size() - kZero.size()) : std::string_view();
}

}  // namespace

std::string ShortName(const google::protobuf::EnumDescriptor& type, int number) {
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) {
    return std::to_string(number);
  }
  const std::string_view prefix = Prefix(type);
  const std::string& name = value->name();
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::optional<int> ParseShortName(const google::protobuf::EnumDescriptor& type,
                                  std::string_view name) {
  const std::string text(name);
  const google::protobuf::EnumValueDescriptor* value =
      type.FindValueByName(std::string(Prefix(type)) + text);
  if (value == nullptr) {
    value = type.FindValueByName(text);
  }
  return value == nullptr ? std::nullopt : std::optional<int>(value->number());
}

std::vector<std::string> ShortNames(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) {
      names.push_back(ShortName(type, type.value(i)->number()));
    }
  }
  return names;
}

}  // namespace onward::exchange
