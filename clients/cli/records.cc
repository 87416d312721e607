#include "clients/cli/records.h"

#include <algorithm>

#include "clients/cli/failure.h"
#include "services/exchange/manifest_writer.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::Json;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// Singular of parties, activities, categories, flows ...
std::string Singular(std::string word) {
  if (word.ends_with("ies")) {
    return word.substr(0, word.size() - 3) + "y";
  }
  return word.ends_with("s") ? word.substr(0, word.size() - 1) : word;
}

std::vector<std::string> ColumnsOf(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_PARTY:
      return {"id", "displayName", "legalName", "establishment", "partyType"};
    case v1::RECORD_KIND_LOCATION:
      return {"id", "country", "subdivision", "name", "operator"};
    case v1::RECORD_KIND_ACTIVITY:
      return {"id", "name", "controllers", "processor", "purposes", "dataCategories"};
    case v1::RECORD_KIND_AGREEMENT:
      return {"id", "parties", "instruments", "signedOn", "from", "until"};
    case v1::RECORD_KIND_FLOW:
      return {"id", "exporter", "importer", "dataCategories", "from", "until"};
    case v1::RECORD_KIND_CATEGORY:
      return {"id", "name", "parent", "dpvId", "special"};
    case v1::RECORD_KIND_TRIAGE:
      return {"id", "finding", "subject", "decision", "acceptedUntil", "owner"};
    case v1::RECORD_KIND_POLICY:
      return {"id",
              "sccForImportersUnderGdpr",
              "employeeDataUnderNonHrCertificate",
              "repetitionUnderDerogations",
              "onwardAfterAdequacy",
              "owner"};
    case v1::RECORD_KIND_UNSPECIFIED:
    case v1::RecordKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::RecordKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {"id"};
}

std::string Cell(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (!value.is_array()) {
    return exchange::JsonText(value, -1);
  }
  std::string text;
  for (const Json& element : value) {
    text += (text.empty() ? "" : " ") + Cell(element);
  }
  return text;
}

}  // namespace

const std::vector<std::string>& KindWords() {
  static const std::vector<std::string> kWords = {"party", "location", "activity", "agreement",
                                                  "flow",  "category", "triage"};
  return kWords;
}

absl::StatusOr<v1::RecordKind> ParseKind(const std::string& word) {
  const auto& words = KindWords();
  const std::string lower = Lower(word);
  for (const std::string& candidate : {lower, Singular(lower)}) {
    const auto found = std::find(words.begin(), words.end(), candidate);
    if (found != words.end()) {
      return static_cast<v1::RecordKind>(found - words.begin() + 1);
    }
  }
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
               "unknown kind " + word + exchange::DidYouMean(word, words));
}

std::string KindWord(v1::RecordKind kind) {
  return kind == v1::RECORD_KIND_UNSPECIFIED ? "record" : Lower(exchange::NameOf(kind));
}

Table RecordsTable(v1::RecordKind kind, const std::vector<v1::Record>& records) {
  Table table;
  table.columns = ColumnsOf(kind);
  for (const v1::Record& record : records) {
    const Json json = exchange::ToJson(record, exchange::EmptyFields::kOmit);
    std::vector<std::string> row;
    for (const std::string& column : table.columns) {
      row.push_back(json.contains(column) ? Cell(json[column]) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Answer RecordsAnswer(v1::RecordKind kind, const std::vector<v1::Record>& records) {
  Answer answer;
  answer.document = Json::array();
  for (const v1::Record& record : records) {
    answer.document.push_back(exchange::ToJson(record, exchange::EmptyFields::kOmit));
    answer.lines.push_back(answer.document.back());
  }
  answer.table = RecordsTable(kind, records);
  answer.yaml = exchange::WriteManifests(records);
  return answer;
}

}  // namespace onward::cli
