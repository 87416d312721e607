#include "graph/model/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace onward::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::function<bool(std::string_view)> OneOf(std::set<std::string, std::less<>> words) {
  return [words = std::move(words)](std::string_view word) { return words.count(word) > 0; };
}

Vocabulary Words() {
  Vocabulary words;
  words.is_jurisdiction = OneOf({"FI", "US", "EU", "EEA", "GLOBAL", "XK", "IO:EPO"});
  words.is_instrument = OneOf({"art28", "scc-2021-914-m2", "scc-2021-914-m3"});
  words.is_scheme = OneOf({"us_dpf"});
  words.is_condition = OneOf({"both_public_bodies"});
  words.is_finding = OneOf({"TRANSFER_LACKING"});
  words.suggest = [](std::string_view word) {
    return word == "scc-2021-914-m9"
               ? std::vector<std::string>{"scc-2021-914-m2", "us_dpf", "scc-2021-914-m3"}
               : std::vector<std::string>{};
  };
  return words;
}

std::vector<Violation> Check(const Record& record) {
  Violations violations;
  ValidateRecord(record, Words(), FieldPath(), violations);
  return violations.list();
}

std::vector<std::string> Fields(const Record& record) {
  std::vector<std::string> fields;
  for (const Violation& violation : Check(record)) {
    fields.push_back(violation.field);
  }
  return fields;
}

Party GoodParty() {
  Party party;
  party.id = "acme";
  party.display_name = "Acme";
  party.establishment = "FI";
  return party;
}

Flow GoodFlow() {
  Flow flow;
  flow.id = "acme-to-vendor";
  flow.exporter = "acme";
  flow.importer = "vendor";
  flow.data_categories = {"contact.email"};
  return flow;
}

Agreement GoodAgreement() {
  Agreement agreement;
  agreement.id = "dpa";
  agreement.parties = {"acme", "vendor"};
  agreement.instruments = {"art28"};
  return agreement;
}

Activity GoodActivity() {
  Activity activity;
  activity.id = "crm";
  activity.controllers = {"acme"};
  return activity;
}

TEST(ValidId, FollowsTheRule) {
  for (const char* id : {"a", "0", "a-b", "a.b_c-9", "x1"}) {
    EXPECT_TRUE(IsValidId(id)) << id;
  }
  for (const char* id : {"", "-a", "a-", ".", "A", "a b", "\xC3\xA4", "a/b"}) {
    EXPECT_FALSE(IsValidId(id)) << id;
  }
  EXPECT_TRUE(IsValidId(std::string(128, 'a')));
  EXPECT_FALSE(IsValidId(std::string(129, 'a')));
}

TEST(Validate, AcceptsPlainRecords) {
  EXPECT_THAT(Check(GoodParty()), IsEmpty());
  EXPECT_THAT(Check(GoodFlow()), IsEmpty());
  EXPECT_THAT(Check(GoodAgreement()), IsEmpty());
  EXPECT_THAT(Check(GoodActivity()), IsEmpty());
  EXPECT_THAT(Check(Category{"contact.email", "", "contact", "pd:EmailAddress", false, {}, {}}),
              IsEmpty());
}

TEST(Validate, FindsAllViolationsAtOnce) {
  Party party = GoodParty();
  party.id = "Acme";
  party.display_name = std::string(513, 'x');
  party.establishment = "ZZ";
  party.certifications = {{"us_dpf", {}, "", {}}, {"us-dpf", {}, "", {}}};
  party.labels = {{"Bad Key", "x"}};
  EXPECT_THAT(Fields(party), ElementsAre("id", "display_name", "establishment",
                                         "certifications[1].scheme", "labels"));
}

TEST(Validate, NamesWhatIsNear) {
  Agreement agreement = GoodAgreement();
  agreement.instruments = {"scc-2021-914-m9"};
  ASSERT_EQ(Check(agreement).size(), 1U);
  EXPECT_EQ(Check(agreement)[0].field, "instruments[0]");
  EXPECT_EQ(Check(agreement)[0].message,
            "unknown instrument \"scc-2021-914-m9\"; did you mean scc-2021-914-m2 or "
            "scc-2021-914-m3?");
  Party party = GoodParty();
  party.establishment = "fi";
  ASSERT_EQ(Check(party).size(), 1U);
  EXPECT_EQ(Check(party)[0].message, "unknown jurisdiction \"fi\"; did you mean FI?");
}

