// Every kind of finding: one inventory that shows it, and the smallest change of it that does not.
#include <gmock/gmock.h>

#include <functional>

#include "graph/query/test_findings.h"

namespace onward::query {
namespace {

using ::onward::testing::AgreementOf;
using ::testing::Contains;
using ::testing::Not;

struct Case {
  std::string line;
  // Makes the world show the finding, then no more.
  std::function<void(World&)> with;
  std::function<void(World&)> without;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.line; }

class FindingTest : public ::testing::TestWithParam<Case> {};

TEST_P(FindingTest, ShowsAndDoesNot) {
  World world;
  GetParam().with(world);
  EXPECT_THAT(Lines(world), Contains(GetParam().line));
  GetParam().without(world);
  EXPECT_THAT(Lines(world), Not(Contains(GetParam().line)));
}

void Nothing(World& /*world*/) {}

INSTANTIATE_TEST_SUITE_P(
    OfVerdicts, FindingTest,
    ::testing::Values(Case{"TRANSFER_LACKING flow/f", Nothing, AddClauses},
                      Case{"TRANSFER_CONDITIONAL flow/f",
                           ClausesWith([](auto& clauses) { clauses.tias.clear(); }),
                           ClausesWith([](auto&) {})},
                      // The operator of an American site of a Swedish importer is not recorded.
                      Case{"TRANSFER_UNDETERMINED flow/f",
                           [](World& w) {
                             w.vendor.establishment = "SE";
                             w.flow.sites = {SiteIn("US", model::SiteOperation::kStorage)};
                           },
                           [](World& w) { w.flow.sites[0].operator_party = "vendor"; }},
                      Case{"DESTINATION_UNKNOWN party/vendor",
                           [](World& w) { w.vendor.establishment = ""; },
                           [](World& w) { w.vendor.establishment = "EEA"; }},
                      Case{"DESTINATION_UNKNOWN flow/f",
                           [](World& w) {
                             w.vendor.establishment = "SE";
                             w.flow.sites = {SiteIn("GLOBAL", model::SiteOperation::kStorage)};
                           },
                           [](World& w) { w.flow.sites[0].country = "EU"; }},
                      Case{"ROLE_UNKNOWN flow/f", [](World& w) { w.flow.importer_role = {}; },
                           [](World& w) { w.flow.importer_role = model::Role::kProcessor; }},
                      Case{"CONTESTED_BASIS flow/f",
                           [](World& w) {
                             AddClauses(w);
                             w.flow.importer_gdpr_subject = true;
                           },
                           [](World& w) { w.flow.importer_gdpr_subject = false; }},
                      Case{"SPECIAL_CATEGORIES_IN_TRANSFER flow/f",
                           [](World& w) { w.flow.data_categories = {"health.allergies"}; },
                           [](World& w) { w.flow.data_categories = {"contact"}; }},
                      Case{"SPECIAL_CATEGORIES_IN_TRANSFER flow/f",
                           [](World& w) { w.flow.data_categories = {"health"}; },
                           [](World& w) { w.vendor.establishment = "SE"; }}));

model::TransferImpactAssessment WithMeasures() {
  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2022, 1, 1);
  tia.outcome = model::TiaOutcome::kAdequateWithMeasures;
  tia.supplementary_measures = {"encryption in transit"};
  return tia;
}

void HasItInTheClear(World& world) {
  world.flow.protection = model::Protection::kClear;
  ClausesWith([](auto& clauses) { clauses.tias = {WithMeasures()}; })(world);
}

void RemoteAccessInTheClear(World& world) {
  HasItInTheClear(world);
  world.flow.sites = {SiteIn("US", model::SiteOperation::kRemoteAccess)};
}

void Derogation(World& world) {
  world.flow.importer_role = model::Role::kController;
  world.flow.derogation = model::Derogation{"eu-gdpr:A49-1-b", false, "orders"};
  for (const char* const condition : {"necessary", "not_public_authority_exercising_powers"}) {
    model::Statement statement;
    statement.condition = condition;
    statement.met = true;
    world.flow.statements.push_back(statement);
  }
}

INSTANTIATE_TEST_SUITE_P(
    OfMechanisms, FindingTest,
    ::testing::Values(
        Case{"MECHANISM_ENDS_SOON flow/f",
             ClausesWith([](auto& clauses) { clauses.interval.until = kSoon; }),
             ClausesWith([](auto& clauses) { clauses.interval.until = kLate; })},
        // Whoever stops in time needs no mechanism afterwards.
        Case{"MECHANISM_ENDS_SOON flow/f",
             ClausesWith([](auto& clauses) { clauses.interval.until = kSoon; }),
             [](World& w) { w.flow.interval.until = kSoon; }},
        Case{"TIA_REVIEW_DUE_SOON flow/f",
             ClausesWith([](auto& clauses) { clauses.tias[0].review_due = kSoon; }),
             ClausesWith([](auto& clauses) { clauses.tias[0].review_due = kLate; })},
        Case{"DEROGATION_RELIED_ON flow/f", Derogation,
             [](World& w) { w.flow.derogation.reset(); }},
        Case{"MEASURE_CANNOT_HELP flow/f", RemoteAccessInTheClear,
             [](World& w) { w.flow.protection = model::Protection::kEncryptedKeysKept; }},
        Case{"MEASURE_CANNOT_HELP flow/f", RemoteAccessInTheClear, ClausesWith([](auto&) {})},
        Case{"MEASURE_CANNOT_HELP flow/f", HasItInTheClear,
             [](World& w) { w.flow.protection = model::Protection::kPseudonymised; }},
        Case{"STATED_INTENT_ONLY flow/f",
             [](World& w) {
               w.flow.labels = {{"stated-safeguard", "SCC, if needed"}};
             },
             AddClauses}));

void Sub(World& world) {
  world.flow.exporter_role = model::Role::kProcessor;
  world.flow.importer_role = model::Role::kSubProcessor;
}

// The vendor gets addresses as a processor and gives them to a partner as a controller.
void Overreach(World& world) {
  world.Party("partner", "US");
  world.vendor.establishment = "SE";
  world.Flow("vendor", "partner", model::Role::kController, model::Role::kController);
}

model::Activity ActivityOf(const std::string& controller) {
  model::Activity activity;
  activity.id = "newsletter";
  activity.controllers = {controller};
  activity.data_categories = {"contact.email"};
  return activity;
}

INSTANTIATE_TEST_SUITE_P(
    OfProcessors, FindingTest,
    ::testing::Values(
        Case{"ART28_TERMS_MISSING flow/f", Nothing, AddClauses},
        Case{"ART28_TERMS_MISSING flow/f", [](World& w) { w.vendor.establishment = "SE"; },
             [](World& w) {
               w.more.emplace_back(
                   AgreementOf("dpa", "acme", "vendor", "art28", Date::Of(2022, 1, 1)));
             }},
        // Terms that ended, that do not begin until later, or that are no terms.
        Case{"ART28_TERMS_MISSING flow/f",
             ClausesWith([](auto& clauses) { clauses.interval.until = Date::Of(2024, 1, 1); }),
             ClausesWith([](auto&) {})},
        Case{"ART28_TERMS_MISSING flow/f",
             ClausesWith([](auto& clauses) { clauses.instruments = {"scc-2021-914-m1"}; }),
             [](World& w) { w.flow.importer_role = model::Role::kController; }},
        // A group that is not named cannot sign.
        Case{"ART28_TERMS_MISSING flow/f", Nothing,
             [](World& w) { w.vendor.party_type = model::PartyType::kUnnamedRecipients; }},
        Case{"SUB_PROCESSOR_AUTHORISATION_NOT_STATED flow/f", Sub,
             [](World& w) {
               w.flow.sub_processor_authorisation = model::SubProcessorAuthorisation::kGeneral;
             }},
        Case{"SUB_PROCESSOR_NOT_AUTHORISED flow/f",
             [](World& w) {
               Sub(w);
               w.flow.sub_processor_authorisation = model::SubProcessorAuthorisation::kNone;
             },
             [](World& w) {
               w.flow.sub_processor_authorisation = model::SubProcessorAuthorisation::kSpecific;
             }},
        Case{"CHAIN_NOT_DISCLOSED party/vendor",
             [](World& w) { w.vendor.chain_disclosure = model::ChainDisclosure::kPartial; },
             [](World& w) { w.vendor.chain_disclosure = model::ChainDisclosure::kComplete; }},
        Case{"CHAIN_NOT_DISCLOSED party/vendor", [](World& w) { w.vendor.chain_disclosure = {}; },
             [](World& w) { w.flow.importer_role = model::Role::kController; }},
        Case{"PROCESSOR_ACTS_AS_CONTROLLER flow/vendor-partner", Overreach,
             [](World& w) { w.more.emplace_back(ActivityOf("vendor")); }},
        Case{"PROCESSOR_ACTS_AS_CONTROLLER flow/vendor-partner", Overreach,
             [](World& w) { w.flow.data_categories = {"device.id"}; }}));

void Named(World& world) { world.vendor.party_type = model::PartyType::kOrganisation; }

// The vendor sits in the EEA and its parent in the US.
void Parent(World& world) {
  world.Party("parent", "US");
  world.vendor.establishment = "IE";
  world.vendor.group_parent = "parent";
}

void Direct(World& world) {
  world.flow.collection = model::Collection::kDirectFromDataSubject;
  world.flow.purposes = {"conversion pixel on the shop"};
}

INSTANTIATE_TEST_SUITE_P(
    OfRecipients, FindingTest,
    ::testing::Values(
        Case{"RECIPIENT_UNNAMED party/vendor", Group, Named},
        // Who gets back what a processor holds for it is no recipient.
        Case{"RECIPIENT_UNNAMED party/vendor", Group,
             [](World& w) {
               w.flow.exporter_role = model::Role::kProcessor;
               w.flow.importer_role = model::Role::kController;
             }},
        Case{"PARENT_IN_THIRD_COUNTRY party/vendor", Parent,
             [](World& w) { w.vendor.group_parent.clear(); }},
        Case{"PARENT_IN_THIRD_COUNTRY party/vendor", Parent,
             [](World& w) { std::get<model::Party>(w.more[0]).establishment = "DE"; }},
        Case{"OTHER_REGIME_NOT_ASSESSED party/acme", [](World& w) { w.acme.establishment = "CH"; },
             [](World& w) { w.vendor.establishment = "CH"; }},
        Case{"OTHER_REGIME_NOT_ASSESSED party/acme", [](World& w) { w.acme.establishment = "GB"; },
             [](World& w) { w.acme.establishment = "FI"; }},
        Case{"OTHER_REGIME_NOT_ASSESSED party/acme",
             [](World& w) { w.acme.party_type = model::PartyType::kEuInstitution; },
             [](World& w) { w.acme.party_type = model::PartyType::kPublicBody; }},
        Case{"DIRECT_COLLECTION_EMBEDDED flow/f", Direct,
             [](World& w) { w.flow.purposes = {"staged contest by post"}; }},
        Case{"DIRECT_COLLECTION_EMBEDDED flow/f", Direct,
             [](World& w) { w.flow.collection = model::Collection::kFromParty; }},
        Case{"DIRECT_COLLECTION_EMBEDDED flow/f",
             [](World& w) {
               w.flow.collection = model::Collection::kDirectFromDataSubject;
               w.vendor.display_name = "Ad Pixel";
             },
             [](World& w) { w.vendor.display_name = "Ad Pixelation"; }}));

void AddActivity(World& world) { world.more = {ActivityOf("acme")}; }
std::function<void(World&)> RetentionOf(const model::Strings& categories) {
  return [categories](World& world) {
    model::Activity activity = ActivityOf("acme");
    activity.retention = {{categories, "P1Y", ""}};
    world.more = {activity};
  };
}

std::function<void(World&)> GradesOf(std::vector<model::SourceGrade> grades) {
  return [grades = std::move(grades)](World& world) {
    world.flow.sources.clear();
    for (const model::SourceGrade grade : grades) {
      world.flow.sources.push_back({"notice", "", std::nullopt, grade});
    }
  };
}

std::function<void(World&)> EndedWith(model::CopyOutcome outcome, std::optional<Date> on) {
  return [outcome, on](World& world) {
    world.flow.interval.until = Date::Of(2024, 1, 1);
    world.flow.copy_ends = model::CopyEnd{outcome, on};
  };
}

INSTANTIATE_TEST_SUITE_P(
    OfRecords, FindingTest,
    ::testing::Values(
        Case{"RETENTION_NOT_STATED activity/newsletter", AddActivity, RetentionOf({})},
        Case{"RETENTION_NOT_STATED activity/newsletter", RetentionOf({"device"}),
             RetentionOf({"contact"})},
        Case{"EVIDENCE_ASSUMED flow/f", GradesOf({model::SourceGrade::kAssumed}),
             GradesOf({model::SourceGrade::kAssumed, model::SourceGrade::kContract})},
        Case{"EVIDENCE_ASSUMED flow/f", GradesOf({model::SourceGrade::kAssumed}), GradesOf({})},
        Case{"COPY_NOT_ENDED flow/f", EndedWith(model::CopyOutcome::kKept, std::nullopt),
             EndedWith(model::CopyOutcome::kDeleted, Date::Of(2024, 2, 1))},
        Case{"COPY_NOT_ENDED flow/f", EndedWith(model::CopyOutcome::kDeleted, Date::Of(2024, 4, 1)),
             EndedWith(model::CopyOutcome::kReturned, Date::Of(2024, 1, 1))},
        // What is not recorded is asked of processors only, and not while the flow goes on.
        Case{"COPY_NOT_ENDED flow/f", EndedWith({}, std::nullopt),
             [](World& w) { w.flow.importer_role = model::Role::kController; }},
        Case{"COPY_NOT_ENDED flow/f", EndedWith({}, std::nullopt), [](World& w) {
               model::Flow next = w.flow;
               next.id = "next";
               next.interval = {};
               w.more = {next};
             }}));

}  // namespace
}  // namespace onward::query
