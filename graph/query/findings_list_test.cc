// Lists of findings: order, filters, pages, intervals, triage.
#include <gmock/gmock.h>

#include <algorithm>

#include "graph/query/findings.h"
#include "graph/query/test_inventory.h"

namespace onward::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Date kDay = Date::Of(2024, 3, 1);

// Two processors, one in the US and one whose place is not known.
TestInventory Small() {
  TestInventory inventory;
  inventory.Party("acme", "FI").Party("vendor", "US").Party("tool", "");
  inventory.AddFlow("acme", "vendor", {"contact.email"});
  inventory.AddFlow("acme", "tool", {"contact.email"});
  return inventory;
}

model::Triage TriageOf(const std::string& code, const std::string& subject,
                       std::optional<Date> accepted_until) {
  model::Triage triage;
  triage.id = "t-" + std::string(accepted_until ? accepted_until->ToString() : "false");
  triage.finding = code;
  triage.subject = subject;
  triage.decision =
      accepted_until ? model::TriageDecision::kAccepted : model::TriageDecision::kFalsePositive;
  triage.accepted_until = accepted_until;
  return triage;
}

std::vector<std::string> Lines(const FindingPage& page) {
  std::vector<std::string> lines;
  for (const Finding& finding : page.rows) {
    lines.push_back(std::string(KindOf(finding.code).code) + " " + ToString(finding.subject));
  }
  return lines;
}

FindingPage List(const TestInventory& inventory, const FindingFilter& filter, Date day = kDay) {
  return ListFindings(*inventory.Judge(day), {}, filter, std::nullopt, 100);
}

TEST(FindingsListTest, WorstFirstThenByCodeAndSubject) {
  const JudgementsPtr judged = Small().Judge(kDay);
  const FindingPage page = ListFindings(*judged, {}, {}, std::nullopt, 100);
  EXPECT_THAT(
      Lines(page),
      ElementsAre("ART28_TERMS_MISSING flow/acme-tool", "ART28_TERMS_MISSING flow/acme-vendor",
                  "TRANSFER_LACKING flow/acme-vendor", "DESTINATION_UNKNOWN party/tool",
                  "CHAIN_NOT_DISCLOSED party/tool", "CHAIN_NOT_DISCLOSED party/vendor"));
  EXPECT_EQ(page.summary, (FindingCounts{3, 1, 2, 0, 0}));
}

TEST(FindingsListTest, FiltersMeet) {
  FindingFilter filter;
  filter.severities = {Severity::kHigh};
  filter.subjects = {{model::RecordKind::kFlow, "acme-vendor"}};
  filter.codes = {FindingCode::kTransferLacking, FindingCode::kTransferUndetermined};
  const JudgementsPtr judged = Small().Judge(kDay);
  const FindingPage page = ListFindings(*judged, {}, filter, std::nullopt, 100);
  EXPECT_THAT(Lines(page), ElementsAre("TRANSFER_LACKING flow/acme-vendor"));
  EXPECT_EQ(page.summary, (FindingCounts{1, 0, 0, 0, 0}));
}

TEST(FindingsListTest, OfAParty) {
  TestInventory inventory = Small();
  model::Activity activity;
  activity.id = "newsletter";
  activity.controllers = {"acme"};
  activity.data_categories = {"contact.email"};
  inventory.Add(activity);
  const JudgementsPtr judged = inventory.Judge(kDay);
  const auto of = [&](const std::string& party) {
    FindingFilter filter;
    filter.parties = {party};
    return Lines(ListFindings(*judged, {}, filter, std::nullopt, 100));
  };
  EXPECT_THAT(of("tool"),
              ElementsAre("ART28_TERMS_MISSING flow/acme-tool", "DESTINATION_UNKNOWN party/tool",
                          "CHAIN_NOT_DISCLOSED party/tool"));
  EXPECT_THAT(
      of("acme"),
      ElementsAre("ART28_TERMS_MISSING flow/acme-tool", "ART28_TERMS_MISSING flow/acme-vendor",
                  "TRANSFER_LACKING flow/acme-vendor", "RETENTION_NOT_STATED activity/newsletter"));
  EXPECT_THAT(of("nobody"), IsEmpty());
}

TEST(FindingsListTest, PagesHoldEachFindingOnce) {
  const JudgementsPtr judged = Small().Judge(kDay);
  std::vector<std::string> lines;
  std::optional<FindingKey> after;
  do {
    const FindingPage page = ListFindings(*judged, {}, {}, after, 2);
    EXPECT_EQ(page.summary, (FindingCounts{3, 1, 2, 0, 0}));
    const std::vector<std::string> more = Lines(page);
    lines.insert(lines.end(), more.begin(), more.end());
    after = page.next;
  } while (after.has_value());
  EXPECT_EQ(lines, Lines(ListFindings(*judged, {}, {}, std::nullopt, 100)));
}

TEST(FindingsListTest, KeptUntilAnotherNumberOfDaysIsAsked) {
  const JudgementsPtr judged = Small().Judge(kDay);
  const FindingsPtr first = judged->findings().Of(*judged, {90});
  EXPECT_EQ(judged->findings().Of(*judged, {90}), first);
  const FindingsPtr other = judged->findings().Of(*judged, {30});
  EXPECT_NE(other, first);
  EXPECT_EQ(other->size(), first->size());
}

