#include <algorithm>
#include <utility>

#include "graph/query/dependents_internal.h"
#include "graph/verdict/hop.h"
#include "graph/verdict/prepare_agreements.h"

namespace onward::query {
namespace {

void Normalise(std::vector<uint32_t>& parties) {
  std::sort(parties.begin(), parties.end());
  parties.erase(std::unique(parties.begin(), parties.end()), parties.end());
}

void Append(const std::vector<uint32_t>& more, std::vector<uint32_t>& parties) {
  parties.insert(parties.end(), more.begin(), more.end());
}

}  // namespace

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

const NamedControllers::Parties& NamedControllers::Of(const Snapshot& graph, uint32_t flow,
                                                      const model::TermsView& terms) {
  if (terms.agreements.empty()) {
    return OfImporter(graph, graph.ImporterOf(flow));
  }
  const auto [at, is_new] = of_names_.try_emplace(terms.agreements);
  if (is_new) {
    for (const std::string& id : terms.agreements) {
      if (const model::Agreement* const agreement = graph.FindAgreement(id)) {
        Append(OfAgreement(*agreement), at->second);
      }
    }
    Normalise(at->second);
  }
  return at->second;
}

std::vector<std::string> NamedControllers::EntitiesOf(const std::string& party) {
  std::vector<std::string> found = {party};
  for (size_t next = 0; next < found.size() && !too_many_; ++next) {
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
    too_many_ = found.size() > Dependents::kTouchedMax;
  }
  return found;
}

const NamedControllers::Parties& NamedControllers::OfImporter(const Snapshot& graph,
                                                              uint32_t importer) {
  const auto [at, is_new] = of_importers_.try_emplace(std::pair(&graph, importer));
  if (is_new) {
    const std::string_view party = graph.PartyId(importer);
    const auto add = [&, &found = at->second](std::string_view id) {
      for (const model::Agreement* const agreement : graph.AgreementsOf(id)) {
        Append(OfAgreement(*agreement), found);
      }
    };
    add(party);
    for (const model::Party* const member : verdict::EntityOf(party, graph)) {
      if (member->id != party) {
        add(member->id);
      }
    }
    Normalise(at->second);
  }
  return at->second;
}

const NamedControllers::Parties& NamedControllers::OfAgreement(const model::Agreement& agreement) {
  const auto [at, is_new] = of_agreements_.try_emplace(&agreement);
  if (is_new && verdict::MayDecide(agreement, *d_.law_)) {
    for (const std::string& party : agreement.parties) {
      Append(OfParty(party), at->second);
    }
    for (const model::AgreementParty& side : agreement.sides) {
      Append(OfParty(side.party), at->second);
    }
    Normalise(at->second);
  }
  return at->second;
}

// The party and its branches, as far as they may.
const NamedControllers::Parties& NamedControllers::OfParty(const std::string& id) {
  const auto [at, is_new] = of_parties_.try_emplace(id);
  if (is_new) {
    for (const std::string& party : EntitiesOf(id)) {
      for (const Snapshot* const graph : {&before_, &after_}) {
        const std::optional<uint32_t> number = graph->PartyNumber(party);
        if (number.has_value() && MayBeController(party)) {
          at->second.push_back(*number);
        }
      }
    }
  }
  return at->second;
}

// Whether somebody may act for the party.
bool NamedControllers::MayBeController(const std::string& party) {
  bool is_one = d_.index_->acting.contains(party) || LaterNamed().contains(party);
  for (const Snapshot* const graph : {&before_, &after_}) {
    if (const auto number = is_one ? std::nullopt : graph->PartyNumber(party)) {
      const auto out = graph->OutFlows(*number);
      is_one = std::any_of(out.begin(), out.end(), [graph](uint32_t flow) {
        return model::IsControllerRole(graph->TermsOf(flow).exporter_role);
      });
    }
  }
  return is_one;
}

// Parties for whom flows act that changed since the index was made.
const absl::flat_hash_set<std::string>& NamedControllers::LaterNamed() {
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

}  // namespace onward::query
