#include "graph/query/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/query/test_inventory.h"

namespace onward::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using verdict::Reason;
using verdict::Verdict;

constexpr size_t kNoLimit = 1'000'000;
const Date kToday = Date::Of(2026, 11, 22);

absl::Status GoOn(size_t /*changes*/) { return absl::OkStatus(); }

std::vector<TimelineEntry> Ask(const Judgements& judged, const TimelineQuestion& question) {
  auto page = Timeline(judged, question, std::nullopt, kNoLimit, GoOn);
  EXPECT_TRUE(page.ok());
  EXPECT_EQ(page->next, std::nullopt);
  return std::move(page->entries);
}

std::string TextOf(const TimelineEntry& entry) {
  return entry.date.ToString() + " " + entry.flow->id + " " + entry.destination + " " +
         std::string(Name(entry.before)) + "/" + std::string(Name(entry.reason_before)) + " " +
         std::string(Name(entry.after)) + "/" + std::string(Name(entry.reason_after));
}

std::vector<std::string> TextsOf(const std::vector<TimelineEntry>& entries) {
  std::vector<std::string> texts;
  texts.reserve(entries.size());
  for (const TimelineEntry& entry : entries) {
    texts.push_back(TextOf(entry));
  }
  return texts;
}

std::vector<std::string> SubjectsOf(const TimelineEntry& entry) {
  std::vector<std::string> subjects;
  for (const verdict::Cause& cause : entry.causes) {
    subjects.push_back(cause.subject);
  }
  return subjects;
}

// A Finnish controller; an American recipient on a list that fell, and an Indian one under clauses whose
// assessment and term end.
TestInventory World() {
  model::Party vendor;
  vendor.id = "vendor";
  vendor.establishment = "US";
  vendor.certifications = {{"us_privacy_shield",
                            {model::CertificationCoverage::kNonHr},
                            "",
                            {Date::Of(2016, 8, 1), Date::Max()}}};
  TestInventory world;
  world.Party("acme", "FI").Party("india", "IN").Add(vendor);
  model::Flow flow = world.Flow("acme", "vendor", {"contact.name"});
  flow.interval.from = Date::Of(2018, 9, 30);
  model::Agreement clauses;
  clauses.id = "clauses";
  clauses.parties = {"acme", "india"};
  clauses.instruments = {"scc-2021-914-m2"};
  clauses.signed_on = Date::Of(2022, 3, 1);
  clauses.interval = {Date::Of(2022, 3, 1), Date::Of(2027, 9, 1)};
  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2022, 2, 20);
  tia.outcome = model::TiaOutcome::kAdequate;
  tia.review_due = Date::Of(2027, 2, 20);
  clauses.tias = {tia};
  model::Flow to_india = world.Flow("acme", "india", {"contact.email"});
  to_india.interval.from = Date::Of(2022, 3, 1);
  return world.Add(flow).Add(clauses).Add(to_india);
}

TEST(Timeline, OneFlowOverAllDatesWithItsCauses) {
  const JudgementsPtr judged = World().Judge(kToday);
  TimelineQuestion question;
  question.flow = judged->snapshot().FlowNumber("acme-vendor");
  const std::vector<TimelineEntry> entries = Ask(*judged, question);
  ASSERT_THAT(TextsOf(entries),
              ElementsAre("2018-09-30 acme-vendor US NOT_A_TRANSFER/NOT_IN_EFFECT COVERED/ADEQUACY",
                          "2020-07-16 acme-vendor US COVERED/ADEQUACY LACKING/INVALIDATED"));
  EXPECT_THAT(SubjectsOf(entries[0]), ElementsAre("flow/acme-vendor"));
  ASSERT_THAT(SubjectsOf(entries[1]), ElementsAre("adq-US-2016-1250"));
  EXPECT_THAT(entries[1].causes[0].text, HasSubstr("is invalidated ("));
  EXPECT_THAT(entries[1].explanation, HasSubstr("Privacy Shield"));
}

