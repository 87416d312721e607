// Every kind of bad manifest: exit code 3, file and line, and nothing written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using testing::HasSubstr;

constexpr int kInputInvalid = 3;

// A good record before the bad one, so that "nothing is written" means something.
constexpr char kGood[] = "kind: Party\nid: good\ndisplayName: Good\nestablishment: DE\n---\n";

struct BadInput {
  std::string name;
  std::string text;
  // Where it is wrong, as printed; lines count from 1.
  std::string place;
  // Field path or word that the message must hold; empty: none.
  std::string field;
};

std::string Good(const std::string& bad) { return kGood + bad; }

std::string Laughs() {
  std::string text = "kind: Party\nid: a\nlabels:\n  a0: &a0 [lol, lol, lol, lol, lol, lol, lol]\n";
  constexpr int kLevels = 12;
  for (int level = 1; level <= kLevels; ++level) {
    const std::string before = "*a" + std::to_string(level - 1);
    text += "  a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
    for (int i = 0; i < kLevels; ++i) {
      text += (i == 0 ? "" : ", ") + before;
    }
    text += "]\n";
  }
  return text;
}

std::vector<BadInput> Inputs() {
  constexpr size_t kTenMiB = size_t{10} << 20;
  return {
      {"MalformedYaml", Good("kind: Party\nid: [unclosed\n"), "bad.yaml:8:", ""},
      {"DuplicateKey", Good("kind: Party\nid: a\nid: b\n"), "bad.yaml:8:", "id"},
      {"UnknownField", Good("kind: Party\nid: a\nestablishmnt: DE\n"),
       "bad.yaml:8:", "establishmnt"},
      {"UnknownKind", Good("kind: Vendor\nid: a\n"), "bad.yaml:6:", "Vendor"},
      {"WrongEnum", Good("kind: Party\nid: a\npartyType: COMPANY\n"), "bad.yaml:8:", "partyType"},
      {"ImpossibleDate", Good("kind: Party\nid: a\ngdprSubject: [{from: 2023-02-29}]\n"),
       "bad.yaml:8:", "gdprSubject[0].from"},
      {"UntilBeforeFrom",
       Good("kind: Party\nid: a\ngdprSubject: [{from: 2024-01-01, until: 2023-01-01}]\n"),
       "bad.yaml:8:", "gdprSubject[0]"},
      {"UnknownCountry", Good("kind: Party\nid: a\nestablishment: ZZ\n"),
       "bad.yaml:8:", "establishment"},
      {"DanglingReference",
       Good("kind: Flow\nid: f\nexporter: good\nimporter: nobody\ndataCategories: [contact]\n"),
       "bad.yaml:9:", "nobody"},
      {"DuplicateId", Good("kind: Party\nid: good\ndisplayName: Another\n"), "bad.yaml:7:", "good"},
      {"SameIdentifier",
       Good("kind: Party\nid: a\nidentifiers: [{scheme: lei, value: X1}]\n---\n"
            "kind: Party\nid: b\nidentifiers: [{scheme: lei, value: X1}]\n"),
       "bad.yaml:12:", "identifiers[0].value"},
      {"SelfFlow",
       Good("kind: Flow\nid: f\nexporter: good\nimporter: good\ndataCategories: [contact]\n"),
       "bad.yaml:9:", "importer"},
      {"UnknownInstrument",
       Good("kind: Party\nid: a\n---\n"
            "kind: Agreement\nid: g\nparties: [good, a]\ninstruments: [scc-2021-914-m9]\n"),
       "bad.yaml:12:", "instruments[0]"},
      {"UnknownScheme", Good("kind: Party\nid: a\ncertifications: [{scheme: us_dfp}]\n"),
       "bad.yaml:8:", "certifications[0].scheme"},
      {"BadId", Good("kind: Party\nid: Not Valid\n"), "bad.yaml:7:", "id"},
      {"TenMiBOfBrackets", std::string(kTenMiB, '['), "bad.yaml:1:", "nested"},
      {"NotUtf8", Good("kind: Party\nid: a\ndisplayName: \"\xff\xfe\"\n"), "bad.yaml:8:", ""},
      {"BillionLaughs", Laughs(), "bad.yaml:4:", "labels"},
  };
}

class BadInputTest : public testing::TestWithParam<BadInput> {};

void ExpectRefused(const Outcome& outcome) {
  const BadInput& input = BadInputTest::GetParam();
  EXPECT_EQ(outcome.exit_code, kInputInvalid) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(input.place));
  EXPECT_THAT(outcome.err, HasSubstr(input.field));
  EXPECT_EQ(outcome.out, "");
  constexpr size_t kReadable = 20'000;
  EXPECT_LT(outcome.err.size(), kReadable) << "an error message, not a copy of the input";
}

TEST_P(BadInputTest, AssessRefusesAndNamesThePlace) {
  const TempFolder folder;
  WriteAll(folder.path() / "bad.yaml", GetParam().text);
  ExpectRefused(RunOnwardIn(folder.path(), {"assess", "-f", "bad.yaml"}));
}

TEST_P(BadInputTest, ApplyRefusesAndWritesNothing) {
  const TempFolder folder;
  WriteAll(folder.path() / "bad.yaml", GetParam().text);
  const ServerProcess server(folder.path() / "data", folder.path() / "s");
  ASSERT_TRUE(server.running()) << server.err();
  ExpectRefused(RunOnwardIn(folder.path(),
                            {"apply", "--yes", "-f", "bad.yaml", "--server", server.address()}));
  const Outcome listed = RunOnward({"list", "party", "-o", "json", "--server", server.address()});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_THAT(listed.out, testing::Not(HasSubstr("good")));
}

// Names the case in messages.
void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

std::string NameOf(const testing::TestParamInfo<BadInput>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(All, BadInputTest, testing::ValuesIn(Inputs()), NameOf);

TEST(BadInputJsonTest, ErrorsAreJsonWhereJsonIsAskedFor) {
  const TempFolder folder;
  WriteAll(folder.path() / "bad.yaml", Good("kind: Party\nid: a\nestablishment: ZZ\n"));
  const Outcome outcome = RunOnwardIn(folder.path(), {"assess", "-f", "bad.yaml", "-o", "json"});
  EXPECT_EQ(outcome.exit_code, kInputInvalid);
  const Json error = Json::parse(outcome.err, nullptr, false);
  ASSERT_FALSE(error.is_discarded()) << outcome.err;
  const Json& violation = error["violations"][0];
  EXPECT_EQ(violation["file"], "bad.yaml");
  EXPECT_EQ(violation["line"], 8);
  EXPECT_EQ(violation["field"], "establishment");
}

TEST(BadPathTest, AFolderThatIsNotThere) {
  const Outcome outcome = RunOnward({"assess", "-f", "no-such-folder"});
  EXPECT_EQ(outcome.exit_code, kInputInvalid);
  EXPECT_THAT(outcome.err, HasSubstr("no-such-folder"));
}

TEST(UsageTest, AWrongFlagIsUsage) {
  EXPECT_EQ(RunOnward({"assess", "--no-such-flag"}).exit_code, 2);
  EXPECT_EQ(
      RunOnward({"assess", "-f", InventoryPath("004-smartum"), "--as-of", "2023-02-29"}).exit_code,
      2);
}

TEST(UnavailableTest, NoServer) {
  const TempFolder folder;
  const Outcome outcome =
      RunOnward({"transfers", "--server", "unix:" + folder.File("nobody"), "-o", "json"});
  EXPECT_EQ(outcome.exit_code, 6) << outcome.err;
}

}  // namespace
}  // namespace onward::e2e
