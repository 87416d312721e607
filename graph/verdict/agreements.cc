#include "graph/verdict/agreements.h"

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "graph/verdict/principals.h"

namespace onward::verdict {
namespace {

using model::AgreementSide;

// When one side is bound, and when it joined.
struct Bond {
  Interval interval;
  Date joined = Date::Min();
};

bool IsOn(AgreementSide stated, AgreementSide wanted) {
  return stated == wanted || stated == AgreementSide::kBoth;
}

void AddBonds(const model::Agreement& agreement, const std::string& party, AgreementSide wanted,
              std::vector<Bond>& bonds) {
  bool has_entry = false;
  for (const model::AgreementParty& entry : agreement.sides) {
    if (entry.party != party) {
      continue;
    }
    has_entry = true;
    if (IsOn(entry.side, wanted)) {
      bonds.push_back({agreement.interval.Meet(entry.interval), entry.interval.from});
    }
  }
  const model::Strings& parties = agreement.parties;
  if (!has_entry && std::find(parties.begin(), parties.end(), party) != parties.end()) {
    bonds.push_back({agreement.interval, Date::Min()});
  }
}

std::vector<Bond> BondsOf(const model::Agreement& agreement, const Entity& entity,
                          AgreementSide wanted) {
  std::vector<Bond> bonds;
  for (const model::Party* party : entity) {
    AddBonds(agreement, party->id, wanted, bonds);
  }
  return bonds;
}

bool NamesParty(const model::Agreement& agreement, std::string_view party) {
  const auto is_party = [party](const std::string& id) { return id == party; };
  const auto is_entry = [party](const model::AgreementParty& entry) {
    return entry.party == party;
  };
  return std::any_of(agreement.parties.begin(), agreement.parties.end(), is_party) ||
         std::any_of(agreement.sides.begin(), agreement.sides.end(), is_entry);
}

// Those whom agreements of the entity name, itself included.
absl::flat_hash_set<std::string_view> PartnersOf(const Entity& entity,
                                                 const InventoryView& inventory) {
  absl::flat_hash_set<std::string_view> partners;
  for (const model::Party* party : entity) {
    for (const model::Agreement* agreement : inventory.AgreementsOf(party->id)) {
      partners.insert(agreement->parties.begin(), agreement->parties.end());
      for (const model::AgreementParty& side : agreement->sides) {
        partners.insert(side.party);
      }
    }
  }
  return partners;
}

// The records of an inventory, as PrincipalWalk asks for them.
class RecordGraph {
 public:
  using Party = std::string_view;
  using Flow = model::FlowView;

  RecordGraph(const Hop& hop, std::optional<Date> day) : hop_(hop), day_(day) {}

  Feeding Kind(const Flow& flow) const { return FeedingOf(flow.terms); }
  std::string_view Exporter(const Flow& flow) const { return flow.exporter; }
  bool Feeds(const Flow& flow) {
    return (!day_.has_value() || flow.interval.Contains(*day_)) &&
           Meets(flow.terms.data_categories);
  }
  template <class Visit>
  void EachInto(std::string_view party, Visit visit) const {
    for (const uint32_t into : hop_.inventory.FlowsInto(party)) {
      visit(hop_.inventory.ViewAt(into));
    }
  }

  bool MarkSeen(std::string_view party) { return seen_.insert(party).second; }
  void AddFlow(const Flow& flow) {
    if (!day_.has_value()) {
      principals_.flows.push_back(flow);
    }
  }
  void AddController(std::string_view party) { controllers_.emplace(party); }
  // Names live in the inventory or in the hop's flow.
  void AddNamed(const Flow& flow) { AddControllers(flow.terms.on_behalf_of); }
  void AddControllers(const model::Strings& parties) {
    controllers_.insert(parties.begin(), parties.end());
  }
  void MarkIncomplete() { principals_.complete = false; }

  Principals Take() {
    for (const model::Party* own : hop_.exporter) {
      controllers_.erase(own->id);
    }
    principals_.controllers.assign(controllers_.begin(), controllers_.end());
    std::sort(principals_.controllers.begin(), principals_.controllers.end());
    return std::move(principals_);
  }

 private:
  // Many flows share one list of categories.
  bool Meets(const model::Strings& categories) {
    const auto [at, is_new] = meets_.try_emplace(&categories, false);
    if (is_new) {
      at->second = CategoriesMeet(categories, hop_.flow.data_categories);
    }
    return at->second;
  }

