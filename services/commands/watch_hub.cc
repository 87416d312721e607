#include "services/commands/watch_hub.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

absl::Status Stopping() {
  return absl::UnavailableError(
      "the server stops; ask again with the token of the last mark or event");
}

}  // namespace

WatchHub::WatchHub(Engine& engine) : engine_(engine), plain_(engine), judged_(engine) {
  engine_.changes().Listen([this] { Poke(); });
}

WatchHub::~WatchHub() {
  engine_.changes().Listen({});
  Stop();
}

void WatchHub::Poke() {
  plain_.Wake();
  judged_.Wake();
}

// Counts the watch for as long as it is held.
absl::StatusOr<std::shared_ptr<void>> WatchHub::Slot(
    const std::shared_ptr<InventoryRuntime>& inventory) {
  const size_t max = engine_.options().watches_max;
  const size_t before = open_.fetch_add(1);
  if (before >= max) {
    open_.fetch_sub(1);
    return LimitExceeded("watches_max", max, before + 1);
  }
  const size_t inventory_max = engine_.options().inventory_watches_max;
  const size_t inventory_before = inventory->watches().fetch_add(1);
  if (inventory_before >= inventory_max) {
    inventory->watches().fetch_sub(1);
    open_.fetch_sub(1);
    return LimitExceeded("inventory_watches_max", inventory_max, inventory_before + 1);
  }
  return std::shared_ptr<void>(nullptr, [this, inventory](void*) {
    inventory->watches().fetch_sub(1);
    open_.fetch_sub(1);
  });
}

absl::StatusOr<WatchCursor> WatchHub::CursorOf(const WatchRequest& request) {
  WatchCursor cursor;
  cursor.request = request;
  ONWARD_ASSIGN_OR_RETURN(cursor.inventory, engine_.Find(request.inventory));
  const uint64_t head = cursor.inventory->head()->revision();
  cursor.next = request.from_revision > 0 ? request.from_revision : head + 1;
  if (request.after) {
    cursor.next = request.after->revision + 1;
  }
  if (cursor.next == 0 || cursor.next > head + 1) {
    return storage::RevisionInFuture(request.inventory, cursor.next, head);
  }
  const WatchPosition after = request.after.value_or(WatchPosition());
  cursor.law = engine_.law();
  if (request.judged() && !after.law_version.empty()) {
    ONWARD_ASSIGN_OR_RETURN(cursor.law, engine_.FindLaw(after.law_version));
  }
  cursor.day = request.as_of.value_or(after.day.value_or(engine_.clock().Today()));
  cursor.told = engine_.clock().Now();
  return cursor;
}

absl::Status WatchHub::Register(const WatchPtr& watch) {
  const MutexLock lock(mutex_);
  if (stopped_) {
    return Stopping();
  }
  if (watches_.size() >= 64 && watches_.size() >= 2 * open_.load()) {
    std::erase_if(watches_, [](const std::weak_ptr<Watch>& weak) {
      const WatchPtr held = weak.lock();
      return held == nullptr || held->IsOver();
    });
  }
  watches_.push_back(watch);
  return absl::OkStatus();
}

absl::StatusOr<WatchPtr> WatchHub::Open(const WatchRequest& request, std::function<void()> wake) {
  ONWARD_ASSIGN_OR_RETURN(WatchCursor cursor, CursorOf(request));
  Watch::Hooks hooks;
  hooks.wake = std::move(wake);
  WatchLane& lane = request.judged() ? judged_ : plain_;
  hooks.room = [&lane] { lane.Wake(); };
  ONWARD_ASSIGN_OR_RETURN(hooks.slot, Slot(cursor.inventory));
  auto watch = std::make_shared<Watch>(std::move(hooks), engine_.options().watch_items_max);
  ONWARD_RETURN_IF_ERROR(Register(watch));
  cursor.watch = watch;
  watch->Put(MarkOf(cursor, engine_.law()));
  lane.Add(std::move(cursor));
  return watch;
}

void WatchHub::Stop() {
  std::vector<std::weak_ptr<Watch>> watches;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    watches.swap(watches_);
  }
  for (const std::weak_ptr<Watch>& weak : watches) {
    if (const WatchPtr watch = weak.lock()) {
      watch->Stop(Stopping());
    }
  }
}

}  // namespace onward::commands
