// onward law diff: two registers, record by record and field by field.
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <utility>

#include "clients/cli/law.h"
#include "clients/cli/text.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using google::protobuf::FieldDescriptor;

struct FieldChange {
  std::string field;
  // Empty: not there.
  std::string before;
  std::string after;
};

struct RecordChange {
  // added, removed, changed.
  std::string change;
  std::string kind;
  std::string id;
  std::vector<FieldChange> fields;
};

// Fields of a record by path in JSON names: history[1].until.
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string ValueText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : exchange::JsonText(value, -1);
}

// /history/1/until as history[1].until.
std::string PathOf(const std::string& pointer) {
  std::string path;
  for (size_t at = 1; at <= pointer.size();) {
    const size_t end = std::min(pointer.find('/', at), pointer.size());
    const std::string part = pointer.substr(at, end - at);
    const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    path += number ? "[" + part + "]" : (path.empty() ? "" : ".") + part;
    at = end + 1;
  }
  return path;
}

Fields FieldsOf(const google::protobuf::Message& message) {
  Fields fields;
  const Json flat = exchange::ToJson(message, EmptyFields::kOmit).flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (!value.empty()) {
      fields.emplace_back(PathOf(pointer), ValueText(value));
    }
  }
  return fields;
}

std::string Find(const Fields& fields, const std::string& path) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field.first == path; });
  return found == fields.end() ? "" : found->second;
}

// In the order of the fields after the change; those that are gone stand at the end.
std::vector<FieldChange> ChangesOf(const Fields& before, const Fields& after) {
  std::vector<FieldChange> changes;
  for (const auto& [path, value] : after) {
    const std::string old = Find(before, path);
    if (old != value) {
      changes.push_back({path, old, value});
    }
  }
  for (const auto& [path, value] : before) {
    if (Find(after, path).empty()) {
      changes.push_back({path, value, ""});
    }
  }
  return changes;
}

using Records = std::map<std::string, Fields>;

Records RecordsOf(const v1::LawRegister& law, const FieldDescriptor& list) {
  Records records;
  const auto* reflection = v1::LawRegister::GetReflection();
  for (int i = 0; i < reflection->FieldSize(law, &list); ++i) {
    Fields fields = FieldsOf(reflection->GetRepeatedMessage(law, &list, i));
    std::string id = Find(fields, "id");
    records[std::move(id)] = std::move(fields);
  }
  return records;
}

// decisions as decision.
std::string KindOf(const FieldDescriptor& list) {
  return list.name().substr(0, list.name().size() - 1);
}

void Compare(const FieldDescriptor& list, const v1::LawRegister& before,
             const v1::LawRegister& after, std::vector<RecordChange>& changes) {
  const Records was = RecordsOf(before, list);
  const Records is = RecordsOf(after, list);
  for (const auto& [id, fields] : is) {
    const auto old = was.find(id);
    std::vector<FieldChange> changed = ChangesOf(old == was.end() ? Fields() : old->second, fields);
    if (!changed.empty()) {
      changes.push_back(
          {old == was.end() ? "added" : "changed", KindOf(list), id, std::move(changed)});
    }
  }
  for (const auto& [id, fields] : was) {
    if (is.count(id) == 0) {
      changes.push_back({"removed", KindOf(list), id, ChangesOf(fields, {})});
    }
  }
}

// The register without its records.
void CompareHeads(v1::LawRegister before, v1::LawRegister after,
                  const std::vector<const FieldDescriptor*>& lists,
                  std::vector<RecordChange>& changes) {
  for (const FieldDescriptor* list : lists) {
    v1::LawRegister::GetReflection()->ClearField(&before, list);
    v1::LawRegister::GetReflection()->ClearField(&after, list);
  }
  std::vector<FieldChange> changed = ChangesOf(FieldsOf(before), FieldsOf(after));
  if (!changed.empty()) {
    changes.push_back({"changed", "register", after.version(), std::move(changed)});
  }
}

std::vector<RecordChange> AllChanges(const v1::LawRegister& before, const v1::LawRegister& after) {
  std::vector<const FieldDescriptor*> lists;
  const auto* type = v1::LawRegister::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->message_type() != nullptr &&
        field->message_type()->FindFieldByName("id") != nullptr) {
      lists.push_back(field);
    }
  }
  std::vector<RecordChange> changes;
  CompareHeads(before, after, lists, changes);
  for (const FieldDescriptor* list : lists) {
    Compare(*list, before, after, changes);
  }
  return changes;
}

Json JsonOf(const RecordChange& change) {
  Json fields = Json::array();
  for (const FieldChange& field : change.fields) {
    fields.push_back({{"field", field.field}, {"before", field.before}, {"after", field.after}});
  }
  return {{"change", change.change}, {"kind", change.kind}, {"id", change.id}, {"fields", fields}};
}

std::string LineOf(const FieldChange& field, const Style& style) {
  if (field.before.empty()) {
    return "+ " + field.field + ": " + field.after;
  }
  if (field.after.empty()) {
    return "- " + field.field + ": " + field.before;
  }
  return "  " + field.field + ": " + field.before + style.Arrow() + field.after;
}

std::string TextOf(const std::vector<RecordChange>& changes, const std::string& title,
                   const Style& style) {
  std::string text = style.Bold(title) + "\n";
  for (const RecordChange& change : changes) {
    text += "\n" + style.Bold(change.change + " " + change.kind + " " + change.id) + "\n";
    for (const FieldChange& field : change.fields) {
      text += "  " + OneLine(LineOf(field, style)) + "\n";
    }
  }
  return text;
}

}  // namespace

LawDifference DiffLaw(const v1::LawRegister& before, const v1::LawRegister& after,
                      const Style& style) {
  const std::vector<RecordChange> changes = AllChanges(before, after);
  LawDifference difference;
  difference.any = !changes.empty();
  Answer& answer = difference.answer;
  answer.document = {
      {"before", before.version()}, {"after", after.version()}, {"changes", Json::array()}};
  answer.table.columns = {"change", "kind", "id", "field", "before", "after"};
  std::map<std::string, size_t> counts;
  for (const RecordChange& change : changes) {
    counts[change.change] += change.kind == "register" ? 0 : 1;
    answer.lines.push_back(JsonOf(change));
    answer.document["changes"].push_back(answer.lines.back());
    for (const FieldChange& field : change.fields) {
      answer.table.rows.push_back(
          {change.change, change.kind, change.id, field.field, field.before, field.after});
    }
  }
  const std::string title =
      "Law register " + before.version() + style.Arrow() + after.version() + ": " +
      (changes.empty() ? "no difference"
                       : Count(counts["added"], "record", "records") + " added, " +
                             std::to_string(counts["removed"]) + " removed, " +
                             std::to_string(counts["changed"]) + " changed");
  answer.text = TextOf(changes, title, style);
  return difference;
}

}  // namespace onward::cli
