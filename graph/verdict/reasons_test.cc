// Every reason code, reached at least twice: one row, one case.
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

using model::CertificationCoverage;
using model::PartyType;
using model::Role;
using model::TiaOutcome;

constexpr auto kNonHr = CertificationCoverage::kNonHr;
constexpr auto kHr = CertificationCoverage::kHr;

void Employees(World& w) { w.flow.data_subject_categories = {"employee"}; }

void ImporterIs(World& w, std::string_view code) { w.vendor.establishment = code; }

void Site(World& w, std::string_view country, std::string_view operator_party,
          model::SiteOperation operation = model::SiteOperation::kStorage) {
  model::Site site;
  site.country = country;
  site.operator_party = operator_party;
  site.operation = operation;
  w.flow.sites.push_back(site);
}

void Derogate(World& w, std::string_view instrument, std::optional<bool> repetitive) {
  w.flow.derogation = model::Derogation{std::string(instrument), repetitive, "as stated"};
}

void Consent(World& w) {
  w.flow.statements = {World::Says("explicit_consent", true),
                       World::Says("informed_of_risks", true)};
}

void OnwardFromUs(World& w) {
  w.acme.establishment = "US";
  w.arrival.restricted = true;
  ImporterIs(w, "IN");
}

const std::vector<Case> kNotTransfers = {
    {"importer in the Union", "2021-01-01", "NOT_A_TRANSFER FREE_FLOW",
     [](World& w) { ImporterIs(w, "DE"); }},
    {"importer in Norway", "2021-01-01", "NOT_A_TRANSFER FREE_FLOW",
     [](World& w) { ImporterIs(w, "NO"); }},
    {"United Kingdom in the bridge", "2021-06-27", "NOT_A_TRANSFER FREE_FLOW",
     [](World& w) { ImporterIs(w, "GB"); }},
    {"exporter unknown, free flow", "2021-01-01", "NOT_A_TRANSFER FREE_FLOW",
     [](World& w) {
       w.acme.establishment = "";
       ImporterIs(w, "DE");
     }},
    {"exporter abroad", "2021-01-01", "NOT_A_TRANSFER EXPORTER_NOT_BOUND",
     [](World& w) { w.acme.establishment = "BR"; }},
    {"exporter no longer targets the Union", "2021-01-01", "NOT_A_TRANSFER EXPORTER_NOT_BOUND",
     [](World& w) {
       w.acme.establishment = "BR";
       w.acme.gdpr_subject = {{Day("2018-05-25"), Day("2021-01-01")}};
     }},
    {"own branch abroad", "2021-01-01", "NOT_A_TRANSFER SAME_ENTITY",
     [](World& w) { w.vendor.branch_of = "acme"; }},
    {"two branches of one head", "2021-01-01", "NOT_A_TRANSFER SAME_ENTITY",
     [](World& w) {
       w.others.Add(PartyIn("head", "FR"));
       w.acme.branch_of = "head";
       w.vendor.branch_of = "head";
     }},
    {"handed over by the person", "2021-01-01", "NOT_A_TRANSFER DIRECT_COLLECTION",
     [](World& w) { w.flow.collection = model::Collection::kDirectFromDataSubject; }},
    {"handed over by the person, exporter unknown", "2021-01-01",
     "NOT_A_TRANSFER DIRECT_COLLECTION",
     [](World& w) {
       w.acme.establishment = "";
       w.flow.collection = model::Collection::kDirectFromDataSubject;
     }},
    {"given back by a processor that is not bound", "2021-01-01", "NOT_A_TRANSFER RETURNED",
     [](World& w) {
       OnwardFromUs(w);
       w.arrival.only_from_importer = true;
     }},
    {"given back to a party whose place is unknown", "2021-01-01", "NOT_A_TRANSFER RETURNED",
     [](World& w) {
       OnwardFromUs(w);
       ImporterIs(w, "");
       w.arrival.only_from_importer = true;
     }},
    {"not begun", "2021-01-01", "NOT_A_TRANSFER NOT_IN_EFFECT",
     [](World& w) { w.flow.interval.from = Day("2021-01-02"); }},
    {"ended", "2021-01-01", "NOT_A_TRANSFER NOT_IN_EFFECT",
     [](World& w) { w.flow.interval.until = Day("2021-01-01"); }},
};

