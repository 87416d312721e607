#include "services/options.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Environment Variables(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto it = variables.find(name);
    return it == variables.end() ? std::nullopt : std::optional<std::string>(it->second);
  };
}

ParsedOptions Parse(std::vector<std::string> arguments,
                    std::map<std::string, std::string> variables = {}) {
  arguments.insert(arguments.begin(), {"--data", "somewhere"});
  return ParseOptions(arguments, Variables(std::move(variables)));
}

class OptionsFileTest : public ::testing::Test {
 protected:
  std::string File(const std::string& text) {
    const std::string path = folder_.path() + "/onwardd.toml";
    std::ofstream(path) << text;
    return path;
  }

 private:
  testing::TempFolder folder_;
};

TEST(OptionsTest, DefaultsWork) {
  const ParsedOptions parsed = Parse({});
  ASSERT_TRUE(parsed.run) << parsed.text;
  EXPECT_EQ(parsed.options.listen, "127.0.0.1:7430");
  EXPECT_EQ(parsed.options.store, "rocksdb");
  EXPECT_EQ(parsed.options.data, "somewhere");
  EXPECT_FALSE(parsed.options.insecure_allow_remote);
}

TEST(OptionsTest, AFolderIsRequiredForRocksDbOnly) {
  const ParsedOptions none = ParseOptions({}, Variables({}));
  EXPECT_FALSE(none.run);
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.text, HasSubstr("--data"));
  EXPECT_TRUE(ParseOptions({"--store", "memory"}, Variables({})).run);
}

TEST_F(OptionsFileTest, AFlagWinsOverTheEnvironmentAndThatOverTheFile) {
  const std::string file = File("drain-seconds = 1\nworkers = 1\nkeepalive-seconds = 11\n");
  const ParsedOptions parsed = Parse({"--config", file, "--drain-seconds", "3"},
                                     {{"ONWARD_DRAIN_SECONDS", "2"}, {"ONWARD_WORKERS", "2"}});
  ASSERT_TRUE(parsed.run) << parsed.text;
  EXPECT_EQ(parsed.options.drain_seconds, 3);
  EXPECT_EQ(parsed.options.workers, 2);
  EXPECT_EQ(parsed.options.keepalive_seconds, 11);
}

TEST_F(OptionsFileTest, TheFileMayBeNamedInTheEnvironment) {
  const ParsedOptions parsed = Parse({}, {{"ONWARD_CONFIG", File("log_format = \"json\"\n")}});
  ASSERT_TRUE(parsed.run) << parsed.text;
  EXPECT_EQ(parsed.options.log_format, "json");
}

TEST_F(OptionsFileTest, WhatIsPrintedCanBeReadBack) {
  const ParsedOptions printed = Parse(
      {"--print-config", "--workers", "7", "--insecure-allow-remote", "--listen", "0.0.0.0:1"});
  EXPECT_FALSE(printed.run);
  EXPECT_EQ(printed.exit_code, 0);
  const ParsedOptions parsed = ParseOptions({"--config", File(printed.text)}, Variables({}));
  ASSERT_TRUE(parsed.run) << parsed.text;
  EXPECT_EQ(parsed.options.data, "somewhere");
  EXPECT_EQ(parsed.options.workers, 7);
  EXPECT_TRUE(parsed.options.insecure_allow_remote);
  EXPECT_EQ(parsed.options.listen, "0.0.0.0:1");
}

struct BadCase {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> variables;
  std::string says;
};

TEST(OptionsTest, ErrorsNameTheOptionTheValueAndWhatIsAllowed) {
  const std::vector<BadCase> cases = {
      {{"--workers", "many"}, {}, "--workers: \"many\""},
      {{"--workers", "1025"}, {}, "0 to 1024"},
      {{"--workers", "-1"}, {}, "0 to 1024"},
      {{"--log-format", "xml"}, {}, "text, json"},
      {{"--store", "floppy"}, {}, "rocksdb, memory"},
      {{}, {{"ONWARD_WORKERS", "x"}}, "ONWARD_WORKERS"},
      {{}, {{"ONWARD_INSECURE_ALLOW_REMOTE", "perhaps"}}, "true or false"},
      {{"--no-such-option"}, {}, "--no-such-option"},
      {{"--config", "/nowhere/at/all"}, {}, "/nowhere/at/all"},
      {{"surplus"}, {}, "surplus"},
  };
  for (const BadCase& bad : cases) {
    const ParsedOptions parsed = Parse(bad.arguments, bad.variables);
    EXPECT_FALSE(parsed.run) << bad.says;
    EXPECT_EQ(parsed.exit_code, 2) << bad.says;
    EXPECT_THAT(parsed.text, HasSubstr(bad.says));
  }
}

TEST_F(OptionsFileTest, ErrorsInAFileNameIt) {
  for (const auto& [text, says] :
       std::map<std::string, std::string>{{"no-such-option = 1\n", "no-such-option"},
                                          {"workers = lots\n", "workers"},
                                          {"[section]\nworkers = 1\n", "section"},
                                          {"workers = [1, 2]\n", "workers"}}) {
    const ParsedOptions parsed = Parse({"--config", File(text)});
    EXPECT_FALSE(parsed.run) << text;
    EXPECT_THAT(parsed.text, AllOf(HasSubstr("onwardd.toml"), HasSubstr(says)));
  }
}

TEST(OptionsTest, HelpHasGroupsDefaultsAndExamples) {
  const ParsedOptions parsed = ParseOptions({"--help"}, Variables({}));
  EXPECT_FALSE(parsed.run);
  EXPECT_EQ(parsed.exit_code, 0);
  for (const char* part : {"Store:", "Network:", "Limits:", "Examples:", "ONWARD_DRAIN_SECONDS",
                           "default 127.0.0.1:7430"}) {
    EXPECT_THAT(parsed.text, HasSubstr(part));
  }
}

}  // namespace
}  // namespace onward::services
