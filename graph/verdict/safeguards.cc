#include "graph/verdict/safeguards.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/conditions.h"
#include "graph/verdict/scope.h"
#include "graph/verdict/tia.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

using law::InstrumentCategory;

// Who stands on the exporting side: the exporter, or a controller for whom it acts.
struct Route {
  Entity exporter;
  bool exporter_is_processor = false;
  // Empty: the exporter itself.
  std::string controller;
};

// One instrument of one agreement by one route.
class SafeguardTrial {
 public:
  SafeguardTrial(const SafeguardQuestion& question, const Route& route,
                 const model::Agreement& agreement, const law::Instrument& instrument)
      : hop_(question.hop),
        question_(question),
        route_(route),
        agreement_(agreement),
        instrument_(instrument) {
    scope_.agreements = {&agreement};
    scope_.exporter = &route.exporter;
  }

  Attempt Run() {
    Attempt attempt = AttemptAt(instrument_, RefText(model::RecordKind::kAgreement, agreement_.id),
                                Standing::kAgreement, hop_);
    attempt.for_controller = route_.controller;
    if (instrument_.look_alike == law::LookAlike::kNotAnEuInstrument) {
      findings_.Add(Reason::kNotAnEuInstrument, hop_.Words([&] {
        return instrument_.name + " is an instrument of another legal order.";
      }));
    } else {
      CheckAll(attempt);
    }
    findings_.Conclude(Reason::kSafeguard, hop_.Words([&] {
      return instrument_.name + " between " + NameOf(*route_.exporter.front()) + " and " +
             NameOf(hop_.ImporterParty()) + " carries it (agreement " + agreement_.id + ").";
    }),
                       attempt);
    return attempt;
  }

 private:
  void CheckAll(Attempt& attempt) {
    CheckUse();
    const std::vector<Term> terms = TermsOf(agreement_, route_.exporter, hop_.importer);
    if (const Term* term = TermOn(terms, hop_.Day()); term == nullptr) {
      AddNotBinding(terms, attempt);
    } else {
      CheckDates(*term, attempt);
    }
    CheckScope(agreement_, hop_, findings_);
    CheckRoles();
    CheckImporter();
    CheckConditions(instrument_.conditions, hop_, scope_, findings_);
    if (instrument_.category == InstrumentCategory::kNotAGroundAlone) {
      findings_.Add(Reason::kConditionNotStated, hop_.Words([&] {
        return instrument_.name +
               " is never a ground alone: the further ground of Chapter V is not stated.";
      }));
    }
    CheckTia(instrument_.tia, agreement_, question_.destination, hop_, scope_, findings_);
  }

  void CheckUse() {
    if (!instrument_.onward_only) {
      return;
    }
    if (!question_.exporter_bound.has_value()) {
      findings_.Add(Reason::kExporterUnknown, hop_.Words([&] {
        return instrument_.name +
               " is for exporters whom the GDPR does not bind; whether it binds this one is not "
               "recorded.";
      }));
    } else if (*question_.exporter_bound) {
      findings_.Add(Reason::kOutOfScope, hop_.Words([&] {
        return instrument_.name + " never carries a transfer of an exporter that the GDPR binds.";
      }));
    }
  }

  void AddNotBinding(const std::vector<Term>& terms, Attempt& attempt) {
    Date next = Date::Max();
    Date last = Date::Min();
    for (const Term& term : terms) {
      if (term.interval.until <= hop_.Day()) {
        last = std::max(last, term.interval.until);
      } else {
        next = std::min(next, term.interval.from);
      }
    }
    const std::string which =
        hop_.Words([&] { return "Agreement " + agreement_.id + " (" + instrument_.name + ")"; });
    if (terms.empty()) {
      findings_.Add(Reason::kOutOfScope, hop_.Words([&] {
        return which + " does not bind " + NameOf(*route_.exporter.front()) +
               " on the exporting and " + NameOf(hop_.ImporterParty()) + " on the importing side.";
      }));
    } else if (last != Date::Min()) {
      attempt.ended = last;
      findings_.Add(Reason::kExpired,
                    hop_.Words([&] { return which + " ended on " + last.ToString() + "."; }));
    } else {
      findings_.Add(Reason::kNotYetInForce, hop_.Words([&] {
        return which + " counts only from " + next.ToString() + ": nothing works back in time.";
      }));
    }
  }