const std::vector<Case> kCovered = {
    {"adequate country", "2021-01-01", "COVERED ADEQUACY", [](World& w) { ImporterIs(w, "CH"); }},
    {"listed importer", "2024-01-01", "COVERED ADEQUACY",
     [](World& w) { w.Certify("us_dpf", {kNonHr}, "2023-07-10"); }},
    {"certificate of the head", "2024-01-01", "COVERED ADEQUACY",
     [](World& w) {
       model::Party head = PartyIn("head", "US");
       head.certifications = {{"us_dpf", {kNonHr}, "", {Day("2023-07-10"), Date::Max()}}};
       w.others.Add(head);
       w.vendor.branch_of = "head";
     }},
    {"employees' data, listed for them", "2024-01-01", "COVERED ADEQUACY",
     [](World& w) {
       Employees(w);
       w.Certify("us_dpf", {kHr}, "2023-07-10");
     }},
    {"patent organisation", "2026-01-01", "COVERED ADEQUACY",
     [](World& w) { ImporterIs(w, "IO:EPO"); }},
    {"recipient condition stated as met", "2021-01-01", "COVERED ADEQUACY",
     [](World& w) {
       ImporterIs(w, "CA");
       w.vendor.statements = {World::Says("subject_to_pipeda", true)};
     }},
    {"clauses with an assessment", "2022-01-01", "COVERED SAFEGUARD",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01");
       w.File();
     }},
    {"clauses before an assessment was asked for", "2019-01-01", "COVERED SAFEGUARD",
     [](World& w) {
       w.Sign("scc-2010-87", "2018-01-01");
       w.File();
     }},
    {"role of no matter where two modules stand", "2022-01-01", "COVERED SAFEGUARD",
     [](World& w) {
       w.flow.exporter_role = Role::kUnspecified;
       w.SignWithTia("scc-2021-914-m2", "2021-10-01");
       w.agreement.instruments.emplace_back("scc-2021-914-m3");
       w.File();
     }},
    {"group rules", "2022-01-01", "COVERED SAFEGUARD",
     [](World& w) {
       w.SignWithTia("bcr-c", "2021-10-01");
       w.agreement.statements = {World::Says("bcr_approved", true),
                                 World::Says("same_group", true)};
       w.File();
     }},
    {"consent, once", "2022-01-01", "COVERED DEROGATION",
     [](World& w) {
       Derogate(w, "eu-gdpr:A49-1-a", false);
       Consent(w);
     }},
    {"legal claim, once", "2022-01-01", "COVERED DEROGATION",
     [](World& w) {
       Derogate(w, "eu-gdpr:A49-1-e", false);
       w.flow.statements = {World::Says("necessary", true)};
     }},
};

