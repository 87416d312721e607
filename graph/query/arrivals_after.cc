// Arrivals brought up to date after writes.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "graph/query/arrivals_internal.h"
#include "graph/query/judged_alike.h"

namespace onward::query {
namespace {

using model::RecordKind;

// More flows than this share of all are cheaper computed with all others; of small inventories, all may be.
constexpr size_t kDirtyShare = 4;
constexpr size_t kDirtyMin = 1'000;

// Whether a flow between the same parties moves the same data; when, and who is bound, apart.
bool MovesTheSame(const model::Flow& one, const model::Flow& other) {
  return one.exporter_role == other.exporter_role && one.collection == other.collection &&
         one.copy_ends == other.copy_ends && one.data_categories == other.data_categories &&
         one.on_behalf_of == other.on_behalf_of && one.activities == other.activities;
}

}  // namespace

// Tells a builder what some writes changed.
class ArrivalWrites {
 public:
  ArrivalWrites(Arrivals& arrivals, const Arrivals::Writes& writes)
      : a_(arrivals), w_(writes), was_(writes.before), after_(writes.after) {}

  // Numbers, orders and what flows declare. False: to be computed anew.
  bool Prepare() {
    std::set<uint32_t> flows;
    for (const model::Mutation& mutation : w_.mutations) {
      switch (mutation.ref.kind) {
        case RecordKind::kFlow:
          if (const auto flow = after_.FlowNumber(mutation.ref.id)) {
            flows.insert(*flow);
          } else if (const auto gone = was_.FlowNumber(mutation.ref.id)) {
            flows.insert(*gone);
          }
          break;
        case RecordKind::kActivity:
          activities_.push_back(mutation.ref.id);
          break;
        case RecordKind::kParty:
          if (const auto party = after_.PartyNumber(mutation.ref.id);
              party.has_value() &&
              !JudgedAlike(was_.FindParty(mutation.ref.id), after_.FindParty(mutation.ref.id))) {
            parties_.push_back(*party);
          }
          break;
        case RecordKind::kLocation:
        case RecordKind::kAgreement:
        case RecordKind::kTriage:
          break;
        case RecordKind::kUnspecified:
        case RecordKind::kPolicy:
        case RecordKind::kCategory:
          return false;
      }
    }
    flows_.assign(flows.begin(), flows.end());
    return KnowsCategories() && Order() && Limit();
  }

  void Tell(ArrivalsBuilder& builder) {
    for (const uint32_t party : merged_) {
      builder.SumAnew(party);
    }
    for (const uint32_t flow : flows_) {
      TellFlow(flow, builder);
    }
    for (const std::string& id : activities_) {
      for (const Snapshot* const graph : {&was_, &after_}) {
        TellActivity(graph->FindActivity(id), builder);
      }
    }
    for (const uint32_t flow : w_.touched) {
      if (after_.HasFlow(flow)) {
        builder.Update(flow);
      }
    }
  }

  // That were written: by number, ascending.
  const std::vector<uint32_t>& flows() const { return flows_; }
  const std::vector<uint32_t>& parties() const { return parties_; }

 private:
  bool Was(uint32_t flow) const { return flow < was_.FlowCount() && was_.HasFlow(flow); }

  bool Knows(const model::Strings& categories) const {
    return std::all_of(categories.begin(), categories.end(),
                       [this](const std::string& id) { return a_.bits_->Knows(id); });
  }

  bool KnowsCategories() const {
    for (const uint32_t flow : flows_) {
      if (!after_.HasFlow(flow)) {
        continue;
      }
      const model::TermsView terms = after_.TermsOf(flow);
      if ((StatesCategories(terms) && !Knows(terms.data_categories)) ||
          (terms.copy_ends.has_value() && !a_.copies_)) {
        return false;
      }
    }
    return std::all_of(activities_.begin(), activities_.end(), [this](const std::string& id) {
      const model::Activity* const activity = after_.FindActivity(id);
      return activity == nullptr || Knows(activity->data_categories);
    });
  }

  bool Order() {
    ArrivalOrder order(a_);
    for (uint32_t party = was_.PartyCount(); party < after_.PartyCount(); ++party) {
      order.AddParty(party);
    }
    for (const uint32_t flow : flows_) {
      if (after_.HasFlow(flow) && !SameEnds(flow) && !order.AddFlow(flow)) {
        return false;
      }
    }
    merged_ = order.merged();
    return true;
  }

  bool SameEnds(uint32_t flow) const {
    return Was(flow) && was_.ExporterOf(flow) == after_.ExporterOf(flow) &&
           was_.ImporterOf(flow) == after_.ImporterOf(flow);
  }

