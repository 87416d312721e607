// Changes of an exposure over time: fetched whole, and shown in every format.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct ExposureChanges {
  v1::AnswerStamp stamp;
  std::string origin;
  // The days that were looked at.
  std::string from;
  std::string until;
  // In order of date, recipient and destination.
  std::vector<v1::ExposureChange> changes;
};

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<ExposureChanges> FetchExposureTimeline(client::Client& client,
                                                      v1::ExposureTimelineRequest request);

// The list in every format.
Answer ExposureTimelineAnswer(const ExposureChanges& list, const Style& style, size_t width);

}  // namespace onward::cli
