#include "graph/query/dependents.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "graph/query/judged_alike.h"
#include "graph/verdict/hop.h"
#include "graph/verdict/prepare_agreements.h"
#include "graph/verdict/principals.h"

namespace onward::query {
namespace {

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

struct Dependents::Index {
  // By party: its branches.
  Lists branches;
  // Flows by the party that runs a site, by a site's location, by an agreement, by whom they act for; as named.
  Lists operated;
  Lists located;
  Lists agreed;
  Lists acting;
  // Locations by the party that runs them.
  absl::flat_hash_map<std::string, std::vector<std::string>> run;
};

Dependents::Dependents(const Snapshot& snapshot, const law::Register& law) : law_(&law) {
  auto index = std::make_shared<Index>();
  for (const uint32_t party : snapshot.PartiesInOrder()) {
    const model::Party* const record = snapshot.FindParty(snapshot.PartyId(party));
    if (record != nullptr && !record->branch_of.empty()) {
      index->branches[record->branch_of].push_back(party);
    }
  }
  for (const RecordPtr& record : snapshot.RecordsOf(model::RecordKind::kLocation)) {
    const auto& location = std::get<model::Location>(*record);
    if (!location.operator_party.empty()) {
      index->run[location.operator_party].push_back(location.id);
    }
  }
  for (uint32_t flow = 0; flow < snapshot.FlowCount(); ++flow) {
    if (!snapshot.HasFlow(flow)) {
      continue;
    }
    const model::TermsView terms = snapshot.TermsOf(flow);
    for (const model::Site& site : terms.sites) {
      if (!site.operator_party.empty()) {
        index->operated[site.operator_party].push_back(flow);
      }
      if (!site.location.empty()) {
        index->located[site.location].push_back(flow);
      }
    }
    for (const std::string& agreement : terms.agreements) {
      index->agreed[agreement].push_back(flow);
    }
    for (const std::string& party : terms.on_behalf_of) {
      index->acting[party].push_back(flow);
    }
  }
  index_ = std::move(index);
}

// Finds the flows that some mutations touch.
class TouchedFlows {
 public:
  TouchedFlows(const Dependents& dependents, const Snapshot& before, const Snapshot& after)
      : d_(dependents),
        before_(before),
        after_(after),
        touched_max_(std::clamp(after.FlowCount() / Dependents::kTouchedShare, kTouchedMin,
                                Dependents::kTouchedMax)) {}

  void Add(const model::RecordRef& ref) {
    switch (ref.kind) {
      case model::RecordKind::kFlow:
        AddFlowRecord(ref.id);
        break;
      case model::RecordKind::kParty:
        AddLaterNaming();
        AddParty(ref.id);
        break;
      case model::RecordKind::kLocation:
        AddLaterNaming();
        AddAll(d_.index_->located, ref.id);
        break;
      case model::RecordKind::kAgreement:
        AddLaterNaming();
        AddAgreement(ref.id);
        break;
      case model::RecordKind::kActivity:
      case model::RecordKind::kTriage:
        break;
      case model::RecordKind::kUnspecified:
      case model::RecordKind::kPolicy:
      case model::RecordKind::kCategory:
        unbounded_ = true;
        break;
    }
  }

  // nullopt: not to be bounded.
  std::optional<std::vector<uint32_t>> Take() {
    AddOperated();
    if (TooMany()) {
      return std::nullopt;
    }
    std::vector<uint32_t> flows(flows_.begin(), flows_.end());
    std::sort(flows.begin(), flows.end());
    return flows;
  }

 private:
  bool TooMany() {
    unbounded_ = unbounded_ || flows_.size() > touched_max_ || fed_.size() > Dependents::kFedMax;
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
        flows_.insert(*flow);
        if (!stands) {
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
      const model::TermsView terms = graph.TermsOf(flow);
      if (TooMany() || model::IsControllerRole(terms.exporter_role)) {
        continue;
      }
      if (ReadsControllers(graph, flow, terms)) {
        flows_.insert(flow);
      }
      const verdict::Feeding feeding =
          verdict::FeedingOf(terms.exporter_role, terms.importer_role, !terms.on_behalf_of.empty());
      if (feeding == verdict::Feeding::kProcessor) {
        open.push_back(graph.ImporterOf(flow));
      }
    }
  }

