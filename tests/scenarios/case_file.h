// A scenario: a law question on an inventory, with the verdicts that the law expects.
//
// A case file is YAML. Its first document has `title`, `question`, `law` (where the expectation comes
// from, in words), `expect` and, where needed, `include` (manifests, relative to the case file),
// `lawKnownAt`, `expectNothingOn` (dates on which no transfer may be listed), `expectCheck` (what the gate
// answers) and `others: ignored` (flows without an expectation are no error). The documents after it are the
// records, as in any manifest.
// An entry of `expect` has `flow`, or `flows` for several of which the same is expected, `destination`
// (optional where the flow has one destination only), `kind` and `lawKnownAt` (both optional) and `on`: date
// to `VERDICT [REASON [MECHANISM]]`. One of `expectCheck` has `from`, `to`, `dataCategories` and `on`.
#pragma once

#include <compare>
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

// By ISO 8601 date.
using ExpectedOn = std::map<std::string, ExpectedVerdict>;

struct Expectation {
  std::string flow;
  std::string destination;
  std::string kind;
  // Its own, or that of the case; empty: all that the register knows.
  std::string law_known_at;
  ExpectedOn on;
};

// Of the gate (Check): may these data go from one party to the other?
struct ExpectedCheck {
  std::string from;
  std::string to;
  std::vector<std::string> data_categories;
  ExpectedOn on;
};

// A day that is asked about, and what is known of the law then (empty: all).
struct Moment {
  std::string date;
  std::string law_known_at;
  friend auto operator<=>(const Moment&, const Moment&) = default;  // NOLINT(modernize-use-nullptr)
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
  std::vector<ExpectedCheck> checks;
  std::vector<std::string> nothing_on;
  // The documents after the first, with the line numbers of the file; empty: none.
  std::string records;

  // Every moment of which the case says what is listed, in order.
  std::vector<Moment> Moments() const;
};

// INVALID_ARGUMENT names the file and the place of an unknown, missing or repeated key, an unknown code or
// a date that is not YYYY-MM-DD.
absl::StatusOr<Case> ReadCase(const std::string& path);

// The case files of a folder, in order of name.
std::vector<std::string> CaseFiles(const std::string& folder);

}  // namespace onward::scenarios
