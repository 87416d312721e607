#include "services/exchange/manifest_reader.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace onward::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> ProblemsOf(const ManifestResult& result) {
  std::vector<std::string> texts;
  for (const Problem& problem : result.problems.list()) {
    texts.push_back(ToString(problem));
  }
  return texts;
}

std::vector<std::string> ProblemsOf(const std::string& text) {
  return ProblemsOf(ReadManifestText(text, "a.yaml"));
}

TEST(ManifestReader, ReadsEveryFieldByTheContractsTypes) {
  const ManifestResult result = ReadManifestText(R"(
kind: Party
id: smartum
displayName: 5
legalName: NO
establishment: NO
gdprSubject: [{from: 2018-05-25}]
partyType: ORGANISATION
certifications: [{scheme: us_dpf, coverage: [NON_HR, CERTIFICATION_COVERAGE_HR], from: 2023-07-10}]
labels: {team: "1.0", yes: no}
statements:
  - {condition: c, met: YES}
  - {condition: d, met: False}
  - {condition: e}
sources: [{document: 004.txt, section: "5", grade: PUBLISHED}]
---
kind: Flow
id: f
exporterRole: CONTROLLER
exporterGdprSubject: no
until:
)",
                                                 "a.yaml");
  ASSERT_THAT(ProblemsOf(result), ElementsAre());
  ASSERT_THAT(result.manifest.entries, SizeIs(2));
  const onward::v1::Party& party = result.manifest.entries[0].record.party();
  EXPECT_EQ(party.display_name(), "5");
  EXPECT_EQ(party.establishment(), "NO");
  EXPECT_EQ(party.gdpr_subject(0).from(), "2018-05-25");
  EXPECT_EQ(party.certifications(0).coverage(1), onward::v1::CERTIFICATION_COVERAGE_HR);
  EXPECT_EQ(party.labels().at("team"), "1.0");
  EXPECT_EQ(party.labels().at("yes"), "no");
  EXPECT_TRUE(party.statements(0).met());
  EXPECT_TRUE(party.statements(1).has_met() && !party.statements(1).met());
  EXPECT_FALSE(party.statements(2).has_met());
  const onward::v1::Flow& flow = result.manifest.entries[1].record.flow();
  EXPECT_EQ(flow.exporter_role(), onward::v1::ROLE_CONTROLLER);
  EXPECT_TRUE(flow.has_exporter_gdpr_subject() && !flow.exporter_gdpr_subject());
  EXPECT_EQ(flow.until(), "");
}

TEST(ManifestReader, ReportsAllProblemsAtOnceWithPlaceAndPath) {
  EXPECT_THAT(
      ProblemsOf(R"(kind: Flow
id: f
exporterRole: CONTROLER
data_categories: [a]
exporter: [a]
sites: {country: FI}
until: 2021-02-30
statements: [{met: perhaps}]
)"),
      ElementsAre("a.yaml:3:15: exporterRole: unknown value \"CONTROLER\"; one of CONTROLLER, "
                  "JOINT_CONTROLLER, PROCESSOR, SUB_PROCESSOR, OTHER_RECIPIENT",
                  "a.yaml:4:1: data_categories: unknown field of Flow; did you mean "
                  "dataCategories?",
                  "a.yaml:5:11: exporter: expected plain text, not a list",
                  "a.yaml:6:8: sites: expected a list, not a map",
                  "a.yaml:7:8: until: no such date: \"2021-02-30\"; dates are YYYY-MM-DD, "
                  "1900 to 2999",
                  "a.yaml:8:20: statements[0].met: expected true or false, not \"perhaps\""));
}

TEST(ManifestReader, OneWordStandsForAListOfOne) {
  EXPECT_THAT(ProblemsOf("kind: Flow\nid: f\ndataCategories: ALL_RECEIVED\n"), IsEmpty());
  EXPECT_THAT(ProblemsOf("kind: Flow\nid: f\nsites: FI\n"),
              ElementsAre(HasSubstr("a.yaml:3:8: sites: expected a list")));
}

TEST(ManifestReader, RefusesUnknownOrMissingKindAndMissingId) {
  EXPECT_THAT(
      ProblemsOf("kind: Partie\nid: a\n"),
      ElementsAre(HasSubstr("a.yaml:1:7: kind: unknown kind \"Partie\"; one of Party, Loc")));
  EXPECT_THAT(ProblemsOf("id: a\n"), ElementsAre(HasSubstr("a.yaml:1:1: kind: missing")));
  EXPECT_THAT(ProblemsOf("kind: Party\n"),
              ElementsAre("a.yaml:1:1: id: missing; every record has an id"));
  EXPECT_THAT(ProblemsOf("- a\n- b\n"), ElementsAre("a.yaml:1:1: expected a map, not a list"));
  EXPECT_THAT(ProblemsOf("just text"), ElementsAre("a.yaml:1:1: expected a map, not plain text"));
}

