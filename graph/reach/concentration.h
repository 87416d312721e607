// Concentration: how much hangs on single recipients, and on the groups of companies behind them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

enum class ConcentrationBy {
  // Each recipient by itself.
  kParty,
  // Recipients with one ultimate parent together, the parent with them; a branch counts as its head does.
  kUltimateParent
};

// A recipient, or all recipients of one ultimate parent.
struct Vendor {
  // Party id, or the ultimate parent as recorded (an id or a name).
  std::string id;
  // Recipients that are added up.
  uint64_t parties = 0;
  // Origins, and activities, of which data reach one of them; an origin does not count for itself.
  uint64_t origins = 0;
  uint64_t activities = 0;
  // Flows into them that take place, and those of them that are LACKING.
  uint64_t flows = 0;
  uint64_t lacking = 0;
};

struct Concentration {
  // The most origins first, then the most flows, then in order of id.
  std::vector<Vendor> vendors;
  // Origins with data that reach somebody else.
  uint64_t origins = 0;
  // Sum of the squares of the vendors' shares in all flows: 1 where one vendor has them all. 0: no flow.
  double flow_concentration = 0;
};

struct ConcentrationLimits {
  // Steps along flows. Work grows with flows x categories x origins / 64.
  uint64_t steps_max = 4'000'000'000;
  // Error ends the work with it. Empty: never. Asked every few thousand steps.
  std::function<absl::Status()> check;
};

// Exact. A copy that is still held counts as data that reach its holder. RESOURCE_EXHAUSTED: steps_max.
absl::StatusOr<Concentration> FindConcentration(const DayGraph& graph, ConcentrationBy by,
                                                const ConcentrationLimits& limits = {});

}  // namespace onward::reach
