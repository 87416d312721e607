// What depends on something: fetched whole, and shown in every format.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct ImpactList {
  v1::AnswerStamp stamp;
  // As kind/id.
  std::string subject;
  // In order of origin.
  std::vector<v1::Dependent> dependents;
  // The last page without its list: the counts.
  v1::ImpactResponse counts;
};

// Reads kind/id (party/acme, country/US, agreement/.., instrument/.., decision/.., scheme/us_dpf) into the request. Names what was
// meant where it is none.
absl::Status ParseSubject(const std::string& word, v1::ImpactRequest& request);

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<ImpactList> FetchImpact(client::Client& client, v1::ImpactRequest request,
                                       const std::string& subject);

// The list in every format.
Answer ImpactAnswer(const ImpactList& list, const Style& style, size_t width);

}  // namespace onward::cli
