#include "graph/query/dependents.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "graph/query/dependents_internal.h"
#include "graph/query/judged_alike.h"
#include "graph/query/principals_compared.h"
#include "graph/verdict/hop.h"
#include "graph/verdict/principals.h"

namespace onward::query {
namespace {

using model::RecordKind;
using Lists = absl::flat_hash_map<std::string, std::vector<uint32_t>>;

// Whether somebody else than the importer may run a site.
bool HasOperators(const model::TermsView& flow) {
  return std::any_of(flow.sites.begin(), flow.sites.end(), [](const model::Site& site) {
    return !site.operator_party.empty() || !site.location.empty();
  });
}

bool NamesOthers(const model::TermsView& flow) {
  return HasOperators(flow) || !flow.agreements.empty() || !flow.on_behalf_of.empty();
}

// Whether a mutation of the record changes for whom somebody acts, and when that counts, by flows alone.
bool LeavesPrincipalsToFlows(const model::RecordRef& ref) {
  return ref.kind == RecordKind::kFlow || ref.kind == RecordKind::kActivity ||
         ref.kind == RecordKind::kTriage;
}

// By number, as they were or are.
std::vector<uint32_t> FlowsOf(const std::vector<model::RecordRef>& written, const Snapshot& before,
                              const Snapshot& after) {
  std::vector<uint32_t> flows;
  for (const model::RecordRef& ref : written) {
    for (const Snapshot* const graph : {&before, &after}) {
      const std::optional<uint32_t> flow =
          ref.kind == RecordKind::kFlow ? graph->FlowNumber(ref.id) : std::nullopt;
      if (flow.has_value()) {
        flows.push_back(*flow);
      }
    }
  }
  return flows;
}

// So many flows are judged by themselves however few there are.
constexpr size_t kTouchedMin = 100;
// More mutations at once make a snapshot with other numbers.
constexpr size_t kMutationsMax = 200;

// Whether a party's list of flows is the same object in both: then flows and parties have the same numbers.
bool ShareNumbers(const Snapshot& before, const Snapshot& after) {
  if (after.FlowCount() < before.FlowCount() || after.PartyCount() < before.PartyCount()) {
    return false;
  }
  for (uint32_t party = 0; party < before.PartyCount(); ++party) {
    if (!before.HasParty(party) || !after.HasParty(party)) {
      continue;
    }
    for (const bool out : {true, false}) {
      const auto one = out ? before.OutFlows(party) : before.InFlows(party);
      const auto other = out ? after.OutFlows(party) : after.InFlows(party);
      if (!one.empty() && one.data() == other.data()) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

// Finds the flows that some mutations touch.
class TouchedFlows {
 public:
  TouchedFlows(const Dependents& dependents, const Snapshot& before, const Snapshot& after,
               const std::vector<model::RecordRef>& written)
      : d_(dependents),
        before_(before),
        after_(after),
        touched_max_(std::clamp(after.FlowCount() / Dependents::kTouchedShare, kTouchedMin,
                                Dependents::kTouchedMax)),
        controllers_(dependents, before, after) {
    const std::vector<uint32_t> flows = FlowsOf(written, before, after);
    flows_.insert(flows.begin(), flows.end());
    if (std::all_of(written.begin(), written.end(), LeavesPrincipalsToFlows)) {
      compared_.emplace(before, after, flows, dependents.law_->starts_on());
    }
    for (const model::RecordRef& ref : written) {
      Add(ref);
    }
  }

  // nullopt: not to be bounded, or stopped.
  std::optional<std::vector<uint32_t>> Take(const std::function<bool()>& stop) {
    if (compared_.has_value() && !TooMany()) {
      const std::optional<std::vector<uint32_t>> differing = compared_->Differing(stop);
      if (!differing.has_value()) {
        return std::nullopt;
      }
      flows_.insert(differing->begin(), differing->end());
    }
    AddOperated();
    if (TooMany()) {
      return std::nullopt;
    }
    std::vector<uint32_t> flows(flows_.begin(), flows_.end());
    std::sort(flows.begin(), flows.end());
    return flows;
  }

 private:
  void Add(const model::RecordRef& ref) {
    switch (ref.kind) {
      case RecordKind::kFlow:
        AddFlowRecord(ref.id);
        break;
      case RecordKind::kParty:
        AddLaterNaming();
        AddParty(ref.id);
        break;
      case RecordKind::kLocation:
        AddLaterNaming();
        AddAll(d_.index_->located, ref.id);
        break;
      case RecordKind::kAgreement:
        AddLaterNaming();
        AddAgreement(ref.id);
        break;
      case RecordKind::kActivity:
      case RecordKind::kTriage:
        break;
      case RecordKind::kUnspecified:
      case RecordKind::kPolicy:
      case RecordKind::kCategory:
        unbounded_ = true;
        break;
    }
  }

  bool TooMany() {
    unbounded_ = unbounded_ || controllers_.too_many() || flows_.size() > touched_max_ ||
                 fed_.size() > Dependents::kFedMax;
    return unbounded_;
  }

  template <class Flows>
  void AddEach(const Flows& flows) {
    for (const uint32_t flow : flows) {
      if (TooMany()) {
        return;
      }
      flows_.insert(flow);
    }
  }

  void AddAll(const Lists& lists, const std::string& id) {
    if (const auto at = lists.find(id); at != lists.end()) {
      AddEach(at->second);
    }
  }

  // What a changed flow names may not be as the index has it.
  void AddLaterNaming() {
    for (const uint32_t flow : d_.later_flows_) {
      if (after_.HasFlow(flow) && NamesOthers(after_.TermsOf(flow))) {
        flows_.insert(flow);
        if (!after_.TermsOf(flow).on_behalf_of.empty()) {
          AddFed(after_.ImporterOf(flow));
        }
      }
    }
  }

  void AddFlowRecord(const std::string& id) {
    const std::optional<uint32_t> one = before_.FlowNumber(id);
    const std::optional<uint32_t> other = after_.FlowNumber(id);
    const bool stands = one.has_value() && other.has_value() && before_.HasFlow(*one) &&
                        after_.HasFlow(*other) &&
                        FeedsTheSame(before_.FlowAt(*one), after_.FlowAt(*other));
    for (const Snapshot* const graph : {&before_, &after_}) {
      const std::optional<uint32_t> flow = graph->FlowNumber(id);
      if (flow.has_value()) {
        if (!stands && verdict::FeedingOf(graph->TermsOf(*flow)) != verdict::Feeding::kNone) {
          AddFed(graph->ImporterOf(*flow));
        }
        exporters_.insert(graph->ExporterOf(*flow));
      }
    }
  }

  // For whom the party acts may not be what it was, nor for whom those act whom it feeds as a processor.
  void AddFed(uint32_t first) {
    std::vector<uint32_t> open = {first};
    while (!open.empty() && !TooMany()) {
      const uint32_t party = open.back();
      open.pop_back();
      if (!fed_.insert(party).second) {
        continue;
      }
      for (const Snapshot* const graph : {&before_, &after_}) {
        if (party < graph->PartyCount() && graph->HasParty(party)) {
          AddFedFlows(*graph, party, open);
        }
      }
    }
  }

  void AddFedFlows(const Snapshot& graph, uint32_t party, std::vector<uint32_t>& open) {
    for (const uint32_t flow : graph.OutFlows(party)) {
      // Unless it was written it is the same after.
      if (compared_.has_value() && &graph == &before_ && !flows_.contains(flow)) {
        continue;
      }
      const model::TermsView terms = graph.TermsOf(flow);
      if (TooMany() || model::IsControllerRole(terms.exporter_role)) {
        continue;
      }
      AddBelow(graph, flow, terms);
      if (verdict::FeedingOf(terms) == verdict::Feeding::kProcessor) {
        open.push_back(graph.ImporterOf(flow));
      }
    }
  }

  // Flows that are judged in other ways than most may read more of those for whom the exporter acts.
  void AddBelow(const Snapshot& graph, uint32_t flow, const model::TermsView& terms) {
    if (flows_.contains(flow) || asked_.contains(flow)) {
      return;
    }
    if (SameHead(graph, flow)) {
      flows_.insert(flow);
      return;
    }
    const NamedControllers::Parties& named = controllers_.Of(graph, flow, terms);
    if (named.empty()) {
      return;
    }
    if (!compared_.has_value()) {
      flows_.insert(flow);
    } else if (terms.on_behalf_of.empty()) {
      asked_.insert(flow);
      unbounded_ = unbounded_ || !compared_->Ask(flow, named);
    }
  }

  // Parties without a record, and those of one entity, are looked at no closer.
  static bool SameHead(const Snapshot& graph, uint32_t flow) {
    const model::Party* const one = graph.FindParty(graph.PartyId(graph.ExporterOf(flow)));
    const model::Party* const other = graph.FindParty(graph.PartyId(graph.ImporterOf(flow)));
    return one == nullptr || other == nullptr || one == other ||
           ((!one->branch_of.empty() || !other->branch_of.empty()) &&
            verdict::SameEntity(verdict::EntityOf(one->id, graph),
                                verdict::EntityOf(other->id, graph)));
  }

  void AddParty(const std::string& id) {
    for (const std::string& party : controllers_.EntitiesOf(id)) {
      AddAll(d_.index_->operated, party);
      if (const auto at = d_.index_->run.find(party); at != d_.index_->run.end()) {
        for (const std::string& location : at->second) {
          AddAll(d_.index_->located, location);
        }
      }
      if (const auto at = d_.index_->acting.find(party); at != d_.index_->acting.end()) {
        AddEach(at->second);
        for (const uint32_t flow : at->second) {
          if (!TooMany() && after_.HasFlow(flow)) {
            AddFed(after_.ImporterOf(flow));
          }
        }
      }
      for (const Snapshot* const graph : {&before_, &after_}) {
        if (const std::optional<uint32_t> number = graph->PartyNumber(party)) {
          AddEach(graph->InFlows(*number));
          AddEach(graph->OutFlows(*number));
          for (const uint32_t flow : graph->OutFlows(*number)) {
            AddFed(graph->ImporterOf(flow));
          }
        }
      }
    }
  }

  // Only flows whose importer an agreement names, and those that name it themselves, are judged by it.
  void AddAgreement(const std::string& id) {
    AddAll(d_.index_->agreed, id);
    for (const Snapshot* const graph : {&before_, &after_}) {
      const model::Agreement* const agreement = graph->FindAgreement(id);
      if (agreement == nullptr) {
        continue;
      }
      model::Strings named = agreement->parties;
      for (const model::AgreementParty& side : agreement->sides) {
        named.push_back(side.party);
      }
      for (const std::string& name : named) {
        for (const std::string& party : controllers_.EntitiesOf(name)) {
          if (const std::optional<uint32_t> number = after_.PartyNumber(party)) {
            AddEach(after_.InFlows(*number));
          }
        }
      }
    }
  }

  // A site that somebody else runs is judged by the flow from the importer to him.
  void AddOperated() {
    for (const uint32_t flow : flows_) {
      for (const Snapshot* const graph : {&before_, &after_}) {
        if (flow < graph->FlowCount() && graph->HasFlow(flow)) {
          exporters_.insert(graph->ExporterOf(flow));
        }
      }
    }
    if (d_.index_->operated.empty() && d_.index_->located.empty() && !LaterOperated()) {
      return;
    }
    for (const uint32_t exporter : exporters_) {
      if (TooMany()) {
        return;
      }
      if (after_.HasParty(exporter)) {
        AddOperatedInto(exporter);
      }
    }
  }

  void AddOperatedInto(uint32_t exporter) {
    for (const std::string& party :
         controllers_.EntitiesOf(std::string(after_.PartyId(exporter)))) {
      const std::optional<uint32_t> number = after_.PartyNumber(party);
      if (!number.has_value()) {
        continue;
      }
      for (const uint32_t into : after_.InFlows(*number)) {
        if (HasOperators(after_.TermsOf(into))) {
          flows_.insert(into);
        }
      }
    }
  }

  bool LaterOperated() const {
    return std::any_of(d_.later_flows_.begin(), d_.later_flows_.end(), [this](uint32_t flow) {
      return after_.HasFlow(flow) && HasOperators(after_.TermsOf(flow));
    });
  }

  const Dependents& d_;
  const Snapshot& before_;
  const Snapshot& after_;
  const size_t touched_max_;
  absl::flat_hash_set<uint32_t> flows_;
  absl::flat_hash_set<uint32_t> exporters_;
  absl::flat_hash_set<uint32_t> fed_;
  NamedControllers controllers_;
  // Where nothing but flows was written; and those about which it is asked.
  std::optional<PrincipalsCompared> compared_;
  absl::flat_hash_set<uint32_t> asked_;
  bool unbounded_ = false;
};

std::optional<std::vector<uint32_t>> Dependents::Touch(
    const Snapshot& before, const Snapshot& after, const std::vector<model::Mutation>& mutations,
    const std::function<bool()>& stop) {
  if (mutations.size() > kMutationsMax || !ShareNumbers(before, after)) {
    return std::nullopt;
  }
  std::vector<model::RecordRef> written;
  for (const model::Mutation& mutation : mutations) {
    if (!ChangesNothing(mutation.ref, before, after)) {
      written.push_back(mutation.ref);
    }
  }
  for (const model::RecordRef& ref : written) {
    if (ref.kind == RecordKind::kParty) {
      later_parties_.push_back(ref.id);
    }
    for (const Snapshot* const graph : {&before, &after}) {
      const std::optional<uint32_t> flow =
          ref.kind == RecordKind::kFlow ? graph->FlowNumber(ref.id) : std::nullopt;
      if (flow.has_value()) {
        later_flows_.push_back(*flow);
      }
    }
    // What a location says of who runs it is found with the flows that are there.
    if (ref.kind == RecordKind::kLocation) {
      if (const auto at = index_->located.find(ref.id); at != index_->located.end()) {
        later_flows_.insert(later_flows_.end(), at->second.begin(), at->second.end());
      }
    }
  }
  if (later_flows_.size() + later_parties_.size() > kLaterMax) {
    return std::nullopt;
  }
  return TouchedFlows(*this, before, after, written).Take(stop);
}

}  // namespace onward::query
