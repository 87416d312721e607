#include <algorithm>

#include "services/law_register/check.h"

namespace onward::services {
namespace {

namespace pb = onward::v1;

void CheckKind(const pb::Instrument& instrument, RecordCheck& check) {
  check.Required("name", instrument.name());
  check.Required("source", instrument.source());
  check.RequiredEnum("category", instrument.category());
  check.RequiredEnum("authority", instrument.authority());
  const pb::InstrumentCategory category = instrument.category();
  const bool look_alike = category == pb::INSTRUMENT_CATEGORY_NOT_A_TRANSFER_TOOL;
  check.Expect((instrument.look_alike() != pb::LOOK_ALIKE_OUTCOME_UNSPECIFIED) == look_alike,
               "look_alike", "goes together with INSTRUMENT_CATEGORY_NOT_A_TRANSFER_TOOL");
  check.Expect((instrument.look_alike() == pb::LOOK_ALIKE_OUTCOME_NOT_AN_EU_INSTRUMENT) ==
                   !instrument.eu_mechanism(),
               "eu_mechanism",
               "must be false with LOOK_ALIKE_OUTCOME_NOT_AN_EU_INSTRUMENT, and only then");
  check.Expect(!instrument.local_onward_evidence() || !instrument.eu_mechanism(),
               "local_onward_evidence", "is for instruments of another legal order");
  check.Expect(instrument.onward_only() == (category == pb::INSTRUMENT_CATEGORY_ONWARD_TOOL),
               "onward_only", "goes together with INSTRUMENT_CATEGORY_ONWARD_TOOL");
  const bool derogation = category == pb::INSTRUMENT_CATEGORY_DEROGATION;
  check.Expect((instrument.repetition_rule() != pb::REPETITION_RULE_UNSPECIFIED) == derogation,
               "repetition_rule", "goes together with INSTRUMENT_CATEGORY_DEROGATION");
  check.Expect(!derogation || !instrument.systematic_transfers(), "systematic_transfers",
               "a derogation is not fit for them");
  check.Expect(look_alike || !instrument.article().empty(), "article", "is missing");
}

void CheckRolePairs(const pb::Instrument& instrument, RecordCheck& check) {
  const bool look_alike = instrument.category() == pb::INSTRUMENT_CATEGORY_NOT_A_TRANSFER_TOOL;
  check.Expect(instrument.role_pairs().empty() == look_alike, "role_pairs",
               "are missing, or stand at a look-alike");
  std::set<int> seen;
  for (int i = 0; i < instrument.role_pairs_size(); ++i) {
    check.RequiredEnum(At("role_pairs", i), instrument.role_pairs(i));
    check.Expect(seen.insert(instrument.role_pairs(i)).second, At("role_pairs", i),
                 "stands here twice");
  }
}

void CheckTia(const pb::TiaRule& tia, RecordCheck& check) {
  check.RequiredEnum("tia.need", tia.need());
  check.OptionalDate("tia.from", tia.from());
  const bool needed = tia.need() != pb::TIA_NEED_NOT_REQUIRED;
  check.Expect(tia.from().empty() != needed, "tia.from", "goes together with a needed assessment");
  const bool conditional = tia.need() == pb::TIA_NEED_CONDITIONAL;
  check.Expect(tia.condition().empty() != conditional, "tia.condition",
               "goes together with TIA_NEED_CONDITIONAL");
  check.Expect(tia.condition().empty() || IsConditionId(tia.condition()), "tia.condition",
               "must be small letters, digits and _, beginning with a letter");
  check.Expect(!conditional || !tia.note().empty(), "tia.note",
               "must say what the condition asks for");
}

void CheckLegacy(const pb::Instrument& instrument, const Interval& valid, RecordCheck& check) {
  if (!instrument.has_legacy_reliance()) {
    return;
  }
  const pb::LegacyReliance& legacy = instrument.legacy_reliance();
  check.Expect(!instrument.until().empty(), "legacy_reliance", "needs an end of the instrument");
  check.Required("legacy_reliance.requirement", legacy.requirement());
  check.Required("legacy_reliance.source", legacy.source());
  const auto before =
      check.RequiredDate("legacy_reliance.contract_before", legacy.contract_before());
  check.Expect(!before || (valid.from < *before && *before <= valid.until),
               "legacy_reliance.contract_before", "must be inside the instrument's time");
  const auto until = check.OptionalDate("legacy_reliance.until", legacy.until());
  check.Expect(!until || valid.until < *until, "legacy_reliance.until",
               "must be after the end of the instrument");
  if (legacy.has_condition()) {
    CheckCondition("legacy_reliance.condition", legacy.condition(), check);
  }
}

void CheckDates(const pb::Instrument& instrument, const Interval& valid, RecordCheck& check) {
  const auto adopted = check.OptionalDate("adopted", instrument.adopted());
  const auto published = check.OptionalDate("published", instrument.published());
  check.Expect(!adopted || *adopted <= valid.from, "adopted", "is after from");
  check.Expect(!adopted || !published || *adopted <= *published, "published", "is before adopted");
  check.OptionalDate("repealed", instrument.repealed());
  check.Expect(instrument.repealed().empty() || instrument.repealed() == instrument.until(),
               "repealed", "must be the day of until");
  const auto first_use = check.OptionalDate("earliest_use", instrument.earliest_use());
  check.Expect(!first_use || valid.Contains(*first_use), "earliest_use",
               "must be inside the instrument's time");
}

}  // namespace

void CheckInstrument(const pb::Instrument& instrument, RecordCheck& check) {
  CheckKind(instrument, check);
  CheckRolePairs(instrument, check);
  CheckTia(instrument.tia(), check);
  CheckConditions("conditions", instrument.conditions(), check);
  const auto valid = check.RequiredInterval("from", instrument.from(), "until", instrument.until());
  if (valid) {
    CheckDates(instrument, *valid, check);
    CheckLegacy(instrument, *valid, check);
  }
}

}  // namespace onward::services
