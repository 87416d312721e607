#include "graph/query/arrivals.h"

#include <algorithm>
#include <deque>
#include <set>

#include "graph/query/arrivals_internal.h"

namespace onward::query {

bool AddTo(Load& load, uint32_t origin_class, const Bits& bits) {
  if (bits.none()) {
    return false;
  }
  const auto [at, is_new] = load.emplace(origin_class, bits);
  if (is_new) {
    return true;
  }
  if (bits.is_subset_of(at->second)) {
    return false;
  }
  at->second |= bits;
  return true;
}

bool AddTo(Load& load, const Load& more) {
  bool grew = false;
  for (const auto& [origin_class, bits] : more) {
    grew = AddTo(load, origin_class, bits) || grew;
  }
  return grew;
}

Arrivals::Arrivals(const Snapshot& snapshot) : snapshot_(&snapshot), bits_(snapshot) {
  const size_t flows = snapshot.FlowCount();
  states_.assign(flows, State::kOff);
  bound_.resize(flows);
  limits_.resize(flows);
  carriages_.resize(flows);
  arrivals_.resize(flows);
  classes_.assign(snapshot.PartyCount(), 0);
  now_.holdings.assign(snapshot.PartyCount(), bits_.None());
  declared_.reserve(flows);
  for (uint32_t flow = 0; flow < flows; ++flow) {
    declared_.push_back(snapshot.HasFlow(flow) ? bits_.Declared(snapshot.TermsOf(flow))
                                               : bits_.None());
  }
}

bool Arrivals::Allows(uint32_t flow, uint32_t origin_class) const {
  const std::vector<uint32_t>& limit = limits_[flow];
  return limit.empty() || std::binary_search(limit.begin(), limit.end(), origin_class);
}

void Arrivals::Through(uint32_t flow, const Load& load, Load& out) const {
  for (const auto& [origin_class, bits] : load) {
    if (Allows(flow, origin_class)) {
      AddTo(out, origin_class, bits & declared_[flow]);
    }
  }
}

bool Arrivals::AnyThrough(uint32_t flow, const Load& load) const {
  return std::any_of(load.begin(), load.end(), [&](const auto& entry) {
    return Allows(flow, entry.first) && entry.second.intersects(declared_[flow]);
  });
}

CategorySet Arrivals::Received(uint32_t flow) const {
  Load through;
  for (const uint32_t into : snapshot_->InFlows(snapshot_->ExporterOf(flow))) {
    Through(flow, carriages_[into].all, through);
  }
  Bits received = bits_.None();
  for (const auto& [origin_class, bits] : through) {
    received |= bits;
  }
  return bits_.ToSet(received);
}

// Backwards from the flow, bit by bit: a bit that some chain of flows carries from an origin to here is
// data of that origin.
std::vector<std::string> Arrivals::OriginsOf(uint32_t flow) const {
  std::map<uint32_t, Load> needed;
  std::deque<uint32_t> open;
  const uint32_t exporter = snapshot_->ExporterOf(flow);
  if (AddTo(needed[exporter], carriages_[flow].all)) {
    open.push_back(exporter);
  }
  std::set<std::string> origins;
  while (!open.empty()) {
    const uint32_t party = open.front();
    open.pop_front();
    const Load wanted = needed[party];
    const auto own = wanted.find(classes_[party]);
    if (own != wanted.end() && own->second.intersects(now_.holdings[party])) {
      origins.emplace(snapshot_->PartyId(party));
    }
    for (const uint32_t into : snapshot_->InFlows(party)) {
      bool grew = false;
      for (const auto& [origin_class, bits] : wanted) {
        const auto carried = carriages_[into].all.find(origin_class);
        if (carried != carriages_[into].all.end()) {
          grew = AddTo(needed[snapshot_->ExporterOf(into)], origin_class, bits & carried->second) ||
                 grew;
        }
      }
      if (grew) {
        open.push_back(snapshot_->ExporterOf(into));
      }
    }
  }
  return {origins.begin(), origins.end()};
}

std::unique_ptr<const Arrivals> Arrivals::Compute(const Snapshot& snapshot,
                                                  const law::Register& law,
                                                  const verdict::Question& question,
                                                  const PreparedSince* prepared,
                                                  const std::function<bool()>& stop) {
  std::unique_ptr<Arrivals> made(new Arrivals(snapshot));  // private constructor
  Arrivals& arrivals = *made;
  ArrivalsBuilder builder(arrivals, law);
  if (!builder.MoveTo(question.as_of, {}, stop)) {
    return nullptr;
  }
  ArrivalJudge judge(arrivals);
  judge.Take(builder.touched());
  std::vector<std::optional<bool>> under(snapshot.FlowCount());
  const auto is_under = [&](uint32_t giver) {
    if (!under[giver].has_value()) {
      under[giver] = UnderAdequacy(giver, snapshot, law, question, prepared);
    }
    return *under[giver];
  };
  for (uint32_t flow = 0; flow < snapshot.FlowCount(); ++flow) {
    if (flow % kStepsPerLook == 0 && stop && stop()) {
      return nullptr;
    }
    if (judge.Restricted(flow)) {
      const std::vector<uint32_t> givers = judge.GiversOf(flow);
      arrivals.arrivals_[flow] = {true, std::all_of(givers.begin(), givers.end(), is_under),
                                  judge.OnlyFromImporter(flow)};
    }
  }
  return made;
}

}  // namespace onward::query
