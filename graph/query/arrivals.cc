#include "graph/query/arrivals.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "graph/query/arrivals_internal.h"

namespace onward::query {

bool Holds(const Load& more, const Load& load) {
  return std::all_of(load.begin(), load.end(), [&](const auto& entry) {
    const auto at = more.find(entry.first);
    return at != more.end() && entry.second.is_subset_of(at->second);
  });
}

Arrivals::Carried* Arrivals::Nothing() {
  static Carried& nothing = *new Carried();
  return &nothing;
}

Arrivals::Traits Arrivals::TraitsOf(const model::TermsView& terms) {
  Traits traits;
  traits.is_direct = terms.collection == model::Collection::kDirectFromDataSubject;
  traits.states_categories = StatesCategories(terms);
  traits.is_processors = model::IsProcessorRole(terms.exporter_role);
  traits.is_controllers = model::IsControllerRole(terms.exporter_role);
  traits.names = !terms.on_behalf_of.empty() || !terms.activities.empty();
  traits.stated = terms.exporter_gdpr_subject;
  return traits;
}

class Arrivals::TermsReader {
 public:
  struct Said {
    Traits traits;
    // Null: not read so far.
    const Bits* declared = nullptr;
    bool leaves_copies = false;
  };

  TermsReader(const Snapshot& snapshot, const CategoryBits& bits, Pool<Bits>& pool)
      : graph_(snapshot), bits_(bits), pool_(pool) {}

  Said Of(uint32_t flow) {
    const std::optional<uint32_t> shared = graph_.SharedTermsOf(flow);
    if (!shared.has_value()) {
      return Read(graph_.TermsOf(flow));
    }
    if (*shared >= known_.size()) {
      known_.resize(std::max<size_t>(*shared + 1, known_.size() * 2));
    }
    Said& said = known_[*shared];
    if (said.declared == nullptr) {
      said = Read(graph_.TermsOf(flow));
    }
    return said;
  }

 private:
  Said Read(const model::TermsView& terms) {
    return {TraitsOf(terms), pool_.Take(bits_.Declared(terms)), terms.copy_ends.has_value()};
  }

  const Snapshot& graph_;
  const CategoryBits& bits_;
  Pool<Bits>& pool_;
  std::vector<Said> known_;
};

// As of a number that stands for nothing.
void Arrivals::Clear(uint32_t flow) {
  static const Limits& unlimited = *new Limits();
  FlowState& state = flows_.At(flow);
  state = {};
  state.declared = none_;
  state.limits = &unlimited;
  state.carried = Nothing();
}

Arrivals::Loads Arrivals::NoLoads() const {
  Loads loads;
  for (Loads::Layer& layer : loads.layers) {
    layer.holdings = bits_->None();
  }
  return loads;
}

Arrivals::Arrivals(const Snapshot& snapshot, StopLook& look)
    : snapshot_(&snapshot),
      bits_(std::make_shared<const CategoryBits>(snapshot)),
      kept_(std::make_shared<Kept>()),
      none_(kept_->bits.Take(bits_->None())) {
  flows_.Grow(snapshot.FlowCount());
  TermsReader terms(snapshot, *bits_, kept_->bits);
  for (uint32_t flow = 0; flow < snapshot.FlowCount() && !look.Step(); ++flow) {
    Clear(flow);
    if (snapshot.HasFlow(flow)) {
      const TermsReader::Said said = terms.Of(flow);
      FlowState& state = flows_.At(flow);
      state.declared = said.declared;
      state.traits = said.traits;
      copies_ = copies_ || said.leaves_copies;
    }
  }
  Loads* const loads = kept_->loads.Take(NoLoads());
  parties_.Grow(snapshot.PartyCount());
  for (uint32_t party = 0; party < snapshot.PartyCount() && !look.Step(); ++party) {
    parties_.At(party).loads = loads;
  }
}

Arrivals::Arrivals(const Arrivals& before, const Snapshot& after)
    : snapshot_(&after),
      bits_(before.bits_),
      kept_(before.kept_),
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
  Loads* const loads = kept_->loads.Take(NoLoads());
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
      out.Add(origin_class, bits & declared);
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
std::optional<std::vector<std::string>> Arrivals::OriginsUnless(const std::function<bool()>& stop,
                                                                uint32_t flow) const {
  StopLook look(stop);
  std::map<uint32_t, Load> needed;
  std::deque<uint32_t> open;
  const uint32_t exporter = snapshot_->ExporterOf(flow);
  if (needed[exporter].Add(CarriageOf(flow).all)) {
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
      if (look.Step()) {
        return std::nullopt;
      }
      bool grew = false;
      for (const auto& [origin_class, bits] : wanted) {
        const auto carried = CarriageOf(into).all.find(origin_class);
        if (carried != CarriageOf(into).all.end()) {
          grew =
              needed[snapshot_->ExporterOf(into)].Add(origin_class, bits & carried->second) || grew;
        }
      }
      if (grew) {
        open.push_back(snapshot_->ExporterOf(into));
      }
    }
  }
  return std::vector<std::string>(origins.begin(), origins.end());
}

std::unique_ptr<const Arrivals> Arrivals::Compute(const Snapshot& snapshot,
                                                  const law::Register& law,
                                                  const verdict::Question& question,
                                                  const PreparedSince* prepared,
                                                  const std::function<bool()>& stop) {
  StopLook look(stop);
  std::unique_ptr<Arrivals> made(new Arrivals(snapshot, look));  // private constructor
  Arrivals& arrivals = *made;
  ArrivalsBuilder builder(arrivals, law, look);
  if (!builder.MoveTo(question.as_of, {}, stop)) {
    return nullptr;
  }
  return ArrivalManners(arrivals, law, question, prepared).TakeAll(stop) ? std::move(made)
                                                                         : nullptr;
}

}  // namespace onward::query