const std::vector<Case> kConditional = {
    {"Canada, nothing said about the recipient", "2021-01-01", "CONDITIONAL CONDITION_NOT_STATED",
     [](World& w) { ImporterIs(w, "CA"); }},
    {"old clauses, unchanged processing not stated", "2022-01-01",
     "CONDITIONAL CONDITION_NOT_STATED",
     [](World& w) {
       w.SignWithTia("scc-2010-87", "2021-01-01");
       w.File();
     }},
    {"coverage of the entry not stated", "2024-01-01", "CONDITIONAL CONDITION_NOT_STATED",
     [](World& w) { w.Certify("us_dpf", {}, "2023-07-10"); }},
    {"purpose not stated where the agreement limits it", "2022-01-01",
     "CONDITIONAL CONDITION_NOT_STATED",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").purposes = {"support"};
       w.File();
     }},
    {"measures asked for, none recorded", "2022-01-01", "CONDITIONAL CONDITION_NOT_STATED",
     [](World& w) {
       w.Sign("scc-2021-914-m2", "2021-10-01").tias = {
           World::Tia("2021-10-01", TiaOutcome::kAdequateWithMeasures)};
       w.File();
     }},
    {"no assessment", "2022-01-01", "CONDITIONAL TIA_MISSING",
     [](World& w) {
       w.Sign("scc-2021-914-m2", "2021-10-01");
       w.File();
     }},
    {"assessment only later", "2022-01-01", "CONDITIONAL TIA_MISSING",
     [](World& w) {
       w.Sign("scc-2021-914-m2", "2021-10-01").tias = {
           World::Tia("2022-01-02", TiaOutcome::kAdequate)};
       w.File();
     }},
    {"assessment of another country", "2022-01-01", "CONDITIONAL TIA_MISSING",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").tias[0].countries = {"IN"};
       w.File();
     }},
    {"review due today", "2022-01-01", "CONDITIONAL TIA_OVERDUE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").tias[0].review_due = Day("2022-01-01");
       w.File();
     }},
    {"review long due", "2024-06-01", "CONDITIONAL TIA_OVERDUE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").tias[0].review_due = Day("2022-01-01");
       w.File();
     }},
    {"consent, repetition not stated", "2022-01-01", "CONDITIONAL REPETITION_NOT_STATED",
     [](World& w) {
       Derogate(w, "eu-gdpr:A49-1-a", std::nullopt);
       Consent(w);
     }},
    {"consent under the Directive", "2015-01-01", "CONDITIONAL REPETITION_NOT_STATED",
     [](World& w) { Derogate(w, "dir95-26-1-a", std::nullopt); }},
    {"onward from Canada", "2021-01-01", "CONDITIONAL ONWARD_BY_LOCAL_RULES",
     [](World& w) {
       OnwardFromUs(w);
       w.acme.establishment = "CA";
       w.arrival.only_under_adequacy = true;
     }},
    {"onward from Switzerland", "2021-01-01", "CONDITIONAL ONWARD_BY_LOCAL_RULES",
     [](World& w) {
       OnwardFromUs(w);
       w.acme.establishment = "CH";
       w.arrival.only_under_adequacy = true;
     }},
    {"employees' data to a processor listed for other data", "2024-01-01", "CONDITIONAL CONTESTED",
     [](World& w) {
       Employees(w);
       w.Certify("us_dpf", {kNonHr}, "2023-07-10");
     }},
    {"clauses for an importer under the GDPR, by policy", "2022-01-01", "CONDITIONAL CONTESTED",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01");
       w.File();
       w.flow.importer_gdpr_subject = true;
       w.policy.scc_for_importers_under_gdpr = model::ContestedReading::kPermissive;
     }},
    {"consent again and again, by policy", "2022-01-01", "CONDITIONAL CONTESTED",
     [](World& w) {
       Consent(w);
       Derogate(w, "eu-gdpr:A49-1-a", true);
       w.policy.repetition_under_derogations = model::ContestedReading::kPermissive;
     }},
};

