#include "services/commands/inventory_runtime.h"

#include <algorithm>
#include <utility>

#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// A waiter looks this often whether its caller has gone.
constexpr std::chrono::milliseconds kCancelPoll(10);

// Writers wait while so many of their writes are made again on a folded snapshot.
constexpr size_t kLaterMax = 16;
// After so many rounds of catching up with them they wait for whatever is left.
constexpr int kRoundsMax = 8;

// Waits on the lock's mutex, or until the next look at the caller.
void WaitSlice(std::condition_variable& condition, Mutex& held,
               std::chrono::system_clock::time_point deadline) {
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  const auto slice = std::min(deadline, std::chrono::system_clock::now() + kCancelPoll);
  std::unique_lock<std::mutex> lock(held.native(), std::adopt_lock);
  condition.wait_until(lock, slice);
  lock.release();
}

void Wait(std::condition_variable& condition, Mutex& held) {
  std::unique_lock<std::mutex> lock(held.native(), std::adopt_lock);
  condition.wait(lock);
  lock.release();
}

void AddIdentifiers(const model::Party& party, IdentifierIndex& index) {
  for (const model::Identifier& identifier : party.identifiers) {
    index.insert_or_assign(identifier, party.id);
  }
}

}  // namespace

IdentifierIndex IdentifiersOf(const Snapshot& snapshot) {
  IdentifierIndex index;
  for (const RecordPtr& record : snapshot.RecordsOf(model::RecordKind::kParty)) {
    AddIdentifiers(std::get<model::Party>(*record), index);
  }
  return index;
}

InventoryRuntime::InventoryRuntime(InventoryIdentity identity, SnapshotPtr head,
                                   size_t past_snapshots_max, size_t judged_dates_max,
                                   ChangeSignal* changes)
    : identity_(std::move(identity)),
      changes_(changes),
      head_(std::move(head)),
      past_(past_snapshots_max),
      judged_(judged_dates_max),
      newest_(judged_dates_max) {}

SnapshotPtr InventoryRuntime::head() const {
  const MutexLock lock(publish_mutex_);
  return head_;
}

void InventoryRuntime::Swap(SnapshotPtr next, bool keep_past) {
  {
    const MutexLock lock(publish_mutex_);
    std::swap(head_, next);
    published_at_ = std::chrono::system_clock::now();
    const uint64_t revision = next->revision();
    if (keep_past && !past_.Find(revision)) {
      past_.Add(revision, std::move(next));
    }
  }
  published_.notify_all();
  if (changes_ != nullptr) {
    changes_->Notify();
  }
}

// The former head stays for readers between two pages.
void InventoryRuntime::Publish(SnapshotPtr next, const std::vector<model::Mutation>& writes) {
  if (later_) {
    later_->push_back({next->revision(), writes});
  }
  {
    const SnapshotPtr from = head();
    const MutexLock lock(judged_mutex_);
    recent_writes_.Add(from, next, writes);
  }
  Swap(std::move(next), true);
}

void InventoryRuntime::Replace(SnapshotPtr next) {
  later_.reset();
  identifiers_.reset();
  ForgetJudged();
  {
    const MutexLock lock(publish_mutex_);
    past_.Clear();
    ++replacements_;
  }
  Swap(std::move(next), false);
}

SnapshotPtr InventoryRuntime::BeginFold() {
  const MutexLock lock(write_mutex_);
  later_.emplace();
  return head();
}

void InventoryRuntime::EndFold() {
  const MutexLock lock(write_mutex_);
  later_.reset();
}

bool InventoryRuntime::CatchUp(SnapshotPtr& folded, bool last, std::vector<Later>& later) {
  later.clear();
  const MutexLock lock(write_mutex_);
  if (!later_) {
    folded = nullptr;
    return true;
  }
  if (!last && later_->size() > kLaterMax) {
    std::swap(*later_, later);
    return false;
  }
  for (const Later& write : *later_) {
    folded = folded->With(write.revision, write.writes);
  }
  ForgetWrites();
  Swap(folded, false);
  later_.reset();
  return true;
}

void InventoryRuntime::Fold(const std::function<bool()>& stop) {
  SnapshotPtr folded = BeginFold()->Folded(stop);
  std::vector<Later> later;
  for (int round = 0; folded != nullptr; ++round) {
    if (CatchUp(folded, round == kRoundsMax, later)) {
      folds_ += folded != nullptr ? 1 : 0;
      return;
    }
    for (const Later& write : later) {
      folded = stop && stop() ? nullptr : folded->With(write.revision, write.writes);
      if (folded == nullptr) {
        break;
      }
    }
  }
  EndFold();
}

absl::StatusOr<SnapshotPtr> InventoryRuntime::WaitFor(uint64_t revision,
                                                      const CallContext& call) const {
  const MutexLock lock(publish_mutex_);
  while (head_->revision() < revision) {
    const absl::Status going_on = call.Check();
    if (absl::IsDeadlineExceeded(going_on)) {
      return NotFreshEnough(revision, head_->revision());
    }
    if (!going_on.ok()) {
      return going_on;
    }
    WaitSlice(published_, publish_mutex_, call.deadline);
  }
  return head_;
}

SnapshotPtr InventoryRuntime::FindPast(uint64_t revision) {
  const MutexLock lock(publish_mutex_);
  return past_.Find(revision).value_or(nullptr);
}

void InventoryRuntime::KeepPast(SnapshotPtr snapshot, uint64_t replacements) {
  const MutexLock lock(publish_mutex_);
  const uint64_t revision = snapshot->revision();
  if (replacements == replacements_ && !past_.Find(revision)) {
    past_.Add(revision, std::move(snapshot));
  }
}

const IdentifierIndex& InventoryRuntime::Identifiers() {
  if (!identifiers_) {
    identifiers_ = IdentifiersOf(*head());
  }
  return *identifiers_;
}

void InventoryRuntime::UpdateIdentifiers(const model::Party* before, const model::Party* after) {
  if (!identifiers_) {
    return;
  }
  if (before != nullptr) {
    for (const model::Identifier& identifier : before->identifiers) {
      const auto it = identifiers_->find(identifier);
      if (it != identifiers_->end() && it->second == before->id) {
        identifiers_->erase(it);
      }
    }
  }
  if (after != nullptr) {
    AddIdentifiers(*after, *identifiers_);
  }
}

Folder::~Folder() {
  std::thread thread;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    thread = std::move(thread_);
  }
  changed_.notify_all();
  if (thread.joinable()) {
    thread.join();
  }
}

void Folder::Add(const std::shared_ptr<InventoryRuntime>& inventory) {
  {
    const MutexLock lock(mutex_);
    if (std::find(waiting_.begin(), waiting_.end(), inventory) != waiting_.end()) {
      return;
    }
    waiting_.push_back(inventory);
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { Run(); });
    }
  }
  changed_.notify_all();
}

void Folder::Finish() {
  const MutexLock lock(mutex_);
  while (busy_ || !waiting_.empty()) {
    Wait(changed_, mutex_);
  }
}

std::shared_ptr<InventoryRuntime> Folder::Next() {
  const MutexLock lock(mutex_);
  busy_ = false;
  changed_.notify_all();
  while (waiting_.empty() && !stopped_) {
    Wait(changed_, mutex_);
  }
  if (stopped_) {
    return nullptr;
  }
  busy_ = true;
  std::shared_ptr<InventoryRuntime> next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

void Folder::Run() {
  while (const std::shared_ptr<InventoryRuntime> inventory = Next()) {
    inventory->Fold([this] { return stopped_.load(); });
  }
}

}  // namespace onward::commands
