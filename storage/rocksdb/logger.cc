#include "storage/rocksdb/logger.h"

#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <string_view>

#include "storage/rocksdb/status.h"

namespace onward::storage {
namespace {

spdlog::level::level_enum LevelOf(rocksdb::InfoLogLevel level) {
  switch (level) {
    case rocksdb::InfoLogLevel::WARN_LEVEL:
      return spdlog::level::warn;
    case rocksdb::InfoLogLevel::ERROR_LEVEL:
    case rocksdb::InfoLogLevel::FATAL_LEVEL:
      return spdlog::level::err;
    case rocksdb::InfoLogLevel::DEBUG_LEVEL:
    case rocksdb::InfoLogLevel::INFO_LEVEL:
    case rocksdb::InfoLogLevel::HEADER_LEVEL:
    case rocksdb::InfoLogLevel::NUM_INFO_LOG_LEVELS:
      return spdlog::level::debug;
  }
  return spdlog::level::debug;
}

// Said of each table written while recovering, before its id is in the MANIFEST.
bool IsNoNews(std::string_view line) {
  return line.find("opened without unique ID to verify: 0.sst") != std::string_view::npos;
}

}  // namespace

void ForwardingLogger::Logv(const char* format, va_list args) {
  Logv(rocksdb::InfoLogLevel::INFO_LEVEL, format, args);
}

void ForwardingLogger::Logv(rocksdb::InfoLogLevel level, const char* format, va_list args) {
  const spdlog::level::level_enum ours = LevelOf(level);
  if (ours == spdlog::level::debug && !spdlog::should_log(ours)) {
    return;
  }
  std::array<char, 2048> text{};
  if (std::vsnprintf(text.data(), text.size(), format, args) < 0) {
    return;
  }
  const std::string_view line(text.data());
  spdlog::log(IsNoNews(line) ? spdlog::level::debug : ours, "rocksdb: {}", line);
  if (line.find("dropping") != std::string_view::npos) {
    const MutexLock lock(mutex_);
    damaged_wal_ = FileNamedIn(line);
  }
}

std::string ForwardingLogger::damaged_wal() const {
  const MutexLock lock(mutex_);
  return damaged_wal_;
}

}  // namespace onward::storage