  const Hop& hop_;
  std::optional<Date> day_;
  Principals principals_;
  absl::flat_hash_set<std::string_view> controllers_;
  absl::flat_hash_set<std::string_view> seen_;
  absl::flat_hash_map<const model::Strings*, bool> meets_;
};

using AgreementsById = std::map<std::string_view, const model::Agreement*>;

// Adds the agreements that name both; walks the shorter list.
void AddBetween(const Entity& one, const Entity& other, const InventoryView& inventory,
                AgreementsById& found) {
  for (const model::Party* a : one) {
    for (const model::Party* b : other) {
      const auto& of_a = inventory.AgreementsOf(a->id);
      const auto& of_b = inventory.AgreementsOf(b->id);
      const bool a_is_shorter = of_a.size() <= of_b.size();
      for (const model::Agreement* agreement : a_is_shorter ? of_a : of_b) {
        if (NamesParty(*agreement, a_is_shorter ? b->id : a->id)) {
          found.emplace(agreement->id, agreement);
        }
      }
    }
  }
}

}  // namespace

std::vector<Term> TermsOf(const model::Agreement& agreement, const Entity& exporter,
                          const Entity& importer) {
  std::vector<Term> terms;
  const std::vector<Bond> exporting = BondsOf(agreement, exporter, AgreementSide::kExporter);
  const std::vector<Bond> importing = BondsOf(agreement, importer, AgreementSide::kImporter);
  for (const Bond& a : exporting) {
    for (const Bond& b : importing) {
      Term term;
      term.interval = a.interval.Meet(b.interval);
      term.concluded_not_before = std::max(a.joined, b.joined);
      if (agreement.signed_on.has_value()) {
        term.interval.from = std::max(term.interval.from, *agreement.signed_on);
        term.concluded = std::max(*agreement.signed_on, term.concluded_not_before);
      }
      if (!term.interval.IsEmpty()) {
        terms.push_back(term);
      }
    }
  }
  return terms;
}

const Term* TermOn(const std::vector<Term>& terms, Date day) {
  const Term* found = nullptr;
  for (const Term& term : terms) {
    // Of several, the one that was concluded first.
    if (term.interval.Contains(day) &&
        (found == nullptr || term.concluded_not_before < found->concluded_not_before)) {
      found = &term;
    }
  }
  return found;
}

bool Names(const model::Agreement& agreement, const Entity& entity) {
  return std::any_of(entity.begin(), entity.end(), [&agreement](const model::Party* party) {
    return NamesParty(agreement, party->id);
  });
}

bool MayHaveAgreements(const Hop& hop) {
  return !hop.flow.agreements.empty() ||
         std::any_of(hop.importer.begin(), hop.importer.end(), [&hop](const model::Party* party) {
           return !hop.inventory.AgreementsOf(party->id).empty();
         });
}

Principals PrincipalsOf(const Hop& hop, std::optional<Date> day) {
  if (model::IsControllerRole(hop.flow.exporter_role)) {
    return {};
  }
  RecordGraph graph(hop, day);
  if (hop.flow.on_behalf_of.empty()) {
    PrincipalWalk<RecordGraph>(graph).Run(hop.flow.exporter);
  } else {
    graph.AddControllers(hop.flow.on_behalf_of);
  }
  return graph.Take();
}

std::vector<const model::Agreement*> AgreementsOn(const Hop& hop,
                                                  const std::vector<std::string>& controllers) {
  return AgreementsOn(hop.flow.agreements, hop.exporter, hop.importer, hop.inventory, controllers);
}

std::vector<const model::Agreement*> AgreementsOn(const model::Strings& named,
                                                  const Entity& exporter, const Entity& importer,
                                                  const InventoryView& inventory,
                                                  const std::vector<std::string>& controllers) {
  AgreementsById found;
  for (const std::string& id : named) {
    const model::Agreement* agreement = inventory.FindAgreement(id);
    if (agreement != nullptr) {
      found.emplace(agreement->id, agreement);
    }
  }
  if (named.empty()) {
    AddBetween(exporter, importer, inventory, found);
    // Most importers have few agreements or none, and a controller may be one of thousands.
    const auto partners = controllers.empty() ? absl::flat_hash_set<std::string_view>()
                                              : PartnersOf(importer, inventory);
    for (const std::string& controller : controllers) {
      if (partners.empty()) {
        break;
      }
      const Entity entity = EntityOf(controller, inventory);
      if (std::any_of(entity.begin(), entity.end(), [&partners](const model::Party* party) {
            return partners.contains(party->id);
          })) {
        AddBetween(entity, importer, inventory, found);
      }
    }
  }
  std::vector<const model::Agreement*> agreements;
  agreements.reserve(found.size());
  for (const auto& [id, agreement] : found) {
    agreements.push_back(agreement);
  }
  return agreements;
}

std::vector<const model::Agreement*> BindingBoth(
    const std::vector<const model::Agreement*>& agreements, const Hop& hop) {
  std::vector<const model::Agreement*> binding;
  for (const model::Agreement* agreement : agreements) {
    if (TermOn(TermsOf(*agreement, hop.exporter, hop.importer), hop.Day()) != nullptr) {
      binding.push_back(agreement);
    }
  }
  return binding;
}

}  // namespace onward::verdict
