#include "services/commands/residents.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/base/patient_lock.h"
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

Residents::~Residents() {
  const MutexLock lock(mutex_);
  closing_ = true;
  while (loads_ > 0) {
    std::unique_lock<std::mutex> held(mutex_.native(), std::adopt_lock);
    loaded_.wait(held);
    held.release();
  }
}

absl::StatusOr<RuntimePtr> Residents::Find(const std::string& inventory, const Loader& load,
                                           const CallContext& call) {
  LoadingPtr loading;
  bool is_first = false;
  {
    const MutexLock lock(mutex_);
    const auto found = entries_.find(inventory);
    if (found == entries_.end()) {
      return storage::InventoryNotFound(inventory);
    }
    const std::shared_ptr<Entry>& entry = found->second;
    entry->used = ++uses_;
    if (entry->runtime != nullptr || !load) {
      return entry->runtime;
    }
    is_first = entry->loading == nullptr || entry->loading->given_up;
    if (is_first) {
      Begin(inventory, entry, load);
    }
    loading = entry->loading;
    ++loading->waiters;
  }
  ONWARD_RETURN_IF_ERROR(Await(loading, call));
  if (is_first) {
    AddHelpedTime(loading->time);
  }
  if (loading->thrown != nullptr) {
    std::rethrow_exception(loading->thrown);
  }
  // The last one leaves nothing behind that would keep it in memory.
  const MutexLock lock(mutex_);
  return --loading->waiters > 0 ? loading->result : std::move(loading->result);
}

void Residents::Begin(const std::string& inventory, const std::shared_ptr<Entry>& entry,
                      const Loader& load) {
  const auto loading = std::make_shared<Loading>();
  std::thread([this, inventory, entry, loading, load] {
    Run(inventory, *entry, loading, load);
    const MutexLock lock(mutex_);
    --loads_;
    loaded_.notify_all();
  }).detach();
  entry->loading = loading;
  ++loads_;
}

// Its waiters hold what it brought before it can leave memory again.
void Residents::Run(const std::string& inventory, Entry& entry, const LoadingPtr& loading,
                    const Loader& load) {
  absl::StatusOr<RuntimePtr> result;
  std::exception_ptr thrown;
  try {
    result = load(inventory, [&] { return GivesUp(*loading); });
  } catch (...) {
    thrown = std::current_exception();
  }
  bool over = false;
  {
    const MutexLock lock(mutex_);
    if (result.ok() && entry.runtime != nullptr) {
      result = entry.runtime;
    } else if (result.ok()) {
      over = Put(entry, *result);
      ++reloads_;
    }
    if (entry.loading == loading) {
      entry.loading = nullptr;
    }
  }
  if (over) {
    Trim();
  }
  const MutexLock lock(mutex_);
  if (loading->waiters > 0) {
    loading->result = std::move(result);
  } else {
    result = absl::StatusOr<RuntimePtr>();
  }
  loading->thrown = thrown;
  loading->time = WorkTime();
  loading->done = true;
  loaded_.notify_all();
}

bool Residents::GivesUp(Loading& loading) {
  const MutexLock lock(mutex_);
  loading.given_up = loading.given_up || loading.waiters == 0 || closing_;
  return loading.given_up;
}

absl::Status Residents::Await(const LoadingPtr& loading, const CallContext& call) {
  const MutexLock lock(mutex_);
  absl::Status ended;
  while (!loading->done && ended.ok()) {
    {
      std::unique_lock<std::mutex> held(mutex_.native(), std::adopt_lock);
      // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
      loaded_.wait_until(held, std::chrono::system_clock::now() + kPatienceLook);
      held.release();
    }
    ended = loading->done ? absl::OkStatus() : call.Check();
  }
  loading->waiters -= ended.ok() ? 0 : 1;
  return ended;
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