TEST(Validate, IntervalsHaveAtLeastOneDay) {
  Flow flow = GoodFlow();
  flow.interval = {Date::Of(2021, 1, 1), Date::Of(2020, 1, 1)};
  ASSERT_EQ(Check(flow).size(), 1U);
  EXPECT_EQ(Check(flow)[0].field, "until");
  EXPECT_THAT(Check(flow)[0].message, HasSubstr("until 2020-01-01 is not after from 2021-01-01"));
  flow.interval = {Date::Of(2021, 1, 1), Date::Of(2021, 1, 1)};
  EXPECT_THAT(Fields(flow), ElementsAre("until"));
  flow.interval = {Date::Of(2021, 1, 1), Date::Of(2021, 1, 2)};
  EXPECT_THAT(Fields(flow), IsEmpty());
  Party party = GoodParty();
  party.gdpr_subject = {{}, {Date::Of(2021, 1, 2), Date::Of(2021, 1, 1)}};
  EXPECT_THAT(Fields(party), ElementsAre("gdpr_subject[1].until"));
}

TEST(Validate, TextIsUtf8WithoutControlCharacters) {
  Party party = GoodParty();
  party.display_name = "a\xFF";
  party.legal_name = "a\nb";
  party.contacts = {{ContactRole::kDpo, "\x1B[31m", "", "", "Street 1\nHelsinki"}};
  EXPECT_THAT(Fields(party), ElementsAre("display_name", "legal_name", "contacts[0].name"));
}

TEST(Validate, EnumsOutsideTheirRange) {
  Flow flow = GoodFlow();
  flow.exporter_role = static_cast<Role>(17);
  flow.protection = static_cast<Protection>(-1);
  flow.sites = {{"", "FI", "", static_cast<SiteOperation>(7)}};
  EXPECT_THAT(Fields(flow), ElementsAre("exporter_role", "sites[0].operation", "protection"));
}

TEST(Validate, ListsHaveALimit) {
  Flow flow = GoodFlow();
  flow.purposes.assign(1001, "x");
  ASSERT_EQ(Check(flow).size(), 1U);
  EXPECT_EQ(Check(flow)[0].message, "1001 entries; at most 1000 are allowed");
  flow.purposes.assign(1000, "x");
  EXPECT_THAT(Check(flow), IsEmpty());
  flow.labels.clear();
  for (int i = 0; i < 65; ++i) {
    flow.labels["k" + std::to_string(i)] = "";
  }
  EXPECT_THAT(Fields(flow), ElementsAre("labels"));
}

TEST(Validate, FlowGoesFromOnePartyToAnother) {
  Flow flow = GoodFlow();
  flow.importer = flow.exporter;
  EXPECT_THAT(Fields(flow), ElementsAre("importer"));
  flow.exporter.clear();
  flow.importer.clear();
  EXPECT_THAT(Fields(flow), ElementsAre("exporter", "importer"));
}

TEST(Validate, FlowCategories) {
  Flow flow = GoodFlow();
  flow.data_categories = {};
  EXPECT_THAT(Check(flow), IsEmpty());
  flow.data_categories = {"ALL_RECEIVED"};
  EXPECT_THAT(Check(flow), IsEmpty());
  flow.data_categories = {"contact", "ALL_RECEIVED"};
  EXPECT_THAT(Fields(flow), ElementsAre("data_categories[1]"));
  flow.data_categories = {"Contact", "a..b", ".a", "a.", "contact", "contact", ""};
  EXPECT_THAT(Fields(flow), UnorderedElementsAre("data_categories[0]", "data_categories[1]",
                                                 "data_categories[2]", "data_categories[3]",
                                                 "data_categories[5]", "data_categories[6]"));
}

TEST(Validate, SiteIsALocationOrACountry) {
  Flow flow = GoodFlow();
  flow.sites = {{"fra-1", "", "", SiteOperation::kStorage},
                {"", "GLOBAL", "", SiteOperation::kStorage},
                {"", "", "", SiteOperation::kStorage},
                {"fra-1", "FI", "", SiteOperation::kStorage},
                {"", "IO:EPO", "", SiteOperation::kStorage}};
  EXPECT_THAT(Fields(flow), ElementsAre("sites[2]", "sites[3]", "sites[4].country"));
}

TEST(Validate, EstablishmentMayBeAnOrganisationButNotGlobal) {
  Party party = GoodParty();
  party.establishment = "IO:EPO";
  EXPECT_THAT(Check(party), IsEmpty());
  party.establishment = "EEA";
  EXPECT_THAT(Check(party), IsEmpty());
  party.establishment = "GLOBAL";
  EXPECT_THAT(Fields(party), ElementsAre("establishment"));
}

TEST(Validate, StatementsSayMetOrNotAndAgree) {
  Flow flow = GoodFlow();
  const Interval early{Date::Of(2020, 1, 1), Date::Of(2021, 1, 1)};
  const Interval late{Date::Of(2021, 1, 1), Date::Max()};
  flow.statements = {{"both_public_bodies", true, early, {}},
                     {"both_public_bodies", false, late, {}}};
  EXPECT_THAT(Check(flow), IsEmpty());
  flow.statements[1].interval.from = Date::Of(2020, 12, 31);
  EXPECT_THAT(Fields(flow), ElementsAre("statements[1]"));
  flow.statements = {{"both_public_bodies", std::nullopt, {}, {}}, {"nonsense", true, {}, {}}};
  EXPECT_THAT(Fields(flow), ElementsAre("statements[0].met", "statements[1].condition"));
}

