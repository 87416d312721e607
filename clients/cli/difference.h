// The difference that assumed records and law make: fetched whole, and shown in every format.
#pragma once

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<v1::SimulateResponse> FetchDifference(client::Client& client,
                                                     v1::SimulateRequest request);

// The answer in every format.
Answer DifferenceAnswer(const v1::SimulateResponse& difference, const Style& style, size_t width);

}  // namespace onward::cli
