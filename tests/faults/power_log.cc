#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "tests/faults/fault_files.h"

namespace onward::faults {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSector = 512;

uint64_t UpTo(uint64_t most, std::mt19937_64& random) {
  return std::uniform_int_distribution<uint64_t>(0, most)(random);
}

}  // namespace

PowerLog::File& PowerLog::Of(const std::string& path) {
  const auto [it, fresh] = files_.try_emplace(path);
  if (fresh) {
    std::error_code error;
    const uint64_t size = fs::file_size(path, error);
    it->second.size = error ? 0 : size;
    it->second.synced = it->second.size;
  }
  return it->second;
}

void PowerLog::Created(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[path] = File();
  steps_.push_back({"", path, ""});
}

void PowerLog::Appended(const std::string& path, uint64_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Of(path).size += size;
}

void PowerLog::Cut(const std::string& path, uint64_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  File& file = Of(path);
  file.size = std::min(file.size, size);
  file.synced = std::min(file.synced, size);
}

void PowerLog::Overwrites(const std::string& path, uint64_t offset, std::string before) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Of(path).overwritten.push_back({offset, std::move(before), false});
}

void PowerLog::SyncFailed(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  File& file = Of(path);
  file.doomed = true;
  for (File::Old& old : file.overwritten) {
    old.doomed = true;
  }
}

void PowerLog::Synced(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  File& file = Of(path);
  if (!file.doomed) {
    file.synced = file.size;
  }
  KeepOverwritten(file);
}

// What was written over since a sync failed, and with it what lies under it.
void PowerLog::KeepOverwritten(File& file) {
  std::vector<File::Old> left;
  for (auto old = file.overwritten.begin(); old != file.overwritten.end(); ++old) {
    const bool kept = std::any_of(old, file.overwritten.end(), [old](const File::Old& later) {
      return !later.doomed && later.offset <= old->offset &&
             later.offset + later.bytes.size() >= old->offset + old->bytes.size();
    });
    if (!kept) {
      left.push_back(std::move(*old));
    }
  }
  file.overwritten = std::move(left);
}

void PowerLog::FolderSynced() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const Step& step : steps_) {
    if (!step.saved.empty()) {
      fs::remove(step.saved);
      files_.erase(step.saved);
    }
  }
  steps_.clear();
}

void PowerLog::Move(const std::string& from, const std::string& to) {
  fs::rename(from, to);
  if (auto node = files_.extract(from); !node.empty()) {
    node.key() = to;
    files_.erase(to);
    files_.insert(std::move(node));
  }
}

std::string PowerLog::SaveAway(const std::string& path) {
  std::string saved = trash_ + "/" + std::to_string(++saved_);
  Move(path, saved);
  return saved;
}

bool PowerLog::Rename(const std::string& from, const std::string& to) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!fs::exists(from)) {
    return false;
  }
  Step step{from, to, ""};
  if (fs::exists(to)) {
    step.saved = SaveAway(to);
  }
  Move(from, to);
  steps_.push_back(std::move(step));
  return true;
}

bool PowerLog::Delete(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!fs::exists(path)) {
    return false;
  }
  steps_.push_back({path, "", SaveAway(path)});
  return true;
}

void PowerLog::LoseBytes(const std::string& path, const File& file, std::mt19937_64& random) const {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return;
  }
  if (file.size > file.synced) {
    const uint64_t kept = file.synced + UpTo(file.size - file.synced, random);
    // Blocks that were given to the file and never written. Not of a MANIFEST: RocksDB takes one that is cut,
    // and refuses one that ends in zeros (storage/PROMISES.md, "Not proven").
    const bool zeros = UpTo(3, random) == 0;
    const bool as_zeros = zeros && path.find("/MANIFEST-") == std::string::npos;
    fs::resize_file(path, as_zeros ? file.synced + UpTo(kept - file.synced, random) : kept);
    fs::resize_file(path, kept);
  }
  std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
  for (auto old = file.overwritten.rbegin(); old != file.overwritten.rend(); ++old) {
    for (uint64_t at = 0; at < old->bytes.size(); at += kSector) {
      if (UpTo(1, random) == 0) {
        bytes.seekp(static_cast<std::streamoff>(old->offset + at));
        const uint64_t size = std::min(kSector, old->bytes.size() - at);
        bytes.write(old->bytes.data() + at, static_cast<std::streamsize>(size));
      }
    }
  }
}

void PowerLog::Undo(const Step& step) {
  if (step.from.empty()) {
    fs::remove(step.to);
    files_.erase(step.to);
    return;
  }
  if (!step.to.empty()) {
    Move(step.to, step.from);
  }
  if (!step.saved.empty()) {
    Move(step.saved, step.to.empty() ? step.from : step.to);
  }
}

void PowerLog::Forget() {
  const std::lock_guard<std::mutex> lock(mutex_);
  DropAll();
}

void PowerLog::DropAll() {
  for (const Step& step : steps_) {
    if (!step.saved.empty()) {
      fs::remove(step.saved);
    }
  }
  steps_.clear();
  files_.clear();
}

void PowerLog::Lose(std::mt19937_64& random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [path, file] : files_) {
    LoseBytes(path, file, random);
  }
  for (uint64_t lost = UpTo(steps_.size(), random); lost > 0; --lost) {
    Undo(steps_.back());
    steps_.pop_back();
  }
  DropAll();
}

}  // namespace onward::faults
