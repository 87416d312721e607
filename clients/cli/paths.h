// Paths along which data go: fetched, and shown in every format.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct PathList {
  v1::AnswerStamp stamp;
  std::string from;
  // Shortest first.
  std::vector<v1::FoundPath> paths;
  v1::PathsEnd end;
};

// One answer.
absl::StatusOr<PathList> FetchPaths(client::Client& client, const v1::FindPathsRequest& request);

// The list in every format.
Answer PathsAnswer(const PathList& list, const Style& style, size_t width);

}  // namespace onward::cli
