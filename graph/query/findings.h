// What in an inventory is worth a person's attention on one date.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/patient_lock.h"
#include "graph/query/finding_catalogue.h"
#include "graph/query/judgements.h"

namespace onward::query {

struct FindingArguments {
  // The end of a mechanism or assessment is a finding this many days before.
  int32_t ends_within_days = 90;
  friend bool operator==(const FindingArguments&, const FindingArguments&) = default;
};

// One finding. Code, subject, flow and destination name it: no two of a list share all four. Points
// into the snapshot that it came from.
struct Finding {
  FindingCode code = FindingCode::kTransferLacking;
  model::RecordRef subject;
  // Flow id and register code; empty: not about one flow or destination.
  std::string flow;
  std::string destination;
  // One sentence or two.
  std::string detail;
  // When it holds.
  Interval interval;
  // It stands and falls with the verdict on its flow and destination: so does its interval, which
  // is the day asked about alone until ListFindings fills it in.
  bool by_verdict = false;
  // The owner's answer that holds on the day. Null: none.
  const model::Triage* triage = nullptr;
};

// Asked now and then while findings are made; its error ends the work. Empty: nobody asks for an end.
using FindingCheck = std::function<absl::Status()>;

// All findings on the date of the judgements, triage applied, in order of severity, code, subject,
// flow and destination. A pure function of its arguments. The error of `check` where that ended it.
absl::StatusOr<std::vector<Finding>> FindAll(const Judgements& judgements,
                                             const FindingArguments& arguments,
                                             const FindingCheck& check);
// To the end.
std::vector<Finding> FindAll(const Judgements& judgements, const FindingArguments& arguments = {});

// Gives findings of FindAll that stand and fall with a verdict their intervals. For few: each asks how its
// flow's verdict changes over time.
void FillIntervals(const Judgements& judgements, std::vector<Finding>& findings);

using FindingsPtr = std::shared_ptr<const std::vector<Finding>>;

// Keeps what FindAll last found, so that the pages of a list compute it once. Thread-safe.
class FindingMemo {
 public:
  // What FindAll answers. `judgements` is the same in every call. Who waits for another call that finds the same ends with his
  // own check.
  absl::StatusOr<FindingsPtr> Of(const Judgements& judgements, const FindingArguments& arguments,
                                 const FindingCheck& check) ONWARD_EXCLUDES(mutex_);
  // To the end.
  FindingsPtr Of(const Judgements& judgements, const FindingArguments& arguments)
      ONWARD_EXCLUDES(mutex_);

 private:
  // Held while findings are made.
  PatientMutex mutex_;
  FindingArguments arguments_ ONWARD_GUARDED_BY(mutex_);
  FindingsPtr findings_ ONWARD_GUARDED_BY(mutex_);
};

// Each list, where empty, selects all.
struct FindingFilter {
  std::vector<FindingCode> codes;
  std::vector<Severity> severities;
  std::vector<model::RecordRef> subjects;
  // Party ids: findings about one of them, a flow from or to it, or an activity or agreement of it.
  std::vector<std::string> parties;
  // With those that were accepted or called a false positive.
  bool include_triaged = false;
};

struct FindingCounts {
  uint64_t high = 0;
  uint64_t medium = 0;
  uint64_t low = 0;
  uint64_t info = 0;
  // In the other numbers only with include_triaged.
  uint64_t triaged = 0;
  friend bool operator==(const FindingCounts&, const FindingCounts&) = default;
};

// Where a page ended.
struct FindingKey {
  FindingCode code = FindingCode::kArt28TermsMissing;
  model::RecordRef subject;
  std::string flow;
  std::string destination;
  friend auto operator<=>(const FindingKey&,
                          const FindingKey&) = default;  // NOLINT(modernize-use-nullptr)
};

struct FindingPage {
  std::vector<Finding> rows;
  // Key of the last row, where more follow.
  std::optional<FindingKey> next;
  // Over everything that the filter selects, not only this page.
  FindingCounts summary;
};

// At most `limit` findings after `after`. The page refers to `judgements`. The error of `check` where that ended it.
absl::StatusOr<FindingPage> ListFindings(const Judgements& judgements,
                                         const FindingArguments& arguments,
                                         const FindingFilter& filter,
                                         const std::optional<FindingKey>& after, size_t limit,
                                         const FindingCheck& check);
// To the end.
FindingPage ListFindings(const Judgements& judgements, const FindingArguments& arguments,
                         const FindingFilter& filter, const std::optional<FindingKey>& after,
                         size_t limit);

}  // namespace onward::query
