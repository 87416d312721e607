// The verdicts of all flows over time, prepared for one snapshot, as they stand after some writes. Internal to this
// folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "graph/law/register.h"
#include "graph/query/dependents.h"
#include "graph/snapshot.h"
#include "graph/verdict/prepared.h"

namespace onward::query {

// Answers as verdict::Prepared of the whole snapshot does; flows that a write touched since are judged anew where
// they are asked about. Immutable; safe to share between threads. Refers to its snapshot and law.
class PreparedSince {
 public:
  // More flows than this apart are cheaper prepared with all others.
  static constexpr size_t kApartMax = 4'000;

  // Of the snapshot that was prepared. `keeps`: what `prepared` refers to; null where somebody else keeps it.
  PreparedSince(verdict::Prepared prepared, const Snapshot& snapshot, const law::Register& law,
                Date law_known_at, std::shared_ptr<const void> keeps);
  // The same after some mutations (as of Dependents::Touch). nullopt: to be prepared anew, or stopped.
  std::optional<PreparedSince> After(const Snapshot& after,
                                     const std::vector<model::Mutation>& mutations,
                                     const std::function<bool()>& stop = {}) const;

  verdict::Verdict VerdictOn(uint32_t flow, Date day, const verdict::Arrival& arrival) const;
  verdict::Brief On(uint32_t flow, Date day, const verdict::Arrival& arrival) const;
  std::vector<verdict::DestinationBrief> DestinationsOn(uint32_t flow, Date day,
                                                        const verdict::Arrival& arrival) const;
  // Without reasons and mechanisms, which are not set.
  std::vector<verdict::DestinationBrief> VerdictsOn(uint32_t flow, Date day,
                                                    const verdict::Arrival& arrival) const;
  // The same as VerdictsOn, with the mechanisms of those that something carries: visit(code, brief) for each. Quicker.
  template <class Visit>
  void EachOn(uint32_t flow, Date day, const verdict::Arrival& arrival, const Visit& visit) const {
    if (!IsApart(flow)) {
      origin_->prepared.EachOn(flow, day, arrival, visit);
      return;
    }
    for (const auto& [code, brief] : DestinationsOn(flow, day, arrival)) {
      visit(code, brief);
    }
  }
  // Days on which a verdict or mechanism of EachOn may change: ascending, each once.
  std::vector<Date> DaysOf(uint32_t flow) const;
  const std::string& MechanismId(uint16_t mechanism) const {
    return origin_->prepared.MechanismId(mechanism);
  }
  // What the last mutations touched: by number, ascending. Empty where nothing happened since.
  const std::vector<uint32_t>& touched() const { return touched_; }

 private:
  friend class PreparedSinceDay;

  struct Origin {
    std::shared_ptr<const void> keeps;
    verdict::Prepared prepared;
  };

  bool IsApart(uint32_t flow) const { return apart_ != nullptr && apart_->contains(flow); }
  verdict::HopVerdict Judge(uint32_t flow, Date day, const verdict::Arrival& arrival) const;

  std::shared_ptr<const Origin> origin_;
  const Snapshot* snapshot_;
  const law::Register* law_;
  Date law_known_at_;
  Dependents dependents_;
  std::vector<uint32_t> touched_;
  // Null: none.
  std::shared_ptr<const absl::flat_hash_set<uint32_t>> apart_;
};

// Verdicts of one day, for many flows. Not thread-safe. `prepared` must outlive it.
class PreparedSinceDay {
 public:
  PreparedSinceDay(const PreparedSince& prepared, Date day)
      : since_(prepared), day_(day), prepared_(prepared.origin_->prepared, day) {}

  // As PreparedSince::VerdictOn.
  verdict::Verdict VerdictOf(uint32_t flow, const verdict::Arrival& arrival) {
    return since_.IsApart(flow) ? since_.VerdictOn(flow, day_, arrival)
                                : prepared_.VerdictOf(flow, arrival);
  }

 private:
  const PreparedSince& since_;
  const Date day_;
  verdict::PreparedDay prepared_;
};

}  // namespace onward::query