const std::vector<Case> kLacking = {
    {"employees' data to a processor listed for other data, by policy", "2024-01-01",
     "LACKING CERTIFICATION_MISSING",
     [](World& w) {
       Employees(w);
       w.Certify("us_dpf", {kNonHr}, "2023-07-10");
       w.policy.employee_data_under_non_hr_certificate = model::ContestedReading::kStrict;
     }},
    {"onward from Switzerland, by policy", "2021-01-01", "LACKING NO_MECHANISM",
     [](World& w) {
       OnwardFromUs(w);
       w.acme.establishment = "CH";
       w.arrival.only_under_adequacy = true;
       w.policy.onward_after_adequacy = model::ContestedReading::kStrict;
     }},
    {"a permissive reading does not reach what the text forbids", "2022-01-01",
     "LACKING NOT_FOR_REPETITIVE",
     [](World& w) {
       Derogate(w, "eu-gdpr:A49-1-b", true);
       w.flow.statements = {World::Says("necessary", true)};
       w.policy.repetition_under_derogations = model::ContestedReading::kPermissive;
     }},
    {"nothing on file", "2022-01-01", "LACKING NO_MECHANISM", [](World&) {}},
    {"processing terms alone", "2022-01-01", "LACKING NO_MECHANISM",
     [](World& w) {
       w.Sign("art28", "2021-10-01");
       w.File();
     }},
    {"clauses for processing alone", "2022-01-01", "LACKING NO_MECHANISM",
     [](World& w) {
       w.Sign("scc-2021-915", "2021-10-01");
       w.File();
     }},
    {"signed later", "2022-01-01", "LACKING NOT_YET_IN_FORCE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2022-01-02");
       w.File();
     }},
    {"clauses not yet in force", "2021-06-26", "LACKING NOT_YET_IN_FORCE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-06-10");
       w.File();
     }},
    {"scheme not yet in force", "2023-07-09", "LACKING NOT_YET_IN_FORCE",
     [](World& w) { w.Certify("us_dpf", {kNonHr}, "2023-07-10"); }},
    {"old clauses after their last day", "2022-12-28", "LACKING EXPIRED",
     [](World& w) {
       w.SignWithTia("scc-2010-87", "2021-01-01").statements = {
           World::Says("processing_unchanged", true)};
       w.File();
     }},
    {"old clauses signed too late", "2022-01-01", "LACKING EXPIRED",
     [](World& w) {
       w.SignWithTia("scc-2010-87", "2021-09-27");
       w.File();
     }},
    {"agreement ended", "2022-01-01", "LACKING EXPIRED",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").interval.until = Day("2022-01-01");
       w.File();
     }},
    {"safe harbour", "2015-10-06", "LACKING INVALIDATED",
     [](World& w) { w.Certify("us_safe_harbor", {kNonHr}, "2005-01-01"); }},
    {"privacy shield", "2020-07-16", "LACKING INVALIDATED",
     [](World& w) { w.Certify("us_privacy_shield", {kNonHr}, "2016-08-01"); }},
    {"module for other roles", "2022-01-01", "LACKING ROLE_MISMATCH",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m1", "2021-10-01");
       w.File();
     }},
    {"controller clauses by a processor", "2022-01-01", "LACKING ROLE_MISMATCH",
     [](World& w) {
       w.flow.exporter_role = Role::kProcessor;
       w.SignWithTia("scc-2021-914-m2", "2021-10-01");
       w.File();
     }},
    {"no longer on the list", "2024-08-01", "LACKING CERTIFICATION_MISSING",
     [](World& w) {
       w.Certify("us_dpf", {kNonHr}, "2023-07-10");
       w.vendor.certifications[0].interval.until = Day("2024-07-10");
     }},
    {"employees' data to a controller listed for other data", "2024-01-01",
     "LACKING CERTIFICATION_MISSING",
     [](World& w) {
       Employees(w);
       w.flow.importer_role = Role::kController;
       w.Certify("us_dpf", {kNonHr}, "2023-07-10");
     }},
    {"listed before anybody could be", "2016-07-20", "LACKING CERTIFICATION_MISSING",
     [](World& w) { w.Certify("us_privacy_shield", {kNonHr}, "2016-07-12"); }},
    {"Canada, not under its act", "2021-01-01", "LACKING CONDITION_NOT_MET",
     [](World& w) {
       ImporterIs(w, "CA");
       w.vendor.statements = {World::Says("subject_to_pipeda", false)};
     }},
    {"Canadian public body", "2021-01-01", "LACKING CONDITION_NOT_MET",
     [](World& w) {
       ImporterIs(w, "CA");
       w.vendor.party_type = PartyType::kPublicBody;
     }},
    {"group rules without an approval on record", "2022-01-01", "LACKING CONDITION_NOT_MET",
     [](World& w) {
       w.SignWithTia("bcr-c", "2021-10-01");
       w.File();
     }},
    {"category that the agreement does not list", "2022-01-01", "LACKING OUT_OF_SCOPE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").data_categories = {"contact.email"};
       w.File();
     }},
    {"bound on the wrong side", "2022-01-01", "LACKING OUT_OF_SCOPE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01").sides = {
           {"vendor", model::AgreementSide::kExporter, {}, ""}};
       w.File();
     }},
    {"Japanese public body", "2021-01-01", "LACKING OUT_OF_SCOPE",
     [](World& w) {
       ImporterIs(w, "JP");
       w.vendor.party_type = PartyType::kPublicBody;
     }},
    {"tool for onward hops only", "2024-01-01", "LACKING OUT_OF_SCOPE",
     [](World& w) {
       w.Sign("us-dpf-onward-contract", "2023-10-01");
       w.File();
     }},
    {"assessed as inadequate", "2022-01-01", "LACKING TIA_NEGATIVE",
     [](World& w) {
       w.Sign("scc-2021-914-m2", "2021-10-01").tias = {
           World::Tia("2021-10-01", TiaOutcome::kInadequate)};
       w.File();
     }},
    {"assessed again, as inadequate", "2022-01-01", "LACKING TIA_NEGATIVE",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01")
           .tias.push_back(World::Tia("2021-12-01", TiaOutcome::kInadequate));
       w.File();
     }},
    {"consent, again and again", "2022-01-01", "LACKING NOT_FOR_REPETITIVE",
     [](World& w) {
       Derogate(w, "eu-gdpr:A49-1-a", true);
       Consent(w);
     }},
    {"Directive derogation, again and again", "2015-01-01", "LACKING NOT_FOR_REPETITIVE",
     [](World& w) { Derogate(w, "dir95-26-1-b", true); }},
    {"clauses for an importer under the GDPR", "2022-01-01", "LACKING IMPORTER_UNDER_GDPR",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m2", "2021-10-01");
       w.File();
       w.flow.importer_gdpr_subject = true;
     }},
    {"controller that targets the Union", "2022-01-01", "LACKING IMPORTER_UNDER_GDPR",
     [](World& w) {
       w.SignWithTia("scc-2021-914-m1", "2021-10-01");
       w.File();
       w.flow.importer_role = Role::kController;
       w.vendor.gdpr_subject = {{}};
     }},
    {"British agreement", "2023-01-01", "LACKING NOT_AN_EU_INSTRUMENT",
     [](World& w) {
       w.Sign("uk-idta", "2022-10-01");
       w.File();
     }},
    {"British extension of the framework", "2024-01-01", "LACKING NOT_AN_EU_INSTRUMENT",
     [](World& w) {
       w.Sign("us-dpf-uk-extension", "2023-10-12");
       w.File();
     }},
};

