// How data moves from day to day. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "graph/query/arrivals_internal.h"

namespace onward::query {

// A flow by its number, on a day on which it begins, ends, or ends as a copy, or on which its exporter may
// begin or cease to be bound.
struct FlowEvent {
  Date day;
  uint32_t flow = 0;
  friend auto operator<=>(const FlowEvent&,
                          const FlowEvent&) = default;  // NOLINT(modernize-use-nullptr)
};

// In order of day and flow.
std::vector<FlowEvent> FlowEvents(const Snapshot& snapshot, const law::Register& law);

// Arrivals that move from one day to a later one and compute only what has changed. `events` must outlive
// it. Not thread-safe.
class ArrivalSweep {
 public:
  ArrivalSweep(const Snapshot& snapshot, const law::Register& law,
               const std::vector<FlowEvent>& events);
  ArrivalSweep(const ArrivalSweep&) = delete;
  ArrivalSweep& operator=(const ArrivalSweep&) = delete;
  ArrivalSweep(ArrivalSweep&&) = delete;
  ArrivalSweep& operator=(ArrivalSweep&&) = delete;
  ~ArrivalSweep() = default;

  // Not before the day of the last call. False: stopped, since `stop`, where there is one, said so; then this is of no
  // more use.
  bool MoveTo(Date day, const std::function<bool()>& stop = {});
  // Flows that the last move computed.
  const std::vector<uint32_t>& touched() const { return builder_.touched(); }
  // Complete but for Arrivals::Of.
  const Arrivals& arrivals() const { return arrivals_; }

 private:
  Arrivals arrivals_;
  ArrivalsBuilder builder_;
  const std::vector<FlowEvent>& events_;
  size_t next_ = 0;
};

// From this day on, the data that a flow hands on came so.
struct ArrivalStep {
  Date from = Date::Min();
  verdict::Arrival arrival;
};

// Arrivals::Of of every flow over all days, in one sweep. Not thread-safe.
class ArrivalSteps {
 public:
  ArrivalSteps(const Snapshot& snapshot, const law::Register& law, Date law_known_at);

  // The first at Date::Min(); two neighbours differ. `prepared` is as of UnderAdequacy.
  std::vector<ArrivalStep> Of(uint32_t flow, const PreparedSince* prepared);
  // What happens on a day to flows and copies themselves.
  std::span<const FlowEvent> EventsOn(Date day) const;

 private:
  // A flow begins or ceases to bring restricted data that another hands on, or to bring it under an
  // adequacy decision.
  struct Change {
    enum class Kind : uint8_t { kGives, kUnder };
    Date day;
    Kind kind = Kind::kGives;
    uint32_t giver = 0;
    bool on = false;
  };
  struct Manner {
    Date day;
    bool restricted = false;
    bool only_from_importer = false;
  };
  // Since when the flow brings its data under adequacy or not.
  using UnderSteps = std::vector<std::pair<Date, bool>>;

  void Record(Date day, const ArrivalJudge& judge, uint32_t flow);
  const UnderSteps& UnderStepsOf(uint32_t flow, const PreparedSince* prepared);
  std::vector<Change> ChangesOf(uint32_t flow, const PreparedSince* prepared);

  const Snapshot& graph_;
  const law::Register& law_;
  const Date law_known_at_;
  const std::vector<FlowEvent> events_;
  // By flow, in order of day.
  std::vector<std::vector<Change>> changes_;
  std::vector<std::vector<Manner>> manners_;
  // By flow: who gives now; only while the sweep runs.
  std::vector<std::vector<uint32_t>> givers_;
  std::map<uint32_t, UnderSteps> under_;
};

}  // namespace onward::query
