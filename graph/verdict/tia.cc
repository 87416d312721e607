#include "graph/verdict/tia.h"

#include <algorithm>

#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

using model::TiaOutcome;
using model::TransferImpactAssessment;

// The assessment names the destination; one without countries means the importer's establishment.
bool IsAbout(const TransferImpactAssessment& tia, const Destination& destination, const Hop& hop) {
  const std::string& seat = hop.ImporterParty().establishment;
  if (tia.countries.empty()) {
    return destination.organisation || destination.code == seat;
  }
  return std::any_of(tia.countries.begin(), tia.countries.end(), [&](const std::string& code) {
    return code == destination.code || (destination.organisation && code == seat);
  });
}

int Doubt(TiaOutcome outcome) {
  switch (outcome) {
    case TiaOutcome::kAdequate:
      return 0;
    case TiaOutcome::kAdequateWithMeasures:
      return 1;
    case TiaOutcome::kUnspecified:
      return 2;
    case TiaOutcome::kInadequate:
      break;
  }
  return 3;
}

// Of two on one day the more doubtful stands.
bool Supersedes(const TransferImpactAssessment& a, const TransferImpactAssessment& b) {
  if (*a.performed_on != *b.performed_on) {
    return *a.performed_on > *b.performed_on;
  }
  return Doubt(a.outcome) > Doubt(b.outcome);
}

const TransferImpactAssessment* Newest(const model::Agreement& agreement,
                                       const Destination& destination, const Hop& hop) {
  const TransferImpactAssessment* newest = nullptr;
  for (const TransferImpactAssessment& tia : agreement.tias) {
    const bool counts = tia.performed_on.has_value() && *tia.performed_on <= hop.Day() &&
                        IsAbout(tia, destination, hop);
    if (counts && (newest == nullptr || Supersedes(tia, *newest))) {
      newest = &tia;
    }
  }
  return newest;
}

bool IsNeeded(const law::TiaRule& rule, const Hop& hop, const StatementScope& scope) {
  if (hop.Day() < rule.from) {
    return false;
  }
  switch (rule.need) {
    case law::TiaNeed::kNotRequired:
      return false;
    case law::TiaNeed::kRequired:
      return true;
    case law::TiaNeed::kConditional:
      break;
  }
  const Stated stated = StatedAbout(rule.condition, law::PartyTypeAnswer::kNone, true, hop, scope);
  return stated.met.value_or(true);
}

void CheckOutcome(const TransferImpactAssessment& tia, const std::string& which, const Hop& hop,
                  Findings& findings) {
  switch (tia.outcome) {
    case TiaOutcome::kInadequate:
      findings.Add(Reason::kTiaNegative, hop.Words([&] {
        return which + " found the protection inadequate, and no measures that make up for it.";
      }));
      break;
    case TiaOutcome::kUnspecified:
      findings.Add(Reason::kTiaMissing,
                   hop.Words([&] { return which + " has no recorded outcome."; }));
      break;
    case TiaOutcome::kAdequateWithMeasures:
      if (tia.supplementary_measures.empty()) {
        findings.Add(Reason::kConditionNotStated, hop.Words([&] {
          return which + " asks for supplementary measures, and none is recorded.";
        }));
      }
      break;
    case TiaOutcome::kAdequate:
      break;
  }
}

}  // namespace

void CheckTia(const law::TiaRule& rule, const model::Agreement& agreement,
              const Destination& destination, const Hop& hop, const StatementScope& scope,
              Findings& findings) {
  if (!IsNeeded(rule, hop, scope)) {
    return;
  }
  const TransferImpactAssessment* tia = Newest(agreement, destination, hop);
  if (tia == nullptr) {
    findings.Add(Reason::kTiaMissing, hop.Words([&] {
      return "No transfer impact assessment for " + PlaceText(destination.code, hop.law) +
             " is on file; it is due since " + rule.from.ToString() + ".";
    }));
    return;
  }
  const std::string which = hop.Words(
      [&] { return "The transfer impact assessment of " + tia->performed_on->ToString(); });
  CheckOutcome(*tia, which, hop, findings);
  if (tia->review_due.has_value() && *tia->review_due <= hop.Day()) {
    findings.Add(Reason::kTiaOverdue, hop.Words([&] {
      return which + " was due for review on " + tia->review_due->ToString() + ".";
    }));
  }
}

}  // namespace onward::verdict
