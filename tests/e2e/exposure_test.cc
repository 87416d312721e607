// Whom the data of a published notice reach, as a user asks: the answers are derived from notice and law by hand.
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
using testing::Not;

Outcome Exposure(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"exposure", "-f", InventoryPath("004-smartum")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunOnward(arguments);
}

Json Parsed(const Outcome& outcome) {
  Json answer = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << outcome.out << outcome.err;
  return answer.is_discarded() ? Json::object() : answer;
}

// The framework that both disclosures to the United States relied on fell on 2020-07-16 (C-311/18).
TEST(ExposureTest, SmartumAfterTheJudgment) {
  const Outcome outcome =
      Exposure({"smartum", "--country", "us", "--as-of", "2020-12-09", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  const Json answer = Parsed(outcome);
  EXPECT_EQ(answer.value("asOf", ""), "2020-12-09");
  EXPECT_EQ(answer.value("origin", ""), "smartum");
  std::vector<std::string> rows;
  for (const Json& row : answer.value("recipients", Json::array())) {
    rows.push_back(row.value("recipient", "") + " " + row.value("destination", "") + " " +
                   row.value("verdict", "") + " " + row.value("worstHop", "") + " " +
                   row.value("categories", Json()).dump() + " " +
                   std::to_string(row.value("hops", 0)) + " " +
                   row.value("witness", Json()).dump());
  }
  EXPECT_THAT(rows,
              ElementsAre("mailchimp US LACKING LACKING [\"contact.email\",\"contact.name\"] 1 "
                          "[\"smartum-to-mailchimp\"]",
                          "salesforce US LACKING LACKING [\"contact.email\",\"contact.name\"] 1 "
                          "[\"smartum-to-salesforce\"]"));
}

// Cookies and browsing go to tools whose place the notice does not give: never left out, never called fine.
TEST(ExposureTest, AnActivityAndWhatIsNotKnown) {
  const Outcome outcome = Exposure({"--activity", "smartum-website", "--as-of", "2020-12-09",
                                    "--recipient", "google-analytics", "-o", "json"});
  const Json rows = Parsed(outcome).value("recipients", Json::array());
  ASSERT_EQ(rows.size(), 1) << outcome.out;
  EXPECT_EQ(rows[0].value("destination", ""), "UNKNOWN");
  EXPECT_EQ(rows[0].value("verdict", ""), "UNDETERMINED");
}

TEST(ExposureTest, ForPeople) {
  const Outcome outcome = Exposure({"smartum", "--as-of", "2020-12-09"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("Salesforce (US)"), HasSubstr("1 flow: Smartum"),
                    HasSubstr("outside the EEA: 2 lacking"), Not(HasSubstr("[smartum-to"))));
}

TEST(ExposureTest, OverTime) {
  const Outcome outcome = Exposure({"smartum", "--over-time", "--from", "2020-01-01", "--until",
                                    "2021-01-01", "--as-of", "2020-01-01", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  std::vector<std::string> changes;
  for (const Json& change : Parsed(outcome).value("changes", Json::array())) {
    std::string line = change.value("date", "") + " " + change.value("recipient", "") + " " +
                       change.value("before", "") + " " + change.value("after", "");
    for (const Json& cause : change.value("causes", Json::array())) {
      line += " " + cause.value("subject", "");
    }
    changes.push_back(line);
  }
  EXPECT_THAT(changes, ElementsAre("2020-07-16 mailchimp COVERED LACKING adq-US-2016-1250",
                                   "2020-07-16 salesforce COVERED LACKING adq-US-2016-1250"));
}

TEST(ExposureTest, SaysWhatIsMissing) {
  const Outcome nobody = Exposure({});
  EXPECT_EQ(nobody.exit_code, 2) << nobody.err;
  EXPECT_THAT(nobody.err, HasSubstr("--activity ID or --all"));
  const Outcome unknown = Exposure({"smartumm"});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_THAT(unknown.err, HasSubstr("smartumm"));
}

}  // namespace
}  // namespace onward::e2e
