#include "tests/scenarios/records.h"

#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "services/exchange/manifest_reader.h"

namespace onward::scenarios {
namespace {

void Append(const exchange::ManifestResult& read, std::vector<v1::Record>& records,
            std::string& problems) {
  for (const exchange::Problem& problem : read.problems.list()) {
    problems += "\n  " + exchange::ToString(problem);
  }
  for (const exchange::Entry& entry : read.manifest.entries) {
    records.push_back(entry.record);
  }
}

}  // namespace

absl::StatusOr<std::vector<v1::Record>> RecordsOf(const Case& scenario) {
  std::vector<v1::Record> records;
  std::string problems;
  if (!scenario.includes.empty()) {
    std::istringstream no_input;
    Append(exchange::ReadManifests(scenario.includes, no_input), records, problems);
  }
  if (!scenario.records.empty()) {
    Append(exchange::ReadManifestText(scenario.records, scenario.file), records, problems);
  }
  if (!problems.empty()) {
    return absl::InvalidArgumentError(scenario.file + ":" + problems);
  }
  return records;
}

}  // namespace onward::scenarios
