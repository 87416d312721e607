// Findings of the five inventories, taken from the notices by hand; and their owner's answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Numbers = std::map<std::string, int>;

constexpr int kNothingFound = 0;
constexpr int kFindings = 1;

// `onward findings ... -o json` as of a day; `exit_code` is what is expected.
Json Findings(const std::string& inventory, const std::string& as_of, int exit_code,
              const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"findings", "-o", "json", "-f", InventoryPath(inventory),
                                        "--as-of",  as_of};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = RunOnward(arguments);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err << outcome.out;
  Json answer = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << outcome.out << outcome.err;
  return answer.is_discarded() ? Json::object() : answer;
}

Numbers ByCode(const Json& answer) {
  Numbers numbers;
  for (const Json& finding : answer.value("findings", Json::array())) {
    ++numbers[finding.value("code", "")];
  }
  return numbers;
}

std::vector<std::string> Subjects(const Json& answer, const std::string& code) {
  std::vector<std::string> subjects;
  for (const Json& finding : answer.value("findings", Json::array())) {
    if (finding.value("code", "") == code) {
      subjects.push_back(finding.value("subject", ""));
    }
  }
  return subjects;
}

// Two processors in the US without terms or mechanism; nine tools of which neither place nor role is
// stated; no retention for the website.
TEST(SmartumFindingsTest, OnTheDayTheNoticeWasChanged) {
  const Json answer = Findings("004-smartum", "2020-12-09", kFindings);
  EXPECT_EQ(ByCode(answer), (Numbers{{"TRANSFER_LACKING", 2},
                                     {"ART28_TERMS_MISSING", 2},
                                     {"DESTINATION_UNKNOWN", 9},
                                     {"CHAIN_NOT_DISCLOSED", 2},
                                     {"RETENTION_NOT_STATED", 1},
                                     {"ROLE_UNKNOWN", 9}}));
  EXPECT_THAT(Subjects(answer, "TRANSFER_LACKING"),
              ElementsAre("flow/smartum-to-mailchimp", "flow/smartum-to-salesforce"));
  EXPECT_THAT(Subjects(answer, "RETENTION_NOT_STATED"), ElementsAre("activity/smartum-website"));
  for (const Json& finding : answer["findings"]) {
    if (finding["code"] == "TRANSFER_LACKING") {
      EXPECT_EQ(finding["from"], "2020-07-16");
      EXPECT_EQ(finding["until"], "");
      EXPECT_EQ(finding["destination"], "US");
    }
  }
}

TEST(SmartumFindingsTest, TheDayBeforeTheJudgmentItsEndIsInSight) {
  const Json answer = Findings("004-smartum", "2020-07-15", kFindings);
  EXPECT_THAT(Subjects(answer, "TRANSFER_LACKING"), IsEmpty());
  EXPECT_THAT(Subjects(answer, "MECHANISM_ENDS_SOON"),
              ElementsAre("flow/smartum-to-mailchimp", "flow/smartum-to-salesforce"));
  // Nobody knew on that day.
  const Json then =
      Findings("004-smartum", "2020-07-15", kFindings, {"--law-known-at", "2020-07-15"});
  EXPECT_THAT(Subjects(then, "MECHANISM_ENDS_SOON"), IsEmpty());
}

TEST(SmartumFindingsTest, EndsWithinIsAnInclusiveNumberOfDays) {
  const std::vector<std::string> ending = {"--code", "MECHANISM_ENDS_SOON", "--ends-within"};
  const auto found = [&](const std::string& days) {
    std::vector<std::string> more = ending;
    more.push_back(days);
    return Findings("004-smartum", "2020-07-06", kNothingFound, more)["findings"].size();
  };
  EXPECT_EQ(found("9"), 0U);
  EXPECT_EQ(found("10"), 2U);
}

TEST(SmartumFindingsTest, OfOneParty) {
  const Json answer = Findings("004-smartum", "2020-12-09", kFindings, {"--party", "salesforce"});
  EXPECT_EQ(
      ByCode(answer),
      (Numbers{{"TRANSFER_LACKING", 1}, {"ART28_TERMS_MISSING", 1}, {"CHAIN_NOT_DISCLOSED", 1}}));
}

// Ten processors known by purpose, place unknown, clauses only spoken of; no retention for events.
TEST(LivestormFindingsTest, InEitherLanguage) {
  for (const std::string name : {"000-livestorm-fi", "001-livestorm-sv"}) {
    const Json answer = Findings(name, "2026-11-22", kNothingFound);
    EXPECT_EQ(ByCode(answer), (Numbers{{"DESTINATION_UNKNOWN", 10},
                                       {"RECIPIENT_UNNAMED", 10},
                                       {"STATED_INTENT_ONLY", 10},
                                       {"RETENTION_NOT_STATED", 1}}))
        << name;
    EXPECT_THAT(Subjects(answer, "RETENTION_NOT_STATED"),
                ElementsAre("activity/livestorm-8-events"));
  }
}

// 16 services and three groups of recipients of unknown place; four alternative grounds tied to none of
// 18; roles missing of the services, the authorities and the three sources of data.
TEST(LianaFindingsTest, NamedServicesAndGroupsByPurpose) {
  const Json answer = Findings("002-liana", "2026-11-22", kNothingFound);
  EXPECT_EQ(ByCode(answer), (Numbers{{"DESTINATION_UNKNOWN", 19},
                                     {"RECIPIENT_UNNAMED", 3},
                                     {"STATED_INTENT_ONLY", 18},
                                     {"RETENTION_NOT_STATED", 1},
                                     {"ROLE_UNKNOWN", 20}}));
  EXPECT_THAT(
      Subjects(answer, "RECIPIENT_UNNAMED"),
      ElementsAre("party/liana-authorities", "party/liana-partners", "party/liana-subcontractors"));
}

