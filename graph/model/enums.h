// The closed vocabularies of records. The numbers are those of the contract and of the bytes on disk:
// never renumber. Zero is always "not stated".
#pragma once

#include <cstdint>

namespace onward::model {

// Ranges are contiguous from 0 to kLast; a number outside is invalid input.
enum class SourceGrade : int32_t {
  kUnspecified = 0,
  kContract = 1,
  kPublished = 2,
  kConfiguration = 3,
  kAssumed = 4,
  kLast = kAssumed
};
enum class Role : int32_t {
  kUnspecified = 0,
  kController = 1,
  kJointController = 2,
  kProcessor = 3,
  kSubProcessor = 4,
  kOtherRecipient = 5,
  kLast = kOtherRecipient
};
enum class PartyType : int32_t {
  kUnspecified = 0,
  kOrganisation = 1,
  kPublicBody = 2,
  kInternationalOrganisation = 3,
  kEuInstitution = 4,
  kUnnamedRecipients = 5,
  kLast = kUnnamedRecipients
};
enum class ChainDisclosure : int32_t {
  kUnspecified = 0,
  kComplete = 1,
  kPartial = 2,
  kUnknown = 3,
  kLast = kUnknown
};
enum class CertificationCoverage : int32_t { kUnspecified = 0, kNonHr = 1, kHr = 2, kLast = kHr };
enum class ContactRole : int32_t {
  kUnspecified = 0,
  kGeneral = 1,
  kDpo = 2,
  kArt27Representative = 3,
  kSupervisoryAuthority = 4,
  kLast = kSupervisoryAuthority
};
enum class AgreementSide : int32_t {
  kUnspecified = 0,
  kExporter = 1,
  kImporter = 2,
  kBoth = 3,
  kLast = kBoth
};
enum class TiaOutcome : int32_t {
  kUnspecified = 0,
  kAdequate = 1,
  kAdequateWithMeasures = 2,
  kInadequate = 3,
  kLast = kInadequate
};
enum class SiteOperation : int32_t {
  kUnspecified = 0,
  kStorage = 1,
  kProcessing = 2,
  kRemoteAccess = 3,
  kBackup = 4,
  kTelemetry = 5,
  kTransit = 6,
  kLast = kTransit
};
enum class Protection : int32_t {
  kUnspecified = 0,
  kClear = 1,
  kPseudonymised = 2,
  kEncryptedKeysKept = 3,
  kLast = kEncryptedKeysKept
};
enum class SubProcessorAuthorisation : int32_t {
  kUnspecified = 0,
  kSpecific = 1,
  kGeneral = 2,
  kNone = 3,
  kLast = kNone
};
enum class Collection : int32_t {
  kUnspecified = 0,
  kFromParty = 1,
  kDirectFromDataSubject = 2,
  kLast = kDirectFromDataSubject
};
enum class CopyOutcome : int32_t {
  kUnspecified = 0,
  kDeleted = 1,
  kReturned = 2,
  kKept = 3,
  kLast = kKept
};
enum class TriageDecision : int32_t {
  kUnspecified = 0,
  kAccepted = 1,
  kFalsePositive = 2,
  kLast = kFalsePositive
};

constexpr bool IsControllerRole(Role role) {
  return role == Role::kController || role == Role::kJointController ||
         role == Role::kOtherRecipient;
}
constexpr bool IsProcessorRole(Role role) {
  return role == Role::kProcessor || role == Role::kSubProcessor;
}
enum class ContestedReading : int32_t {
  kUnspecified = 0,
  kStrict = 1,
  kPermissive = 2,
  kLast = kPermissive
};

}  // namespace onward::model
