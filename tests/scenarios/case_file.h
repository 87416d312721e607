// A scenario: a law question on an inventory, with the verdicts that the law expects.
//
// A case file is YAML. Its first document has `title`, `question`, `law` (where the expectation comes
// from, in words), `expect` and, where needed, `include` (manifests, relative to the case file),
// `lawKnownAt`, `expectNothingOn` (dates on which no transfer may be listed) and `others: ignored` (flows
// without an expectation are no error). The documents after it are the records, as in any manifest.
// An entry of `expect` has `flow`, `destination` (optional where the flow has one destination only),
// `kind` (optional) and `on`: date to `VERDICT [REASON [MECHANISM]]`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace onward::scenarios {

// Short names (COVERED). An empty reason or mechanism is not compared.
struct ExpectedVerdict {
  std::string verdict;
  std::string reason;
  std::string mechanism;
};

struct Expectation {
  std::string flow;
  std::string destination;
  std::string kind;
  // By ISO 8601 date.
  std::map<std::string, ExpectedVerdict> on;
};

struct Case {
  std::string file;
  std::string title;
  std::string question;
  std::vector<std::string> law;
  // Paths that can be opened as they are.
  std::vector<std::string> includes;
  bool others_ignored = false;
  std::string law_known_at;
  std::vector<Expectation> expectations;
  std::vector<std::string> nothing_on;
  // The documents after the first, with the line numbers of the file; empty: none.
  std::string records;

  // Every date that the case speaks of, in order.
  std::vector<std::string> Dates() const;
};

// INVALID_ARGUMENT names the file and the place of an unknown, missing or repeated key, an unknown code or
// a date that is not YYYY-MM-DD.
absl::StatusOr<Case> ReadCase(const std::string& path);

// The case files of a folder, in order of name.
std::vector<std::string> CaseFiles(const std::string& folder);

}  // namespace onward::scenarios
