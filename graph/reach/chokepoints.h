// Chokepoints: parties that all data take on their way to some flows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/categories.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

struct ChokepointsQuestion {
  enum class Target {
    // Flows with a destination outside the EEA, an unknown one included.
    kOutsideEea,
    // Flows with the destination `country`.
    kCountry,
    // Flows that are LACKING.
    kLacking
  };

  // Number of the party whose data are followed; nullopt: data of all origins.
  std::optional<uint32_t> origin;
  Target target = Target::kOutsideEea;
  // Register code; read for kCountry only.
  std::string country;
};

struct Chokepoint {
  uint32_t party = 0;
  // Target flows behind it, and their importers.
  uint64_t flows = 0;
  uint64_t recipients = 0;
  // What of the data reaches the flows behind it.
  CategorySet categories;
};

struct ChokepointList {
  // The most flows first, then in order of party id.
  std::vector<Chokepoint> chokepoints;
  // Target flows that data reach.
  uint64_t flows = 0;
};

struct ChokepointLimits {
  // Steps along flows, and steps up from flows to the parties before them.
  uint64_t steps_max = 4'000'000'000;
  // Error ends the search with it. Empty: never. Asked every few thousand steps.
  std::function<absl::Status()> check;
};

// Party P is a chokepoint of a target flow where none of the data reach that flow once P is taken away:
// a way is taken by one category of one origin's data, so that two ways of different categories do not
// make up for each other's lack. What flows carry though nothing shows where their exporter has it from
// is taken to start at the exporter. Verdicts are those of the day, whatever is taken away. The origin
// that is asked about is not listed: everything is behind it. Copies that are still held carry data on,
// but are no target flows. RESOURCE_EXHAUSTED: steps_max.
absl::StatusOr<ChokepointList> FindChokepoints(const DayGraph& graph,
                                               const ChokepointsQuestion& question,
                                               const ChokepointLimits& limits = {});

// Whether the flow of the edge, in effect, goes to a destination outside the EEA; unknown counts as outside.
bool LeavesEea(const DayGraph& graph, uint32_t edge);

}  // namespace onward::reach
