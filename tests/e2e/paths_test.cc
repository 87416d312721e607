// Paths and impact of a published notice, as a user asks; what is expected was worked out by hand from the notice and the law.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Outcome AskSmartum(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"-f", InventoryPath("004-smartum")});
  return RunOnward(arguments);
}

Json JsonOf(const Outcome& outcome) {
  Json answer = Json::parse(outcome.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << outcome.out << outcome.err;
  return answer.is_discarded() ? Json::object() : answer;
}

// The flows of each path and its verdict.
std::vector<std::string> PathsIn(const Json& answer) {
  std::vector<std::string> paths;
  for (const Json& path : answer.value("paths", Json::array())) {
    std::string text;
    for (const Json& flow : path["flows"]) {
      text += flow.get<std::string>() + " ";
    }
    paths.push_back(text + path.value("verdict", ""));
  }
  return paths;
}

// Decision 2016/1250 fell on 2020-07-16 (C-311/18).
TEST(PathsTest, SmartumsWaysToTheUnitedStates) {
  const Outcome outcome =
      AskSmartum({"paths", "smartum", "--country", "us", "--as-of", "2021-01-01", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  const Json answer = JsonOf(outcome);
  EXPECT_THAT(PathsIn(answer),
              ElementsAre("smartum-to-mailchimp LACKING", "smartum-to-salesforce LACKING"));
  EXPECT_EQ(answer["truncated"], false);
  EXPECT_EQ(answer["paths"][0]["parties"], Json({"smartum", "mailchimp"}));
  EXPECT_EQ(answer["paths"][0]["categories"], Json({"contact.email", "contact.name"}));
}

TEST(PathsTest, AListThatIsCutSaysSo) {
  const std::vector<std::string> question = {"paths",   "smartum",    "--country",   "US",
                                             "--as-of", "2020-01-01", "--max-paths", "1",
                                             "-o",      "json"};
  const Outcome first = AskSmartum(question);
  EXPECT_EQ(first.exit_code, 7) << first.err;
  const Json answer = JsonOf(first);
  EXPECT_THAT(PathsIn(answer), ElementsAre("smartum-to-mailchimp COVERED"));
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_EQ(answer["limit"], "PATHS");
}

TEST(PathsTest, OnePathALineForPeople) {
  const Outcome outcome = AskSmartum({"paths", "smartum", "salesforce", "--as-of", "2021-01-01"});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("lacking"));
  EXPECT_THAT(outcome.out, HasSubstr("Salesforce (US)"));
  EXPECT_THAT(outcome.out, HasSubstr("1 path: 1 lacking\n"));
}

TEST(PathsTest, NobodyIsFoundUnderAWrongName) {
  EXPECT_EQ(AskSmartum({"paths", "nobody"}).exit_code, 3);
  EXPECT_THAT(AskSmartum({"paths", "nobody"}).err, HasSubstr("party/nobody"));
}

TEST(ImpactTest, WhatRestedOnThePrivacyShield) {
  const Outcome outcome =
      AskSmartum({"impact", "scheme/us_privacy_shield", "--as-of", "2020-01-01", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json answer = JsonOf(outcome);
  EXPECT_EQ(answer["flows"], 2);
  EXPECT_EQ(answer["soleFooting"], 2);
  EXPECT_EQ(answer["dependents"][0]["origin"], "smartum");
  EXPECT_EQ(answer["dependents"][0]["flows"],
            Json({"smartum-to-mailchimp", "smartum-to-salesforce"}));
  EXPECT_THAT(AskSmartum({"impact", "scheme/us_privacy_shield", "--as-of", "2021-01-01"}).out,
              HasSubstr("Nothing depends on scheme/us_privacy_shield."));
}

TEST(ImpactTest, AMisspeltSubjectIsToldApart) {
  const Outcome scheme = AskSmartum({"impact", "scheme/us_dfp"});
  EXPECT_EQ(scheme.exit_code, 3);
  EXPECT_THAT(scheme.err, HasSubstr("did you mean us_dpf"));
  const Outcome kind = AskSmartum({"impact", "countri/US"});
  EXPECT_EQ(kind.exit_code, 3);
  EXPECT_THAT(kind.err, HasSubstr("did you mean country"));
}

}  // namespace
}  // namespace onward::e2e
