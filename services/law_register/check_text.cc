// What holds for every text and enum of the register, by reflection over its fixed set of fields.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "services/law_register.h"
#include "services/law_register/check.h"

namespace onward::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Place {
  const Message* message;
  std::string path;
};

class TextCheck {
 public:
  TextCheck(const Message& message, const std::string& record, model::Violations& violations)
      : violations_(violations) {
    open_.push_back({&message, record});
  }

  // The contract nests a few levels deep and never in itself, so that the list of open places is short.
  bool Run() {
    while (!open_.empty()) {
      const Place place = std::move(open_.back());
      open_.pop_back();
      CheckFields(place);
    }
    return within_limits_;
  }

 private:
  void CheckFields(const Place& place) {
    const google::protobuf::Reflection& reflection = *place.message->GetReflection();
    if (!reflection.GetUnknownFields(*place.message).empty()) {
      violations_.Add(place.path, "has fields that this version does not know");
    }
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*place.message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (!field->is_repeated()) {
        CheckValue(place, *field, -1, Join(place.path, field->name()));
        continue;
      }
      const int size = reflection.FieldSize(*place.message, field);
      if (size > kRegisterListMax) {
        violations_.Add(Join(place.path, field->name()),
                        absl::StrCat("has more than ", kRegisterListMax, " entries"));
        within_limits_ = false;
        continue;
      }
      for (int i = 0; i < size; ++i) {
        CheckValue(place, *field, i, At(Join(place.path, field->name()), i));
      }
    }
  }

  // `index` -1: not repeated.
  void CheckValue(const Place& place, const FieldDescriptor& field, int index, std::string path) {
    const google::protobuf::Reflection& reflection = *place.message->GetReflection();
    const Message& message = *place.message;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      open_.push_back({index < 0 ? &reflection.GetMessage(message, &field)
                                 : &reflection.GetRepeatedMessage(message, &field, index),
                       std::move(path)});
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int value = index < 0 ? reflection.GetEnumValue(message, &field)
                                  : reflection.GetRepeatedEnumValue(message, &field, index);
      if (field.enum_type()->FindValueByNumber(value) == nullptr) {
        violations_.Add(std::move(path),
                        absl::StrCat(value, " is not a value of ", field.enum_type()->name()));
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      CheckString(index < 0 ? reflection.GetString(message, &field)
                            : reflection.GetRepeatedString(message, &field, index),
                  std::move(path));
    }
  }

  void CheckString(const std::string& text, std::string path) {
    if (text.size() > kRegisterTextBytesMax) {
      violations_.Add(std::move(path),
                      absl::StrCat("is longer than ", kRegisterTextBytesMax, " bytes"));
    } else if (!model::CountCodePoints(text)) {
      violations_.Add(std::move(path), "is not UTF-8");
    } else if (model::HasControlCharacter(text, /*allow_lines=*/false)) {
      violations_.Add(std::move(path), "has a control character");
    }
  }

  model::Violations& violations_;
  std::vector<Place> open_;
  bool within_limits_ = true;
};

}  // namespace

bool CheckText(const google::protobuf::Message& message, const std::string& record,
               model::Violations& violations) {
  return TextCheck(message, record, violations).Run();
}

}  // namespace onward::services
