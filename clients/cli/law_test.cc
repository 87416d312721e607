// onward law offline: on files and on the built-in register.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "clients/cli/law_files.h"
#include "clients/cli/run.h"
#include "services/exchange/message_json.h"

namespace onward::cli {
namespace {

namespace fs = std::filesystem;
using exchange::Json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

class LawCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / "onward-law" / info->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  static Outcome Call(const std::vector<std::string>& arguments) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment{.in = in, .out = out, .err = err, .columns = 100};
    const int code = cli::Run(arguments, environment);
    return {code, out.str(), err.str()};
  }
  static Json JsonOf(const std::vector<std::string>& arguments) {
    const Outcome outcome = Call(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return Json::parse(outcome.out);
  }

  fs::path folder_;
};

constexpr char kScheme[] = R"(schemes {
  id: "us_dpf"
  decision: "adq-US-2023-1795"
  list: "Data Privacy Framework List"
  listable_from: "2023-07-10"
  rule: "named on the list"
}
)";

TEST_F(LawCommandTest, ListsSayScopeAndSource) {
  const Outcome list = Call({"law", "list", "decisions", "--as-of", "2020-07-15", "--place", "US"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(StartsWith("ID "), HasSubstr("(EU) 2016/1250"),
                              HasSubstr("\n    scope: "), HasSubstr("\n    source: ")));
  EXPECT_EQ(Call({"law", "list", "decisions", "--as-of", "1990-01-01"}).out, "No decision.\n");
  const Outcome csv = Call({"law", "list", "decisions", "-o", "csv"});
  EXPECT_THAT(csv.out, StartsWith("id,country,decision,from,until,end,scope,source\n"));
}

TEST_F(LawCommandTest, ListsAsKnownOnADay) {
  const auto until = [](const std::string& known_at) {
    const Json json = JsonOf({"law", "list", "decisions", "--place", "GB", "--as-of", "2022-01-01",
                              "--law-known-at", known_at, "-o", "json"});
    return json["decisions"][0]["until"];
  };
  EXPECT_EQ(until("2022-01-01"), "2025-06-28");
  EXPECT_EQ(until("2025-06-24"), "2025-12-28");
  const Json places = JsonOf({"law", "list", "jurisdictions", "--place", "GI", "--law-known-at",
                              "2026-07-14", "-o", "json"});
  EXPECT_FALSE(places["jurisdictions"][0].contains("contestedFrom"));
}

TEST_F(LawCommandTest, ShowsEveryKindOfRecord) {
  for (const std::string id : {"adq-US-2016-1250", "us_dpf", "scc-2021-914-m2", "GB", "gb"}) {
    const Outcome show = Call({"law", "show", id});
    EXPECT_EQ(show.code, 0) << show.err;
    EXPECT_THAT(show.out, AllOf(HasSubstr("source: "), HasSubstr("verified: "))) << id;
  }
  const Outcome shield = Call({"law", "show", "adq-US-2016-1250"});
  EXPECT_THAT(shield.out, AllOf(HasSubstr("until: 2020-07-16"), HasSubstr("scope: "),
                                HasSubstr("Named by"), HasSubstr("case case-")));
  const Outcome none = Call({"law", "show", "us_dfp"});
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, HasSubstr("did you mean us_dpf"));
}

TEST_F(LawCommandTest, SaysWhichDecisionsCarryNoTransfer) {
  const Outcome list = Call({"law", "list", "decisions", "--as-of", "2026-11-22"});
  EXPECT_THAT(list.out, HasSubstr("(regime LED: carries no transfer"));
  EXPECT_THAT(list.out, Not(HasSubstr("(regime GDPR")));
}

TEST_F(LawCommandTest, EveryFormat) {
  for (const std::string format : {"table", "json", "jsonl", "yaml", "csv", "markdown"}) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"list", "decisions"},
                                                  {"show", "us_dpf"},
                                                  {"versions"},
                                                  {"diff", ONWARD_REGISTER_DIR},
                                                  {"lint", ONWARD_REGISTER_DIR}}) {
      std::vector<std::string> arguments = {"law"};
      arguments.insert(arguments.end(), words.begin(), words.end());
      arguments.insert(arguments.end(), {"-o", format});
      const Outcome outcome = Call(arguments);
      EXPECT_EQ(outcome.code, 0) << words[0] << " " << format << outcome.err;
    }
  }
}

