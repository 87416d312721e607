// Changes of verdicts: fetched whole, and shown in every format.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct ChangeList {
  v1::AnswerStamp stamp;
  // The days that were looked at; empty: open.
  std::string from;
  std::string until;
  // In order of date, flow and destination.
  std::vector<v1::TimelineEntry> entries;
};

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<ChangeList> FetchTimeline(client::Client& client, v1::TimelineRequest request);

// The list in every format.
Answer TimelineAnswer(const ChangeList& list, const Style& style, size_t width);

}  // namespace onward::cli
