// Agreements and derogations, read top to bottom: the first check that fails decides.
#include <algorithm>

#include "tests/oracle/naive_case.h"

namespace onward::oracle {
namespace {

using law::InstrumentCategory;
using law::RolePair;
using model::Agreement;
using verdict::Reason;
using verdict::Verdict;

// What is still open; a failure ends the reading.
struct Reading {
  std::set<Reason> open;
  std::optional<Try> failed;

  void Fail(std::set<Reason> reasons) {
    if (!failed.has_value()) {
      failed = Try{Verdict::kLacking, std::move(reasons), true};
    }
  }
};

bool PairFits(const Facts& facts, const law::Instrument& i) {
  const bool from_controller = model::IsControllerRole(facts.flow.exporter_role);
  const bool to_controller = model::IsControllerRole(facts.flow.importer_role);
  const RolePair pair = from_controller ? (to_controller ? RolePair::kC2C : RolePair::kC2P)
                                        : (to_controller ? RolePair::kP2C : RolePair::kP2P);
  return std::find(i.role_pairs.begin(), i.role_pairs.end(), pair) != i.role_pairs.end();
}

const model::TransferImpactAssessment* Latest(const Facts& facts, const Agreement& a) {
  const model::TransferImpactAssessment* latest = nullptr;
  for (const model::TransferImpactAssessment& t : a.tias) {
    const bool place =
        t.countries.empty() || std::find(t.countries.begin(), t.countries.end(),
                                         facts.importer.establishment) != t.countries.end();
    if (place && t.performed_on.has_value() && *t.performed_on <= facts.day &&
        (latest == nullptr || *latest->performed_on < *t.performed_on)) {
      latest = &t;
    }
  }
  return latest;
}

bool NeedsTia(const Facts& facts, const law::Instrument& i, const Agreement& a) {
  if (i.tia.need == law::TiaNeed::kNotRequired || facts.day < i.tia.from) {
    return false;
  }
  return i.tia.need != law::TiaNeed::kConditional || !StatedAsNot(facts, i.tia.condition, a);
}

void ReadTia(const Facts& facts, const law::Instrument& i, const Agreement& a, Reading& reading) {
  if (!NeedsTia(facts, i, a)) {
    return;
  }
  const model::TransferImpactAssessment* latest = Latest(facts, a);
  if (latest == nullptr) {
    reading.open.insert(Reason::kTiaMissing);
    return;
  }
  if (latest->outcome == model::TiaOutcome::kInadequate) {
    reading.Fail({Reason::kTiaNegative});
  }
  if (latest->outcome == model::TiaOutcome::kAdequateWithMeasures &&
      latest->supplementary_measures.empty()) {
    reading.open.insert(Reason::kConditionNotStated);
  }
  if (latest->review_due.has_value() && *latest->review_due <= facts.day) {
    reading.open.insert(Reason::kTiaOverdue);
  }
}

// After its end an instrument carries older contracts only.
void ReadLegacy(const Facts& facts, const law::Instrument& i, const Agreement& a,
                Reading& reading) {
  const auto& legacy = i.legacy;
  if (!legacy.has_value() || facts.day >= legacy->until ||
      (a.signed_on.has_value() && *a.signed_on >= legacy->contract_before)) {
    reading.Fail({Reason::kExpired});
    return;
  }
  std::optional<bool> met = true;
  if (legacy->condition.has_value()) {
    met = Stated(facts, legacy->condition->id, Of::kSafeguard, &a);
  }
  if (met == false) {
    reading.Fail({Reason::kExpired});
  }
  if (!met.has_value() || !a.signed_on.has_value()) {
    reading.open.insert(Reason::kConditionNotStated);
  }
}

void ReadDates(const Facts& facts, const law::Instrument& i, const Agreement& a, Reading& reading) {
  if (!InForce(facts, a)) {
    reading.Fail({Reason::kNotYetInForce, Reason::kExpired, Reason::kOutOfScope});
  } else if (facts.day < i.interval.from || facts.day < i.earliest_use.value_or(i.interval.from)) {
    reading.Fail({Reason::kNotYetInForce});
  } else if (facts.day >= i.interval.until) {
    ReadLegacy(facts, i, a, reading);
  }
}

void ReadConditions(const Facts& facts, const law::Instrument& i, const Agreement& a,
                    Reading& reading) {
  const std::optional<bool> conditions = Conditions(facts, i.conditions, Of::kSafeguard, &a);
  if (conditions == false) {
    reading.Fail({Reason::kConditionNotMet});
  } else if (!conditions.has_value()) {
    reading.open.insert(Reason::kConditionNotStated);
  }
}

// A transfer tool, or what is mistaken for one of another legal order.
bool IsCandidate(const law::Instrument& i) {
  return i.category != InstrumentCategory::kAdequacy &&
         i.category != InstrumentCategory::kDerogation && i.look_alike != law::LookAlike::kLacking;
}

Try TryInstrument(const Facts& facts, const law::Instrument& i, const Agreement& a) {
  if (i.look_alike == law::LookAlike::kNotAnEuInstrument) {
    return Lacking(Reason::kNotAnEuInstrument, true);
  }
  Reading reading;
  if (i.onward_only && !facts.onward) {
    reading.Fail({Reason::kOutOfScope, Reason::kConditionNotMet});
  }
  ReadDates(facts, i, a, reading);
  if (!PairFits(facts, i)) {
    reading.Fail({Reason::kRoleMismatch});
  }
  if (i.unusable_if_importer_subject_to_gdpr && ImporterSubject(facts)) {
    const bool contested_but_read_so =
        i.category == InstrumentCategory::kScc &&
        facts.world.policy.scc_for_importers_under_gdpr == model::ContestedReading::kPermissive;
    if (contested_but_read_so) {
      reading.open.insert(Reason::kContested);
    } else {
      reading.Fail({Reason::kImporterUnderGdpr});
    }
  }
  ReadConditions(facts, i, a, reading);
  ReadTia(facts, i, a, reading);
  if (i.category == InstrumentCategory::kNotAGroundAlone) {
    reading.open.insert({Reason::kConditionNotStated, Reason::kContested});
  }
  if (reading.failed.has_value()) {
    return *reading.failed;
  }
  if (i.onward_only && facts.bound_unknown) {
    return {Verdict::kUndetermined, {Reason::kExporterUnknown}, true};
  }
  return reading.open.empty() ? Try{Verdict::kCovered, {Reason::kSafeguard}, true}
                              : Try{Verdict::kConditional, reading.open, true};
}

// Guidance, no text, forbids it, and the inventory does not follow the guidance.
bool GuidanceNotFollowed(const Facts& facts, const law::Instrument& i) {
  const bool guidance = i.repetition_rule == law::RepetitionRule::kExceptionByInterpretation ||
                        i.repetition_rule == law::RepetitionRule::kDiscouraged;
  return guidance &&
         facts.world.policy.repetition_under_derogations == model::ContestedReading::kPermissive;
}

Try Derogation(const Facts& facts, const law::Instrument& i) {
  const std::optional<bool> stated = facts.flow.derogation->repetitive;
  const bool tolerated = stated == true && i.category == InstrumentCategory::kDerogation &&
                         GuidanceNotFollowed(facts, i);
  const std::optional<bool> repetitive = tolerated ? std::optional<bool>(false) : stated;
  const std::optional<bool> conditions = Conditions(facts, i.conditions, Of::kDerogation, nullptr);
  if (facts.day < i.interval.from) {
    return Lacking(Reason::kNotYetInForce, true);
  }
  if (facts.day >= i.interval.until) {
    return Lacking(Reason::kExpired, true);
  }
  if (conditions == false) {
    Try t = Lacking(Reason::kConditionNotMet, true);
    if (repetitive == true) {
      t.reasons.insert(Reason::kNotForRepetitive);
    }
    return t;
  }
  if (repetitive == true) {
    return Lacking(Reason::kNotForRepetitive, true);
  }
  if (!repetitive.has_value() || !conditions.has_value()) {
    return {Verdict::kConditional,
            {Reason::kRepetitionNotStated, Reason::kConditionNotStated, Reason::kContested},
            true};
  }
  if (tolerated) {
    return {Verdict::kConditional, {Reason::kContested}, true};
  }
  return {Verdict::kCovered, {Reason::kDerogation}, true};
}

}  // namespace

Try Lacking(Reason reason, bool documented) { return {Verdict::kLacking, {reason}, documented}; }

void TryAgreements(const Facts& facts, std::vector<Try>& tries) {
  for (const Agreement& a : facts.world.agreements) {
    for (const std::string& id : a.instruments) {
      const law::Instrument& instrument = *facts.law.FindInstrument(id);
      if (IsCandidate(instrument)) {
        tries.push_back(TryInstrument(facts, instrument, a));
      }
    }
  }
}

void TryDerogation(const Facts& facts, std::vector<Try>& tries) {
  if (facts.flow.derogation.has_value()) {
    tries.push_back(
        Derogation(facts, *facts.law.FindInstrument(facts.flow.derogation->instrument)));
  }
}

}  // namespace onward::oracle
