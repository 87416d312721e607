// The days on which verdicts change, and why.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/judgements.h"
#include "graph/verdict/causes.h"

namespace onward::query {

struct TimelineQuestion {
  // Steps on a day of this interval; either end may be open.
  Interval window;
  // At most one of them is set. A flow, by its number.
  std::optional<uint32_t> flow;
  // Flows that carry data of this origin (the number of a party) on the day or the day before.
  std::optional<uint32_t> origin;
  // What the verdict changes to; empty: anything.
  std::vector<verdict::Verdict> to_verdicts;
};

// From this day on the verdict on one flow and destination is another.
struct TimelineEntry {
  Date date;
  std::shared_ptr<const model::Flow> flow;
  std::string exporter_name;
  std::string importer_name;
  std::string destination;
  verdict::Verdict before = verdict::Verdict::kUnspecified;
  verdict::Reason reason_before = verdict::Reason::kUnspecified;
  verdict::Verdict after = verdict::Verdict::kUnspecified;
  verdict::Reason reason_after = verdict::Reason::kUnspecified;
  // What begins or ends on that day: what the changed mechanisms rest on, where that is known to be it;
  // else everything that the verdict reads. At most kCausesMax.
  std::vector<verdict::Cause> causes;
  // The new verdict in words.
  std::string explanation;
};

inline constexpr size_t kCausesMax = 10;

// Where a page ended.
struct TimelineKey {
  Date date;
  std::string flow;
  std::string destination;
  friend bool operator==(const TimelineKey&, const TimelineKey&) = default;
};

struct TimelinePage {
  std::vector<TimelineEntry> entries;
  // Key of the last entry, where more follow.
  std::optional<TimelineKey> next;
};

// At most `limit` entries after `after`, in order of date, flow id and destination. A change of verdict or
// of its reason is an entry. `check` is asked as the work goes on, with the number of changes found so
// far; its error ends it. The page refers to `judgements`, whose own date does not matter.
absl::StatusOr<TimelinePage> Timeline(const Judgements& judgements,
                                      const TimelineQuestion& question,
                                      const std::optional<TimelineKey>& after, size_t limit,
                                      const std::function<absl::Status(size_t changes)>& check);

}  // namespace onward::query
