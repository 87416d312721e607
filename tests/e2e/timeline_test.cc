// When the verdicts of a published notice change, as a user asks: the list is derived from the law by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Outcome Timeline(const std::vector<std::string>& manifests, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"timeline"};
  for (const std::string& manifest : manifests) {
    arguments.insert(arguments.end(), {"-f", manifest});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunOnward(arguments);
}

// One line an entry: day, flow, before, after, what begins or ends.
std::vector<std::string> Changes(const Outcome& outcome) {
  std::vector<std::string> changes;
  const Json answer = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << outcome.out << outcome.err;
  if (answer.is_discarded()) {
    return changes;
  }
  for (const Json& entry : answer["entries"]) {
    std::string line = entry.value("date", "") + " " + entry.value("flow", "") + " " +
                       entry.value("before", "") + "/" + entry.value("reasonBefore", "") + " " +
                       entry.value("after", "") + "/" + entry.value("reasonAfter", "");
    for (const Json& cause : entry["causes"]) {
      line += " " + cause.value("subject", "");
    }
    changes.push_back(line);
  }
  return changes;
}

// The notice is of 2018-09-30; Decision 2016/1250 fell on 2020-07-16 (C-311/18).
TEST(TimelineTest, SmartumsPast) {
  const Outcome outcome =
      Timeline({InventoryPath("004-smartum")},
               {"--flow", "smartum-to-salesforce", "--as-of", "2026-11-22", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(Changes(outcome),
              ElementsAre("2018-09-30 smartum-to-salesforce NOT_A_TRANSFER/NOT_IN_EFFECT "
                          "COVERED/ADEQUACY flow/smartum-to-salesforce",
                          "2020-07-16 smartum-to-salesforce COVERED/ADEQUACY "
                          "LACKING/INVALIDATED adq-US-2016-1250"));
}

// From 2023-07-10 Decision 2023/1795 covers those on its list.
TEST(TimelineTest, SmartumWithTheNewFramework) {
  const Outcome outcome =
      Timeline(SmartumWhatIf(), {"--flow", "smartum-to-salesforce", "--from", "2020-01-01",
                                 "--until", "2026-01-01", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(Changes(outcome), ElementsAre("2020-07-16 smartum-to-salesforce COVERED/ADEQUACY "
                                            "LACKING/INVALIDATED adq-US-2016-1250",
                                            "2023-07-10 smartum-to-salesforce LACKING/INVALIDATED "
                                            "COVERED/ADEQUACY party/salesforce adq-US-2023-1795"));
}

TEST(TimelineTest, WhatTurnedLackingInTheWholeInventory) {
  const Outcome outcome =
      Timeline({InventoryPath("004-smartum")}, {"--to", "lacking", "--as-of", "2020-01-01"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("2020-07-16  "), HasSubstr("Salesforce (US)"),
                    HasSubstr("because: adequacy decision"), HasSubstr("is invalidated (C-311/18)"),
                    HasSubstr("2 changes from 2020-01-01 until 2021-01-01: 2 to lacking\n")));
  EXPECT_EQ(Timeline({InventoryPath("004-smartum")}, {"--to", "lacking", "--as-of", "2020-07-17"})
                .exit_code,
            0);
  EXPECT_EQ(Timeline({InventoryPath("004-smartum")},
                     {"--to", "lacking", "--as-of", "2020-01-01", "--fail-on", "none"})
                .exit_code,
            0);
}

// nextChange of a listing is the timeline's first entry after the day.
TEST(TimelineTest, ListingsAnnounceTheSameChange) {
  const Json answer = Assess(SmartumWhatIf(), "2022-01-01", 1);
  for (const Json& transfer : answer["transfers"]) {
    if (transfer["flow"] == "smartum-to-salesforce") {
      EXPECT_EQ(transfer["nextChange"]["date"], "2023-07-10");
      EXPECT_EQ(transfer["nextChange"]["verdict"], "COVERED");
      EXPECT_EQ(transfer["nextChange"]["reason"], "ADEQUACY");
    }
  }
}

}  // namespace
}  // namespace onward::e2e