const std::vector<Case> kUndetermined = {
    {"importer somewhere", "2022-01-01", "UNDETERMINED DESTINATION_UNKNOWN",
     [](World& w) { ImporterIs(w, ""); }},
    {"stored anywhere", "2022-01-01", "UNDETERMINED DESTINATION_UNKNOWN",
     [](World& w) {
       ImporterIs(w, "DE");
       Site(w, "GLOBAL", "");
     }},
    {"exporter somewhere", "2022-01-01", "UNDETERMINED EXPORTER_UNKNOWN",
     [](World& w) { w.acme.establishment = ""; }},
    {"onward tool of an unknown exporter", "2024-01-01", "UNDETERMINED EXPORTER_UNKNOWN",
     [](World& w) {
       w.acme.establishment = "";
       w.arrival.restricted = true;
       w.Sign("us-dpf-onward-contract", "2023-10-01").statements = {
           World::Says("same_level_as_dpf_principles", true)};
       w.File();
     }},
    {"site abroad, nobody named", "2022-01-01", "UNDETERMINED OPERATOR_UNKNOWN",
     [](World& w) {
       ImporterIs(w, "DE");
       Site(w, "US", "");
     }},
    {"support from abroad, nobody named", "2022-01-01", "UNDETERMINED OPERATOR_UNKNOWN",
     [](World& w) {
       ImporterIs(w, "DE");
       Site(w, "IN", "", model::SiteOperation::kRemoteAccess);
     }},
    {"site of another party, no flow to it", "2022-01-01", "UNDETERMINED OPERATOR_FLOW_MISSING",
     [](World& w) {
       ImporterIs(w, "DE");
       Site(w, "US", "cloud");
       w.others.Add(PartyIn("cloud", "US"));
     }},
    {"site of another party, flow of other data", "2022-01-01",
     "UNDETERMINED OPERATOR_FLOW_MISSING",
     [](World& w) {
       ImporterIs(w, "DE");
       Site(w, "US", "cloud");
       w.others.Add(PartyIn("cloud", "US"));
       model::Flow flow = FlowBetween("vendor", "cloud");
       flow.data_categories = {"health"};
       w.others.Add(flow);
     }},
    {"role that the module needs", "2022-01-01", "UNDETERMINED ROLE_UNKNOWN",
     [](World& w) {
       w.flow.importer_role = Role::kUnspecified;
       w.SignWithTia("scc-2021-914-m2", "2021-10-01");
       w.File();
     }},
    {"role that the list needs", "2024-01-01", "UNDETERMINED ROLE_UNKNOWN",
     [](World& w) {
       Employees(w);
       w.flow.importer_role = Role::kUnspecified;
       w.Certify("us_dpf", {kNonHr}, "2023-07-10");
     }},
    {"Svalbard or Jan Mayen", "2022-01-01", "UNDETERMINED TERRITORY_UNSETTLED",
     [](World& w) { ImporterIs(w, "SJ"); }},
    {"Gibraltar under the new agreement", "2026-07-15", "UNDETERMINED TERRITORY_UNSETTLED",
     [](World& w) { ImporterIs(w, "GI"); }},
    {"before the Directive", "1998-10-24", "UNDETERMINED BEFORE_REGISTER", [](World&) {}},
    {"long before", "1995-01-01", "UNDETERMINED BEFORE_REGISTER",
     [](World& w) { ImporterIs(w, "DE"); }},
    {"Union institution", "2022-01-01", "UNDETERMINED OTHER_REGIME",
     [](World& w) { w.acme.party_type = PartyType::kEuInstitution; }},
    {"Union institution, to Germany", "2022-01-01", "UNDETERMINED OTHER_REGIME",
     [](World& w) {
       w.acme.party_type = PartyType::kEuInstitution;
       ImporterIs(w, "DE");
     }},
};

