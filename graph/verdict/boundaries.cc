// Boundaries: every day on which something that a judgement reads begins or ends.
#include <set>
#include <vector>

#include "graph/verdict/agreements.h"
#include "graph/verdict/destinations.h"
#include "graph/verdict/judge.h"
#include "graph/verdict/operators.h"

namespace onward::verdict {
namespace {

// Collects days; open ends are left out.
class Days {
 public:
  void Add(Date day) {
    if (!day.IsOpen()) {
      days_.insert(day);
    }
  }
  void Add(const std::optional<Date>& day) {
    if (day.has_value()) {
      Add(*day);
    }
  }
  void Add(const Interval& interval) {
    Add(interval.from);
    Add(interval.until);
  }
  std::vector<Date> Sorted() const { return {days_.begin(), days_.end()}; }

 private:
  std::set<Date> days_;
};

void AddStatements(const std::vector<model::Statement>& statements, Days& days) {
  for (const model::Statement& statement : statements) {
    days.Add(statement.interval);
  }
}

void AddEntity(const Entity& entity, Days& days) {
  for (const model::Party* party : entity) {
    for (const Interval& interval : party->gdpr_subject) {
      days.Add(interval);
    }
    for (const model::Certification& certificate : party->certifications) {
      days.Add(certificate.interval);
    }
    AddStatements(party->statements, days);
  }
}

void AddTerritory(const std::vector<law::TerritoryInterval>& intervals, Days& days) {
  for (const law::TerritoryInterval& interval : intervals) {
    days.Add(interval.interval);
  }
}

// The status of a place and the decisions on it, as known.
void AddPlace(std::string_view code, const Hop& hop, Days& days) {
  if (const law::Jurisdiction* place = hop.law.FindJurisdiction(code); place != nullptr) {
    AddTerritory(place->directive_95_46, days);
    AddTerritory(place->gdpr_territory, days);
    AddTerritory(place->free_flow, days);
    days.Add(place->contested_from);
    days.Add(place->settled_from);
  }
  for (const law::Decision* decision : hop.law.DecisionsFor(code)) {
    days.Add(decision->IntervalKnownAt(hop.question.law_known_at));
    for (const law::Exclusion& exclusion : decision->exclusions) {
      days.Add(exclusion.interval);
    }
    if (const law::Scheme* scheme = hop.law.FindScheme(decision->scheme); scheme != nullptr) {
      days.Add(scheme->listable);
    }
  }
}

void AddInstrument(const std::string& id, const law::Register& law, Days& days) {
  const law::Instrument* instrument = law.FindInstrument(id);
  if (instrument == nullptr) {
    return;
  }
  days.Add(instrument->interval);
  days.Add(instrument->earliest_use);
  days.Add(instrument->tia.from);
  if (instrument->legacy.has_value()) {
    days.Add(instrument->legacy->until);
  }
}

void AddAgreement(const model::Agreement& agreement, const law::Register& law, Days& days) {
  days.Add(agreement.interval);
  days.Add(agreement.signed_on);
  for (const model::AgreementParty& side : agreement.sides) {
    days.Add(side.interval);
  }
  for (const model::TransferImpactAssessment& tia : agreement.tias) {
    days.Add(tia.performed_on);
    days.Add(tia.review_due);
  }
  AddStatements(agreement.statements, days);
  for (const std::string& id : agreement.instruments) {
    AddInstrument(id, law, days);
  }
}

void AddPrincipals(const Principals& principals, const Hop& hop, Days& days) {
  for (const model::Flow* flow : principals.flows) {
    days.Add(flow->interval);
  }
  for (const std::string& controller : principals.controllers) {
    AddEntity(EntityOf(controller, hop.inventory), days);
  }
}

// One hop without the flows of those who run its sites.
void AddHop(const Hop& hop, Days& days) {
  days.Add(hop.flow.interval);
  AddStatements(hop.flow.statements, days);
  AddEntity(hop.exporter, days);
  AddEntity(hop.importer, days);
  for (const model::Party* party : hop.exporter) {
    AddPlace(party->establishment, hop, days);
  }
  AddPlace(hop.ImporterParty().establishment, hop, days);
  for (const Destination& destination : DestinationsOf(hop)) {
    AddPlace(destination.code, hop, days);
  }
  const Principals principals = PrincipalsOf(hop, std::nullopt);
  AddPrincipals(principals, hop, days);
  for (const model::Agreement* agreement : AgreementsOn(hop, principals.controllers)) {
    AddAgreement(*agreement, hop.law, days);
  }
  if (hop.flow.derogation.has_value()) {
    AddInstrument(hop.flow.derogation->instrument, hop.law, days);
  }
}

// What decides on a site that somebody else runs.
void AddOperator(const Destination& destination, const Hop& hop, Days& days) {
  for (const model::Flow* flow : OperatorFlows(hop, destination.operator_party, std::nullopt)) {
    const model::Flow at_site = AtThisSite(*flow, destination);
    AddHop(MakeHop(at_site, hop.inventory, hop.law, hop.question, hop.arrival, hop.policy), days);
  }
}

}  // namespace

std::vector<Date> Boundaries(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law, Date law_known_at) {
  const Hop hop = MakeHop(flow, inventory, law, Question{law.starts_on(), law_known_at}, {}, {});
  Days days;
  days.Add(law.starts_on());
  AddHop(hop, days);
  for (const Destination& destination : DestinationsOf(hop)) {
    if (destination.site != nullptr && !destination.operator_party.empty()) {
      AddOperator(destination, hop, days);
    }
  }
  return days.Sorted();
}

}  // namespace onward::verdict