  // Whether it makes a difference to a flow for whom its exporter acts: an agreement that may decide names somebody for
  // whom a party may act. Flows that are judged in other ways than most may read more.
  bool ReadsControllers(const Snapshot& graph, uint32_t flow, const model::TermsView& terms) {
    const uint32_t importer = graph.ImporterOf(flow);
    if (terms.agreements.empty()) {
      const auto [at, is_new] = reads_.try_emplace(std::pair(&graph, importer), false);
      if (is_new) {
        at->second = NamesControllers(graph, graph.PartyId(importer));
      }
      return at->second || SameHead(graph, flow);
    }
    return SameHead(graph, flow) ||
           std::any_of(terms.agreements.begin(), terms.agreements.end(), [&](const auto& id) {
             const model::Agreement* const agreement = graph.FindAgreement(id);
             return agreement != nullptr && NamesController(*agreement);
           });
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

  // Agreements of the party or its heads.
  bool NamesControllers(const Snapshot& graph, std::string_view party) {
    const auto names = [&](std::string_view id) {
      const auto agreements = graph.AgreementsOf(id);
      return std::any_of(agreements.begin(), agreements.end(),
                         [this](const auto* agreement) { return NamesController(*agreement); });
    };
    const verdict::Entity members = verdict::EntityOf(party, graph);
    return names(party) || std::any_of(members.begin(), members.end(),
                                       [&](const auto* member) { return names(member->id); });
  }

  bool NamesController(const model::Agreement& agreement) {
    const auto [at, is_new] = names_controller_.try_emplace(&agreement, false);
    if (is_new && verdict::MayDecide(agreement, *d_.law_)) {
      const auto is_one = [this](const std::string& party) { return MayBeController(party); };
      at->second =
          std::any_of(agreement.parties.begin(), agreement.parties.end(), is_one) ||
          std::any_of(agreement.sides.begin(), agreement.sides.end(),
                      [&](const model::AgreementParty& side) { return is_one(side.party); });
    }
    return at->second;
  }

  // Whether somebody may act for the party or for a branch of it.
  bool MayBeController(const std::string& id) {
    const auto [at, is_new] = controllers_.try_emplace(id, false);
    if (!is_new) {
      return at->second;
    }
    bool is_one = false;
    for (const std::string& party : Entities(id)) {
      is_one = is_one || d_.index_->acting.contains(party) || LaterNamed().contains(party);
      for (const Snapshot* const graph : {&before_, &after_}) {
        if (const auto number = is_one ? std::nullopt : graph->PartyNumber(party)) {
          const auto out = graph->OutFlows(*number);
          is_one = std::any_of(out.begin(), out.end(), [graph](uint32_t flow) {
            return model::IsControllerRole(graph->TermsOf(flow).exporter_role);
          });
        }
      }
    }
    at->second = is_one;
    return is_one;
  }

  // Parties for whom flows act that changed since the index was made.
  const absl::flat_hash_set<std::string>& LaterNamed() {
    if (!later_named_.has_value()) {
      later_named_.emplace();
      for (const uint32_t flow : d_.later_flows_) {
        for (const Snapshot* const graph : {&before_, &after_}) {
          if (flow < graph->FlowCount() && graph->HasFlow(flow)) {
            const model::Strings& named = graph->TermsOf(flow).on_behalf_of;
            later_named_->insert(named.begin(), named.end());
          }
        }
      }
    }
    return *later_named_;
  }

  // Parties of whose entity the party is, itself included, as they were or are.
  std::vector<std::string> Entities(const std::string& party) {
    std::vector<std::string> found = {party};
    for (size_t next = 0; next < found.size() && !TooMany(); ++next) {
      const auto add = [&found](std::string_view id) {
        if (std::find(found.begin(), found.end(), id) == found.end()) {
          found.emplace_back(id);
        }
      };
      if (const auto at = d_.index_->branches.find(found[next]); at != d_.index_->branches.end()) {
        for (const uint32_t branch : at->second) {
          add(after_.PartyId(branch));
        }
      }
      for (const std::string& later : d_.later_parties_) {
        const model::Party* const record = after_.FindParty(later);
        if (record != nullptr && record->branch_of == found[next]) {
          add(later);
        }
      }
      unbounded_ = unbounded_ || found.size() > Dependents::kTouchedMax;
    }
    return found;
  }

  void AddParty(const std::string& id) {
    for (const std::string& party : Entities(id)) {
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
        for (const std::string& party : Entities(name)) {
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
      if (!after_.HasParty(exporter)) {
        continue;
      }
      for (const std::string& party : Entities(std::string(after_.PartyId(exporter)))) {
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
  // By snapshot and importer.
  absl::flat_hash_map<std::pair<const Snapshot*, uint32_t>, bool> reads_;
  absl::flat_hash_map<const model::Agreement*, bool> names_controller_;
  absl::flat_hash_map<std::string, bool> controllers_;
  std::optional<absl::flat_hash_set<std::string>> later_named_;
  bool unbounded_ = false;
};

std::optional<std::vector<uint32_t>> Dependents::Touch(
    const Snapshot& before, const Snapshot& after, const std::vector<model::Mutation>& mutations) {
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
    if (ref.kind == model::RecordKind::kParty) {
      later_parties_.push_back(ref.id);
    }
    for (const Snapshot* const graph : {&before, &after}) {
      const std::optional<uint32_t> flow =
          ref.kind == model::RecordKind::kFlow ? graph->FlowNumber(ref.id) : std::nullopt;
      if (flow.has_value()) {
        later_flows_.push_back(*flow);
      }
    }
    // What a location says of who runs it is found with the flows that are there.
    if (ref.kind == model::RecordKind::kLocation) {
      if (const auto at = index_->located.find(ref.id); at != index_->located.end()) {
        later_flows_.insert(later_flows_.end(), at->second.begin(), at->second.end());
      }
    }
  }
  if (later_flows_.size() + later_parties_.size() > kLaterMax) {
    return std::nullopt;
  }
  TouchedFlows touched(*this, before, after);
  for (const model::RecordRef& ref : written) {
    touched.Add(ref);
  }
  return touched.Take();
}

}  // namespace onward::query
