#include "storage/rocksdb/upkeep.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "storage/rocksdb/small_tables.h"
#include "storage/rocksdb/space.h"

namespace onward::storage {

Upkeep::Upkeep(Db& db, Writer& writer, const std::string& folder, const RocksDbOptions& options)
    : db_(db), writer_(writer), folder_(folder), options_(options) {
  if (options_.upkeep_every_ms > 0) {
    thread_.emplace(std::chrono::milliseconds(options_.upkeep_every_ms),
                    PeriodicThread::First::kAfterInterval,
                    [this](std::atomic<bool>& stopping) { Turn(stopping); });
  }
}

bool Upkeep::HasRoom(uint64_t bytes) const {
  const std::optional<uint64_t> free = FreeBytes(folder_, options_);
  return !free || *free >= bytes;
}

void Upkeep::Tell(const char* what, const absl::Status& status, std::string& last) {
  std::string error(status.message());
  if (!status.ok() && error != last) {
    spdlog::error("storage: {}: {}", what, error);
  }
  last = std::move(error);
}

void Upkeep::Heal() {
  DropBallastIfFull(folder_, options_);
  // Opening writes what the write-ahead log holds into tables.
  if (!HasRoom(std::max(options_.free_bytes_min, options_.wal_bytes_max))) {
    return;
  }
  absl::Status status = ProbeWrite(folder_, options_);
  if (status.ok()) {
    status = writer_.OpenAgain();
  }
  Tell("cannot be opened again yet", status, heal_error_);
  if (status.ok()) {
    MakeBallastIfRoom(folder_, options_);
  }
}

void Upkeep::Merge(std::atomic<bool>& stopping) {
  if (writer_.Writable().ok() && HasRoom(options_.free_bytes_min + kMergedBytesMax)) {
    Tell("small tables cannot be merged yet", MergeSmallTables(db_, stopping), merge_error_);
  }
}

void Upkeep::Turn(std::atomic<bool>& stopping) {
  if (writer_.MayHeal()) {
    Heal();
  } else {
    Merge(stopping);
  }
}

}  // namespace onward::storage
