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

bool Holds(const Load& more, const Load& load) {
  return std::all_of(load.begin(), load.end(), [&](const auto& entry) {
    const auto at = more.find(entry.first);
    return at != more.end() && entry.second.is_subset_of(at->second);
  });
}

const std::shared_ptr<Arrivals::Carried>& Arrivals::Nothing() {
  static const auto& nothing = *new std::shared_ptr<Carried>(std::make_shared<Carried>());
  return nothing;
}

// As of a number that stands for nothing.
void Arrivals::Clear(uint32_t flow) {
  static const auto& unlimited = *new std::shared_ptr<const std::vector<uint32_t>>(
      std::make_shared<const std::vector<uint32_t>>());
  FlowState& state = flows_.At(flow);
  state = {};
  state.declared = none_;
  state.limits = unlimited;
  state.carried = Nothing();
}

Arrivals::Arrivals(const Snapshot& snapshot)
    : snapshot_(&snapshot),
      bits_(std::make_shared<const CategoryBits>(snapshot)),
      none_(std::make_shared<const Bits>(bits_->None())) {
  flows_.Grow(snapshot.FlowCount());
  Pool<Bits> declared(&HashOf);
  for (uint32_t flow = 0; flow < snapshot.FlowCount(); ++flow) {
    Clear(flow);
    if (snapshot.HasFlow(flow)) {
      const model::TermsView terms = snapshot.TermsOf(flow);
      flows_.At(flow).declared = declared.Take(std::make_shared<Bits>(bits_->Declared(terms)));
      copies_ = copies_ || terms.copy_ends.has_value();
    }
  }
  const auto loads = std::make_shared<Loads>();
  for (Loads::Layer& layer : loads->layers) {
    layer.holdings = bits_->None();
  }
  parties_.Grow(snapshot.PartyCount());
  for (uint32_t party = 0; party < snapshot.PartyCount(); ++party) {
    parties_.At(party).loads = loads;
  }
}

Arrivals::Arrivals(const Arrivals& before, const Snapshot& after)
    : snapshot_(&after),
      bits_(before.bits_),
      none_(before.none_),
      copies_(before.copies_),
      flows_(before.flows_),
      parties_(before.parties_),
      first_order_(before.first_order_),
      last_order_(before.last_order_) {
  flows_.Grow(after.FlowCount());
  for (size_t flow = before.flows_.size(); flow < flows_.size(); ++flow) {
    Clear(static_cast<uint32_t>(flow));
  }
  const auto loads = std::make_shared<Loads>();
  for (Loads::Layer& layer : loads->layers) {
    layer.holdings = bits_->None();
  }
  parties_.Grow(after.PartyCount());
  for (size_t party = before.parties_.size(); party < parties_.size(); ++party) {
    parties_.At(party) = {};
    parties_.At(party).loads = loads;
  }
}

bool Arrivals::Allows(uint32_t flow, uint32_t origin_class) const {
  const std::vector<uint32_t>& limit = LimitsOf(flow);
  return limit.empty() || std::binary_search(limit.begin(), limit.end(), origin_class);
}

void Arrivals::Through(uint32_t flow, const Load& load, Load& out) const {
  const Bits& declared = Declared(flow);
  for (const auto& [origin_class, bits] : load) {
    if (Allows(flow, origin_class)) {
      AddTo(out, origin_class, bits & declared);
    }
  }
}

bool Arrivals::AnyThrough(uint32_t flow, const Load& load) const {
  const Bits& declared = Declared(flow);
  return std::any_of(load.begin(), load.end(), [&](const auto& entry) {
    return Allows(flow, entry.first) && entry.second.intersects(declared);
  });
}

Bits Arrivals::ReceivedBits(uint32_t flow) const {
  Load through;
  for (const uint32_t into : snapshot_->InFlows(snapshot_->ExporterOf(flow))) {
    Through(flow, CarriageOf(into).all, through);
  }
  Bits received = bits_->None();
  for (const auto& [origin_class, bits] : through) {
    received |= bits;
  }
  return received;
}

// Backwards from the flow, bit by bit: a bit that some chain of flows carries from an origin to here is
// data of that origin.
std::vector<std::string> Arrivals::OriginsOf(uint32_t flow) const {
  std::map<uint32_t, Load> needed;
  std::deque<uint32_t> open;
  const uint32_t exporter = snapshot_->ExporterOf(flow);
  if (AddTo(needed[exporter], CarriageOf(flow).all)) {
    open.push_back(exporter);
  }
  std::set<std::string> origins;
  while (!open.empty()) {
    const uint32_t party = open.front();
    open.pop_front();
    const Load wanted = needed[party];
    const auto own = wanted.find(ClassOf(party));
    if (own != wanted.end() && own->second.intersects(HoldingsOf(Sense::kNow, party))) {
      origins.emplace(snapshot_->PartyId(party));
    }
    for (const uint32_t into : snapshot_->InFlows(party)) {
      bool grew = false;
      for (const auto& [origin_class, bits] : wanted) {
        const auto carried = CarriageOf(into).all.find(origin_class);
        if (carried != CarriageOf(into).all.end()) {
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
  return ArrivalManners(arrivals, law, question, prepared).TakeAll(stop) ? std::move(made)
                                                                         : nullptr;
}

}  // namespace onward::query
