// The verdicts of a whole inventory on every date, without proofs: prepared once, asked by a search in
// compact steps.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/law/register.h"
#include "graph/model/record.h"
#include "graph/verdict/flow_table.h"
#include "graph/verdict/inventory_view.h"
#include "graph/verdict/judge.h"
#include "graph/verdict/verdict.h"

namespace onward::verdict {

// A verdict without its proof.
struct Brief {
  Verdict verdict = Verdict::kUnspecified;
  Reason reason = Reason::kUnspecified;
  // Of Prepared::MechanismId; 0: none.
  uint16_t mechanism = 0;
  friend bool operator==(const Brief&, const Brief&) = default;
};

struct DestinationBrief {
  std::string destination;
  Brief brief;
};

// From this day on, until the next step.
struct BriefStep {
  Date from = Date::Min();
  uint8_t verdict = 0;
  uint8_t reason = 0;
  uint16_t mechanism = 0;
  friend bool operator==(const BriefStep&, const BriefStep&) = default;
};

// Answers as JudgeHop does, for every flow, date and arrival. Immutable; safe to share between threads.
// Refers to the inventory and the law, which must outlive it.
//
// Hops that differ in nothing that a judgement reads share their steps (shape.h). Two kinds of flows are
// judged anew where asked about:
// - those that fit no shape (`unprepared`): one party on both sides, a site that somebody else runs, or a
//   processor for whom different controllers count on different days;
// - as to the reason why they are LACKING, those of processors who act for several controllers with
//   agreements of their own and for others without (`open_reasons`). Their verdict is prepared.
class Prepared {
 public:
  struct Stats {
    size_t flows = 0;
    // Distinct lists of destinations and steps.
    size_t distinct_hops = 0;
    // Distinct shapes; and those left where dates count only by their order to the dates of the law.
    size_t shapes = 0;
    size_t judged_shapes = 0;
    size_t unprepared = 0;
    size_t open_reasons = 0;
  };

  // `flows`: all flows of the inventory; needed until this returns.
  static Prepared Make(const FlowTable& flows, const InventoryView& inventory,
                       const law::Register& law, Date law_known_at = Date::Max());
  // nullopt: stopped, since `stop` (where there is one, asked every few thousand flows) said so.
  static std::optional<Prepared> MakeUnless(const std::function<bool()>& stop,
                                            const FlowTable& flows, const InventoryView& inventory,
                                            const law::Register& law, Date law_known_at);

  // The verdict alone, of a flow by its number in the inventory: no allocation, unless it is unprepared.
  Verdict VerdictOn(uint32_t flow, Date day, const Arrival& arrival) const;
  // With reason and mechanism: no allocation, unless it is unprepared or LACKING with an open reason.
  Brief On(uint32_t flow, Date day, const Arrival& arrival) const;
  // The same by destination, in order of code, each code once.
  std::vector<DestinationBrief> DestinationsOn(uint32_t flow, Date day,
                                               const Arrival& arrival) const;
  // The same without reasons and mechanisms, which are not set: no flow but an unprepared one is judged anew.
  std::vector<DestinationBrief> VerdictsOn(uint32_t flow, Date day, const Arrival& arrival) const;
  // The same as VerdictsOn, with the mechanisms of those that something carries: visit(code, brief) for each. No
  // allocation, unless the flow is unprepared.
  template <class Visit>
  void EachOn(uint32_t flow, Date day, const Arrival& arrival, const Visit& visit) const {
    if (!IsPrepared(flow)) {
      for (const auto& [code, brief] : AllAnew(flow, day, arrival)) {
        visit(code, brief);
      }
      return;
    }
    const Entry& entry = EntryOf(flow);
    for (uint32_t i = 0; i < entry.destinations; ++i) {
      const Destination& destination = destinations_[entry.first_destination + i];
      visit(codes_[destination.code], Find(destination.steps, ClassOf(arrival), day));
    }
  }
  // Adds the days on which a verdict or mechanism of EachOn may change, in no order; of an unprepared flow none.
  void AddDays(uint32_t flow, std::vector<Date>& days) const;
  bool IsPrepared(uint32_t flow) const { return entry_of_[flow] != kUnprepared; }
  bool HasOpenReason(uint32_t flow) const {
    return IsPrepared(flow) && (entry_of_[flow] & kOpenReason) != 0;
  }
  // Id of a decision or instrument; empty for 0.
  const std::string& MechanismId(uint16_t mechanism) const { return mechanisms_[mechanism]; }
  // 0: neither a decision nor an instrument.
  uint16_t NumberOf(std::string_view mechanism) const;
  const Stats& stats() const { return stats_; }

 private:
  friend class Preparation;
  friend class PreparedDay;

  static constexpr uint32_t kUnprepared = UINT32_MAX;
  // A bit of a number of an entry.
  static constexpr uint32_t kOpenReason = uint32_t{1} << 31;
  // Arrival as far as it makes a difference: not restricted; restricted; that under adequacy only; from the
  // importer only, where it makes no difference how.
  static constexpr size_t kArrivals = 4;

  struct Range {
    uint32_t begin = 0;
    uint32_t size = 0;
  };
  using ByArrival = std::array<Range, kArrivals>;
  struct Entry {
    uint32_t hop = 0;
    uint32_t first_destination = 0;
    uint32_t destinations = 0;
  };
  struct Destination {
    uint32_t code = 0;
    uint32_t steps = 0;
  };

  Prepared(const InventoryView& inventory, const law::Register& law, Date law_known_at)
      : inventory_(&inventory), law_(&law), law_known_at_(law_known_at) {}

  static size_t ClassOf(const Arrival& arrival);
  const Entry& EntryOf(uint32_t flow) const { return entries_[entry_of_[flow] & ~kOpenReason]; }
  std::span<const BriefStep> StepsOf(uint32_t steps, size_t arrival) const;
  Brief Find(uint32_t steps, size_t arrival, Date day) const;
  std::vector<DestinationBrief> FindAll(uint32_t flow, Date day, const Arrival& arrival) const;
  std::vector<DestinationBrief> AllAnew(uint32_t flow, Date day, const Arrival& arrival) const;
  Brief BriefAnew(uint32_t flow, Date day, const Arrival& arrival) const;
  HopVerdict JudgeAnew(uint32_t flow, Date day, const Arrival& arrival) const;

  const InventoryView* inventory_;
  const law::Register* law_;
  Date law_known_at_;
  std::vector<uint32_t> entry_of_;
  std::vector<Entry> entries_;
  std::vector<Destination> destinations_;
  std::vector<ByArrival> by_arrival_;
  std::vector<BriefStep> steps_;
  std::vector<std::string> codes_;
  // The empty one, then all decisions and instruments of the register, in order of id.
  std::vector<std::string> mechanisms_;
  Stats stats_;
};

// Verdicts of one day, for many flows: each distinct hop is looked up once. Not thread-safe.
class PreparedDay {
 public:
  // `prepared` must outlive it.
  PreparedDay(const Prepared& prepared, Date day)
      : p_(prepared), day_(day), known_(prepared.entries_.size()) {}

  // As Prepared::VerdictOn.
  Verdict VerdictOf(uint32_t flow, const Arrival& arrival);

 private:
  const Prepared& p_;
  const Date day_;
  // By entry and arrival; kUnspecified: not looked up yet.
  std::vector<std::array<Verdict, Prepared::kArrivals>> known_;
};

}  // namespace onward::verdict