  void CheckDates(const Term& term, Attempt& attempt) {
    const Date first =
        std::max(instrument_.interval.from, instrument_.earliest_use.value_or(Date::Min()));
    if (hop_.Day() < first) {
      findings_.Add(Reason::kNotYetInForce, hop_.Words([&] {
        return instrument_.name + " can be relied on only from " + first.ToString() + ".";
      }));
    } else if (hop_.Day() >= instrument_.interval.until) {
      CheckLegacy(term, attempt);
    }
  }

  void CheckLegacy(const Term& term, Attempt& attempt) {
    const std::optional<law::LegacyReliance>& legacy = instrument_.legacy;
    attempt.ended = instrument_.interval.until;
    if (!legacy.has_value()) {
      findings_.Add(EndReasonOf(instrument_),
                    hop_.Words([&] { return EndedText(instrument_) + "."; }));
      return;
    }
    const std::string ended = hop_.Words(
        [&] { return instrument_.name + " ended on " + instrument_.interval.until.ToString(); });
    if (hop_.Day() >= legacy->until) {
      attempt.ended = legacy->until;
      findings_.Add(EndReasonOf(instrument_), hop_.Words([&] {
        return ended + "; older contracts counted only until " + legacy->until.Plus(-1).ToString() +
               (instrument_.annulled_by.empty() ? "." : ", by " + instrument_.annulled_by + ".");
      }));
      return;
    }
    if (term.concluded.value_or(term.concluded_not_before) >= legacy->contract_before) {
      findings_.Add(Reason::kExpired, hop_.Words([&] {
        return ended + "; only contracts from before " + legacy->contract_before.ToString() +
               " still count.";
      }));
      return;
    }
    if (!term.concluded.has_value()) {
      findings_.Add(Reason::kConditionNotStated, hop_.Words([&] {
        return ended + "; it counts only for contracts signed before " +
               legacy->contract_before.ToString() + ", and the day is not stated.";
      }));
    }
    if (legacy->condition.has_value()) {
      CheckLegacyCondition(*legacy->condition, ended);
    }
  }

  void CheckLegacyCondition(const law::Condition& condition, const std::string& ended) {
    const Stated stated = StatedAbout(condition.id, condition.answered_by, false, hop_, scope_);
    ConditionOutcome outcome = AsFound(condition.id, condition.requirement, stated, hop_);
    if (!stated.met.has_value()) {
      findings_.AddCondition(std::move(outcome), Reason::kConditionNotStated, hop_.Words([&] {
        return ended + "; an older contract counts on if " + condition.requirement +
               ", which is not stated (" + condition.id + ").";
      }));
    } else if (!*stated.met) {
      findings_.AddCondition(std::move(outcome), Reason::kExpired, hop_.Words([&] {
        return ended + "; an older contract counts on only if " + condition.requirement +
               ", which is stated as not so.";
      }));
    } else {
      findings_.AddCondition(std::move(outcome), Reason::kUnspecified, "");
    }
  }