TEST(ManifestReader, RefusesMalformedYamlDuplicateKeysAndBadBytes) {
  EXPECT_THAT(ProblemsOf("kind: [Party\nid: a\n"), ElementsAre(HasSubstr("malformed YAML")));
  EXPECT_THAT(ProblemsOf("kind: Party\nid: a\nid: b\n"),
              ElementsAre("a.yaml:3:1: duplicate key id"));
  EXPECT_THAT(
      ProblemsOf("kind: Party\nid: a\nid: b\nx: y\n"),
      ElementsAre("a.yaml:3:1: duplicate key id", HasSubstr("a.yaml:4:1: x: unknown field")));
  EXPECT_THAT(ProblemsOf("kind: Party\nid: a\xFF\n"), ElementsAre("a.yaml:2:6: not UTF-8"));
  EXPECT_THAT(ProblemsOf(std::string(size_t{10} << 20, '[')),
              ElementsAre("a.yaml:1:65: nested deeper than 64 levels"));
}

TEST(ManifestReader, BillionLaughsEndsInAnError) {
  std::string list = "dataCategories: &a [x, x, x, x, x, x, x, x, x, x]\n";
  EXPECT_THAT(ProblemsOf("kind: Flow\nid: f\n" + list + "purposes: &b [*a, *a]\n"),
              ElementsAre(HasSubstr("expected plain text, not a list"),
                          HasSubstr("expected plain text, not a list")));
  // Aliases where the types do fit: 2,000 statements, each the same 1,000 times.
  std::string items;
  for (int i = 0; i < 2000; ++i) {
    items += "x,";
  }
  std::string text = "kind: Flow\nid: f\ndataCategories: &a [" + items + "]\n";
  for (int i = 0; i < 1000; ++i) {
    text += "---\nkind: Flow\nid: f" + std::to_string(i) + "\nsites: &s [{country: FI}]\n";
  }
  EXPECT_THAT(ProblemsOf(text), ElementsAre());
  std::string bomb =
      "kind: Party\nid: p\ndisplayName: &t " + std::string(500'000, 'x') + "\notherNames:\n";
  for (int i = 0; i < 600; ++i) {
    bomb += "- {name: *t}\n";
  }
  EXPECT_THAT(ProblemsOf(bomb), ElementsAre(HasSubstr("too many values once their aliases")));
}

TEST(ManifestReader, AliasesThatFitAreFine) {
  const ManifestResult result =
      ReadManifestText("kind: Flow\nid: f\ndataCategories: &a [x, y]\npurposes: *a\n", "a.yaml");
  ASSERT_THAT(ProblemsOf(result), ElementsAre());
  EXPECT_EQ(result.manifest.entries[0].record.flow().purposes(1), "y");
}

TEST(ManifestReader, StopsListingAtAHundredProblems) {
  std::string text = "kind: Party\nid: a\n";
  for (int i = 0; i < 150; ++i) {
    text += "field" + std::to_string(i) + ": 1\n";
  }
  const ManifestResult result = ReadManifestText(text, "a.yaml");
  EXPECT_THAT(result.problems.list(), SizeIs(100));
  EXPECT_EQ(result.problems.not_listed(), 50U);
}

TEST(ManifestReader, SameRecordTwiceGivesOneWithTheSourcesOfBoth) {
  const ManifestResult result = ReadManifestText(R"(
kind: Party
id: livestorm
establishment: FR
sources: [{document: fi.txt}]
---
id: livestorm
kind: Party
sources: [{document: sv.txt}, {document: fi.txt}]
establishment: FR
)",
                                                 "a.yaml");
  ASSERT_THAT(ProblemsOf(result), ElementsAre());
  ASSERT_THAT(result.manifest.entries, SizeIs(1));
  const onward::v1::Party& party = result.manifest.entries[0].record.party();
  ASSERT_EQ(party.sources_size(), 2);
  EXPECT_EQ(party.sources(0).document(), "fi.txt");
  EXPECT_EQ(party.sources(1).document(), "sv.txt");
}