class Reasons : public ::testing::TestWithParam<Case> {};

TEST_P(Reasons, AreAsTheLawSays) {
  World world;
  GetParam().change(world);
  const HopVerdict verdict = world.Judge(GetParam().day);
  EXPECT_EQ(Line(verdict), GetParam().expected) << verdict.Deciding().explanation;
  EXPECT_FALSE(verdict.Deciding().explanation.empty());
  EXPECT_EQ(verdict.Deciding().reasons.front(), verdict.reason);
}

std::string RowName(const ::testing::TestParamInfo<Case>& info) {
  std::string name;
  for (const char c : info.param.name) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(NotATransfer, Reasons, ::testing::ValuesIn(kNotTransfers), RowName);
INSTANTIATE_TEST_SUITE_P(Covered, Reasons, ::testing::ValuesIn(kCovered), RowName);
INSTANTIATE_TEST_SUITE_P(Conditional, Reasons, ::testing::ValuesIn(kConditional), RowName);
INSTANTIATE_TEST_SUITE_P(Lacking, Reasons, ::testing::ValuesIn(kLacking), RowName);
INSTANTIATE_TEST_SUITE_P(Undetermined, Reasons, ::testing::ValuesIn(kUndetermined), RowName);

TEST(ReasonTable, HasEachReasonTwice) {
  std::map<std::string, int> rows;
  for (const auto* table : {&kNotTransfers, &kCovered, &kConditional, &kLacking, &kUndetermined}) {
    for (const Case& row : *table) {
      ++rows[std::string(row.expected)];
    }
  }
  for (int number = 1; number <= static_cast<int>(Reason::kNotRecorded); ++number) {
    const auto reason = static_cast<Reason>(number);
    // Unused numbers; and a hop that is not recorded cannot be judged.
    if (Name(reason) == "UNSPECIFIED" || reason == Reason::kNotRecorded) {
      continue;
    }
    EXPECT_GE(rows[Line(VerdictOf(reason), reason)], 2) << Name(reason);
  }
}

}  // namespace
}  // namespace onward::verdict
