#include "services/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace onward::services {
namespace {

// Lines come ready; spdlog adds time and level, in UTC.
constexpr char kJsonPattern[] = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";
constexpr char kTextPattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v";

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// A JSON string; bytes that are not UTF-8 become the replacement character.
std::string Json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsPlain(const std::string& value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
  });
}

}  // namespace

Log::Log(const std::string& format, const std::string& level,
         std::shared_ptr<spdlog::sinks::sink> sink)
    : json_(format == "json") {
  if (sink == nullptr) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  logger_ = std::make_shared<spdlog::logger>("onward", std::move(sink));
  logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      json_ ? kJsonPattern : kTextPattern, spdlog::pattern_time_type::utc));
  logger_->set_level(spdlog::level::from_str(level));
  logger_->flush_on(spdlog::level::info);
}

Log::~Log() = default;

bool Log::Enabled(LogLevel level) const { return logger_->should_log(ToSpdlog(level)); }

void Log::Write(LogLevel level, std::string_view message, const LogFields& fields) const {
  if (Enabled(level)) {
    const std::string line = json_ ? JsonFields(message, fields) : TextFields(message, fields);
    logger_->log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }
}

void Log::Flush() const { logger_->flush(); }

std::string JsonFields(std::string_view message, const LogFields& fields) {
  std::string out = absl::StrCat("\"message\":", Json(message));
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&out, ",", Json(name), ":", Json(value));
  }
  return out;
}

std::string TextFields(std::string_view message, const LogFields& fields) {
  std::string out(message);
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&out, " ", absl::string_view(name.data(), name.size()), "=",
                    IsPlain(value) ? value : Json(value));
  }
  return out;
}

}  // namespace onward::services