TEST(Validate, DerogationAndCopyEnd) {
  Flow flow = GoodFlow();
  flow.derogation = Derogation{"consent", std::nullopt, ""};
  flow.copy_ends = CopyEnd{};
  EXPECT_THAT(Fields(flow), ElementsAre("derogation.instrument", "copy_ends.outcome"));
}

TEST(Validate, AgreementParties) {
  Agreement agreement = GoodAgreement();
  agreement.sides = {{"other", AgreementSide::kBoth, {}, ""},
                     {"acme", AgreementSide::kUnspecified, {}, ""}};
  EXPECT_THAT(Fields(agreement), ElementsAre("sides[0].party", "sides[1].side"));
  agreement.sides.clear();
  agreement.parties = {"acme", "acme"};
  EXPECT_THAT(Fields(agreement), ElementsAre("parties[1]", "parties"));
}

TEST(Validate, AssessmentsAndEvidence) {
  Agreement agreement = GoodAgreement();
  agreement.tias = {
      {Date::Of(2022, 2, 20), {"US"}, TiaOutcome::kAdequate, std::nullopt, {}},
      {},
      {Date::Of(2022, 2, 20), {"QQ"}, TiaOutcome::kAdequate, Date::Of(2022, 2, 20), {}}};
  agreement.evidence = Evidence{"", "ABC"};
  EXPECT_THAT(Fields(agreement),
              ElementsAre("tias[1].performed_on", "tias[1].outcome", "tias[2].countries[0]",
                          "tias[2].review_due", "evidence.sha256"));
}

TEST(Validate, IdentifiersOfAPartyDiffer) {
  Party party = GoodParty();
  party.identifiers = {{"lei", "1"}, {"lei", "2"}, {"lei", "1"}, {"LEI", ""}};
  EXPECT_THAT(Fields(party), UnorderedElementsAre("identifiers[3].scheme", "identifiers[3].value",
                                                  "identifiers[2]"));
  party.identifiers.clear();
  party.branch_of = party.id;
  party.group_parent = party.id;
  EXPECT_THAT(Fields(party), ElementsAre("branch_of", "group_parent"));
}

TEST(Validate, ActivityHasControllersOrAProcessor) {
  Activity activity = GoodActivity();
  activity.processor = "vendor";
  EXPECT_THAT(Fields(activity), ElementsAre("controllers"));
  activity.controllers.clear();
  activity.on_behalf_of = {"acme"};
  EXPECT_THAT(Check(activity), IsEmpty());
  activity.processor.clear();
  EXPECT_THAT(Fields(activity), ElementsAre("controllers", "on_behalf_of"));
}

TEST(Validate, LegalBases) {
  Activity activity = GoodActivity();
  activity.legal_bases = {"6(1)(a)", "6(1)(f)", "9(2)(a)", "9(2)(j)"};
  EXPECT_THAT(Check(activity), IsEmpty());
  activity.legal_bases = {"6(1)(g)", "9(2)(k)", "6(1)", "6.1.a", "7(1)(a)", "6(1)(A)", ""};
  EXPECT_EQ(Check(activity).size(), activity.legal_bases.size());
}

TEST(Validate, RetentionDurations) {
  Activity activity = GoodActivity();
  for (const char* good : {"P13M", "P30D", "P3Y", "P2Y6M", "P2W", "PT24H", "P1DT12H"}) {
    activity.retention = {{{}, good, ""}};
    EXPECT_THAT(Check(activity), IsEmpty()) << good;
  }
  for (const char* bad :
       {"13M", "P", "PT", "P13", "PM", "P1M1Y", "P1.5Y", "P-1D", "P9999999D", "P1DT"}) {
    activity.retention = {{{}, bad, ""}};
    EXPECT_THAT(Fields(activity), ElementsAre("retention[0].duration")) << bad;
  }
  activity.retention = {{{}, "", ""}, {{}, "", "from the last contact"}};
  EXPECT_THAT(Fields(activity), ElementsAre("retention[0]"));
}

Triage GoodTriage() {
  Triage triage;
  triage.id = "t1";
  triage.finding = "TRANSFER_LACKING";
  triage.subject = "flow/a-to-b";
  triage.decision = TriageDecision::kFalsePositive;
  triage.owner = "dpo";
  triage.reason = "test data only";
  return triage;
}

