#include "services/exchange/record_reader.h"
#include "absl/strings/numbers.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/base/date.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::exchange {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kQuotedMax = 80;

// Fields that hold a calendar date as text.
bool IsDate(const FieldDescriptor& field) {
  static constexpr std::array<std::string_view, 8> kDates = {
      "from",       "until",        "on",           "signed_on",
      "review_due", "performed_on", "retrieved_on", "accepted_until"};
  return field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated() &&
         std::find(kDates.begin(), kDates.end(), field.name()) != kDates.end();
}

std::string Quoted(std::string_view text) {
  size_t end = std::min(text.size(), kQuotedMax);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) {
    --end;
  }
  return "\"" + std::string(text.substr(0, end)) + (end < text.size() ? "..." : "") + "\"";
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

// true, false, yes, no in any case.
std::optional<bool> ParseBool(std::string_view text) {
  std::string lower(text.substr(0, 6));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "yes") {
    return true;
  }
  return lower == "false" || lower == "no" ? std::optional<bool>(false) : std::nullopt;
}

const FieldDescriptor* FindField(const Descriptor& type, std::string_view json_name) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == json_name) {
      return type.field(i);
    }
  }
  return nullptr;
}

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->json_name());
  }
  return names;
}

std::string_view KindWord(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "plain text";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

// Recurses over the contract's message types only, never over the depth of the input.
class Reader {
 public:
  Reader(const YamlTree& tree, const std::string& file, ConversionBudget& budget,
         Problems& problems, const std::vector<std::string>& other_kinds = {})
      : tree_(tree), file_(file), budget_(budget), problems_(problems), other_kinds_(other_kinds) {}

  bool ReadInto(uint32_t root, Message& message) {
    const YamlNode& node = tree_.nodes[root];
    if (Expect(node, YamlNode::Kind::kMap, "")) {
      ReadMessage(node, message, "", true);
    }
    return ok_;
  }

  std::optional<onward::v1::Record> Read(uint32_t root) {
    const YamlNode& node = tree_.nodes[root];
    if (!Expect(node, YamlNode::Kind::kMap, "")) {
      return std::nullopt;
    }
    const FieldDescriptor* kind = Kind(node);
    if (kind == nullptr) {
      return std::nullopt;
    }
    onward::v1::Record record;
    Message* body = record.GetReflection()->MutableMessage(&record, kind);
    ReadMessage(node, *body, "", true);
    const FieldDescriptor* id = body->GetDescriptor()->FindFieldByName("id");
    if (ok_ && body->GetReflection()->GetString(*body, id).empty()) {
      Fail(node, "id", "missing; every record has an id");
    }
    return ok_ ? std::optional(std::move(record)) : std::nullopt;
  }

 private:
  void Fail(const YamlNode& node, const std::string& path, std::string message) {
    ok_ = false;
    problems_.Add({{file_, node.line, node.column}, path, std::move(message)});
  }

  bool Expect(const YamlNode& node, YamlNode::Kind kind, const std::string& path) {
    if (node.kind == kind) {
      return true;
    }
    Fail(node, path,
         "expected " + std::string(KindWord(kind)) + ", not " + std::string(KindWord(node.kind)));
    return false;
  }

  // Counts a value against the budget; what it costs is reported once.
  bool Spend(const YamlNode& node, const std::string& path) {
    if (exhausted_) {
      return false;
    }
    if (budget_.values == 0 || budget_.bytes < node.text.size()) {
      exhausted_ = true;
      Fail(node, path, "the manifests hold too many values once their aliases are followed");
      return false;
    }
    --budget_.values;
    budget_.bytes -= node.text.size();
    return true;
  }

  // Field of Record that the key `kind` names.
  const FieldDescriptor* Kind(const YamlNode& map) {
    const Descriptor& record = *onward::v1::Record::descriptor();
    std::vector<std::string> names;
    names.reserve(static_cast<size_t>(record.field_count()));
    for (int i = 0; i < record.field_count(); ++i) {
      names.push_back(record.field(i)->message_type()->name());
    }
    for (size_t i = 0; i + 1 < map.children.size(); i += 2) {
      if (tree_.nodes[map.children[i]].text != "kind") {
        continue;
      }
      const YamlNode& value = tree_.nodes[map.children[i + 1]];
      const auto found = std::find(names.begin(), names.end(), value.text);
      if (found != names.end()) {
        return record.field(static_cast<int>(found - names.begin()));
      }
      names.insert(names.end(), other_kinds_.begin(), other_kinds_.end());
      Fail(value, "kind", "unknown kind " + Quoted(value.text) + "; one of " + Join(names));
      return nullptr;
    }
    names.insert(names.end(), other_kinds_.begin(), other_kinds_.end());
    Fail(map, "kind", "missing; one of " + Join(names));
    return nullptr;
  }

  void ReadMessage(const YamlNode& map, Message& message, const std::string& path, bool top) {
    const std::string prefix = path.empty() ? "" : path + ".";
    for (size_t i = 0; i + 1 < map.children.size() && !exhausted_; i += 2) {
      const YamlNode& key = tree_.nodes[map.children[i]];
      const YamlNode& value = tree_.nodes[map.children[i + 1]];
      if (top && key.text == "kind") {
        continue;
      }
      const FieldDescriptor* field = FindField(*message.GetDescriptor(), key.text);
      if (field != nullptr) {
        ReadField(value, message, *field, prefix + field->json_name());
        continue;
      }
      const std::vector<std::string> names = FieldNames(*message.GetDescriptor());
      Fail(key, prefix + key.text.substr(0, kQuotedMax),
           "unknown field of " + message.GetDescriptor()->name() + DidYouMean(key.text, names));
    }
  }

  // A field without a value is not set.
  void ReadField(const YamlNode& node, Message& message, const FieldDescriptor& field,
                 const std::string& path) {
    if (node.kind == YamlNode::Kind::kNull) {
      return;
    }
    if (field.is_map()) {
      ReadMap(node, message, field, path);
    } else if (field.is_repeated()) {
      ReadList(node, message, field, path);
    } else {
      ReadValue(node, message, field, path);
    }
  }

  // One word may stand for a list of one: dataCategories: ALL_RECEIVED.
  void ReadList(const YamlNode& node, Message& message, const FieldDescriptor& field,
                const std::string& path) {
    if (node.kind == YamlNode::Kind::kScalar && !node.text.empty() &&
        field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      ReadValue(node, message, field, path + "[0]");
      return;
    }
    if (!Expect(node, YamlNode::Kind::kSequence, path)) {
      return;
    }
    for (size_t i = 0; i < node.children.size() && !exhausted_; ++i) {
      ReadValue(tree_.nodes[node.children[i]], message, field,
                path + "[" + std::to_string(i) + "]");
    }
  }

  // map<string, string>, the only map type of the contract.
  void ReadMap(const YamlNode& node, Message& message, const FieldDescriptor& field,
               const std::string& path) {
    if (!Expect(node, YamlNode::Kind::kMap, path)) {
      return;
    }
    for (size_t i = 0; i + 1 < node.children.size() && !exhausted_; i += 2) {
      const YamlNode& key = tree_.nodes[node.children[i]];
      const YamlNode& value = tree_.nodes[node.children[i + 1]];
      const std::string place = path + "." + key.text.substr(0, kQuotedMax);
      if (!CheckText(key, place) || !CheckText(value, place)) {
        continue;
      }
      Message* entry = message.GetReflection()->AddMessage(&message, &field);
      entry->GetReflection()->SetString(entry, field.message_type()->map_key(), key.text);
      entry->GetReflection()->SetString(entry, field.message_type()->map_value(), value.text);
    }
  }

  // One value: of a singular field, or one more of a repeated one.
  void ReadValue(const YamlNode& node, Message& message, const FieldDescriptor& field,
                 const std::string& path) {
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (Expect(node, YamlNode::Kind::kMap, path) && Spend(node, path)) {
        ReadMessage(node,
                    *(field.is_repeated() ? reflection.AddMessage(&message, &field)
                                          : reflection.MutableMessage(&message, &field)),
                    path, false);
      }
      return;
    }
    if (!CheckText(node, path)) {
      return;
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      ReadEnum(node, message, field, path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      ReadBool(node, message, field, path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      ReadString(node, message, field, path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      ReadNumber(node, message, field, path);
    } else {
      Fail(node, path, "manifests cannot hold a field of this type");
    }
  }

  bool CheckText(const YamlNode& node, const std::string& path) {
    return Expect(node, YamlNode::Kind::kScalar, path) && Spend(node, path);
  }

  void ReadEnum(const YamlNode& node, Message& message, const FieldDescriptor& field,
                const std::string& path) {
    const std::optional<int> number = ParseShortName(*field.enum_type(), node.text);
    if (!number.has_value()) {
      const std::vector<std::string> names = ShortNames(*field.enum_type());
      Fail(node, path, "unknown value " + Quoted(node.text) + "; one of " + Join(names));
    } else if (field.is_repeated()) {
      message.GetReflection()->AddEnumValue(&message, &field, *number);
    } else {
      message.GetReflection()->SetEnumValue(&message, &field, *number);
    }
  }

  void ReadBool(const YamlNode& node, Message& message, const FieldDescriptor& field,
                const std::string& path) {
    const std::optional<bool> value = ParseBool(node.text);
    if (!value.has_value()) {
      Fail(node, path, "expected true or false, not " + Quoted(node.text));
      return;
    }
    message.GetReflection()->SetBool(&message, &field, *value);
  }

  void ReadNumber(const YamlNode& node, Message& message, const FieldDescriptor& field,
                  const std::string& path) {
    uint64_t value = 0;
    if (!absl::SimpleAtoi(node.text, &value)) {
      Fail(node, path, "expected a whole number, not " + Quoted(node.text));
      return;
    }
    message.GetReflection()->SetUInt64(&message, &field, value);
  }

  void ReadString(const YamlNode& node, Message& message, const FieldDescriptor& field,
                  const std::string& path) {
    if (IsDate(field) && !node.text.empty() && !IsCalendarDate(node.text)) {
      Fail(node, path,
           "no such date: " + Quoted(node.text) + "; dates are YYYY-MM-DD, 1900 to 2999");
    } else if (field.is_repeated()) {
      message.GetReflection()->AddString(&message, &field, node.text);
    } else {
      message.GetReflection()->SetString(&message, &field, node.text);
    }
  }

  const YamlTree& tree_;
  const std::string& file_;
  ConversionBudget& budget_;
  Problems& problems_;
  const std::vector<std::string> other_kinds_;
  bool ok_ = true;
  bool exhausted_ = false;
};

// The child of a map by key, of a sequence by index; nullopt: none.
std::optional<uint32_t> Child(const YamlTree& tree, const YamlNode& node, std::string_view name) {
  if (node.kind == YamlNode::Kind::kMap) {
    const std::string key = ToJsonPath(name);
    for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const std::string& text = tree.nodes[node.children[i]].text;
      if (text == name || text == key) {
        return node.children[i + 1];
      }
    }
  } else if (node.kind == YamlNode::Kind::kSequence) {
    size_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error == std::errc() && end == name.data() + name.size() && index < node.children.size()) {
      return node.children[index];
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<onward::v1::Record> ReadRecord(const YamlTree& tree, uint32_t root,
                                             const std::string& file, ConversionBudget& budget,
                                             Problems& problems,
                                             const std::vector<std::string>& other_kinds) {
  return Reader(tree, file, budget, problems, other_kinds).Read(root);
}

std::string KindWordOf(const YamlTree& tree, uint32_t root) {
  const std::optional<uint32_t> kind = Child(tree, tree.nodes[root], "kind");
  return kind.has_value() ? tree.nodes[*kind].text : "";
}

bool ReadFields(const YamlTree& tree, uint32_t root, const std::string& file,
                ConversionBudget& budget, Message& message, Problems& problems) {
  return Reader(tree, file, budget, problems).ReadInto(root, message);
}

uint32_t FindNode(const YamlTree& tree, uint32_t root, std::string_view path) {
  uint32_t node = root;
  while (!path.empty()) {
    const size_t start = path.find_first_not_of(".[]");
    if (start == std::string_view::npos) {
      break;
    }
    path.remove_prefix(start);
    const size_t end = std::min(path.find_first_of(".[]"), path.size());
    const std::optional<uint32_t> child = Child(tree, tree.nodes[node], path.substr(0, end));
    if (!child.has_value()) {
      break;
    }
    node = *child;
    path.remove_prefix(end);
  }
  return node;
}

bool IsCalendarDate(std::string_view text) { return Date::Parse(text).has_value(); }

std::string ToJsonPath(std::string_view path) {
  std::string json;
  bool upper = false;
  for (const char c : path) {
    if (c == '_') {
      upper = true;
      continue;
    }
    json.push_back(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    upper = false;
  }
  return json;
}

}  // namespace onward::exchange
