// The log: lines on standard error, as text or as one JSON object each. No personal data: names of
// methods, inventories and records' ids, never their contents.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace onward::services {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// Name and value, in the order in which they are printed.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// Thread-safe.
class Log {
 public:
  // `format`: text or json; `level`: as Options::log_level. To standard error, or to `sink`.
  Log(const std::string& format, const std::string& level,
      std::shared_ptr<spdlog::sinks::sink> sink = nullptr);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Write(LogLevel level, std::string_view message, const LogFields& fields = {}) const;
  bool Enabled(LogLevel level) const;
  void Flush() const;

 private:
  const bool json_;
  std::shared_ptr<spdlog::logger> logger_;
};

// {"message": ..., name: value ...} without the braces, escaped: valid JSON for any bytes.
std::string JsonFields(std::string_view message, const LogFields& fields);
// message name=value ...; values with spaces, quotes or control characters are quoted.
std::string TextFields(std::string_view message, const LogFields& fields);

}  // namespace onward::services
