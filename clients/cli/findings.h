// Findings: fetched whole, and shown in every format.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct FindingList {
  v1::AnswerStamp stamp;
  // Worst first.
  std::vector<v1::Finding> findings;
  v1::FindingCounts summary;
};

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<FindingList> FetchFindings(client::Client& client, v1::ListFindingsRequest request);

// high, medium, low, info; any case. Names what was meant where it is none.
absl::StatusOr<v1::FindingSeverity> ParseSeverity(const std::string& word);

// The list in every format.
Answer FindingsAnswer(const FindingList& list, const Style& style, size_t width);

}  // namespace onward::cli
