// The law register as an administrator replaces it: lint, diff, put, kill -9, start again.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

void Replace(const fs::path& file, const std::string& old_text, const std::string& new_text) {
  std::string text = ReadAll(file);
  const size_t at = text.find(old_text);
  ASSERT_NE(at, std::string::npos) << old_text;
  text.replace(at, old_text.size(), new_text);
  WriteAll(file, text);
}

class LawTest : public ::testing::Test {
 protected:
  // A copy of the register to edit.
  void SetUp() override { fs::copy(ONWARD_REGISTER_DIR, register_, fs::copy_options::recursive); }

  void SetVersion(const std::string& version) const {
    Replace(register_ / "register.txtpb", "version: \"" + Version() + "\"",
            "version: \"" + version + "\"");
  }
  std::string Version() const {
    const std::string text = ReadAll(register_ / "register.txtpb");
    const std::string key = "\nversion: \"";
    return text.substr(text.find(key) + key.size(), 10);
  }
  // The UK decision ends earlier.
  void EndUk() const {
    Replace(register_ / "decisions.txtpb",
            "history { known_from: \"2025-12-19\" until: \"2031-12-28\" }",
            "history { known_from: \"2025-12-19\" until: \"2031-12-27\" }");
    Replace(register_ / "decisions.txtpb", "until: \"2031-12-28\"", "until: \"2031-12-27\"");
  }

  const TempFolder folder_;
  const fs::path register_ = folder_.path() / "register";
};

TEST_F(LawTest, DecisionsOnTheDayBeforeAndTheDayOfSchrems2) {
  const Outcome before = RunOnward({"law", "list", "decisions", "--as-of", "2020-07-15"});
  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_THAT(before.out, AllOf(HasSubstr("(EU) 2016/1250"), HasSubstr("source: ")));
  const Outcome after = RunOnward({"law", "list", "decisions", "--as-of", "2020-07-16"});
  EXPECT_EQ(after.exit_code, 0) << after.err;
  EXPECT_THAT(after.out, Not(HasSubstr("2016/1250")));
  EXPECT_THAT(after.out, HasSubstr("adq-JP-2019-419"));
}

TEST_F(LawTest, LintNamesFileLineAndRecord) {
  EXPECT_EQ(RunOnward({"law", "lint", register_.string()}).exit_code, 0);
  // One changed file alone.
  const std::string file = (register_ / "decisions.txtpb").string();
  EXPECT_EQ(RunOnward({"law", "lint", file}).exit_code, 0);
  Replace(file, "until: \"2031-12-28\"", "until: \"2011-12-28\"");
  const Outcome bad = RunOnward({"law", "lint", file});
  EXPECT_EQ(bad.exit_code, 3);
  EXPECT_THAT(bad.err,
              HasSubstr(file + ":306:3: adq-GB-2021-1772: until: must be after from 2021-06-28"));
  WriteAll(file, "decisions {\n  colour: 1\n}\n");
  const Outcome syntax = RunOnward({"law", "lint", register_.string()});
  EXPECT_EQ(syntax.exit_code, 3);
  EXPECT_THAT(syntax.err, AllOf(HasSubstr(file + ":2:"), HasSubstr("colour")));
}

TEST_F(LawTest, AnAcknowledgedPutSurvivesKillNine) {
  const fs::path data = folder_.path() / "data";
  ServerProcess server(data, folder_.path() / "a.sock");
  ASSERT_TRUE(server.running()) << server.err();
  const std::string before = Version();
  SetVersion("2026-12-01");
  EndUk();
  const Outcome diff = RunOnward({"law", "diff", register_.string(), "--server", server.address()});
  EXPECT_EQ(diff.exit_code, 1) << diff.err;
  EXPECT_THAT(diff.out, AllOf(HasSubstr("changed decision adq-GB-2021-1772"),
                              HasSubstr("until: 2031-12-28"), HasSubstr("2031-12-27")));
  const Outcome tried =
      RunOnward({"law", "put", register_.string(), "--dry-run", "--server", server.address()});
  EXPECT_EQ(tried.exit_code, 0) << tried.err;
  EXPECT_THAT(RunOnward({"law", "versions", "--server", server.address(), "-o", "csv"}).out,
              Not(HasSubstr("2026-12-01")));
  const Outcome put =
      RunOnward({"law", "put", register_.string(), "--expect", before, "--comment",
                 "the decision on the UK ends a day earlier", "--server", server.address()});
  EXPECT_EQ(put.exit_code, 0) << put.err;
  EXPECT_THAT(put.out, StartsWith("Law register 2026-12-01 is in effect."));
  server.Kill();

  ServerProcess again(data, folder_.path() / "b.sock");
  ASSERT_TRUE(again.running()) << again.err();
  const Outcome versions = RunOnward({"law", "versions", "--server", again.address(), "-o", "csv"});
  EXPECT_THAT(versions.out, HasSubstr("2026-12-01,yes,"));
  EXPECT_THAT(versions.out, HasSubstr("the decision on the UK ends a day earlier"));
  EXPECT_THAT(RunOnward({"law", "show", "adq-GB-2021-1772", "--server", again.address()}).out,
              HasSubstr("until: 2031-12-27"));
  EXPECT_EQ(
      RunOnward({"law", "diff", "2026-12-01", register_.string(), "--server", again.address()})
          .exit_code,
      0);
  // And back, by version.
  EXPECT_EQ(RunOnward({"law", "put", before, "--server", again.address()}).exit_code, 0);
  EXPECT_THAT(RunOnward({"law", "show", "adq-GB-2021-1772", "--server", again.address()}).out,
              HasSubstr("until: 2031-12-28"));
  // The same version with other contents.
  Replace(register_ / "decisions.txtpb", "adequacy maintained", "adequacy upheld");
  const Outcome reused = RunOnward({"law", "put", register_.string(), "--server", again.address()});
  EXPECT_EQ(reused.exit_code, 5);
  EXPECT_THAT(reused.err, HasSubstr("2026-12-01"));
}

}  // namespace
}  // namespace onward::e2e