// Hosting in the EU is no transfer, but unnamed like the other providers. Client companies get their
// own data back: their place is unknown, yet they are no unnamed recipients.
TEST(LumoaFindingsTest, TwoRolesOfOneParty) {
  const Json answer = Findings("003-lumoa", "2026-11-22", kNothingFound);
  EXPECT_EQ(ByCode(answer), (Numbers{{"DESTINATION_UNKNOWN", 8},
                                     {"RECIPIENT_UNNAMED", 7},
                                     {"STATED_INTENT_ONLY", 5},
                                     {"CHAIN_NOT_DISCLOSED", 1},
                                     {"RETENTION_NOT_STATED", 4},
                                     {"ROLE_UNKNOWN", 8}}));
  EXPECT_THAT(Subjects(answer, "RETENTION_NOT_STATED"),
              ElementsAre("activity/lumoa-marketing", "activity/lumoa-profiling",
                          "activity/lumoa-service", "activity/lumoa-website"));
}

class TriageOverTheWire : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.running()) << server_.err();
    const Outcome applied = Ask({"apply", "--yes", "-f", InventoryPath("004-smartum")});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
  }
  Outcome Ask(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunOnward(arguments);
  }
  // Exit code of the list of lacking transfers of one flow.
  int Lacking(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"findings", "--code", "TRANSFER_LACKING", "--party",
                                          "salesforce"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ask(arguments).exit_code;
  }
  Outcome Answer(const std::string& action, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        "findings", action, "transfer_lacking", "flow/smartum-to-salesforce",
        "--owner",  "dpo",  "--reason",         action + " for a test"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ask(arguments);
  }

  const TempFolder folder_;
  const ServerProcess server_{folder_.path() / "data", folder_.path() / "s"};
};

TEST_F(TriageOverTheWire, AcceptedUntilADayThenReopened) {
  EXPECT_EQ(Lacking({}), kFindings);
  const Outcome looked = Answer("accept", {"--until", "2090-01-01", "--dry-run"});
  EXPECT_EQ(looked.exit_code, kFindings) << looked.err;
  EXPECT_EQ(Lacking({}), kFindings);
  const Outcome accepted = Answer("accept", {"--until", "2090-01-01", "--yes"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_EQ(Lacking({}), kNothingFound);
  EXPECT_EQ(Lacking({"--as-of", "2089-12-31"}), kNothingFound);
  EXPECT_EQ(Lacking({"--as-of", "2090-01-01"}), kFindings);
  EXPECT_THAT(Ask({"findings", "--code", "TRANSFER_LACKING", "--all"}).out,
              HasSubstr("accepted until 2090-01-01 by dpo: accept for a test"));
  EXPECT_EQ(Answer("reopen", {"--yes"}).exit_code, 0);
  EXPECT_EQ(Lacking({}), kFindings);
  EXPECT_EQ(Lacking({"--at-revision", "2"}), kNothingFound);
  EXPECT_EQ(Answer("reopen", {"--yes"}).exit_code, 3);
}

TEST_F(TriageOverTheWire, TheHistorySaysWhoAndWhy) {
  ASSERT_EQ(Answer("false-positive", {"--yes"}).exit_code, 0);
  ASSERT_EQ(Answer("reopen", {"--yes"}).exit_code, 0);
  const std::string history = Ask({"history", "-o", "csv"}).out;
  EXPECT_THAT(history, HasSubstr("dpo"));
  EXPECT_THAT(history, HasSubstr("findings false-positive TRANSFER_LACKING "
                                 "flow/smartum-to-salesforce: false-positive for a test"));
  EXPECT_THAT(history, HasSubstr("findings reopen TRANSFER_LACKING flow/smartum-to-salesforce: "
                                 "reopen for a test"));
}

TEST_F(TriageOverTheWire, RefusesWhatIsNoAnswer) {
  const Outcome past = Answer("accept", {"--until", "2020-01-01", "--yes"});
  EXPECT_EQ(past.exit_code, 3);
  EXPECT_THAT(past.err, HasSubstr("would not hold"));
  const auto accept = [this](const std::string& code, const std::string& subject) {
    return Ask({"findings", "accept", code, subject, "--until", "2090-01-01", "--owner", "dpo",
                "--reason", "r", "--yes"});
  };
  const Outcome unknown = accept("TRANSFER_LAKCING", "flow/smartum-to-salesforce");
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean TRANSFER_LACKING?"));
  EXPECT_EQ(accept("TRANSFER_LACKING", "flow/no-such").exit_code, 3);
}

// A record that answers what no rule can find.
TEST(TriageRecordTest, ACodeOutsideTheCatalogueIsRefusedWithItsPlace) {
  const TempFolder folder;
  WriteAll(folder.File("triage.yaml"),
           "kind: Triage\nid: t\nfinding: TRANSFER_LAKCING\nsubject: flow/a-to-b\n"
           "decision: FALSE_POSITIVE\nowner: dpo\nreason: test data\n");
  const Outcome outcome = RunOnward({"findings", "-f", folder.File("triage.yaml")});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("triage.yaml:3:10: finding: unknown finding"));
  EXPECT_THAT(outcome.err, HasSubstr("did you mean TRANSFER_LACKING?"));
}

}  // namespace
}  // namespace onward::e2e
