#include "storage/rocksdb/healer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

#include "storage/rocksdb/space.h"

namespace onward::storage {

Healer::Healer(Writer& writer, const std::string& folder, const RocksDbOptions& options)
    : writer_(writer), folder_(folder), options_(options) {
  if (options_.heal_every_ms > 0) {
    thread_ = std::thread([this] { Run(); });
  }
}

Healer::~Healer() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool Healer::WaitForTurn() {
  const MutexLock lock(mutex_);
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  const auto until =
      std::chrono::system_clock::now() + std::chrono::milliseconds(options_.heal_every_ms);
  std::unique_lock<std::mutex> held(mutex_.native(), std::adopt_lock);
  stop_.wait_until(held, until);
  held.release();
  return !stopped_;
}

// Opening writes what the write-ahead log holds into tables.
bool Healer::HasRoom() const {
  DropBallastIfFull(folder_, options_);
  const std::optional<uint64_t> free = FreeBytes(folder_, options_);
  return !free || *free >= std::max(options_.free_bytes_min, options_.wal_bytes_max);
}

void Healer::TryOnce() {
  if (!writer_.MayHeal() || !HasRoom()) {
    return;
  }
  absl::Status status = ProbeWrite(folder_, options_);
  if (status.ok()) {
    status = writer_.OpenAgain();
  }
  const std::string error(status.message().data(), status.message().size());
  if (!status.ok() && error != last_error_) {
    spdlog::error("storage: cannot be opened again yet: {}", error);
  }
  last_error_ = error;
  if (status.ok()) {
    MakeBallastIfRoom(folder_, options_);
  }
}

void Healer::Run() {
  while (WaitForTurn()) {
    TryOnce();
  }
}

}  // namespace onward::storage
