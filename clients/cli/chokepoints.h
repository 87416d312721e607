// What all data take, and what hangs on single vendors: fetched whole, and shown in every format.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct ChokepointPages {
  v1::AnswerStamp stamp;
  // The most flows first.
  std::vector<v1::Chokepoint> chokepoints;
  uint64_t flows = 0;
};

struct ConcentrationPages {
  v1::AnswerStamp stamp;
  // The most origins first.
  std::vector<v1::VendorShare> vendors;
  uint64_t origins = 0;
  double flow_concentration = 0;
};

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<ChokepointPages> FetchChokepoints(client::Client& client,
                                                 v1::ChokepointsRequest request);
absl::StatusOr<ConcentrationPages> FetchConcentration(client::Client& client,
                                                      v1::ConcentrationRequest request);

// In every format. `target` says which flows, as in "flows that are lacking a mechanism".
Answer ChokepointsAnswer(const ChokepointPages& pages, const std::string& target,
                         const Style& style, size_t width);
Answer ConcentrationAnswer(const ConcentrationPages& pages, const Style& style, size_t width);

}  // namespace onward::cli
