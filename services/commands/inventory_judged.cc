// Verdicts of one inventory that are at hand.
#include <utility>

#include "services/commands/inventory_runtime.h"

namespace onward::commands {
namespace {

JudgementKey OfAnyRevision(JudgementKey key) {
  key.revision = 0;
  return key;
}

}  // namespace

std::shared_ptr<InventoryRuntime::JudgedSlot> InventoryRuntime::SlotOf(const JudgementKey& key) {
  const MutexLock lock(judged_mutex_);
  if (auto found = judged_.Find(key)) {
    return *std::move(found);
  }
  auto slot = std::make_shared<JudgedSlot>();
  judged_.Add(key, slot);
  return slot;
}

size_t InventoryRuntime::kept_verdicts() const {
  const MutexLock lock(judged_mutex_);
  return judged_.size();
}

query::JudgementsPtr InventoryRuntime::FindJudged(const JudgementKey& key) {
  std::shared_ptr<JudgedSlot> slot;
  {
    const MutexLock lock(judged_mutex_);
    slot = judged_.Find(key).value_or(nullptr);
  }
  // A slot that is being filled is not at hand: never wait here.
  if (slot == nullptr) {
    return nullptr;
  }
  const PatientLock lock(slot->mutex, std::try_to_lock);
  if (!lock.held()) {
    return nullptr;
  }
  slot->mutex.AssertHeld();
  return slot->value;
}

absl::StatusOr<query::JudgementsPtr> InventoryRuntime::Judged(
    const JudgementKey& key, const CallContext& call,
    const std::function<absl::StatusOr<query::JudgementsPtr>()>& compute) {
  const std::shared_ptr<JudgedSlot> slot = SlotOf(key);
  absl::Status ended;
  const PatientLock lock(slot->mutex, [&] { return !(ended = call.Check()).ok(); });
  if (!lock.held()) {
    return ended;
  }
  slot->mutex.AssertHeld();
  if (slot->value == nullptr) {
    absl::StatusOr<query::JudgementsPtr> computed = compute();
    if (!computed.ok()) {
      return computed;
    }
    slot->value = *std::move(computed);
    KeepNewest(key, slot->value);
  }
  return slot->value;
}

// A question about an older revision does not take the place of what the next write is judged from.
void InventoryRuntime::KeepNewest(const JudgementKey& key, const query::JudgementsPtr& judged) {
  const JudgementKey any = OfAnyRevision(key);
  const MutexLock lock(judged_mutex_);
  const auto known = newest_.Find(any);
  const query::JudgementsPtr held = known.has_value() ? known->lock() : nullptr;
  if (held == nullptr || held->snapshot().revision() <= judged->snapshot().revision()) {
    newest_.Set(any, judged);
  }
}

void InventoryRuntime::ForgetWrites() {
  const MutexLock lock(judged_mutex_);
  recent_writes_.Clear();
  newest_.Clear();
}

void InventoryRuntime::ForgetJudged() {
  ForgetWrites();
  const MutexLock lock(judged_mutex_);
  judged_.Clear();
}

std::optional<InventoryRuntime::Earlier> InventoryRuntime::JudgedEarlier(
    const JudgementKey& key, const SnapshotPtr& snapshot) {
  const MutexLock lock(judged_mutex_);
  const auto known = newest_.Find(OfAnyRevision(key));
  query::JudgementsPtr judged = known.has_value() ? known->lock() : nullptr;
  if (judged == nullptr) {
    return std::nullopt;
  }
  auto writes = recent_writes_.Between(judged->snapshot_ptr(), snapshot);
  if (!writes.has_value()) {
    return std::nullopt;
  }
  return Earlier{std::move(judged), *std::move(writes)};
}

}  // namespace onward::commands
