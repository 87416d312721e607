// What if, and the numbers of many dates, as a user asks: offline and of a server.
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
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Words = std::vector<std::string>;

// A command on the two US recipients of Smartum as if they stood on the list of the Data Privacy Framework.
Outcome Ask(const std::string& command, const Words& more) {
  Words arguments = {command};
  for (const std::string& manifest : SmartumWhatIf()) {
    arguments.insert(arguments.end(), {"-f", manifest});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunOnward(arguments);
}

Json AskJson(const std::string& command, Words more, int exit_code) {
  more.insert(more.end(), {"-o", "json"});
  const Outcome outcome = Ask(command, more);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err << outcome.out;
  Json answer = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << outcome.out << outcome.err;
  return answer.is_discarded() ? Json::object() : answer;
}

// flow before after/reason
Words Changes(const Json& answer) {
  Words changes;
  for (const Json& transfer : answer.value("transfers", Json::array())) {
    const Json& change = transfer["change"];
    changes.push_back(change.value("flow", "") + " " + change.value("before", "") + " " +
                      change.value("after", "") + "/" + change.value("reasonAfter", ""));
  }
  return changes;
}

TEST(WhatIfTest, TheFrameworkFallsOnItsDayAndNotADayBefore) {
  const Json before =
      AskJson("whatif", {"--annul", "us_dpf:2026-12-01", "--as-of", "2026-11-30"}, 0);
  EXPECT_THAT(Changes(before), IsEmpty());
  EXPECT_EQ(before["hypothetical"], true);
  const Json after =
      AskJson("whatif", {"--annul", "us_dpf", "--from", "2026-12-01", "--as-of", "2026-12-01"}, 1);
  EXPECT_THAT(Changes(after), ElementsAre("smartum-to-mailchimp COVERED LACKING/INVALIDATED",
                                          "smartum-to-salesforce COVERED LACKING/INVALIDATED"));
  EXPECT_THAT(after["transfers"][1].value("explanation", ""),
              HasSubstr("invalidated on 2026-12-01 by an assumed annulment"));
  EXPECT_EQ(after["worse"], 2);
  EXPECT_EQ(after["before"]["covered"].get<int>() - after["after"]["covered"].get<int>(), 2);
  ASSERT_EQ(after["origins"].size(), 1);
  EXPECT_EQ(after["origins"][0]["origin"], "smartum");
  EXPECT_EQ(after["origins"][0]["worse"], 2);
  EXPECT_FALSE(after["origins"][0]["activities"].empty());
  Words opened;
  for (const Json& finding : after["findingsOpened"]) {
    opened.push_back(finding.value("code", "") + " " + finding.value("subject", ""));
  }
  EXPECT_THAT(opened, UnorderedElementsAre("TRANSFER_LACKING flow/smartum-to-mailchimp",
                                           "TRANSFER_LACKING flow/smartum-to-salesforce"));
}

TEST(WhatIfTest, AChangeToComeIsLookedAtOnItsDay) {
  const Json answer = AskJson("whatif", {"--annul", "us_dpf:2099-12-01"}, 1);
  EXPECT_EQ(answer["asOf"], "2099-12-01");
  EXPECT_THAT(Changes(answer), testing::SizeIs(2));
  EXPECT_EQ(AskJson("whatif", {"--annul", "us_dpf:2099-12-01", "--fail-on", "none"}, 0)["worse"],
            2);
}

TEST(WhatIfTest, EveryQuestionTakesTheSameAssumptions) {
  const Words annul = {"--annul", "us_dpf:2026-12-01", "--as-of", "2026-12-01"};
  const Json check = AskJson("assess", annul, 1);
  EXPECT_THAT(VerdictOf(check, "smartum-to-salesforce"), HasSubstr("LACKING INVALIDATED"));
  EXPECT_THAT(Ask("explain", {"smartum-to-salesforce", "--annul", "us_dpf:2026-12-01", "--as-of",
                              "2026-12-01"})
                  .out,
              HasSubstr("invalidated on 2026-12-01 by an assumed"));
  EXPECT_EQ(Ask("check",
                {"smartum", "salesforce", "--annul", "us_dpf:2026-12-01", "--as-of", "2026-12-01"})
                .exit_code,
            1);
  EXPECT_EQ(Ask("check", {"smartum", "salesforce", "--as-of", "2026-12-01"}).exit_code, 0);
  const Outcome timeline = Ask("timeline", {"--annul", "us_dpf:2026-12-01", "--from", "2026-11-01",
                                            "--until", "2027-01-01"});
  EXPECT_THAT(timeline.out,
              AllOf(HasSubstr("2026-12-01  "), HasSubstr("is invalidated (an assumed annulment)")));
  EXPECT_THAT(Ask("findings", {"--code", "TRANSFER_LACKING", "--annul", "us_dpf:2026-12-01",
                               "--as-of", "2026-12-01"})
                  .out,
              HasSubstr("flow/smartum-to-salesforce"));
}

TEST(WhatIfTest, RecordsAreMovedCertifiedAndStopped) {
  const Words day = {"--as-of", "2026-11-22"};
  const auto with = [&](Words words) {
    words.insert(words.end(), day.begin(), day.end());
    return words;
  };
  const Json moved = AskJson("whatif", with({"--move", "salesforce:SE"}), 0);
  EXPECT_THAT(Changes(moved), ElementsAre("smartum-to-salesforce  NOT_A_TRANSFER/FREE_FLOW",
                                          "smartum-to-salesforce COVERED /"));
  const Json stopped = AskJson("whatif", with({"--stop", "smartum-to-salesforce"}), 0);
  EXPECT_THAT(Changes(stopped), ElementsAre("smartum-to-salesforce COVERED /"));
  const Outcome outcome =
      RunOnward({"whatif", "-f", InventoryPath("004-smartum"), "--add-certification",
                 "salesforce:us_dpf:2023-07-10", "--as-of", "2026-11-22", "-o", "csv"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("smartum-to-salesforce,US,LACKING,INVALIDATED,COVERED,ADEQUACY"));
}

TEST(WhatIfTest, WhatIsWrongIsTold) {
  const Outcome unknown = Ask("whatif", {"--annul", "us_dfp"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("us_dfp"), HasSubstr("did you mean us_dpf")));
  const Outcome ended = Ask("whatif", {"--annul", "us_privacy_shield:2026-01-01"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.err, HasSubstr("ended on 2020-07-16 already"));
  EXPECT_EQ(Ask("whatif", {"--move", "nobody:SE"}).exit_code, 3);
  EXPECT_EQ(RunOnward({"whatif"}).exit_code, 2);
  const TempFolder folder;
  WriteAll(
      folder.path() / "changes.yaml",
      "kind: Annul\nid: us_dpf\nfrom: 2026-12-01\n---\nkind: DropAdequacy\njurisdiction: XX\n");
  const Outcome placed = Ask("whatif", {"--changes", folder.File("changes.yaml")});
  EXPECT_EQ(placed.exit_code, 3);
  EXPECT_THAT(placed.err, HasSubstr("changes.yaml:6:15: jurisdiction:"));
}

TEST(WhatIfTest, AServerAnswersAlikeAndNothingIsWritten) {
  const TempFolder folder;
  const ServerProcess server(folder.path() / "data", folder.path() / "s");
  ASSERT_TRUE(server.running()) << server.err();
  const std::string address = "unix:" + folder.File("s");
  Words apply = {"apply", "--server", address, "--yes"};
  for (const std::string& manifest : SmartumWhatIf()) {
    apply.insert(apply.end(), {"-f", manifest});
  }
  ASSERT_EQ(RunOnward(apply).exit_code, 0);
  WriteAll(folder.path() / "changes.yaml",
           "kind: Annul\nid: us_dpf\nfrom: 2026-12-01\n---\n"
           "kind: Delete\nid: flow/smartum-to-mailchimp\n");
  const Words day = {"--as-of", "2026-12-01", "--no-color"};
  Words asked = {"whatif", "--server", address, "-f", folder.File("changes.yaml")};
  asked.insert(asked.end(), day.begin(), day.end());
  const Outcome of_server = RunOnward(asked);
  Words offline = {"--changes", folder.File("changes.yaml")};
  offline.insert(offline.end(), day.begin(), day.end());
  const Outcome of_files = Ask("whatif", offline);
  EXPECT_EQ(of_server.exit_code, 1) << of_server.err;
  EXPECT_EQ(of_server.out, of_files.out);
  EXPECT_THAT(of_server.out, AllOf(HasSubstr("revision 1, hypothetical; nothing was written"),
                                   HasSubstr("smartum-to-salesforce")));
  // The same again, from what was kept; and what is stored is as it was.
  EXPECT_EQ(RunOnward(asked).out, of_server.out);
  const Outcome stored =
      RunOnward({"transfers", "--server", address, "--as-of", "2026-12-01", "-o", "csv"});
  EXPECT_THAT(stored.out, AllOf(HasSubstr("smartum-to-salesforce"),
                                HasSubstr("smartum-to-mailchimp"), HasSubstr("COVERED")));
  const Outcome head = RunOnward({"transfers", "--server", address, "--as-of", "2026-12-01"});
  EXPECT_THAT(head.out, HasSubstr("revision 1\n"));
}

TEST(SummaryTest, CountsDayByDay) {
  const Outcome outcome =
      RunOnward({"summary", "-f", InventoryPath("004-smartum"), "--from", "2020-07-15", "--until",
                 "2020-07-17", "--step-days", "1", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json answer = Json::parse(outcome.out);
  ASSERT_EQ(answer["days"].size(), 2);
  EXPECT_EQ(answer["days"][0]["date"], "2020-07-15");
  EXPECT_EQ(answer["days"][0]["counts"]["covered"], 2);
  EXPECT_EQ(answer["days"][0]["counts"]["lacking"], 0);
  EXPECT_EQ(answer["days"][1]["counts"]["covered"], 0);
  EXPECT_EQ(answer["days"][1]["counts"]["lacking"], 2);
  EXPECT_EQ(answer["days"][1]["destinations"][0]["id"], "US");
  EXPECT_EQ(answer["days"][1]["destinations"][0]["counts"]["lacking"], 2);
  const Outcome listed = RunOnward({"summary", "-f", InventoryPath("004-smartum"), "--dates",
                                    "2020-07-15,2020-07-16", "--fail-on", "lacking"});
  EXPECT_EQ(listed.exit_code, 1) << listed.err;
  const Outcome one = RunOnward(
      {"summary", "-f", InventoryPath("004-smartum"), "--as-of", "2020-07-16", "--top", "1"});
  EXPECT_THAT(one.out,
              AllOf(HasSubstr("2020-07-16"), HasSubstr("smartum"), HasSubstr("more; see --top")));
}

TEST(SummaryTest, RefusesDatesOutOfOrderAndTooMany) {
  const auto ask = [](Words more) {
    more.insert(more.begin(), {"summary", "-f", InventoryPath("004-smartum")});
    return RunOnward(more);
  };
  EXPECT_THAT(ask({"--dates", "2020-07-16,2020-07-15"}).err, HasSubstr("is not after 2020-07-16"));
  EXPECT_THAT(ask({"--from", "2000-01-01", "--until", "2026-01-01", "--step-days", "1"}).err,
              HasSubstr("limit of 400"));
  EXPECT_THAT(ask({"--from", "2000-01-01"}).err, HasSubstr("until"));
  EXPECT_THAT(ask({"--as-of", "2020-01-01", "--dates", "2020-07-16"}).err, HasSubstr("as_of"));
}

}  // namespace
}  // namespace onward::e2e
