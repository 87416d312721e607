// How the verdicts of one snapshot change over time: computed for a flow when it is asked about; of the first ones it is
// kept. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/base/mutex.h"
#include "graph/base/patient_lock.h"
#include "graph/law/register.h"
#include "graph/query/arrival_steps.h"
#include "graph/query/judgements.h"
#include "graph/query/prepared_since.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"

namespace onward::query {

// A step of a verdict: from that day on it is this.
struct VerdictStep {
  Date date;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  friend bool operator==(const VerdictStep&, const VerdictStep&) = default;
};

// Lists of steps begin at Date::Min() and are ascending; two neighbours differ in verdict or reason.
struct FlowSteps {
  struct Destination {
    std::string code;
    std::vector<VerdictStep> steps;
  };
  // Days on which something that the verdict reads may change.
  std::vector<Date> dates;
  // The worst verdict of all destinations.
  std::vector<VerdictStep> hop;
  std::vector<Destination> destinations;
  std::vector<ArrivalStep> arrivals;

  // How data came on a day.
  const verdict::Arrival& ArrivalOn(Date day) const;
};
using FlowStepsPtr = std::shared_ptr<const FlowSteps>;

// Thread-safe. Snapshot and law must outlive it.
class OverTime {
 public:
  static constexpr size_t kSinglyMax = 50;
  // Of so many flows the steps are kept: half a kilobyte each and more.
  static constexpr size_t kKeptMax = 4'096;

  // Once more than `singly_max` flows were asked about, all of the inventory are prepared at once; until
  // then each is judged by itself.
  OverTime(const Snapshot& snapshot, const law::Register& law, Date law_known_at,
           size_t singly_max = kSinglyMax);

  // The one of this snapshot, law and day: the same for all who hold it at one time. Keeps both.
  static std::shared_ptr<OverTime> Shared(const SnapshotPtr& snapshot, const law::RegisterPtr& law,
                                          Date law_known_at);

  // The verdicts of all flows on every date; made when they are first asked for. Null: stopped, since `stop`
  // (asked every few thousand flows) said so.
  const PreparedSince* PrepareAll(const std::function<bool()>& stop) ONWARD_EXCLUDES(mutex_);
  // Takes what came about write by write, unless something is at hand; what is at hand then.
  const PreparedSince* Offer(PreparedSince prepared) ONWARD_EXCLUDES(mutex_);
  // Null: they were not made so far.
  const PreparedSince* AtHand() ONWARD_EXCLUDES(mutex_);

  // May have to follow all data over all days first. Null: stopped, since `stop`, where there is one, said so; of that nothing is
  // kept.
  FlowStepsPtr StepsOf(uint32_t flow, const std::function<bool()>& stop = {})
      ONWARD_EXCLUDES(mutex_);
  // The verdict on each destination on a day on which the flow takes place, with the mechanism that decides, in
  // order of code. The same on all days between two of FlowSteps::dates.
  std::vector<DestinationOutcome> OutcomesOn(uint32_t flow, Date day) ONWARD_EXCLUDES(mutex_);
  // What begins or ends on a day of flows and copies themselves.
  std::vector<FlowEvent> EventsOn(Date day) ONWARD_EXCLUDES(mutex_);

 private:
  struct Held;

  // Null: stopped. What it points at stays.
  const ArrivalSteps* Arriving(const std::function<bool()>& stop) ONWARD_EXCLUDES(mutex_);
  // Whether all flows are to be prepared, now that one more is asked about.
  bool IsTimeToPrepare() ONWARD_EXCLUDES(mutex_);
  FlowStepsPtr Find(uint32_t flow) ONWARD_EXCLUDES(mutex_);
  const ArrivalSteps* KnownArriving() ONWARD_EXCLUDES(mutex_);
  // nullopt: stopped.
  std::optional<std::vector<ArrivalStep>> ArrivalsOf(uint32_t flow,
                                                     const std::function<bool()>& stop)
      ONWARD_EXCLUDES(mutex_);
  bool AlwaysBound(const model::Flow& flow) const;
  std::optional<FlowSteps> Compute(uint32_t flow, const std::function<bool()>& stop)
      ONWARD_EXCLUDES(mutex_);
  void AddDay(uint32_t flow, Date day, const PreparedSince* prepared, FlowSteps& steps) const;

  const Snapshot& graph_;
  const law::Register& law_;
  const Date law_known_at_;
  const size_t singly_max_;
  // Snapshot and law; null where the owner of this keeps them.
  std::shared_ptr<const void> keeps_;
  // Before mutex_. Held while verdicts are prepared.
  PatientMutex preparing_;
  // The same, while all data are followed over all days.
  PatientMutex following_;
  Mutex mutex_;
  size_t asked_ ONWARD_GUARDED_BY(mutex_) = 0;
  // Made once, then constant.
  std::shared_ptr<const PreparedSince> prepared_ ONWARD_GUARDED_BY(mutex_);
  // Null until a flow is asked about whose exporter is not always bound; then constant.
  std::unique_ptr<const ArrivalSteps> arriving_ ONWARD_GUARDED_BY(mutex_);
  // Of the flows that were asked about first.
  absl::flat_hash_map<uint32_t, FlowStepsPtr> steps_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::query
