#include "services/rpc/record_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

namespace onward::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

// sites[0].country; a map's entries by their keys.
std::string PathOf(const std::vector<MessageDifferencer::SpecificField>& fields) {
  std::string path;
  for (const MessageDifferencer::SpecificField& at : fields) {
    if (at.field == nullptr) {
      continue;
    }
    path += (path.empty() ? "" : ".") + at.field->name();
    if (at.field->is_map()) {
      const Message* const entry = at.map_entry1 != nullptr ? at.map_entry1 : at.map_entry2;
      const std::string key = entry == nullptr ? ""
                                               : entry->GetReflection()->GetString(
                                                     *entry, entry->GetDescriptor()->map_key());
      return path + "[" + key + "]";
    }
    if (at.field->is_repeated()) {
      path += "[" + std::to_string(at.index >= 0 ? at.index : at.new_index) + "]";
    }
  }
  return path;
}

// Collects the paths of what differs.
class Collector final : public MessageDifferencer::Reporter {
 public:
  explicit Collector(std::vector<std::string>& paths) : paths_(paths) {}

  void ReportAdded(const Message& /*before*/, const Message& /*after*/,
                   const std::vector<MessageDifferencer::SpecificField>& field) override {
    paths_.push_back(PathOf(field));
  }
  void ReportDeleted(const Message& /*before*/, const Message& /*after*/,
                     const std::vector<MessageDifferencer::SpecificField>& field) override {
    paths_.push_back(PathOf(field));
  }
  void ReportModified(const Message& /*before*/, const Message& /*after*/,
                      const std::vector<MessageDifferencer::SpecificField>& field) override {
    // What differs inside a message has been told already.
    if (field.back().field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      paths_.push_back(PathOf(field));
    }
  }

 private:
  std::vector<std::string>& paths_;
};

}  // namespace

std::vector<std::string> DifferingFields(const Message& before, const Message& after) {
  std::vector<std::string> paths;
  Collector collector(paths);
  MessageDifferencer differencer;
  differencer.set_repeated_field_comparison(MessageDifferencer::AS_LIST);
  differencer.ReportDifferencesTo(&collector);
  differencer.Compare(before, after);
  return paths;
}

}  // namespace onward::rpc
