// onward law show: one record of the register, whole.
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <optional>

#include "clients/cli/failure.h"
#include "clients/cli/law.h"
#include "clients/cli/report.h"
#include "clients/cli/transfers.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Found {
  std::string kind;
  const Message* record = nullptr;
};

std::string TextIn(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr || field->is_repeated() ||
                 field->cpp_type() != FieldDescriptor::CPPTYPE_STRING
             ? ""
             : message.GetReflection()->GetString(message, field);
}

// Every record of the register with its kind.
std::vector<Found> Records(const v1::LawRegister& law) {
  std::vector<Found> records;
  const auto* reflection = v1::LawRegister::GetReflection();
  const auto* type = v1::LawRegister::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* list = type->field(i);
    if (list->message_type() == nullptr || list->message_type()->FindFieldByName("id") == nullptr) {
      continue;
    }
    for (int j = 0; j < reflection->FieldSize(law, list); ++j) {
      records.push_back({list->name().substr(0, list->name().size() - 1),
                         &reflection->GetRepeatedMessage(law, list, j)});
    }
  }
  return records;
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

bool IsCalled(const Message& record, const std::string& word) {
  return TextIn(record, "id") == word || TextIn(record, "code") == word ||
         TextIn(record, "code") == Upper(word);
}

// recipient_conditions as "recipient conditions".
std::string Words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

// One value; `index` -1: not of a list.
std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return index < 0 ? reflection.GetString(message, &field)
                       : reflection.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return exchange::ShortName(
          *field.enum_type(), index < 0 ? reflection.GetEnumValue(message, &field)
                                        : reflection.GetRepeatedEnumValue(message, &field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return "";
}

std::vector<const FieldDescriptor*> FieldsOf(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// A nested value on one line: "known from 2016-07-12; until 2020-07-16".
std::string LineOf(const Message& message) {
  std::string line;
  for (const FieldDescriptor* field : FieldsOf(message)) {
    std::string value;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      value =
          field->is_repeated() ? "" : LineOf(message.GetReflection()->GetMessage(message, field));
    } else {
      value = ScalarText(message, *field, field->is_repeated() ? 0 : -1);
    }
    line += (line.empty() ? "" : "; ") + Words(field->name()) + " " + value;
  }
  return line;
}

void WriteList(const Message& record, const FieldDescriptor& field, Report& report) {
  const auto& reflection = *record.GetReflection();
  const int size = reflection.FieldSize(record, &field);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    report.Point(0, Words(field.name()) + ":");
    for (int i = 0; i < size; ++i) {
      report.Point(1, LineOf(reflection.GetRepeatedMessage(record, &field, i)));
    }
    return;
  }
  std::string text;
  for (int i = 0; i < size; ++i) {
    text += (i == 0 ? "" : ", ") + ScalarText(record, field, i);
  }
  report.Point(0, Words(field.name()) + ": " + text);
}

void WriteField(const Message& record, const FieldDescriptor& field, Report& report) {
  if (field.is_repeated()) {
    WriteList(record, field, report);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    report.Point(
        0, Words(field.name()) + ": " + LineOf(record.GetReflection()->GetMessage(record, &field)));
  } else {
    const std::string note = field.name() == "until" ? " (first day that no longer counts)" : "";
    report.Point(0, Words(field.name()) + ": " + ScalarText(record, field, -1) + note);
  }
}

// Other records that name this one.
std::vector<std::string> NamedBy(const std::vector<Found>& records, const Found& found) {
  const std::string id = TextIn(*found.record, "id");
  const std::string code = TextIn(*found.record, "code");
  std::vector<std::string> names;
  for (const Found& other : records) {
    const auto holds = [&](const FieldDescriptor* field) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || field->name() == "id") {
        return false;
      }
      const int size =
          field->is_repeated() ? other.record->GetReflection()->FieldSize(*other.record, field) : 1;
      for (int i = 0; i < size; ++i) {
        const std::string text = ScalarText(*other.record, *field, field->is_repeated() ? i : -1);
        if (text == id || (!code.empty() && field->is_repeated() && text == code)) {
          return true;
        }
      }
      return false;
    };
    const auto fields = FieldsOf(*other.record);
    if (other.record != found.record && std::any_of(fields.begin(), fields.end(), holds)) {
      names.push_back(other.kind + " " + TextIn(*other.record, "id"));
    }
  }
  return names;
}

void WriteVerified(const Message& record, Report& report) {
  const FieldDescriptor* verified = record.GetDescriptor()->FindFieldByName("verified");
  if (verified == nullptr) {
    return;
  }
  const FieldDescriptor* but = record.GetDescriptor()->FindFieldByName("unverified_fields");
  const bool some = but != nullptr && record.GetReflection()->FieldSize(record, but) > 0;
  const std::string yes = some ? "yes, but for the unverified fields" : "yes";
  report.Point(0, "verified: " + (record.GetReflection()->GetBool(record, verified) ? yes : "no"));
}

void Write(const std::vector<Found>& records, const Found& found, const std::string& version,
           Report& report) {
  const Message& record = *found.record;
  std::string title = TextIn(record, "name");
  title = title.empty() ? TextIn(record, "decision") : title;
  report.Title(found.kind + " " + TextIn(record, "id") + (title.empty() ? "" : ": " + title));
  report.Line("law register " + version);
  report.Heading("What the register says");
  for (const FieldDescriptor* field : FieldsOf(record)) {
    if (field->name() != "id" && field->name() != "verified") {
      WriteField(record, *field, report);
    }
  }
  WriteVerified(record, report);
  const std::vector<std::string> names = NamedBy(records, found);
  if (!names.empty()) {
    report.Heading("Named by");
    for (const std::string& name : names) {
      report.Point(0, name);
    }
  }
}

Table FieldTable(const exchange::Json& record) {
  Table table{{"field", "value"}, {}};
  for (const auto& [name, value] : record.items()) {
    table.rows.push_back(
        {name, value.is_string() ? value.get<std::string>() : exchange::JsonText(value, -1)});
  }
  return table;
}

absl::Status NotFound(const std::vector<Found>& records, const std::string& word) {
  std::vector<std::string> known;
  for (const Found& one : records) {
    known.push_back(TextIn(*one.record, "id"));
    known.push_back(TextIn(*one.record, "code"));
  }
  return Error(absl::StatusCode::kNotFound, "RECORD_NOT_FOUND",
               "the law register has no record " + word + exchange::DidYouMean(word, known));
}

}  // namespace

absl::StatusOr<Answer> ShowLaw(client::Client& client, const LawFlags& flags, const Style& style,
                               size_t width) {
  const auto response = client.GetRegister({});
  if (!response.ok()) {
    return response.status();
  }
  const std::string& word = flags.words[0];
  const std::vector<Found> records = Records(response->register_());
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const Found& one) { return IsCalled(*one.record, word); });
  if (found == records.end()) {
    return NotFound(records, word);
  }
  Answer answer;
  answer.document = StampJson(response->stamp());
  answer.document["kind"] = found->kind;
  answer.document["record"] = exchange::ToJson(*found->record, EmptyFields::kOmit);
  answer.lines = {answer.document};
  answer.table = FieldTable(answer.document["record"]);
  Report text(style, width);
  Write(records, *found, response->register_().version(), text);
  answer.text = text.text();
  Report markdown(style, 0);
  Write(records, *found, response->register_().version(), markdown);
  answer.markdown = markdown.text();
  return answer;
}

}  // namespace onward::cli
