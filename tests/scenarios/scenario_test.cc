// Every case file of the folder, one test each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/scenarios/case_file.h"
#include "tests/scenarios/compare.h"
#include "tests/scenarios/records.h"
#include "tests/scenarios/world.h"

namespace onward::scenarios {
namespace {

std::string Heading(const Case& scenario) {
  std::string text = scenario.file + "\n  " + scenario.title + "\n  " + scenario.question + "\n";
  for (const std::string& source : scenario.law) {
    text += "  law: " + source + "\n";
  }
  return text;
}

// All cases share one service.
class ScenarioTest : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    absl::StatusOr<std::unique_ptr<World>> started = World::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    world = std::move(started).value().release();
  }
  static void TearDownTestSuite() {
    delete world;
    world = nullptr;
  }

  static World* world;
};

World* ScenarioTest::world = nullptr;

TEST_P(ScenarioTest, LawAndAnswerAgree) {
  const absl::StatusOr<Case> scenario = ReadCase(GetParam());
  ASSERT_TRUE(scenario.ok()) << scenario.status().message();
  const absl::StatusOr<std::vector<v1::Record>> records = RecordsOf(*scenario);
  ASSERT_TRUE(records.ok()) << records.status().message();
  ASSERT_NE(world, nullptr);
  const absl::StatusOr<std::string> inventory = world->Create(*records);
  ASSERT_TRUE(inventory.ok()) << scenario->file << ": " << inventory.status();

  std::string differences;
  for (const Moment& moment : scenario->Moments()) {
    const absl::StatusOr<std::vector<v1::Transfer>> answered = world->Transfers(*inventory, moment);
    ASSERT_TRUE(answered.ok()) << moment.date << ": " << answered.status();
    differences += Differences(*scenario, moment, *answered);
  }
  for (const ExpectedCheck& check : scenario->checks) {
    for (const auto& [date, verdict] : check.on) {
      const absl::StatusOr<v1::CheckAnswer> answered = world->Check(*inventory, check, date);
      ASSERT_TRUE(answered.ok()) << date << ": " << answered.status();
      differences += Difference(check, date, *answered);
    }
  }
  EXPECT_TRUE(differences.empty()) << Heading(*scenario) << differences;
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Law, ScenarioTest, testing::ValuesIn(CaseFiles(ONWARD_SCENARIO_CASES)),
                         NameOf);

// A folder that was moved or emptied must not pass.
TEST(ScenarioFolderTest, HoldsTheCases) {
  constexpr size_t kAtLeast = 230;
  EXPECT_GE(CaseFiles(ONWARD_SCENARIO_CASES).size(), kAtLeast);
}

}  // namespace
}  // namespace onward::scenarios
