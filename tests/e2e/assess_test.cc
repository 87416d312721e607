// The five inventories as a user assesses them: offline, from the manifests, in JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

constexpr int kNothingFound = 0;
constexpr int kFindings = 1;

const std::vector<std::string>& UsFlows() {
  static const std::vector<std::string> kFlows = {"smartum-to-salesforce", "smartum-to-mailchimp"};
  return kFlows;
}

void ExpectUsFlows(const Json& answer, const std::string& expected) {
  for (const std::string& flow : UsFlows()) {
    EXPECT_EQ(VerdictOf(answer, flow), expected) << flow;
  }
}

TEST(SmartumTest, UsFlowsCoveredOnTheLastDayOfThePrivacyShield) {
  const Json answer = Assess({InventoryPath("004-smartum")}, "2020-07-15", kNothingFound);
  ExpectUsFlows(answer, "COVERED ADEQUACY adq-US-2016-1250");
  EXPECT_EQ(answer.value("asOf", ""), "2020-07-15");
}

TEST(SmartumTest, UsFlowsLackingOnTheDayTheNoticeWasChanged) {
  ExpectUsFlows(Assess({InventoryPath("004-smartum")}, "2020-12-09", kFindings),
                "LACKING INVALIDATED adq-US-2016-1250");
}

TEST(SmartumTest, UsFlowsLackingToday) {
  ExpectUsFlows(Assess({InventoryPath("004-smartum")}, "", kFindings),
                "LACKING INVALIDATED adq-US-2016-1250");
}

TEST(SmartumTest, NineToolsAreUndetermined) {
  const Json answer = Assess({InventoryPath("004-smartum")}, "2020-12-09", kFindings);
  EXPECT_EQ(CountVerdict(answer, "UNDETERMINED"), 9);
}

TEST(SmartumTest, WhatIfCoversFromTheFirstDayOfTheNewFramework) {
  ExpectUsFlows(Assess(SmartumWhatIf(), "2023-07-09", kFindings),
                "LACKING INVALIDATED adq-US-2016-1250");
  ExpectUsFlows(Assess(SmartumWhatIf(), "2023-07-10", kNothingFound),
                "COVERED ADEQUACY adq-US-2023-1795");
}

TEST(SmartumTest, NextChangeIsTheJudgment) {
  const Json answer = Assess({InventoryPath("004-smartum")}, "2020-07-15", kNothingFound);
  for (const Json& transfer : answer["transfers"]) {
    if (transfer["flow"] == "smartum-to-salesforce") {
      EXPECT_EQ(transfer["nextChange"]["date"], "2020-07-16");
      EXPECT_EQ(transfer["nextChange"]["verdict"], "LACKING");
    }
  }
}

TEST(LivestormTest, TenUndeterminedInEitherLanguageAndInBoth) {
  const std::vector<std::vector<std::string>> sets = {
      {InventoryPath("000-livestorm-fi")},
      {InventoryPath("001-livestorm-sv")},
      {InventoryPath("000-livestorm-fi"), InventoryPath("001-livestorm-sv")}};
  for (const auto& set : sets) {
    const Json answer = Assess(set, "", kNothingFound);
    EXPECT_EQ(answer["transfers"].size(), 10U);
    EXPECT_EQ(CountVerdict(answer, "UNDETERMINED"), 10);
  }
}

