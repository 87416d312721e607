// Kinds of record on the command line, and records as tables.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "onward/v1/record.pb.h"

namespace onward::cli {

// party, location, activity, agreement, flow, category, triage.
const std::vector<std::string>& KindWords();
// Any case, singular or plural.
absl::StatusOr<v1::RecordKind> ParseKind(const std::string& word);
std::string KindWord(v1::RecordKind kind);

// The columns that matter of a kind, a row per record.
Table RecordsTable(v1::RecordKind kind, const std::vector<v1::Record>& records);

// Documents for json, manifests for yaml, a table of the kind for the rest.
Answer RecordsAnswer(v1::RecordKind kind, const std::vector<v1::Record>& records);

}  // namespace onward::cli
