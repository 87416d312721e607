// What differs between two revisions: fetched whole, and shown in every format.
#pragma once

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

// All pages of one difference as one message.
absl::StatusOr<v1::DiffResponse> FetchDiff(client::Client& client, v1::DiffRequest request);

// created, changed or deleted.
std::string ChangeWord(const v1::RecordDifference& difference);
// "+party/new", "-flow/old", "~party/vendor (establishment, labels[team])".
std::string DifferenceText(const v1::RecordDifference& difference);

// The answer in every format. `verdicts`: they were asked for.
Answer DiffAnswer(const v1::DiffResponse& diff, bool verdicts, const Style& style, size_t width);

}  // namespace onward::cli