TEST_F(LawCommandTest, LintOfSomeRecordsLaysThemOverTheRegister) {
  const std::string good = Write("good.txtpb", kScheme + std::string("# source is missing\n"));
  const Outcome bad = Call({"law", "lint", good});
  EXPECT_EQ(bad.code, 3);
  EXPECT_THAT(bad.err, HasSubstr(good + ":1:1: us_dpf: source: is missing"));
}

TEST_F(LawCommandTest, LintGivesThePlaceOfEachProblem) {
  const std::string file = Write("bad.txtpb", R"(decisions {
  id: "adq-XX-1"
  countries: "FI"
  countries: "QQ"
  history { known_from: "2020-01-01" }
  history {
    known_from: "yesterday"
  }
}
decisions {
  id: ""
}
)");
  const Outcome bad = Call({"law", "lint", file});
  EXPECT_EQ(bad.code, 3);
  EXPECT_THAT(bad.err, AllOf(HasSubstr("problems in the law register"),
                             HasSubstr(file + ":4:3: adq-XX-1: countries[1]: "),
                             HasSubstr(file + ":1:1: adq-XX-1: source: is missing")));
  const Outcome json = Call({"law", "lint", file, "-o", "json"});
  EXPECT_EQ(Json::parse(json.err)["reason"], "INVALID_REGISTER");
}

TEST_F(LawCommandTest, LintOfWhatIsNoText) {
  const std::string file = Write("bad.txtpb", "decisions {\n  colour: 1\n  regime: BLUE\n}\n");
  const Outcome bad = Call({"law", "lint", file});
  EXPECT_EQ(bad.code, 3);
  EXPECT_THAT(bad.err, AllOf(HasSubstr(file + ":2:"), HasSubstr("colour")));
  EXPECT_EQ(Call({"law", "lint", (folder_ / "none.txtpb").string()}).code, 3);
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(Call({"law", "lint", (folder_ / "empty").string()}).err, HasSubstr("no *.txtpb"));
  Write("other.txtpb", "version: \"2027-01-01\"");
  Write("another.txtpb", "version: \"2027-01-01\"");
  fs::remove(file);
  EXPECT_THAT(Call({"law", "lint", folder_.string()}).err,
              HasSubstr("other.txtpb:1:1: version: stands in another file already"));
}

TEST_F(LawCommandTest, DiffNamesRecordsFieldsAndDates) {
  const Outcome same = Call({"law", "diff", ONWARD_REGISTER_DIR});
  EXPECT_EQ(same.code, 0) << same.out;
  EXPECT_THAT(same.out, HasSubstr("no difference"));
  const std::string file = Write("new.txtpb", std::string(kScheme) + R"(
cases { id: "case-X-1" name: "A new case" date: "2026-11-01" }
)");
  const Outcome diff = Call({"law", "diff", file, "-o", "json"});
  EXPECT_EQ(diff.code, 1) << diff.err;
  const Json changes = Json::parse(diff.out)["changes"];
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0]["change"], "changed");
  EXPECT_EQ(changes[0]["id"], "us_dpf");
  EXPECT_EQ(changes[1]["change"], "added");
  EXPECT_EQ(changes[1]["kind"], "case");
  EXPECT_THAT(Call({"law", "diff", file}).out, HasSubstr("+ date: 2026-11-01"));
  EXPECT_EQ(Call({"law", "diff", "2001-01-01"}).code, 3);
}

TEST_F(LawCommandTest, OptionsWithoutMeaningAreUsageErrors) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"law", "list"},
        {"law", "list", "decision"},
        {"law", "show", "GB", "--as-of", "2020-01-01"},
        {"law", "versions", "x"},
        {"law", "list", "decisions", "--dry-run"},
        {"law", "fetch"},
        {"law", "diff"},
        {"law", "put", "a", "b"},
        {"law", "list", "decisions", "--law-known-at", "never"}}) {
    EXPECT_EQ(Call(words).code, 2) << words.back();
  }
}

}  // namespace
}  // namespace onward::cli
