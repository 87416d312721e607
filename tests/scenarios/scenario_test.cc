// Every case file of the folder, one test each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "services/exchange/manifest_reader.h"
#include "tests/scenarios/case_file.h"
#include "tests/scenarios/compare.h"
#include "tests/scenarios/world.h"

namespace onward::scenarios {
namespace {

void Append(const exchange::ManifestResult& read, std::vector<v1::Record>& records,
            std::string& problems) {
  for (const exchange::Problem& problem : read.problems.list()) {
    problems += "  " + exchange::ToString(problem) + "\n";
  }
  for (const exchange::Entry& entry : read.manifest.entries) {
    records.push_back(entry.record);
  }
}

// Records of the case; what is wrong with them goes to `problems`.
std::vector<v1::Record> RecordsOf(const Case& scenario, std::string& problems) {
  std::vector<v1::Record> records;
  if (!scenario.includes.empty()) {
    std::istringstream no_input;
    Append(exchange::ReadManifests(scenario.includes, no_input), records, problems);
  }
  if (!scenario.records.empty()) {
    Append(exchange::ReadManifestText(scenario.records, scenario.file), records, problems);
  }
  return records;
}

std::string Heading(const Case& scenario) {
  std::string text = scenario.file + "\n  " + scenario.title + "\n  " + scenario.question + "\n";
  for (const std::string& source : scenario.law) {
    text += "  law: " + source + "\n";
  }
  return text;
}

class ScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, LawAndAnswerAgree) {
  const absl::StatusOr<Case> scenario = ReadCase(GetParam());
  ASSERT_TRUE(scenario.ok()) << scenario.status().message();
  std::string problems;
  const std::vector<v1::Record> records = RecordsOf(*scenario, problems);
  ASSERT_EQ(problems, "");
  const absl::StatusOr<World*> world = World::Get();
  ASSERT_TRUE(world.ok()) << world.status();
  const absl::StatusOr<std::string> inventory = (*world)->Create(records);
  ASSERT_TRUE(inventory.ok()) << scenario->file << ": " << inventory.status();

  std::string differences;
  for (const std::string& date : scenario->Dates()) {
    const absl::StatusOr<std::vector<v1::Transfer>> answered =
        (*world)->Transfers(*inventory, date, scenario->law_known_at);
    ASSERT_TRUE(answered.ok()) << date << ": " << answered.status();
    differences += Differences(*scenario, date, *answered);
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
  constexpr size_t kAtLeast = 140;
  EXPECT_GE(CaseFiles(ONWARD_SCENARIO_CASES).size(), kAtLeast);
}

}  // namespace
}  // namespace onward::scenarios
