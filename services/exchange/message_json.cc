#include "services/exchange/message_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <map>
#include <string>
#include <utility>

#include "services/exchange/short_names.h"

namespace onward::exchange {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

Json EnumJson(const FieldDescriptor& field, int number) {
  return number == 0 ? std::string() : ShortName(*field.enum_type(), number);
}

// One value of a singular field (index < 0) or element of a repeated one; no message.
Json ScalarJson(const Message& m, const FieldDescriptor& f, int index) {
  const Reflection& r = *m.GetReflection();
  const bool one = index < 0;
  switch (f.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return one ? r.GetString(m, &f) : r.GetRepeatedString(m, &f, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumJson(f, one ? r.GetEnumValue(m, &f) : r.GetRepeatedEnumValue(m, &f, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return one ? r.GetBool(m, &f) : r.GetRepeatedBool(m, &f, index);
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? r.GetInt32(m, &f) : r.GetRepeatedInt32(m, &f, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return one ? r.GetInt64(m, &f) : r.GetRepeatedInt64(m, &f, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? r.GetUInt32(m, &f) : r.GetRepeatedUInt32(m, &f, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return one ? r.GetUInt64(m, &f) : r.GetRepeatedUInt64(m, &f, index);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return one ? r.GetDouble(m, &f) : r.GetRepeatedDouble(m, &f, index);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return one ? r.GetFloat(m, &f) : r.GetRepeatedFloat(m, &f, index);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return nullptr;
  }
  return nullptr;
}

Json MessageValue(const Message& message, EmptyFields empty) {
  if (message.GetDescriptor()->full_name() == "google.protobuf.Timestamp") {
    google::protobuf::Timestamp time;
    time.CopyFrom(message);
    return google::protobuf::util::TimeUtil::ToString(time);
  }
  return ToJson(message, empty);
}

// In order of key; keys are texts, values no messages.
Json MapJson(const Message& m, const FieldDescriptor& field) {
  std::map<std::string, Json> sorted;
  for (int i = 0; i < m.GetReflection()->FieldSize(m, &field); ++i) {
    const Message& entry = m.GetReflection()->GetRepeatedMessage(m, &field, i);
    const FieldDescriptor* key = field.message_type()->map_key();
    const FieldDescriptor* value = field.message_type()->map_value();
    sorted[entry.GetReflection()->GetString(entry, key)] = ScalarJson(entry, *value, -1);
  }
  Json map = Json::object();
  for (auto& [key, value] : sorted) {
    map[key] = std::move(value);
  }
  return map;
}

Json ListJson(const Message& m, const FieldDescriptor& field, EmptyFields empty) {
  Json list = Json::array();
  for (int i = 0; i < m.GetReflection()->FieldSize(m, &field); ++i) {
    list.push_back(field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
                       ? MessageValue(m.GetReflection()->GetRepeatedMessage(m, &field, i), empty)
                       : ScalarJson(m, field, i));
  }
  return list;
}

Json FieldJson(const Message& m, const FieldDescriptor& field, EmptyFields empty) {
  if (field.is_map()) {
    return MapJson(m, field);
  }
  if (field.is_repeated()) {
    return ListJson(m, field, empty);
  }
  if (field.has_presence() && !m.GetReflection()->HasField(m, &field)) {
    return nullptr;
  }
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
             ? MessageValue(m.GetReflection()->GetMessage(m, &field), empty)
             : ScalarJson(m, field, -1);
}

bool IsSet(const Message& m, const FieldDescriptor& field) {
  return field.is_repeated() ? m.GetReflection()->FieldSize(m, &field) > 0
                             : m.GetReflection()->HasField(m, &field);
}

void AddFields(const Message& message, EmptyFields empty, Json& object) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (empty == EmptyFields::kKeep || IsSet(message, field)) {
      object[field.json_name()] = FieldJson(message, field, empty);
    }
  }
}

}  // namespace

Json ToJson(const Message& message, EmptyFields empty) {
  Json object = Json::object();
  if (message.GetDescriptor() != onward::v1::Record::descriptor()) {
    AddFields(message, empty, object);
    return object;
  }
  const FieldDescriptor* field = message.GetReflection()->GetOneofFieldDescriptor(
      message, message.GetDescriptor()->oneof_decl(0));
  if (field != nullptr) {
    object["kind"] = field->message_type()->name();
    AddFields(message.GetReflection()->GetMessage(message, field), empty, object);
  }
  return object;
}

std::string JsonText(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace onward::exchange
