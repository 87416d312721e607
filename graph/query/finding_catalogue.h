// The kinds of findings: one table that the rules, the answers and FINDINGS.md are made from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace onward::query {

// Numbers are those of proto/onward/v1/finding.proto. The smaller the worse.
enum class Severity : int32_t { kHigh = 1, kMedium = 2, kLow = 3, kInfo = 4 };

// high, medium, low, info.
std::string_view Name(Severity severity);

// In the order of the catalogue: by severity, then by code. Codes are stable; the numbers are not.
enum class FindingCode : uint8_t {
  kArt28TermsMissing,
  kMeasureCannotHelp,
  kProcessorActsAsController,
  kSubProcessorNotAuthorised,
  kTransferLacking,
  kContestedBasis,
  kCopyNotEnded,
  kDerogationReliedOn,
  kDestinationUnknown,
  kDirectCollectionEmbedded,
  kMechanismEndsSoon,
  kRecipientUnnamed,
  kSpecialCategories,
  kStatedIntentOnly,
  kSubProcessorAuthorisationNotStated,
  kTiaReviewDueSoon,
  kTransferConditional,
  kTransferUndetermined,
  kChainNotDisclosed,
  kEvidenceAssumed,
  kRetentionNotStated,
  kRoleUnknown,
  kOtherRegimeNotAssessed,
  kParentInThirdCountry,
};

struct FindingKind {
  FindingCode number;
  // TRANSFER_LACKING ...
  std::string_view code;
  std::string_view title;
  Severity severity;
  // Article or other official source.
  std::string_view source;
  std::string_view meaning;
  std::string_view remedy;
};

// All of them, in order of their numbers.
std::span<const FindingKind> FindingCatalogue();

const FindingKind& KindOf(FindingCode code);
// Null: no such code.
const FindingKind* FindFindingKind(std::string_view code);

// The catalogue as a page in Markdown, ending in a line break.
std::string FindingCataloguePage();

}  // namespace onward::query
