// Boundaries: every day on which something that a judgement reads begins or ends, and what that is.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/verdict/agreements.h"
#include "graph/verdict/boundaries.h"
#include "graph/verdict/causes.h"
#include "graph/verdict/destinations.h"
#include "graph/verdict/judge.h"
#include "graph/verdict/operators.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

using model::RecordKind;

// What a cause is about: an entry of the register or, with a kind, a record. Text is made on demand.
struct Subject {
  std::string_view id;
  RecordKind kind = RecordKind::kUnspecified;

  std::string Text() const {
    return kind == RecordKind::kUnspecified ? std::string(id) : RefText(kind, id);
  }
};

// Collects days, or what happens on one of them; open ends are left out.
class Days {
 public:
  Days() = default;
  explicit Days(Date wanted) : wanted_(wanted) {}

  // `cause` makes the Cause; it is called for the wanted day only.
  template <typename MakeCause>
  void Add(Date day, MakeCause cause) {
    if (day.IsOpen()) {
      return;
    }
    if (!wanted_.has_value()) {
      days_.push_back(day);
    } else if (day == *wanted_) {
      AddCause(cause());
    }
  }
  template <typename MakeCause>
  void Add(const std::optional<Date>& day, MakeCause cause) {
    if (day.has_value()) {
      Add(*day, cause);
    }
  }
  // `what` names what begins and ends.
  template <typename MakeText>
  void Add(const Interval& interval, const Subject& subject, MakeText what,
           const char* begins = " begins", const char* ends = " ends") {
    Add(interval.from, [&] { return Cause{subject.Text(), what() + begins}; });
    Add(interval.until, [&] { return Cause{subject.Text(), what() + ends}; });
  }

  std::vector<Date> TakeSorted() {
    std::sort(days_.begin(), days_.end());
    days_.erase(std::unique(days_.begin(), days_.end()), days_.end());
    return std::move(days_);
  }
  std::vector<Cause> TakeCauses() { return std::move(causes_); }

 private:
  void AddCause(Cause cause) {
    if (std::find(causes_.begin(), causes_.end(), cause) == causes_.end()) {
      causes_.push_back(std::move(cause));
    }
  }

  std::optional<Date> wanted_;
  std::vector<Date> days_;
  std::vector<Cause> causes_;
};

void AddStatements(const std::vector<model::Statement>& statements, const Subject& subject,
                   Days& days) {
  for (const model::Statement& statement : statements) {
    days.Add(statement.interval, subject,
             [&] { return "what " + subject.Text() + " states about " + statement.condition; });
  }
}

void AddCertificates(const model::Party& party, const law::Register& law, Days& days) {
  for (const model::Certification& certificate : party.certifications) {
    days.Add(certificate.interval, Subject{party.id, RecordKind::kParty}, [&] {
      const law::Scheme* scheme = law.FindScheme(certificate.scheme);
      return "the entry of " + NameOf(party) + " on the " +
             (scheme == nullptr ? certificate.scheme : ListText(*scheme));
    });
  }
}

void AddSubjection(const model::Party& party, Days& days) {
  for (const Interval& interval : party.gdpr_subject) {
    days.Add(
        interval, Subject{party.id, RecordKind::kParty}, [&] { return NameOf(party); },
        " comes under the GDPR (Art. 3(2))", " is no longer under the GDPR (Art. 3(2))");
  }
}

void AddEntity(const Entity& entity, const law::Register& law, Days& days) {
  for (const model::Party* party : entity) {
    AddSubjection(*party, days);
    AddCertificates(*party, law, days);
    AddStatements(party->statements, {party->id, RecordKind::kParty}, days);
  }
}

void AddTerritory(const std::vector<law::TerritoryInterval>& intervals, const std::string& code,
                  const char* what, const law::Register& law, Days& days) {
  for (const law::TerritoryInterval& interval : intervals) {
    days.Add(
        interval.interval, Subject{code}, [&] { return what + PlaceText(code, law); },
        " begins to apply");
  }
}

