#include "services/exchange/manifest_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <optional>
#include <utility>

#include "services/exchange/record_reader.h"

namespace onward::exchange {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

// The party, flow ... that the record holds.
Message& Body(onward::v1::Record& record) {
  const google::protobuf::Reflection& reflection = *record.GetReflection();
  const FieldDescriptor* field =
      reflection.GetOneofFieldDescriptor(record, record.GetDescriptor()->oneof_decl(0));
  return *reflection.MutableMessage(&record, field);
}

std::string Key(onward::v1::Record& record) {
  const Message& body = Body(record);
  const FieldDescriptor* id = body.GetDescriptor()->FindFieldByName("id");
  return body.GetDescriptor()->name() + " " + body.GetReflection()->GetString(body, id);
}

bool EqualButSources(const onward::v1::Record& a, const onward::v1::Record& b) {
  onward::v1::Record left = a;
  onward::v1::Record right = b;
  for (onward::v1::Record* record : {&left, &right}) {
    Message& body = Body(*record);
    body.GetReflection()->ClearField(&body, body.GetDescriptor()->FindFieldByName("sources"));
  }
  return MessageDifferencer::Equals(left, right);
}

bool HasSource(const Message& body, const FieldDescriptor& field, const Message& source) {
  const google::protobuf::Reflection& reflection = *body.GetReflection();
  for (int i = 0; i < reflection.FieldSize(body, &field); ++i) {
    if (MessageDifferencer::Equals(reflection.GetRepeatedMessage(body, &field, i), source)) {
      return true;
    }
  }
  return false;
}

// Adds the sources of `from` that `into` does not hold.
void AddSources(onward::v1::Record& from, onward::v1::Record& into) {
  Message& source_body = Body(from);
  Message& target_body = Body(into);
  const FieldDescriptor* field = target_body.GetDescriptor()->FindFieldByName("sources");
  const google::protobuf::Reflection& reflection = *target_body.GetReflection();
  for (int i = 0; i < reflection.FieldSize(source_body, field); ++i) {
    const Message& source = reflection.GetRepeatedMessage(source_body, field, i);
    if (!HasSource(target_body, *field, source)) {
      reflection.AddMessage(&target_body, field)->CopyFrom(source);
    }
  }
}

// Reads texts one after the other into one manifest.
class Assembler {
 public:
  explicit Assembler(ManifestResult& result) : result_(result) {}

  void Read(const ManifestText& text) {
    auto tree = std::make_shared<YamlTree>(ParseYaml(text.text));
    for (YamlError& error : tree->errors) {
      result_.problems.Add({{text.file, error.line, error.column}, "", std::move(error.message)});
    }
    for (const uint32_t root : tree->documents) {
      if (!tree->complete || result_.problems.full()) {
        return;
      }
      std::optional<onward::v1::Record> record =
          ReadRecord(*tree, root, text.file, budget_, result_.problems);
      if (record.has_value()) {
        Add({*std::move(record), text.file, tree, root});
      }
    }
  }

 private:
  void Add(Entry entry) {
    const std::string key = Key(entry.record);
    const auto [found, is_new] = index_.emplace(key, result_.manifest.entries.size());
    if (is_new) {
      result_.manifest.entries.push_back(std::move(entry));
      return;
    }
    Entry& first = result_.manifest.entries[found->second];
    if (EqualButSources(first.record, entry.record)) {
      AddSources(entry.record, first.record);
      return;
    }
    const YamlNode& here = entry.tree->nodes[FindNode(*entry.tree, entry.root, "id")];
    result_.problems.Add({{entry.file, here.line, here.column},
                          "id",
                          key + " is already in " +
                              ToString(result_.manifest.Locate(found->second, "id")) +
                              " and differs in more than its sources"});
  }

  ManifestResult& result_;
  ConversionBudget budget_;
  std::map<std::string, size_t> index_;
};

}  // namespace

Place Manifest::Locate(size_t index, std::string_view path) const {
  const Entry& entry = entries[index];
  const YamlNode& node = entry.tree->nodes[FindNode(*entry.tree, entry.root, path)];
  return {entry.file, node.line, node.column};
}

ManifestResult ReadManifests(const std::vector<std::string>& paths, std::istream& input,
                             const ManifestLimits& limits) {
  ManifestResult result;
  const std::vector<ManifestText> texts =
      LoadManifestTexts(paths, input, limits, result.problems, result.skipped);
  Assembler assembler(result);
  for (const ManifestText& text : texts) {
    assembler.Read(text);
  }
  return result;
}

ManifestResult ReadManifestText(const std::string& text, const std::string& file) {
  ManifestResult result;
  Assembler(result).Read({file, text});
  return result;
}

}  // namespace onward::exchange
