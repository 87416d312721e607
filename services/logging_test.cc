#include "services/logging.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace onward::services {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string Logged(const std::string& format, const std::string& level, std::string_view message,
                   const LogFields& fields) {
  std::ostringstream out;
  const Log log(format, level, std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
  log.Write(LogLevel::kInfo, message, fields);
  log.Flush();
  return out.str();
}

TEST(LoggingTest, AJsonLineIsOneObjectForAnyBytes) {
  const std::string nasty = "a\"b\\c\nd\x01\xff%v{}";
  const std::string line = Logged("json", "info", nasty, {{"inventory", nasty}, {"code", "OK"}});
  EXPECT_THAT(line, EndsWith("}\n"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const nlohmann::json parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["level"], "info");
  EXPECT_EQ(parsed["code"], "OK");
  EXPECT_THAT(parsed["inventory"].get<std::string>(), HasSubstr("a\"b\\c\nd\x01"));
}

TEST(LoggingTest, ATextLineCannotBeForged) {
  const std::string line =
      Logged("text", "info", "call", {{"inventory", "x\n2026-01-01 info fake=1"}, {"code", "OK"}});
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(line, EndsWith("call inventory=\"x\\n2026-01-01 info fake=1\" code=OK\n"));
}

TEST(LoggingTest, LessImportantLinesAreLeftOut) {
  EXPECT_EQ(Logged("text", "warn", "call", {}), "");
  EXPECT_EQ(Logged("text", "off", "call", {}), "");
  EXPECT_NE(Logged("text", "debug", "call", {}), "");
}

}  // namespace
}  // namespace onward::services