// By what a decision ended, where that is how it is known to end.
std::string EndWords(const law::Decision& decision, Date until) {
  if (!decision.ended_by.has_value() || decision.interval.until != until) {
    return " expires";
  }
  const bool invalidated = decision.ended_by->kind == law::EndKind::kInvalidated;
  return std::string(invalidated ? " is invalidated" : " ends") +
         (decision.ended_by->by.empty() ? "" : " (" + decision.ended_by->by + ")");
}

void AddDecision(const law::Decision& decision, const Hop& hop, Days& days) {
  const Interval known = decision.IntervalKnownAt(hop.question.law_known_at);
  const auto name = [&] { return "adequacy decision " + decision.number; };
  days.Add(known.from, [&] { return Cause{decision.id, name() + " begins to apply"}; });
  days.Add(known.until, [&] {
    return Cause{decision.id, name() + EndWords(decision, known.until)};
  });
  for (const law::Exclusion& exclusion : decision.exclusions) {
    days.Add(exclusion.interval, Subject{decision.id},
             [&] { return name() + ": what it leaves out (" + exclusion.id + ")"; });
  }
  const law::Scheme* const scheme = hop.law.FindScheme(decision.scheme);
  // A list that begins or ends with its decision says nothing more.
  if (scheme != nullptr && scheme->listable.from != known.from) {
    days.Add(scheme->listable.from, [&] {
      return Cause{decision.id, "the " + ListText(*scheme) + " begins"};
    });
  }
  if (scheme != nullptr && scheme->listable.until != known.until) {
    days.Add(scheme->listable.until, [&] {
      return Cause{decision.id, "the " + ListText(*scheme) + " ends"};
    });
  }
}

void AddStatus(const std::string& code, const Hop& hop, Days& days) {
  if (const law::Jurisdiction* place = hop.law.FindJurisdiction(code); place != nullptr) {
    AddTerritory(place->directive_95_46, code, "Directive 95/46/EC in ", hop.law, days);
    AddTerritory(place->gdpr_territory, code, "the GDPR in ", hop.law, days);
    AddTerritory(place->free_flow, code, "free flow of data to ", hop.law, days);
    days.Add(place->contested_from, [&] {
      return Cause{code, "the status of " + PlaceText(code, hop.law) + " becomes contested"};
    });
    days.Add(place->settled_from, [&] {
      return Cause{code, "the status of " + PlaceText(code, hop.law) + " is settled"};
    });
  }
}

// The status of a place and the decisions on it, as known.
void AddPlace(const std::string& code, const Hop& hop, Days& days) {
  AddStatus(code, hop, days);
  for (const law::Decision* decision : hop.law.DecisionsFor(code)) {
    AddDecision(*decision, hop, days);
  }
}

void AddInstrument(const std::string& id, const law::Register& law, Days& days) {
  const law::Instrument* instrument = law.FindInstrument(id);
  if (instrument == nullptr) {
    return;
  }
  const auto cause = [&](const std::string& what) { return Cause{id, instrument->name + what}; };
  const auto end = [&](const char* orderly) {
    return cause(instrument->annulled_by.empty()
                     ? orderly
                     : " is invalidated (" + instrument->annulled_by + ")");
  };
  days.Add(instrument->interval.from, [&] { return cause(" enters into force"); });
  days.Add(instrument->interval.until, [&] {
    // Where older contracts count on, only they can be meant by an annulment.
    return instrument->legacy.has_value() ? cause(" ends for new contracts")
                                          : end(" ends for new contracts");
  });
  days.Add(instrument->earliest_use, [&] { return cause(" can be relied on"); });
  days.Add(instrument->tia.from, [&] { return cause(": a transfer impact assessment is due"); });
  if (instrument->legacy.has_value()) {
    days.Add(instrument->legacy->until, [&] { return end(" ends for older contracts too"); });
  }
}

