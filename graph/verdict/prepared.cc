#include "graph/verdict/prepared.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/brief.h"
#include "graph/verdict/preparation.h"

namespace onward::verdict {
namespace {

Brief BriefOf(const BriefStep& step) {
  return {static_cast<Verdict>(step.verdict), static_cast<Reason>(step.reason), step.mechanism};
}

}  // namespace

Prepared Prepared::Make(const FlowTable& flows, const InventoryView& inventory,
                        const law::Register& law, Date law_known_at) {
  return *MakeUnless({}, flows, inventory, law, law_known_at);
}

std::optional<Prepared> Prepared::MakeUnless(const std::function<bool()>& stop,
                                             const FlowTable& flows, const InventoryView& inventory,
                                             const law::Register& law, Date law_known_at) {
  Prepared prepared(inventory, law, law_known_at);
  if (stop && stop()) {
    return std::nullopt;
  }
  return Preparation(prepared, flows).Run(stop) ? std::optional(std::move(prepared)) : std::nullopt;
}

size_t Prepared::ClassOf(const Arrival& arrival) {
  if (!arrival.restricted) {
    return 0;
  }
  if (arrival.only_from_importer) {
    return 3;
  }
  return arrival.only_under_adequacy ? 2 : 1;
}

std::span<const BriefStep> Prepared::StepsOf(uint32_t steps, size_t arrival) const {
  const Range& range = by_arrival_[steps][arrival];
  return {steps_.data() + range.begin, range.size};
}

Brief Prepared::Find(uint32_t steps, size_t arrival, Date day) const {
  const std::span<const BriefStep> list = StepsOf(steps, arrival);
  const auto after =
      std::upper_bound(list.begin(), list.end(), day,
                       [](Date wanted, const BriefStep& step) { return wanted < step.from; });
  return BriefOf(*(after - 1));  // the first begins before all days
}

void Prepared::AddDays(uint32_t flow, std::vector<Date>& days) const {
  if (!IsPrepared(flow)) {
    return;
  }
  const Entry& entry = EntryOf(flow);
  for (uint32_t i = 0; i < entry.destinations; ++i) {
    for (size_t arrival = 0; arrival < kArrivals; ++arrival) {
      // The first begins before all days.
      for (const BriefStep& step :
           StepsOf(destinations_[entry.first_destination + i].steps, arrival).subspan(1)) {
        days.push_back(step.from);
      }
    }
  }
}

HopVerdict Prepared::JudgeAnew(uint32_t flow, Date day, const Arrival& arrival) const {
  return JudgeWithoutProof(model::FlowFrom(inventory_->ViewAt(flow)), *inventory_, *law_,
                           {day, law_known_at_}, arrival);
}

uint16_t Prepared::NumberOf(std::string_view mechanism) const {
  const auto at = std::lower_bound(mechanisms_.begin(), mechanisms_.end(), mechanism);
  return at == mechanisms_.end() || *at != mechanism
             ? uint16_t{0}
             : static_cast<uint16_t>(at - mechanisms_.begin());
}

Brief Prepared::BriefAnew(uint32_t flow, Date day, const Arrival& arrival) const {
  const HopVerdict hop = JudgeAnew(flow, day, arrival);
  return {hop.verdict, hop.reason, NumberOf(hop.Deciding().mechanism)};
}

Verdict Prepared::VerdictOn(uint32_t flow, Date day, const Arrival& arrival) const {
  return IsPrepared(flow) ? Find(EntryOf(flow).hop, ClassOf(arrival), day).verdict
                          : BriefAnew(flow, day, arrival).verdict;
}

Verdict PreparedDay::VerdictOf(uint32_t flow, const Arrival& arrival) {
  if (!p_.IsPrepared(flow)) {
    return p_.VerdictOn(flow, day_, arrival);
  }
  const size_t at = Prepared::ClassOf(arrival);
  Verdict& known = known_[p_.entry_of_[flow] & ~Prepared::kOpenReason][at];
  if (known == Verdict::kUnspecified) {
    known = p_.Find(p_.EntryOf(flow).hop, at, day_).verdict;
  }
  return known;
}

Brief Prepared::On(uint32_t flow, Date day, const Arrival& arrival) const {
  if (!IsPrepared(flow)) {
    return BriefAnew(flow, day, arrival);
  }
  const Brief brief = Find(EntryOf(flow).hop, ClassOf(arrival), day);
  return brief.verdict == Verdict::kLacking && HasOpenReason(flow) ? BriefAnew(flow, day, arrival)
                                                                   : brief;
}

std::vector<DestinationBrief> Prepared::DestinationsOn(uint32_t flow, Date day,
                                                       const Arrival& arrival) const {
  const bool anew = !IsPrepared(flow) ||
                    (HasOpenReason(flow) && VerdictOn(flow, day, arrival) == Verdict::kLacking);
  return anew ? AllAnew(flow, day, arrival) : FindAll(flow, day, arrival);
}

std::vector<DestinationBrief> Prepared::VerdictsOn(uint32_t flow, Date day,
                                                   const Arrival& arrival) const {
  std::vector<DestinationBrief> found =
      IsPrepared(flow) ? FindAll(flow, day, arrival) : AllAnew(flow, day, arrival);
  for (DestinationBrief& destination : found) {
    destination.brief.reason = Reason::kUnspecified;
    destination.brief.mechanism = 0;
  }
  return found;
}

std::vector<DestinationBrief> Prepared::FindAll(uint32_t flow, Date day,
                                                const Arrival& arrival) const {
  std::vector<DestinationBrief> found;
  const Entry& entry = EntryOf(flow);
  found.reserve(entry.destinations);
  for (uint32_t i = 0; i < entry.destinations; ++i) {
    const Destination& destination = destinations_[entry.first_destination + i];
    found.push_back({codes_[destination.code], Find(destination.steps, ClassOf(arrival), day)});
  }
  return found;
}

std::vector<DestinationBrief> Prepared::AllAnew(uint32_t flow, Date day,
                                                const Arrival& arrival) const {
  std::vector<DestinationBrief> found;
  for (const DestinationVerdict& d : JudgeAnew(flow, day, arrival).destinations) {
    found.push_back({d.destination, {d.verdict, d.reason, NumberOf(d.mechanism)}});
  }
  return found;
}

}  // namespace onward::verdict
