// The numbers of an inventory on one date or many: by verdict, destination, mechanism, category, importer, origin.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/judgements.h"
#include "graph/query/transfers.h"

namespace onward::reach {

// Numbers of flows and destinations that have something in common.
struct SummaryEntry {
  // Register code, mechanism id, category id or party id. Empty: none.
  std::string id;
  // For people.
  std::string name;
  query::VerdictCounts counts;
  friend bool operator==(const SummaryEntry&, const SummaryEntry&) = default;
};

struct SummaryList {
  // The most LACKING first, then UNDETERMINED, CONDITIONAL, all, id; as many as were asked for.
  std::vector<SummaryEntry> entries;
  // How many there are in all.
  uint64_t count = 0;
  friend bool operator==(const SummaryList&, const SummaryList&) = default;
};

// The numbers of one date.
struct DaySummary {
  Date date;
  query::VerdictCounts counts;
  uint64_t flows = 0;
  SummaryList destinations;
  SummaryList mechanisms;
  // A flow counts under each topmost category that it carries; under none where it is not known what.
  SummaryList categories;
  SummaryList importers;
  // Where one date is asked about.
  SummaryList origins;
  friend bool operator==(const DaySummary&, const DaySummary&) = default;
};

// `dates` ascending, at least one. The judgements are those of the first date; the other dates are not judged
// anew: each flow is looked at once for each span of its verdict that a date falls into. `check` is asked as the
// work goes on; its error ends it.
absl::StatusOr<std::vector<DaySummary>> Summarise(const query::Judgements& judged,
                                                  const std::vector<Date>& dates, size_t top,
                                                  const std::function<absl::Status()>& check);

}  // namespace onward::reach
