#include "graph/query/finding_catalogue.h"

#include <array>

namespace onward::query {
namespace {

using enum FindingCode;

constexpr std::array kKinds = {
    FindingKind{
        kArt28TermsMissing, "ART28_TERMS_MISSING", "No Art. 28 terms with a processor",
        Severity::kHigh, "GDPR Art. 28(3), 28(4), 28(9)",
        "The importer acts as a processor, and no agreement on record that holds the terms of Art. "
        "28 binds both sides on the day. SCC 2021/915, and SCC 2021/914 with modules 2 or 3, hold "
        "them. Groups that are not named cannot be asked for terms: see RECIPIENT_UNNAMED.",
        "Sign a data processing agreement, or record the one that is in force."},
    FindingKind{
        kMeasureCannotHelp, "MEASURE_CANNOT_HELP", "A supplementary measure that cannot help",
        Severity::kHigh, "EDPB Recommendations 01/2020 v2.0, Annex 2, use cases 6 and 7",
        "The assessment relies on supplementary measures, while the importer has the data in the "
        "clear (use case 6) or looks into them from afar (use case 7). The EDPB knows of no "
        "technical measure that protects such data where the law of the country is the problem.",
        "Take the access in the clear away (keys kept in the EEA, pseudonyms), or assess again "
        "whether the law applies to this transfer in practice, or stop it."},
    FindingKind{kProcessorActsAsController, "PROCESSOR_ACTS_AS_CONTROLLER",
                "Received as a processor, disclosed as a controller", Severity::kHigh,
                "GDPR Art. 28(10)",
                "The exporter received these data as a processor only and hands them on as a "
                "controller. A processor that decides on purposes and means counts as a controller "
                "and needs a legal basis of its own.",
                "Correct the role on one of the flows, or record the activity as a controller that "
                "the disclosure belongs to."},
    FindingKind{
        kSubProcessorNotAuthorised, "SUB_PROCESSOR_NOT_AUTHORISED", "Sub-processor not authorised",
        Severity::kHigh, "GDPR Art. 28(2)",
        "The flow to a further processor is recorded as not authorised by the controller.",
        "Get the controller's specific or general written authorisation, or stop the flow."},
    FindingKind{kTransferLacking, "TRANSFER_LACKING", "A transfer without a mechanism",
                Severity::kHigh, "GDPR Art. 44",
                "No adequacy decision, safeguard or derogation on record carries the transfer on "
                "the day. `onward explain` shows each one tried and why it failed.",
                "Sign or record a mechanism that fits the roles and the data, or stop the flow."},
    FindingKind{kContestedBasis, "CONTESTED_BASIS", "The footing is contested", Severity::kMedium,
                "GDPR Chapter V (Art. 44 to 50)",
                "Whether the mechanism carries the transfer depends on a reading of the law that "
                "authorities, courts or writers do not share.",
                "Decide with counsel which reading to follow and write the reason down; prefer a "
                "mechanism that is not contested."},
    FindingKind{kCopyNotEnded, "COPY_NOT_ENDED", "The flow ended, the copy did not",
                Severity::kMedium, "GDPR Art. 5(1)(e), 28(3)(g)",
                "The disclosure ended. The recipient still holds the copy, or nothing is recorded "
                "about its deletion or return by a processor.",
                "Have the copy deleted or returned, and record the day in copy_ends."},
    FindingKind{
        kDerogationReliedOn, "DEROGATION_RELIED_ON", "A derogation is leaned on", Severity::kMedium,
        "GDPR Art. 49; EDPB Guidelines 2/2018",
        "The transfer stands on a derogation for specific situations. Derogations are exceptions, "
        "read strictly.",
        "Look for adequacy or a safeguard first; else document why the derogation fits each time."},
    FindingKind{kDestinationUnknown, "DESTINATION_UNKNOWN", "Destination unknown",
                Severity::kMedium, "GDPR Art. 13(1)(f), 30(1)(d), 30(1)(e)",
                "The country where the recipient is established, or handles the data, is not "
                "recorded. Whether this is a transfer cannot be said.",
                "Ask the recipient for its place of establishment and its sites, and record them."},
    FindingKind{
        kDirectCollectionEmbedded, "DIRECT_COLLECTION_EMBEDDED",
        "Called a direct collection, but the exporter placed the code", Severity::kMedium,
        "CJEU C-40/17 (Fashion ID), paras 75-85; EDPB Guidelines 05/2021 v2.0, criterion 2",
        "The flow is recorded as a direct collection, which is no transfer, while the records say "
        "that code on the exporter's page or app sends the data (a telemetry site, or a word such "
        "as pixel, tag, SDK or plug-in in its purposes, labels or recipient). Who embeds the code "
        "takes part in the disclosure.",
        "Record the flow as FROM_PARTY, so that it is judged, or take out what says otherwise."},
    FindingKind{
        kMechanismEndsSoon, "MECHANISM_ENDS_SOON", "The mechanism ends soon", Severity::kMedium,
        "GDPR Art. 44",
        "Within the days asked about, what carries the transfer ends and the verdict turns worse.",
        "Renew the mechanism, or put another one in place before that day."},
    FindingKind{
        kRecipientUnnamed, "RECIPIENT_UNNAMED", "Recipient not named", Severity::kMedium,
        "GDPR Art. 13(1)(e), 15(1)(c), 30(1)(d); CJEU C-154/21",
        "The recipient is a group known by purpose only. Who asks for access is to be told "
        "the actual recipients.",
        "Record each recipient of the group as a party of its own. An authority that asks in a "
        "particular inquiry is no recipient (Art. 4(9)): call that finding a false positive."},
    FindingKind{kSpecialCategories, "SPECIAL_CATEGORIES_IN_TRANSFER",
                "Special categories in a transfer", Severity::kMedium,
                "GDPR Art. 9(1); SCC 2021/914 Clause 8.6 or 8.7 and Annex I.B",
                "The transfer carries special categories of data (Art. 9), which ask for stricter "
                "protection.",
                "Check the Art. 9(2) ground and the restrictions and safeguards that the agreement "
                "names for these data; leave out what is not needed."},
    FindingKind{
        kStatedIntentOnly, "STATED_INTENT_ONLY", "An intent, not an instrument", Severity::kMedium,
        "GDPR Art. 46(1); Art. 13(1)(f)",
        "A document says that a safeguard is or will be used (label stated-safeguard of the flow), "
        "and no agreement that binds both sides is on record. A stated intent carries nothing.",
        "Get the signed instrument and record it as an agreement."},
    FindingKind{
        kSubProcessorAuthorisationNotStated, "SUB_PROCESSOR_AUTHORISATION_NOT_STATED",
        "Authorisation of a sub-processor not stated", Severity::kMedium, "GDPR Art. 28(2)",
        "A processor engages another, and whether the controller authorised it is not recorded.",
        "Record the authorisation as SPECIFIC or GENERAL, or as NONE."},
    FindingKind{
        kTiaReviewDueSoon, "TIA_REVIEW_DUE_SOON", "A transfer impact assessment falls due",
        Severity::kMedium, "CJEU C-311/18, para. 134; EDPB Recommendations 01/2020 v2.0, step 6",
        "Within the days asked about, the assessment that the transfer rests on is due for review.",
        "Review the assessment and record the new one before that day."},
    FindingKind{kTransferConditional, "TRANSFER_CONDITIONAL", "A transfer with an open condition",
                Severity::kMedium, "GDPR Art. 44",
                "A mechanism exists, and one of its conditions is not recorded as met, or an "
                "assessment is missing or overdue. A contested point is a finding of its own.",
                "Answer the open condition with a statement, or record the assessment."},
    FindingKind{kTransferUndetermined, "TRANSFER_UNDETERMINED", "Cannot be said", Severity::kMedium,
                "GDPR Art. 5(2), 44",
                "Something that the verdict depends on is not recorded. It is a question to ask, "
                "never a pass. An unknown destination, a contested point and another regime are "
                "findings of their own and not repeated here.",
                "Record what the detail names as missing."},
    FindingKind{kChainNotDisclosed, "CHAIN_NOT_DISCLOSED", "Chain below not disclosed",
                Severity::kLow, "GDPR Art. 28(2), 28(4); EDPB Opinion 22/2024",
                "It is not recorded that the processor discloses all of its own recipients: data "
                "may go further than the inventory shows.",
                "Ask for the full list of sub-processors, record it, and set chain_disclosure."},
    FindingKind{kEvidenceAssumed, "EVIDENCE_ASSUMED", "Nothing but an assumption", Severity::kLow,
                "GDPR Art. 5(2)", "All sources of the record are graded ASSUMED.",
                "Find a contract, a published page or a configuration that shows it."},
    FindingKind{
        kRetentionNotStated, "RETENTION_NOT_STATED", "Retention not stated", Severity::kLow,
        "GDPR Art. 5(1)(e), 13(2)(a), 30(1)(f)",
        "The activity of a controller has no period or criteria of retention for some of its data.",
        "Record a duration, or the criteria that decide on it."},
    FindingKind{kRoleUnknown, "ROLE_UNKNOWN", "Role unknown", Severity::kLow,
                "GDPR Art. 4(7), 4(8); EDPB Guidelines 07/2020",
                "The role of the exporter or importer on the flow is not recorded. Which terms and "
                "which modules fit depends on it.",
                "Record who decides on purposes and means of this disclosure."},
    FindingKind{
        kOtherRegimeNotAssessed, "OTHER_REGIME_NOT_ASSESSED", "Another regime is not assessed here",
        Severity::kInfo, "GDPR Art. 3, 45; Regulation (EU) 2018/1725",
        "The exporter is not bound by the GDPR and stands under a data protection law of its own "
        "(the United Kingdom, Switzerland and other places with an adequacy decision; institutions "
        "of the Union). Its rules on disclosures abroad are not assessed here.",
        "Have these disclosures checked under the exporter's own law."},
    FindingKind{kParentInThirdCountry, "PARENT_IN_THIRD_COUNTRY",
                "Ultimate parent in a third country", Severity::kInfo,
                "EDPB Guidelines 05/2021 v2.0, Example 12; GDPR Art. 28(1), 48",
                "The recipient belongs to a group whose ultimate parent is established in a third "
                "country, whose authorities may ask the group for the data. A risk signal, never a "
                "transfer by itself.",
                "Ask which guarantees there are against such requests, and weigh them."},
};

// One block per kind, as the page shows it.
std::string Block(const FindingKind& kind) {
  std::string text = "### ";
  text += kind.code;
  text += "\n\n**";
  text += kind.title;
  text += ".** ";
  text += kind.meaning;
  text += "\n\n- Source: ";
  text += kind.source;
  text += "\n- What to do: ";
  text += kind.remedy;
  return text + "\n";
}

}  // namespace

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kHigh:
      return "high";
    case Severity::kMedium:
      return "medium";
    case Severity::kLow:
      return "low";
    case Severity::kInfo:
      break;
  }
  return "info";
}

std::span<const FindingKind> FindingCatalogue() { return kKinds; }

const FindingKind& KindOf(FindingCode code) { return kKinds[static_cast<size_t>(code)]; }

const FindingKind* FindFindingKind(std::string_view code) {
  for (const FindingKind& kind : kKinds) {
    if (kind.code == code) {
      return &kind;
    }
  }
  return nullptr;
}

std::string FindingCataloguePage() {
  std::string page =
      "# Findings\n\n"
      "What `onward findings` can say, worst first. Made from the table in "
      "`graph/query/finding_catalogue.cc`\nby `onward findings catalogue`; a test keeps the two "
      "equal. A finding supports a decision; it is no legal advice.\n";
  const Severity* before = nullptr;
  for (const FindingKind& kind : kKinds) {
    if (before == nullptr || *before != kind.severity) {
      page += "\n## Severity: ";
      page += Name(kind.severity);
      page += "\n";
    }
    before = &kind.severity;
    page += "\n" + Block(kind);
  }
  return page;
}

}  // namespace onward::query
