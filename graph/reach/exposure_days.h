// The exposure of one origin on day after day. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/ending.h"
#include "graph/query/arrival_steps.h"
#include "graph/query/judgements.h"
#include "graph/query/over_time.h"

namespace onward::reach {

// A recipient by its place in the order of ids, and a destination.
using ExposedPlace = std::pair<uint32_t, std::string>;

struct DayRow {
  uint32_t recipient = 0;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  // The deciding flow.
  uint32_t flow = 0;
  query::Bits categories;

  bool Same(const DayRow& other) const {
    return verdict == other.verdict && reason == other.reason && categories == other.categories;
  }
};
using DayRows = std::map<ExposedPlace, DayRow>;

// The same rows as Exposure has on that day, found in what data of the origin can ever reach only. Not thread-safe. What it is
// given must outlive it.
class ExposureDays {
 public:
  // `check` is asked after some dozens of flows each, and while this is made; its error ends the work, and then this is of no more
  // use.
  ExposureDays(const query::Judgements& judgements, uint32_t origin,
               const std::function<absl::Status()>& check);
  ExposureDays(const ExposureDays&) = delete;
  ExposureDays& operator=(const ExposureDays&) = delete;
  ExposureDays(ExposureDays&&) = delete;
  ExposureDays& operator=(ExposureDays&&) = delete;
  ~ExposureDays() = default;

  // Days of the window on which something may change: ascending, each once.
  absl::StatusOr<std::vector<Date>> DaysIn(const Interval& window);
  // Not before the day of the last call.
  absl::StatusOr<DayRows> On(Date day);
  // Flows that carried data of the origin on the day of the last call.
  const std::vector<uint32_t>& carrying() const { return carrying_; }
  const query::CategoryBits& category_bits() const { return sweep_.arrivals().category_bits(); }
  // Flows of which something begins or ends on a day and that have to do with what data of the origin reach.
  std::vector<uint32_t> EventsOn(Date day) const;

 private:
  // What is at a party, now and in the past.
  struct Spot {
    query::Bits now;
    query::Bits past;
  };

  void FindScope();
  void Reach(uint32_t party);
  void FindRelated();
  query::Bits CarriedNow(uint32_t flow) const;
  query::Bits CarriedThen(uint32_t flow) const;
  query::Bits UnexplainedIn(query::Arrivals::Sense sense, uint32_t flow) const;
  bool Counts(uint32_t flow) const;
  bool Allows(uint32_t flow) const;
  bool IsDirect(uint32_t flow) const;
  // False: stopped.
  bool Spread(Date day);
  // Asks now and then whether to go on.
  bool Stop();
  bool Hand(uint32_t flow, Date day);
  void AddRows(uint32_t flow, Date day, DayRows& rows);
  std::vector<Date> VerdictDaysOf(uint32_t flow) const;
  const std::vector<query::DestinationOutcome>& PlacesOn(uint32_t flow, Date day);

  const query::Judgements& judged_;
  const Snapshot& graph_;
  const uint32_t origin_;
  Ending ended_;
  const std::function<bool()> stop_;
  uint32_t steps_ = 0;
  query::MannerSweep sweep_;
  // By party: whether data of the origin can ever be there; whether it has a say in that.
  std::vector<bool> reached_;
  std::vector<bool> related_;
  std::vector<uint32_t> parties_;
  // Flows that can ever carry data of the origin.
  std::vector<uint32_t> flows_;
  std::vector<uint32_t> ranks_;
  std::vector<Spot> spots_;
  std::vector<uint32_t> carrying_;
  // By flow: its destinations, until when, and where data come to it so.
  struct Places {
    Date until = Date::Min();
    bool held = false;
    verdict::Arrival arrival;
    std::vector<query::DestinationOutcome> outcomes;
  };
  std::map<uint32_t, Places> places_;
};

}  // namespace onward::reach