  void CheckRoles() {
    const law::RolePair pair =
        PairOf(route_.exporter_is_processor, question_.roles.importer_is_processor);
    const auto& pairs = instrument_.role_pairs;
    if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) {
      findings_.Add(Reason::kRoleMismatch, hop_.Words([&] {
        return instrument_.name + " does not fit a disclosure from " + std::string(PairText(pair)) +
               ".";
      }));
    }
  }

  void CheckImporter() {
    if (!instrument_.unusable_if_importer_subject_to_gdpr ||
        !ImporterUnderGdpr(hop_, question_.roles)) {
      return;
    }
    const std::string who = hop_.Words(
        [&] { return NameOf(hop_.ImporterParty()) + " is itself under the GDPR for this"; });
    if (hop_.Policy().scc_for_importers_under_gdpr == model::ContestedReading::kPermissive &&
        instrument_.category == InstrumentCategory::kScc) {
      findings_.Add(Reason::kContested, hop_.Words([&] {
        return who + "; whether " + instrument_.name +
               " may be used then is contested; this inventory's policy says yes "
               "(policy/inventory).";
      }));
      return;
    }
    findings_.Add(Reason::kImporterUnderGdpr, hop_.Words([&] {
      return who + ", and " + instrument_.name +
             " is not meant for such importers (contested). What is left: adequacy, " +
             Joined(UsableInstruments()) + ", or a derogation.";
    }));
  }

  // Safeguards that do not mind an importer under the GDPR and have no end.
  std::vector<std::string> UsableInstruments() const {
    std::vector<std::string> names;
    for (const law::Instrument& other : hop_.law.instruments()) {
      if (other.category == InstrumentCategory::kSafeguard &&
          !other.unusable_if_importer_subject_to_gdpr && other.interval.until == Date::Max()) {
        names.push_back(other.id);
      }
    }
    return names;
  }

  const Hop& hop_;
  const SafeguardQuestion& question_;
  const Route& route_;
  const model::Agreement& agreement_;
  const law::Instrument& instrument_;
  StatementScope scope_;
  Findings findings_;
};

Attempt UnknownInstrument(const std::string& id, const model::Agreement& agreement,
                          const Hop& hop) {
  Attempt attempt;
  attempt.candidate.mechanism = id;
  attempt.candidate.outcome = Reason::kNoMechanism;
  attempt.candidate.record = RefText(model::RecordKind::kAgreement, agreement.id);
  attempt.candidate.explanation =
      hop.Words([&] { return "The law register has no instrument " + id + "."; });
  return attempt;
}

void TryAgreement(const SafeguardQuestion& question, const Route& route,
                  const model::Agreement& agreement, std::vector<Attempt>& attempts) {
  for (const std::string& id : agreement.instruments) {
    const law::Instrument* instrument = question.hop.law.FindInstrument(id);
    if (instrument == nullptr) {
      attempts.push_back(UnknownInstrument(id, agreement, question.hop));
    } else if (MayCarry(*instrument)) {
      attempts.push_back(SafeguardTrial(question, route, agreement, *instrument).Run());
    }
  }
}

}  // namespace

bool MayCarry(const law::Instrument& instrument) {
  switch (instrument.category) {
    case InstrumentCategory::kSafeguard:
    case InstrumentCategory::kScc:
    case InstrumentCategory::kNotAGroundAlone:
    case InstrumentCategory::kOnwardTool:
      return true;
    case InstrumentCategory::kNotATransferTool:
      return instrument.look_alike == law::LookAlike::kNotAnEuInstrument;
    case InstrumentCategory::kAdequacy:
    case InstrumentCategory::kDerogation:
      break;
  }
  return false;
}

std::vector<Attempt> TrySafeguards(const SafeguardQuestion& question,
                                   const std::vector<const model::Agreement*>& agreements,
                                   const Principals& principals) {
  const Hop& hop = question.hop;
  const Route own{hop.exporter, question.roles.exporter_is_processor, ""};
  std::vector<Route> controllers;
  if (question.roles.exporter_is_processor) {
    for (const std::string& id : principals.controllers) {
      controllers.push_back({EntityOf(id, hop.inventory), false, id});
    }
  }
  std::vector<Attempt> attempts;
  for (const model::Agreement* agreement : agreements) {
    const size_t before = attempts.size();
    for (const Route& route : controllers) {
      if (Names(*agreement, route.exporter)) {
        TryAgreement(question, route, *agreement, attempts);
      }
    }
    // An agreement of a controller is not one of the exporter, unless it names both.
    if (Names(*agreement, own.exporter) || attempts.size() == before) {
      TryAgreement(question, own, *agreement, attempts);
    }
  }
  return attempts;
}

}  // namespace onward::verdict
