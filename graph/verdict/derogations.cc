#include "graph/verdict/derogations.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/conditions.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

std::string_view WhyNotRepetitive(law::RepetitionRule rule) {
  switch (rule) {
    case law::RepetitionRule::kForbidden:
      return "its text forbids it";
    case law::RepetitionRule::kOccasional:
      return "it is for occasional transfers";
    case law::RepetitionRule::kExceptionByInterpretation:
      return "as an exception it is read narrowly";
    case law::RepetitionRule::kDiscouraged:
      return "the authorities read it as an exception";
    case law::RepetitionRule::kNone:
      break;
  }
  return "a derogation is an exception";
}

void CheckDates(const law::Instrument& instrument, const Hop& hop, Attempt& attempt,
                Findings& findings) {
  const Date day = hop.Day();
  const Date first =
      std::max(instrument.interval.from, instrument.earliest_use.value_or(Date::Min()));
  if (day < first) {
    findings.Add(Reason::kNotYetInForce, hop.Words([&] {
      return instrument.name + " can be relied on only from " + first.ToString() + ".";
    }));
  } else if (day >= instrument.interval.until) {
    attempt.ended = instrument.interval.until;
    findings.Add(EndReasonOf(instrument), hop.Words([&] { return EndedText(instrument) + "."; }));
  }
}

void CheckRolePair(const law::Instrument& instrument, const Roles& roles, const Hop& hop,
                   Findings& findings) {
  const law::RolePair pair = PairOf(roles.exporter_is_processor, roles.importer_is_processor);
  const auto& pairs = instrument.role_pairs;
  if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) {
    findings.Add(Reason::kRoleMismatch, hop.Words([&] {
      return instrument.name + " does not fit a disclosure from " + std::string(PairText(pair)) +
             ".";
    }));
  }
}

// Only authorities' reading, no text, keeps the derogation to occasional transfers.
bool OnlyGuidanceForbids(law::RepetitionRule rule) {
  return rule == law::RepetitionRule::kExceptionByInterpretation ||
         rule == law::RepetitionRule::kDiscouraged;
}

void CheckRepetition(const law::Instrument& instrument, const Hop& hop, Findings& findings) {
  const std::optional<bool> repetitive = hop.flow.derogation->repetitive;
  const model::ContestedReading reading = hop.Policy().repetition_under_derogations;
  if (!repetitive.has_value()) {
    findings.Add(Reason::kRepetitionNotStated, hop.Words([&] {
      return "Not stated whether the transfers are repetitive: " + instrument.name +
             " does not carry repetitive ones.";
    }));
  } else if (*repetitive && reading == model::ContestedReading::kPermissive &&
             OnlyGuidanceForbids(instrument.repetition_rule)) {
    findings.Add(Reason::kContested, hop.Words([&] {
      return "The transfers are repetitive; that " + instrument.name +
             " does not carry those is the authorities' reading, not the text, and this "
             "inventory's policy does not follow it (policy/inventory).";
    }));
  } else if (*repetitive) {
    findings.Add(Reason::kNotForRepetitive, hop.Words([&] {
      return "The transfers are repetitive, and " + instrument.name +
             " does not carry those: " + std::string(WhyNotRepetitive(instrument.repetition_rule)) +
             ".";
    }));
  }
}

void CheckAll(const law::Instrument& instrument, const Hop& hop, const Roles& roles,
              Attempt& attempt, Findings& findings) {
  CheckDates(instrument, hop, attempt, findings);
  CheckRolePair(instrument, roles, hop, findings);
  StatementScope scope;
  scope.speaker = Speaker::kExporter;
  CheckConditions(instrument.conditions, hop, scope, findings);
  if (instrument.category == law::InstrumentCategory::kNotAGroundAlone) {
    findings.Add(Reason::kConditionNotStated, hop.Words([&] {
      return instrument.name +
             " is never a ground alone: the further ground of Chapter V is not stated.";
    }));
    return;
  }
  CheckRepetition(instrument, hop, findings);
}

}  // namespace

std::optional<Attempt> TryDerogation(const Hop& hop, const Roles& roles) {
  if (!hop.flow.derogation.has_value()) {
    return std::nullopt;
  }
  const std::string& id = hop.flow.derogation->instrument;
  const std::string record = RefText(model::RecordKind::kFlow, hop.flow.id);
  const law::Instrument* instrument = hop.law.FindInstrument(id);
  const bool fits =
      instrument != nullptr && (instrument->category == law::InstrumentCategory::kDerogation ||
                                instrument->category == law::InstrumentCategory::kNotAGroundAlone);
  if (!fits) {
    Attempt attempt;
    attempt.candidate.mechanism = id;
    attempt.candidate.record = record;
    attempt.candidate.outcome = Reason::kNoMechanism;
    attempt.candidate.explanation = "Stated as a derogation, but " + id + " is none.";
    return attempt;
  }
  Attempt attempt = AttemptAt(*instrument, record, Standing::kDerogation, hop);
  Findings findings;
  CheckAll(*instrument, hop, roles, attempt, findings);
  findings.Conclude(Reason::kDerogation, hop.Words([&] {
    return instrument->name + " is stated for transfers that are not repetitive.";
  }),
                    attempt);
  return attempt;
}

}  // namespace onward::verdict