TEST(LivestormTest, BothNoticesGiveOneControllerWithTwoSources) {
  const Outcome outcome =
      RunOnward({"get", "party", "livestorm", "-o", "json", "-f", InventoryPath("000-livestorm-fi"),
                 "-f", InventoryPath("001-livestorm-sv")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  std::set<std::string> documents;
  const Json answer = Json::parse(outcome.out);
  const Json& party = answer.contains("party") ? answer["party"] : answer;
  ASSERT_TRUE(party.contains("sources")) << outcome.out;
  for (const Json& source : party["sources"]) {
    documents.insert(source["document"].get<std::string>());
  }
  EXPECT_THAT(documents,
              testing::ElementsAre("000_ba4d79e79bf22050.txt", "001_e948764a035aa3d7.txt"));
  EXPECT_EQ(party["sources"].size(), 2U);
}

TEST(LianaTest, SixteenNamedServicesAreUndetermined) {
  const Json answer = Assess({InventoryPath("002-liana")}, "", kNothingFound);
  const std::set<std::string> named = {
      "bing",       "calendly",         "clarity",        "doubleclick", "facebook",
      "google-ads", "google-analytics", "heap-analytics", "leadfeeder",  "linkedin",
      "pendo",      "pipedrive",        "spotify",        "stripe",      "youtube",
      "zendesk"};
  int undetermined = 0;
  for (const Json& transfer : answer["transfers"]) {
    if (named.count(transfer["importer"].get<std::string>()) > 0) {
      ++undetermined;
      EXPECT_EQ(transfer["verdict"], "UNDETERMINED") << transfer.dump(2);
      EXPECT_EQ(transfer["reason"], "DESTINATION_UNKNOWN") << transfer.dump(2);
    }
  }
  EXPECT_EQ(undetermined, 16);
}

TEST(LianaTest, NoneOfTheFourGroundsCountsAsASafeguard) {
  const Json answer = Assess({InventoryPath("002-liana")}, "", kNothingFound, {"--all"});
  EXPECT_EQ(CountVerdict(answer, "COVERED") + CountVerdict(answer, "CONDITIONAL"), 0);
  for (const Json& transfer : answer["transfers"]) {
    EXPECT_EQ(transfer.value("mechanism", ""), "") << transfer.dump(2);
    EXPECT_TRUE(transfer["candidates"].empty()) << transfer.dump(2);
  }
}

TEST(LumoaTest, StorageInTheEuIsNoTransferAndProvidersAreUndetermined) {
  const Json answer = Assess({InventoryPath("003-lumoa")}, "", kNothingFound, {"--all"});
  EXPECT_EQ(VerdictOf(answer, "lumoa-to-hosting"), "NOT_A_TRANSFER FREE_FLOW -");
  for (const std::string flow :
       {"lumoa-to-email-delivery", "lumoa-to-service-providers", "lumoa-to-sales-providers",
        "lumoa-to-analytics-cookies", "lumoa-to-facebook"}) {
    EXPECT_EQ(VerdictOf(answer, flow), "UNDETERMINED DESTINATION_UNKNOWN -") << flow;
  }
}

TEST(LumoaTest, WithoutAllNoTransferIsLeftOut) {
  const Json answer = Assess({InventoryPath("003-lumoa")}, "", kNothingFound);
  EXPECT_EQ(CountVerdict(answer, "NOT_A_TRANSFER"), 0);
  EXPECT_EQ(VerdictOf(answer, "lumoa-to-hosting"), "not listed");
}

TEST(AllFiveTest, LoadTogetherIntoOneInventory) {
  const Json answer =
      Assess({InventoryPath("000-livestorm-fi"), InventoryPath("001-livestorm-sv"),
              InventoryPath("002-liana"), InventoryPath("003-lumoa"), InventoryPath("004-smartum")},
             "2020-12-09", kFindings);
  EXPECT_EQ(CountVerdict(answer, "LACKING"), 2);
  EXPECT_EQ(CountVerdict(answer, "COVERED"), 0);
}

TEST(AllFiveTest, FailOnChoosesTheExitCode) {
  const std::string livestorm = InventoryPath("000-livestorm-fi");
  EXPECT_EQ(RunOnward({"assess", "-f", livestorm, "--fail-on", "undetermined"}).exit_code, 1);
  EXPECT_EQ(RunOnward({"assess", "-f", livestorm, "--fail-on", "lacking"}).exit_code, 0);
  EXPECT_EQ(
      RunOnward({"assess", "-f", InventoryPath("004-smartum"), "--fail-on", "none"}).exit_code, 0);
}

TEST(AllFiveTest, TheSameQuestionGivesTheSameBytes) {
  const std::vector<std::string> question = {
      "assess", "-f", InventoryPath("004-smartum"), "--as-of", "2020-12-09", "-o", "json"};
  EXPECT_EQ(RunOnward(question).out, RunOnward(question).out);
}

// The documented schema, checked by an independent validator.
TEST(SchemaTest, AssessJsonIsAsDocumented) {
  const TempFolder folder;
  for (const std::string name :
       {"000-livestorm-fi", "001-livestorm-sv", "002-liana", "003-lumoa", "004-smartum"}) {
    const Outcome outcome = RunOnward({"assess", "-f", InventoryPath(name), "--as-of", "2020-12-09",
                                       "-o", "json", "--all", "--fail-on", "none"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    WriteAll(folder.path() / (name + ".json"), outcome.out);
  }
  const Outcome outcome = RunProgram(
      {ONWARD_SYSTEM_PYTHON, ONWARD_SCHEMA_CHECK, ONWARD_ASSESS_SCHEMA, folder.path().string()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
}

}  // namespace
}  // namespace onward::e2e