TEST(Timeline, WhatTurnsWorseInTheNextYear) {
  const JudgementsPtr judged = World().Judge(kToday);
  TimelineQuestion question;
  question.window = {kToday, kToday.PlusMonths(12)};
  const std::vector<TimelineEntry> entries = Ask(*judged, question);
  ASSERT_THAT(TextsOf(entries),
              ElementsAre("2027-02-20 acme-india IN COVERED/SAFEGUARD CONDITIONAL/TIA_OVERDUE",
                          "2027-09-01 acme-india IN CONDITIONAL/TIA_OVERDUE LACKING/EXPIRED"));
  EXPECT_THAT(entries[0].causes[0].text, HasSubstr("due for review (agreement/clauses)"));
  EXPECT_EQ(entries[1].causes,
            (std::vector<verdict::Cause>{{"agreement/clauses", "agreement/clauses ends"}}));
  question.to_verdicts = {Verdict::kLacking};
  EXPECT_THAT(Ask(*judged, question), SizeIs(1));
  question.window.until = Date::Of(2027, 9, 1);
  EXPECT_THAT(Ask(*judged, question), IsEmpty());
}

TEST(Timeline, PagesHoldTheWholeListInOrder) {
  const JudgementsPtr judged = World().Judge(kToday);
  const std::vector<std::string> all = TextsOf(Ask(*judged, {}));
  ASSERT_GE(all.size(), 5U);
  std::vector<std::string> paged;
  std::optional<TimelineKey> after;
  do {
    const auto page = Timeline(*judged, {}, after, 2, GoOn);
    ASSERT_TRUE(page.ok());
    for (const TimelineEntry& entry : page->entries) {
      paged.push_back(TextOf(entry));
    }
    after = page->next;
  } while (after.has_value());
  EXPECT_EQ(paged, all);
}

TEST(Timeline, AnOnwardHopNamesTheFlowThatBringsTheData) {
  TestInventory world;
  world.Party("fi", "FI").Party("us", "US").Party("in", "IN").Party("other", "FI");
  model::Flow first = world.Flow("fi", "us", {"contact"});
  first.interval = {Date::Of(2021, 1, 1), Date::Of(2023, 1, 1)};
  world.Add(first).AddSub("us", "in", {"contact"}).AddFlow("other", "in", {"contact"});
  const JudgementsPtr judged = world.Judge(Date::Of(2022, 1, 1));
  TimelineQuestion question;
  question.flow = judged->snapshot().FlowNumber("us-in");
  question.window.from = Date::Of(2022, 1, 1);
  std::vector<TimelineEntry> entries = Ask(*judged, question);
  ASSERT_THAT(
      TextsOf(entries),
      ElementsAre("2023-01-01 us-in IN LACKING/NO_MECHANISM NOT_A_TRANSFER/EXPORTER_NOT_BOUND"));
  EXPECT_THAT(SubjectsOf(entries[0]), ElementsAre("flow/fi-us"));

  question.flow.reset();
  question.window = {Date::Of(2021, 1, 1), Date::Of(2021, 1, 2)};
  question.origin = judged->snapshot().PartyNumber("fi");
  EXPECT_THAT(Ask(*judged, question), SizeIs(2));
  question.origin = judged->snapshot().PartyNumber("other");
  EXPECT_THAT(Ask(*judged, question), IsEmpty());
}

TEST(Timeline, EveryEntryIsADifferenceBetweenTwoDays) {
  const TestInventory world = World();
  const JudgementsPtr today = world.Judge(kToday);
  for (const TimelineEntry& entry : Ask(*today, {})) {
    const auto verdict_on = [&](Date day) -> std::pair<Verdict, Reason> {
      const JudgementsPtr judged = world.Judge(day);
      const auto hop = judged->Proof(judged->snapshot().FlowNumber(entry.flow->id).value());
      return !hop.has_value() ? std::pair(Verdict::kNotATransfer, Reason::kNotInEffect)
                              : std::pair(hop->verdict, hop->reason);
    };
    EXPECT_EQ(verdict_on(entry.date), std::pair(entry.after, entry.reason_after)) << TextOf(entry);
    EXPECT_EQ(verdict_on(entry.date.Plus(-1)), std::pair(entry.before, entry.reason_before))
        << TextOf(entry);
  }
}

TEST(Timeline, StopsWhenItIsTold) {
  const JudgementsPtr judged = World().Judge(kToday);
  const auto stopped = Timeline(*judged, {}, std::nullopt, kNoLimit,
                                [](size_t) { return absl::CancelledError("gone"); });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace onward::query