TEST(ManifestReader, SameIdWithOtherContentNamesBothPlaces) {
  EXPECT_THAT(
      ProblemsOf("kind: Party\nid: a\n---\nkind: Party\nid: a\nestablishment: FI\n"),
      ElementsAre("a.yaml:5:5: id: Party a is already in a.yaml:2:5 and differs in more than "
                  "its sources"));
  EXPECT_THAT(ProblemsOf("kind: Party\nid: a\n---\nkind: Flow\nid: a\n"), ElementsAre());
}

TEST(ManifestReader, LocatesPathsAsTheServerNamesThem) {
  const ManifestResult result = ReadManifestText(
      "kind: Party\nid: a\ncertifications:\n  - scheme: x\n  - {scheme: y, listedUnder: z}\n",
      "a.yaml");
  const Manifest& manifest = result.manifest;
  EXPECT_EQ(ToString(manifest.Locate(0, "certifications[0].scheme")), "a.yaml:4:13");
  EXPECT_EQ(ToString(manifest.Locate(0, "certifications[1].listed_under")), "a.yaml:5:30");
  EXPECT_EQ(ToString(manifest.Locate(0, "certifications[1].until")), "a.yaml:5:5");
  EXPECT_EQ(ToString(manifest.Locate(0, "certifications[7].until")), "a.yaml:4:3");
  EXPECT_EQ(ToString(manifest.Locate(0, "establishment")), "a.yaml:1:1");
  EXPECT_EQ(ToString(manifest.Locate(0, "")), "a.yaml:1:1");
}

class ManifestFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / "onward-manifests" / info->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "in" / "sub");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  ManifestResult Read(const std::vector<std::string>& names) const {
    std::vector<std::string> paths;
    for (const std::string& name : names) {
      paths.push_back(name == "-" ? name : (folder_ / name).string());
    }
    std::istringstream input("kind: Party\nid: from-stdin\n");
    return ReadManifests(paths, input);
  }
  static std::vector<std::string> Ids(const ManifestResult& result) {
    std::vector<std::string> ids;
    for (const Entry& entry : result.manifest.entries) {
      ids.push_back(entry.record.party().id());
    }
    return ids;
  }

  std::filesystem::path folder_;
};

TEST_F(ManifestFolder, ReadsFoldersInOrderAndFilesOnce) {
  Write("in/b.yaml", "kind: Party\nid: b\n");
  Write("in/a.yml", "kind: Party\nid: a\n");
  Write("in/sub/c.yaml", "kind: Party\nid: c\n");
  Write("in/.hidden.yaml", "kind: Party\nid: hidden\n");
  Write("in/notes.txt", "not a manifest");
  const ManifestResult result = Read({"in", "in/a.yml", "-"});
  EXPECT_THAT(ProblemsOf(result), ElementsAre());
  EXPECT_THAT(Ids(result), ElementsAre("a", "b", "c", "from-stdin"));
}

TEST_F(ManifestFolder, DoesNotFollowLinksOutOfTheFolder) {
  Write("in/a.yaml", "kind: Party\nid: a\n");
  Write("outside.yaml", "kind: Party\nid: outside\n");
  std::filesystem::create_symlink(folder_ / "outside.yaml", folder_ / "in" / "link.yaml");
  std::filesystem::create_directory_symlink(folder_, folder_ / "in" / "loop");
  const ManifestResult result = Read({"in"});
  EXPECT_THAT(Ids(result), ElementsAre("a"));
  EXPECT_THAT(result.skipped, SizeIs(2));
}

TEST_F(ManifestFolder, NamesWhatCannotBeRead) {
  EXPECT_THAT(ProblemsOf(Read({"nowhere"})), ElementsAre(HasSubstr("no such file or folder")));
  EXPECT_THAT(ProblemsOf(Read({"in"})), ElementsAre(HasSubstr("no *.yaml or *.yml file")));
}

TEST_F(ManifestFolder, LimitsAreNamed) {
  Write("in/a.yaml", "kind: Party\nid: a\n");
  Write("in/b.yaml", "kind: Party\nid: b\n");
  std::istringstream input;
  const std::vector<std::string> paths = {(folder_ / "in").string()};
  EXPECT_THAT(ProblemsOf(ReadManifests(paths, input, {.file_bytes_max = 5})),
              ElementsAre(HasSubstr("larger than"), HasSubstr("larger than")));
  EXPECT_THAT(ProblemsOf(ReadManifests(paths, input, {.files_max = 1})),
              ElementsAre(HasSubstr("more than 1 files")));
}

}  // namespace
}  // namespace onward::exchange
