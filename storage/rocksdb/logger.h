// RocksDB's messages to our log: never a LOG file on the data disk, which can abort the process
// once the disk is full.
#pragma once

#include <cstdarg>
#include <string>

#include "graph/base/mutex.h"
#include "rocksdb/env.h"

namespace onward::storage {

// Warnings and errors are forwarded as such, the rest as debug messages. Thread-safe.
class ForwardingLogger final : public rocksdb::Logger {
 public:
  ForwardingLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::INFO_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list args) override;
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list args) override;

  // The write-ahead log that RocksDB last complained about; empty if there is none.
  std::string damaged_wal() const;

 private:
  mutable Mutex mutex_;
  std::string damaged_wal_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::storage