  // Classes stay as they are: no party begins or ceases to be one that flows are limited to.
  bool Limit() {
    std::set<uint32_t> named;
    for (const uint32_t flow : flows_) {
      if (Was(flow)) {
        for (const uint32_t party : Named(was_, flow)) {
          --a_.parties_.At(party).limited;
          named.insert(party);
        }
      }
      if (!after_.HasFlow(flow)) {
        continue;
      }
      std::vector<uint32_t> limits;
      for (const uint32_t party : Named(after_, flow)) {
        Arrivals::PartyState& state = a_.parties_.At(party);
        ++state.limited;
        named.insert(party);
        limits.push_back(state.origin_class);
      }
      std::sort(limits.begin(), limits.end());
      SetTerms(flow, limits);
    }
    return std::all_of(named.begin(), named.end(), [this](uint32_t party) {
      const Arrivals::PartyState& state = a_.parties_[party];
      return (state.limited == 0) == (state.origin_class == 0);
    });
  }

  static std::vector<uint32_t> Named(const Snapshot& graph, uint32_t flow) {
    std::vector<uint32_t> parties;
    for (const std::string& id : graph.TermsOf(flow).on_behalf_of) {
      if (const auto party = graph.PartyNumber(id)) {
        parties.push_back(*party);
      }
    }
    return parties;
  }

  void SetTerms(uint32_t flow, const std::vector<uint32_t>& limits) {
    Arrivals::FlowState& state = a_.flows_.At(flow);
    const model::TermsView terms = after_.TermsOf(flow);
    if (limits != *state.limits) {
      state.limits = a_.kept_->limits.Take(limits);
    }
    state.declared = a_.kept_->bits.Take(a_.bits_->Declared(terms));
    state.traits = Arrivals::TraitsOf(terms);
  }

  void TellFlow(uint32_t flow, ArrivalsBuilder& builder) {
    const bool leaves = Was(flow) && !(after_.HasFlow(flow) && SameEnds(flow));
    if (leaves) {
      builder.TakeAway(flow, was_.ExporterOf(flow), was_.ImporterOf(flow));
    }
    if (!after_.HasFlow(flow)) {
      a_.Clear(flow);
      return;
    }
    if (leaves) {
      a_.flows_.At(flow).under = Arrivals::Under::kNotAsked;
    }
    if (leaves || !Was(flow) || !MovesTheSame(was_.FlowAt(flow), after_.FlowAt(flow))) {
      builder.Restate(flow);
    }
  }

  void TellActivity(const model::Activity* activity, ArrivalsBuilder& builder) const {
    if (activity == nullptr) {
      return;
    }
    model::Strings parties = activity->controllers;
    parties.push_back(activity->processor);
    for (const std::string& id : parties) {
      if (const auto party = after_.PartyNumber(id)) {
        builder.Redo(*party);
      }
    }
  }

  Arrivals& a_;
  const Arrivals::Writes& w_;
  const Snapshot& was_;
  const Snapshot& after_;
  std::vector<uint32_t> flows_;
  std::vector<uint32_t> parties_;
  std::vector<std::string> activities_;
  std::vector<uint32_t> merged_;
};

std::optional<Arrivals::Next> Arrivals::After(const Writes& writes, const law::Register& law,
                                              const verdict::Question& question,
                                              const PreparedSince& prepared,
                                              const std::function<bool()>& stop) const {
  std::unique_ptr<Arrivals> made(new Arrivals(*this, writes.after));  // private constructor
  ArrivalWrites told(*made, writes);
  if (!told.Prepare()) {
    return std::nullopt;
  }
  ArrivalsBuilder builder(*made, law, question.as_of);
  told.Tell(builder);
  if (!builder.Settle(std::max(kDirtyMin, made->flows_.size() / kDirtyShare), stop)) {
    return std::nullopt;
  }
  ArrivalManners manners(*made, law, question, &prepared);
  std::set<uint32_t> fed(builder.fed().begin(), builder.fed().end());
  for (const uint32_t party : told.parties()) {
    fed.insert(party);
  }
  for (const uint32_t flow : writes.touched) {
    if (writes.after.HasFlow(flow) && manners.UnderChanges(flow)) {
      fed.insert(writes.after.ImporterOf(flow));
    }
  }
  std::vector<uint32_t> flows = builder.touched();
  for (const uint32_t party : fed) {
    const auto out = writes.after.OutFlows(party);
    flows.insert(flows.end(), out.begin(), out.end());
  }
  std::sort(flows.begin(), flows.end());
  flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
  std::optional<std::vector<uint32_t>> said = manners.Take(flows, stop);
  if (!said.has_value()) {
    return std::nullopt;
  }
  said->insert(said->end(), told.flows().begin(), told.flows().end());
  std::sort(said->begin(), said->end());
  said->erase(std::unique(said->begin(), said->end()), said->end());
  std::erase_if(*said, [&](uint32_t flow) {
    return flow < flows_.size() && flows_[flow].now == made->flows_[flow].now &&
           SameArrival(flows_[flow].arrival, made->flows_[flow].arrival);
  });
  return Next{std::move(made), *std::move(said)};
}

}  // namespace onward::query
