// How data moves from day to day. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

// In order of day and flow. Of no use where the look says to stop.
std::vector<FlowEvent> FlowEvents(const Snapshot& snapshot, const law::Register& law,
                                  StopLook& look);

// Arrivals that move from one day to a later one and compute only what has changed. `events` must outlive
// it. Not thread-safe.
class ArrivalSweep {
 public:
  // Where the look says to stop, MoveTo does.
  ArrivalSweep(const Snapshot& snapshot, const law::Register& law,
               const std::vector<FlowEvent>& events, StopLook look);
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
  friend class MannerSweep;

  Arrivals arrivals_;
  ArrivalsBuilder builder_;
  const std::vector<FlowEvent>& events_;
  size_t next_ = 0;
};

// The same with how the data came. Snapshot, law and `prepared` must outlive it. Not thread-safe.
class MannerSweep {
 public:
  // `prepared`: as of UnderAdequacy. Where `stop` says so, MoveTo stops at once.
  MannerSweep(const Snapshot& snapshot, const law::Register& law, Date law_known_at,
              const PreparedSince* prepared, const std::function<bool()>& stop = {});

  // As of ArrivalSweep.
  bool MoveTo(Date day, const std::function<bool()>& stop = {});
  // Flows to which data may come otherwise since the last move; those of the first move: all. Ascending.
  const std::vector<uint32_t>& said() const { return said_; }
  // Complete.
  const Arrivals& arrivals() const { return sweep_.arrivals(); }
  const std::vector<FlowEvent>& events() const { return events_; }
  // Days on which a flow may begin or cease to bring its data under adequacy, in order of day and flow. Between
  // those and `events` arrivals stay as they are.
  const std::vector<FlowEvent>& turns() const { return turns_; }

 private:
  std::vector<FlowEvent> TurnsOf(StopLook& look) const;
  bool SayAll(ArrivalManners& manners, const std::function<bool()>& stop);
  void AddTurned(const std::vector<FlowEvent>& of, size_t& next, Date day, ArrivalManners& manners,
                 std::vector<uint32_t>& flows) const;

  const Snapshot& graph_;
  const law::Register& law_;
  const Date law_known_at_;
  const PreparedSince* const prepared_;
  // While this is made.
  StopLook look_;
  const std::vector<FlowEvent> events_;
  const std::vector<FlowEvent> turns_;
  ArrivalSweep sweep_;
  size_t next_event_ = 0;
  size_t next_turn_ = 0;
  bool started_ = false;
  std::vector<uint32_t> said_;
};

// From this day on, the data that a flow hands on came so.
struct ArrivalStep {
  Date from = Date::Min();
  verdict::Arrival arrival;
};

// Arrivals::Of of every flow over all days, found in one sweep. Immutable.
class ArrivalSteps {
 public:
  // `prepared`: as of UnderAdequacy. Null: stopped, since `stop`, where there is one, said so.
  static std::unique_ptr<const ArrivalSteps> Make(const Snapshot& snapshot,
                                                  const law::Register& law, Date law_known_at,
                                                  const PreparedSince* prepared,
                                                  const std::function<bool()>& stop);

  // The first at Date::Min(); two neighbours differ.
  std::vector<ArrivalStep> Of(uint32_t flow) const;
  // What happens on a day to flows and copies themselves.
  std::span<const FlowEvent> EventsOn(Date day) const;

 private:
  ArrivalSteps() = default;

  void Record(Date day, uint32_t flow, const verdict::Arrival& arrival);

  std::vector<FlowEvent> events_;
  // Of those that are not always bound.
  absl::flat_hash_map<uint32_t, std::vector<ArrivalStep>> steps_;
};

}  // namespace onward::query