void AddAssessments(const model::Agreement& agreement, const Subject& subject, Days& days) {
  for (const model::TransferImpactAssessment& tia : agreement.tias) {
    days.Add(tia.performed_on, [&] {
      return Cause{subject.Text(),
                   "a transfer impact assessment is performed (" + subject.Text() + ")"};
    });
    days.Add(tia.review_due, [&] {
      return Cause{subject.Text(),
                   "the transfer impact assessment is due for review (" + subject.Text() + ")"};
    });
  }
}

void AddAgreement(const model::Agreement& agreement, const law::Register& law, Days& days) {
  const Subject subject{agreement.id, RecordKind::kAgreement};
  days.Add(agreement.interval, subject, [&] { return subject.Text(); });
  days.Add(agreement.signed_on, [&] {
    return Cause{subject.Text(), subject.Text() + " is signed"};
  });
  for (const model::AgreementParty& side : agreement.sides) {
    days.Add(side.interval, subject,
             [&] { return "the part of " + side.party + " in " + subject.Text(); });
  }
  AddAssessments(agreement, subject, days);
  AddStatements(agreement.statements, subject, days);
  for (const std::string& id : agreement.instruments) {
    AddInstrument(id, law, days);
  }
}

void AddFlow(const model::FlowView& flow, Days& days) {
  const Subject subject{flow.id, RecordKind::kFlow};
  days.Add(flow.interval, subject, [&] { return subject.Text(); });
}

void AddPrincipals(const Principals& principals, const Hop& hop, Days& days) {
  for (const model::FlowView& flow : principals.flows) {
    AddFlow(flow, days);
  }
  for (const std::string& controller : principals.controllers) {
    AddEntity(EntityOf(controller, hop.inventory), hop.law, days);
  }
}

// One hop without the flows of those who run its sites.
void AddHop(const Hop& hop, Days& days) {
  AddFlow(model::ViewOf(hop.flow), days);
  AddStatements(hop.flow.statements, {hop.flow.id, RecordKind::kFlow}, days);
  AddEntity(hop.exporter, hop.law, days);
  AddEntity(hop.importer, hop.law, days);
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
  for (const model::FlowView& flow : OperatorFlows(hop, destination.operator_party, std::nullopt)) {
    const model::Flow at_site = AtThisSite(flow, destination);
    AddHop(MakeHop(at_site, hop.inventory, hop.law, hop.question, hop.arrival), days);
  }
}

void AddAll(const model::Flow& flow, const InventoryView& inventory, const law::Register& law,
            Date law_known_at, Days& days) {
  const Hop hop = MakeHop(flow, inventory, law, Question{law.starts_on(), law_known_at}, {});
  AddHop(hop, days);
  for (const Destination& destination : DestinationsOf(hop)) {
    if (destination.site != nullptr && !destination.operator_party.empty()) {
      AddOperator(destination, hop, days);
    }
  }
  days.Add(law.starts_on(), [] { return Cause{"register", "the law register begins"}; });
}

}  // namespace

std::vector<Date> Boundaries(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law, Date law_known_at) {
  Days days;
  AddAll(flow, inventory, law, law_known_at, days);
  return days.TakeSorted();
}

std::vector<Date> BoundDates(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law) {
  const Hop hop = MakeHop(flow, inventory, law, Question{law.starts_on(), Date::Max()}, {});
  Days days;
  for (const model::Party* party : hop.exporter) {
    AddSubjection(*party, days);
    AddStatus(party->establishment, hop, days);
  }
  return days.TakeSorted();
}

std::vector<Cause> CausesOn(const model::Flow& flow, const InventoryView& inventory,
                            const law::Register& law, Date law_known_at, Date day) {
  Days days(day);
  AddAll(flow, inventory, law, law_known_at, days);
  return days.TakeCauses();
}

}  // namespace onward::verdict
