// The verdict of one hop on one date, with its proof. Meaning of each value:
// proto/onward/v1/verdict.proto, whose numbers these enums share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/base/date.h"
#include "graph/model/common.h"
#include "graph/model/record.h"

namespace onward::verdict {

enum class Verdict : int32_t {
  kUnspecified = 0,
  kNotATransfer = 1,
  kCovered = 2,
  kConditional = 3,
  kLacking = 4,
  kUndetermined = 5
};

enum class Reason : int32_t {
  kUnspecified = 0,
  kFreeFlow = 1,
  kExporterNotBound = 2,
  kSameEntity = 3,
  kDirectCollection = 4,
  kReturned = 5,
  kNotInEffect = 6,
  kAdequacy = 10,
  kSafeguard = 11,
  kDerogation = 12,
  kConditionNotStated = 20,
  kTiaMissing = 21,
  kTiaOverdue = 22,
  kRepetitionNotStated = 23,
  kOnwardByLocalRules = 24,
  kContested = 25,
  kNoMechanism = 30,
  kNotYetInForce = 31,
  kExpired = 32,
  kInvalidated = 33,
  kRoleMismatch = 34,
  kCertificationMissing = 35,
  kConditionNotMet = 36,
  kOutOfScope = 37,
  kTiaNegative = 38,
  kNotForRepetitive = 39,
  kImporterUnderGdpr = 40,
  kNotAnEuInstrument = 41,
  kDestinationUnknown = 50,
  kExporterUnknown = 51,
  kOperatorUnknown = 52,
  kOperatorFlowMissing = 53,
  kRoleUnknown = 54,
  kTerritoryUnsettled = 55,
  kBeforeRegister = 56,
  kOtherRegime = 57,
  kNotRecorded = 58
};

enum class HopKind : int32_t {
  kUnspecified = 0,
  kNotATransfer = 1,
  kTransfer = 2,
  kOnwardTransfer = 3,
  kUndetermined = 4
};

// NOT_A_TRANSFER, COVERED ...: the stable code, as printed everywhere.
std::string_view Name(Verdict verdict);
std::string_view Name(Reason reason);
std::string_view Name(HopKind kind);
// The verdict that a reason belongs to (kInvalidated -> kLacking). One table.
Verdict VerdictOf(Reason reason);
// Of several destinations the worst counts. Order of badness, worst last:
// NOT_A_TRANSFER < COVERED < CONDITIONAL < UNDETERMINED < LACKING. Unspecified is below all.
int Badness(Verdict verdict);

// A condition of a mechanism, as found.
struct ConditionOutcome {
  std::string condition;
  std::string requirement;
  std::optional<bool> met;
  // kind/id of the record that states it; empty: not stated.
  std::string stated_by;
  Verdict outcome = Verdict::kUnspecified;
  friend bool operator==(const ConditionOutcome&, const ConditionOutcome&) = default;
};

// A mechanism that was tried.
struct Candidate {
  // Decision or instrument id.
  std::string mechanism;
  Reason outcome = Reason::kUnspecified;
  std::string article;
  std::string source;
  // Agreement, party (certificate) or flow (derogation) on file, as kind/id.
  std::string record;
  // One sentence.
  std::string explanation;
  std::vector<ConditionOutcome> conditions;
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// A fact that one of the three EDPB criteria rests on.
struct CriterionFact {
  // T1, T2 or T3.
  std::string criterion;
  std::optional<bool> met;
  std::string fact;
  std::string source;
  friend bool operator==(const CriterionFact&, const CriterionFact&) = default;
};

// The verdict on one destination of a hop.
struct DestinationVerdict {
  // Register code, or UNKNOWN.
  std::string destination;
  // establishment, or the operation of a site with its location (storage at fra-1).
  std::string basis;
  HopKind kind = HopKind::kUnspecified;
  Verdict verdict = Verdict::kUnspecified;
  Reason reason = Reason::kUnspecified;
  // The deciding reason first, then further ones.
  std::vector<Reason> reasons;
  // Mechanism that decides; empty: none.
  std::string mechanism;
  // In the order tried; the deciding one is marked by `mechanism` and `deciding`.
  std::vector<Candidate> candidates;
  int deciding = -1;
  // The reason in one or two sentences that a lawyer can read.
  std::string explanation;
  friend bool operator==(const DestinationVerdict&, const DestinationVerdict&) = default;
};

// The verdict on a hop: the worst of its destinations.
struct HopVerdict {
  Verdict verdict = Verdict::kUnspecified;
  Reason reason = Reason::kUnspecified;
  // At least one, in order of destination code and basis. One entry per distinct destination code:
  // of several with one code the worst stands.
  std::vector<DestinationVerdict> destinations;
  std::vector<CriterionFact> criteria;
  // Records that the verdict rests on.
  std::vector<model::RecordRef> evidence;
  friend bool operator==(const HopVerdict&, const HopVerdict&) = default;

  // The destination that decides. Never null on a judged hop.
  const DestinationVerdict& Deciding() const;
};

}  // namespace onward::verdict