TEST(FindingsListTest, TheVerdictTellsTheInterval) {
  TestInventory inventory;
  model::Party vendor;
  vendor.id = "vendor";
  vendor.establishment = "US";
  vendor.certifications = {{"us_privacy_shield", {model::CertificationCoverage::kNonHr}, "", {}},
                           {"us_dpf", {model::CertificationCoverage::kNonHr}, "", {}}};
  inventory.Party("acme", "FI").Add(vendor).AddFlow("acme", "vendor", {"contact.email"});
  FindingFilter filter;
  filter.codes = {FindingCode::kTransferLacking};
  const JudgementsPtr judged = inventory.Judge(Date::Of(2021, 1, 1));
  const FindingPage page = ListFindings(*judged, {}, filter, std::nullopt, 1);
  ASSERT_THAT(page.rows, SizeIs(1));
  EXPECT_EQ(page.rows[0].interval, (Interval{Date::Of(2020, 7, 16), Date::Of(2023, 7, 10)}));
  EXPECT_EQ(page.rows[0].flow, "acme-vendor");
  EXPECT_EQ(page.rows[0].destination, "US");
}

TEST(FindingsListTest, MissingTermsAreTheGapBetweenTwoAgreements) {
  TestInventory inventory = Small();
  for (const int year : {2019, 2025}) {
    model::Agreement dpa;
    dpa.id = "dpa-" + std::to_string(year);
    dpa.parties = {"acme", "vendor"};
    dpa.instruments = {"art28"};
    dpa.signed_on = Date::Of(year, 1, 1);
    dpa.interval = {Date::Of(year, 1, 1), Date::Of(year + 2, 1, 1)};
    inventory.Add(dpa);
  }
  FindingFilter filter;
  filter.codes = {FindingCode::kArt28TermsMissing};
  filter.subjects = {{model::RecordKind::kFlow, "acme-vendor"}};
  const JudgementsPtr judged = inventory.Judge(kDay);
  const FindingPage page = ListFindings(*judged, {}, filter, std::nullopt, 1);
  ASSERT_THAT(page.rows, SizeIs(1));
  EXPECT_EQ(page.rows[0].interval, (Interval{Date::Of(2021, 1, 1), Date::Of(2025, 1, 1)}));
}

TEST(FindingsListTest, DaysAheadAreAnArgument) {
  TestInventory inventory;
  model::Party vendor;
  vendor.id = "vendor";
  vendor.establishment = "US";
  vendor.certifications = {{"us_dpf",
                            {model::CertificationCoverage::kNonHr},
                            "",
                            {Date::Of(2023, 7, 10), kDay.Plus(30)}}};
  inventory.Party("acme", "FI").Add(vendor).AddFlow("acme", "vendor", {"contact.email"});
  FindingFilter filter;
  filter.codes = {FindingCode::kMechanismEndsSoon};
  const JudgementsPtr judged = inventory.Judge(kDay);
  EXPECT_THAT(ListFindings(*judged, {29}, filter, std::nullopt, 9).rows, IsEmpty());
  const FindingPage page = ListFindings(*judged, {30}, filter, std::nullopt, 9);
  ASSERT_THAT(page.rows, SizeIs(1));
  EXPECT_EQ(page.rows[0].interval, (Interval{kDay, kDay.Plus(30)}));
}

TEST(TriageTest, AnAcceptanceHidesUpToItsDay) {
  TestInventory inventory = Small();
  inventory.Add(TriageOf("TRANSFER_LACKING", "flow/acme-vendor", kDay.Plus(1)));
  FindingFilter filter;
  filter.severities = {Severity::kHigh};
  EXPECT_EQ(List(inventory, filter).summary, (FindingCounts{2, 0, 0, 0, 1}));
  EXPECT_EQ(List(inventory, filter, kDay.Plus(1)).summary, (FindingCounts{3, 0, 0, 0, 0}));
  filter.include_triaged = true;
  filter.codes = {FindingCode::kTransferLacking};
  const JudgementsPtr judged = inventory.Judge(kDay);
  const FindingPage page = ListFindings(*judged, {}, filter, std::nullopt, 9);
  ASSERT_THAT(page.rows, SizeIs(1));
  ASSERT_NE(page.rows[0].triage, nullptr);
  EXPECT_EQ(page.rows[0].triage->accepted_until, kDay.Plus(1));
  EXPECT_EQ(page.summary, (FindingCounts{1, 0, 0, 0, 1}));
}

TEST(TriageTest, OnlyTheSameCodeAndSubject) {
  TestInventory inventory = Small();
  inventory.Add(TriageOf("TRANSFER_LACKING", "flow/acme-tool", std::nullopt));
  EXPECT_EQ(List(inventory, {}).summary.triaged, 0);
}

TEST(TriageTest, OfSeveralAnswersTheStrongestHolds) {
  TestInventory inventory = Small();
  inventory.Add(TriageOf("TRANSFER_LACKING", "flow/acme-vendor", kDay.Plus(5)));
  inventory.Add(TriageOf("TRANSFER_LACKING", "flow/acme-vendor", std::nullopt));
  FindingFilter filter;
  filter.codes = {FindingCode::kTransferLacking};
  filter.include_triaged = true;
  const JudgementsPtr judged = inventory.Judge(kDay);
  const FindingPage page = ListFindings(*judged, {}, filter, std::nullopt, 9);
  EXPECT_EQ(page.rows.at(0).triage->decision, model::TriageDecision::kFalsePositive);
}

}  // namespace
}  // namespace onward::query
