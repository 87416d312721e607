#include "services/commands/residents.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

// A set of verdicts, for each flow: a list of outcomes, of which most have none of their own.
constexpr uint64_t kVerdictBytes = 32;

uint64_t BytesOf(const InventoryRuntime& inventory) {
  const SnapshotPtr head = inventory.head();
  const uint64_t verdicts =
      inventory.kept_verdicts() * head->RecordCount(model::RecordKind::kFlow) * kVerdictBytes;
  return sizeof(InventoryRuntime) + head->memory().All() + verdicts;
}

Residents::Counts CountsOfHead(const InventoryRuntime& inventory) {
  const SnapshotPtr head = inventory.head();
  return {head->RecordCount(model::RecordKind::kParty), head->RecordCount(model::RecordKind::kFlow),
          head->RecordCount(model::RecordKind::kAgreement),
          head->RecordCount(model::RecordKind::kActivity)};
}

}  // namespace

absl::StatusOr<RuntimePtr> Residents::Find(const std::string& inventory, const Loader& load) {
  std::shared_ptr<Entry> entry;
  {
    const MutexLock lock(mutex_);
    const auto found = entries_.find(inventory);
    if (found == entries_.end()) {
      return storage::InventoryNotFound(inventory);
    }
    entry = found->second;
    entry->used = ++uses_;
    if (entry->runtime != nullptr || !load) {
      return entry->runtime;
    }
  }
  const MutexLock loading(entry->loading);
  if (RuntimePtr loaded = Peek(inventory); loaded != nullptr) {
    return loaded;
  }
  ONWARD_ASSIGN_OR_RETURN(RuntimePtr runtime, load(inventory));
  bool over = false;
  {
    const MutexLock lock(mutex_);
    over = Put(*entry, runtime);
    ++reloads_;
  }
  if (over) {
    Trim();
  }
  return runtime;
}

bool Residents::Put(Entry& entry, RuntimePtr runtime) {
  bytes_ += budget_bytes_ > 0 ? BytesOf(*runtime) : 0;
  entry.runtime = std::move(runtime);
  return bytes_ > budget_bytes_;
}

RuntimePtr Residents::Peek(const std::string& inventory) const {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(inventory);
  return found == entries_.end() ? nullptr : found->second->runtime;
}

void Residents::Add(RuntimePtr runtime) {
  bool over = false;
  {
    const MutexLock lock(mutex_);
    const auto [it, added] = entries_.try_emplace(runtime->identity().id);
    if (added) {
      it->second = std::make_shared<Entry>(quota_);
      it->second->used = ++uses_;
      over = Put(*it->second, std::move(runtime));
    }
  }
  // Now that nobody holds it here.
  if (over) {
    Trim();
  }
}

std::vector<std::string> Residents::Ids() const {
  const MutexLock lock(mutex_);
  std::vector<std::string> ids;
  ids.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) {
    ids.push_back(id);
  }
  return ids;
}

size_t Residents::size() const {
  const MutexLock lock(mutex_);
  return entries_.size();
}

std::shared_ptr<Quota> Residents::QuotaOf(const std::string& inventory) const {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(inventory);
  return found == entries_.end() ? nullptr : found->second->quota;
}

Residents::Counts Residents::CountsOf(const std::string& inventory) const {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(inventory);
  if (found == entries_.end()) {
    return {};
  }
  return found->second->runtime != nullptr ? CountsOfHead(*found->second->runtime)
                                           : found->second->counts;
}

uint64_t Residents::Bytes() const {
  uint64_t bytes = 0;
  for (const auto& [id, entry] : entries_) {
    bytes += entry->runtime != nullptr ? BytesOf(*entry->runtime) : 0;
  }
  return bytes;
}

// Those that nobody else holds; the one that was asked about longest ago first. Nobody else can begin to hold one: that goes by
// mutex_.
std::vector<Residents::Entry*> Residents::Idle() {
  std::vector<Entry*> idle;
  for (const auto& [id, entry] : entries_) {
    if (entry->runtime != nullptr && entry->runtime.use_count() == 1) {
      idle.push_back(entry.get());
    }
  }
  std::sort(idle.begin(), idle.end(),
            [](const Entry* a, const Entry* b) { return a->used < b->used; });
  return idle;
}

void Residents::Trim() {
  if (budget_bytes_ == 0) {
    return;
  }
  // They end without the mutex.
  std::vector<RuntimePtr> dropped;
  const MutexLock lock(mutex_);
  bytes_ = Bytes();
  if (bytes_ <= budget_bytes_) {
    return;
  }
  // Some room, so that not each question has to look.
  const uint64_t enough = budget_bytes_ - budget_bytes_ / 8;
  for (Entry* const entry : Idle()) {
    if (bytes_ <= enough) {
      break;
    }
    bytes_ -= std::min(bytes_, BytesOf(*entry->runtime));
    entry->counts = CountsOfHead(*entry->runtime);
    dropped.push_back(std::move(entry->runtime));
    entry->runtime = nullptr;
    ++drops_;
  }
}

Residents::Numbers Residents::numbers() const {
  const MutexLock lock(mutex_);
  const auto loaded = std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) {
    return entry.second->runtime != nullptr;
  });
  return {entries_.size(), static_cast<size_t>(loaded), Bytes(), drops_, reloads_};
}

}  // namespace onward::commands