TEST(Validate, TriageNeedsADecisionAnOwnerAReasonAndAnEnd) {
  Triage triage = GoodTriage();
  EXPECT_THAT(Check(triage), IsEmpty());
  triage.decision = TriageDecision::kAccepted;
  EXPECT_THAT(Fields(triage), ElementsAre("accepted_until"));
  triage.accepted_until = Date::Of(2026, 1, 1);
  EXPECT_THAT(Check(triage), IsEmpty());
  triage.decision = TriageDecision::kFalsePositive;
  EXPECT_THAT(Fields(triage), ElementsAre("accepted_until"));
  triage = GoodTriage();
  triage.decision = TriageDecision::kUnspecified;
  triage.subject = "nonsense/x";
  triage.owner = triage.reason = "";
  EXPECT_THAT(Fields(triage), ElementsAre("subject", "decision", "reason", "owner"));
}

TEST(Validate, TriageAnswersAFindingOfTheCatalogue) {
  Triage triage = GoodTriage();
  triage.finding = "transfer_lacking";
  ASSERT_THAT(Fields(triage), ElementsAre("finding"));
  EXPECT_THAT(Check(triage)[0].message,
              HasSubstr("unknown finding \"transfer_lacking\"; did you mean TRANSFER_LACKING?"));
  triage.finding = "";
  EXPECT_THAT(Fields(triage), ElementsAre("finding"));
}

TEST(Validate, OnePolicyByItsName) {
  Policy policy;
  policy.id = kPolicyId;
  policy.onward_after_adequacy = ContestedReading::kStrict;
  EXPECT_THAT(Check(policy), IsEmpty());
  policy.id = "mine";
  policy.onward_after_adequacy = static_cast<ContestedReading>(9);
  EXPECT_THAT(Fields(policy), ElementsAre("id", "onward_after_adequacy"));
}

TEST(Validate, AnEmptyVocabularyAcceptsNothing) {
  Violations violations;
  ValidateRecord(GoodParty(), Vocabulary{}, FieldPath(), violations);
  ASSERT_EQ(violations.list().size(), 1U);
  EXPECT_EQ(violations.list()[0].field, "establishment");
}

TEST(Validate, PathsBeginAtTheGivenPlace) {
  Party party = GoodParty();
  party.id.clear();
  Violations violations;
  const FieldPath root;
  const FieldPath mutations(root, "mutations");
  const FieldPath second(mutations, size_t{1});
  ValidateRecord(party, Words(), FieldPath(second, "party"), violations);
  ASSERT_EQ(violations.list().size(), 1U);
  EXPECT_EQ(violations.list()[0].field, "mutations[1].party.id");
}

TEST(References, NamesEachThatIsMissing) {
  Flow flow = GoodFlow();
  flow.activities = {"crm"};
  flow.on_behalf_of = {"acme", "nobody"};
  flow.sites = {{"fra-1", "", "host", SiteOperation::kStorage}};
  flow.agreements = {"dpa"};
  const std::set<RecordRef> there = {{RecordKind::kParty, "acme"}, {RecordKind::kParty, "vendor"}};
  Violations violations;
  CheckReferences(
      flow, [&](const RecordRef& ref) { return there.count(ref) > 0; }, FieldPath(), violations);
  std::vector<std::string> fields;
  for (const Violation& violation : violations.list()) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, ElementsAre("activities[0]", "on_behalf_of[1]", "sites[0].location",
                                  "sites[0].operator", "agreements[0]"));
  EXPECT_EQ(violations.list()[1].message, "there is no party \"nobody\"");
  EXPECT_EQ(ReferencesOf(flow).size(), 8U);
}

TEST(References, OfEveryOtherKind) {
  Party party = GoodParty();
  party.branch_of = "head";
  party.group_parent = "group";
  EXPECT_THAT(ReferencesOf(party), ElementsAre(RecordRef{RecordKind::kParty, "head"},
                                               RecordRef{RecordKind::kParty, "group"}));
  Agreement agreement = GoodAgreement();
  agreement.sides = {{"acme", AgreementSide::kBoth, {}, "group"}};
  EXPECT_EQ(ReferencesOf(agreement).size(), 4U);
  Location location;
  location.operator_party = "host";
  EXPECT_THAT(ReferencesOf(location), ElementsAre(RecordRef{RecordKind::kParty, "host"}));
  EXPECT_THAT(ReferencesOf(GoodActivity()), ElementsAre(RecordRef{RecordKind::kParty, "acme"}));
}

TEST(References, DefaultCategoriesNeedNoRecord) {
  EXPECT_THAT(ReferencesOf(Category{"newsletter", "", "contact", "", false, {}, {}}), IsEmpty());
  EXPECT_THAT(ReferencesOf(Category{"newsletter", "", "mailing", "", false, {}, {}}),
              ElementsAre(RecordRef{RecordKind::kCategory, "mailing"}));
}

}  // namespace
}  // namespace onward::model
