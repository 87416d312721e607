#include "graph/verdict/verdict.h"

#include <array>

namespace onward::verdict {
namespace {

struct ReasonRow {
  Reason reason;
  std::string_view name;
  Verdict verdict;
};

constexpr std::array kReasons = {
    ReasonRow{Reason::kUnspecified, "UNSPECIFIED", Verdict::kUnspecified},
    ReasonRow{Reason::kFreeFlow, "FREE_FLOW", Verdict::kNotATransfer},
    ReasonRow{Reason::kExporterNotBound, "EXPORTER_NOT_BOUND", Verdict::kNotATransfer},
    ReasonRow{Reason::kSameEntity, "SAME_ENTITY", Verdict::kNotATransfer},
    ReasonRow{Reason::kDirectCollection, "DIRECT_COLLECTION", Verdict::kNotATransfer},
    ReasonRow{Reason::kReturned, "RETURNED", Verdict::kNotATransfer},
    ReasonRow{Reason::kNotInEffect, "NOT_IN_EFFECT", Verdict::kNotATransfer},
    ReasonRow{Reason::kAdequacy, "ADEQUACY", Verdict::kCovered},
    ReasonRow{Reason::kSafeguard, "SAFEGUARD", Verdict::kCovered},
    ReasonRow{Reason::kDerogation, "DEROGATION", Verdict::kCovered},
    ReasonRow{Reason::kConditionNotStated, "CONDITION_NOT_STATED", Verdict::kConditional},
    ReasonRow{Reason::kTiaMissing, "TIA_MISSING", Verdict::kConditional},
    ReasonRow{Reason::kTiaOverdue, "TIA_OVERDUE", Verdict::kConditional},
    ReasonRow{Reason::kRepetitionNotStated, "REPETITION_NOT_STATED", Verdict::kConditional},
    ReasonRow{Reason::kOnwardByLocalRules, "ONWARD_BY_LOCAL_RULES", Verdict::kConditional},
    ReasonRow{Reason::kContested, "CONTESTED", Verdict::kConditional},
    ReasonRow{Reason::kNoMechanism, "NO_MECHANISM", Verdict::kLacking},
    ReasonRow{Reason::kNotYetInForce, "NOT_YET_IN_FORCE", Verdict::kLacking},
    ReasonRow{Reason::kExpired, "EXPIRED", Verdict::kLacking},
    ReasonRow{Reason::kInvalidated, "INVALIDATED", Verdict::kLacking},
    ReasonRow{Reason::kRoleMismatch, "ROLE_MISMATCH", Verdict::kLacking},
    ReasonRow{Reason::kCertificationMissing, "CERTIFICATION_MISSING", Verdict::kLacking},
    ReasonRow{Reason::kConditionNotMet, "CONDITION_NOT_MET", Verdict::kLacking},
    ReasonRow{Reason::kOutOfScope, "OUT_OF_SCOPE", Verdict::kLacking},
    ReasonRow{Reason::kTiaNegative, "TIA_NEGATIVE", Verdict::kLacking},
    ReasonRow{Reason::kNotForRepetitive, "NOT_FOR_REPETITIVE", Verdict::kLacking},
    ReasonRow{Reason::kImporterUnderGdpr, "IMPORTER_UNDER_GDPR", Verdict::kLacking},
    ReasonRow{Reason::kNotAnEuInstrument, "NOT_AN_EU_INSTRUMENT", Verdict::kLacking},
    ReasonRow{Reason::kDestinationUnknown, "DESTINATION_UNKNOWN", Verdict::kUndetermined},
    ReasonRow{Reason::kExporterUnknown, "EXPORTER_UNKNOWN", Verdict::kUndetermined},
    ReasonRow{Reason::kOperatorUnknown, "OPERATOR_UNKNOWN", Verdict::kUndetermined},
    ReasonRow{Reason::kOperatorFlowMissing, "OPERATOR_FLOW_MISSING", Verdict::kUndetermined},
    ReasonRow{Reason::kRoleUnknown, "ROLE_UNKNOWN", Verdict::kUndetermined},
    ReasonRow{Reason::kTerritoryUnsettled, "TERRITORY_UNSETTLED", Verdict::kUndetermined},
    ReasonRow{Reason::kBeforeRegister, "BEFORE_REGISTER", Verdict::kUndetermined},
    ReasonRow{Reason::kOtherRegime, "OTHER_REGIME", Verdict::kUndetermined},
    ReasonRow{Reason::kNotRecorded, "NOT_RECORDED", Verdict::kUndetermined},
};

const ReasonRow& RowOf(Reason reason) {
  for (const ReasonRow& row : kReasons) {
    if (row.reason == reason) {
      return row;
    }
  }
  return kReasons.front();
}

}  // namespace

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotATransfer:
      return "NOT_A_TRANSFER";
    case Verdict::kCovered:
      return "COVERED";
    case Verdict::kConditional:
      return "CONDITIONAL";
    case Verdict::kLacking:
      return "LACKING";
    case Verdict::kUndetermined:
      return "UNDETERMINED";
    case Verdict::kUnspecified:
      break;
  }
  return "UNSPECIFIED";
}

std::string_view Name(Reason reason) { return RowOf(reason).name; }

std::string_view Name(HopKind kind) {
  switch (kind) {
    case HopKind::kNotATransfer:
      return "NOT_A_TRANSFER";
    case HopKind::kTransfer:
      return "TRANSFER";
    case HopKind::kOnwardTransfer:
      return "ONWARD_TRANSFER";
    case HopKind::kUndetermined:
      return "UNDETERMINED";
    case HopKind::kUnspecified:
      break;
  }
  return "UNSPECIFIED";
}

Verdict VerdictOf(Reason reason) { return RowOf(reason).verdict; }

int Badness(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotATransfer:
      return 1;
    case Verdict::kCovered:
      return 2;
    case Verdict::kConditional:
      return 3;
    case Verdict::kUndetermined:
      return 4;
    case Verdict::kLacking:
      return 5;
    case Verdict::kUnspecified:
      break;
  }
  return 0;
}

const DestinationVerdict& HopVerdict::Deciding() const {
  const DestinationVerdict* worst = &destinations.front();
  for (const DestinationVerdict& destination : destinations) {
    if (Badness(destination.verdict) > Badness(worst->verdict)) {
      worst = &destination;
    }
  }
  return *worst;
}

}  // namespace onward::verdict
