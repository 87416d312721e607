#include "services/commands/watch_lane.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "graph/base/error_detail.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

// Revisions that a watcher is told in one turn; where each is judged, as few as can be.
constexpr int kTurn = 64;
constexpr int kJudgedTurn = 1;
// Marks, the day and the end of tokens are looked after so often.
constexpr std::chrono::milliseconds kTick(500);

// `law` is the one in effect: where nothing is judged, none was told for.
Basis BasisAt(const WatchCursor& cursor, uint64_t revision, const LawPtr& law) {
  Basis basis{cursor.inventory->identity(), revision, law, std::nullopt, false};
  if (cursor.request.judged()) {
    basis.law = cursor.law;
    basis.when = When{cursor.day, cursor.request.law_known_at};
  }
  return basis;
}

JudgedState StateOf(const WatchCursor& cursor, uint64_t revision) {
  return {revision, {cursor.day, cursor.request.law_known_at}, cursor.law};
}

bool TellsNothing(const WatchMessage& message) { return message.items() == 0; }

// To tell how verdicts changed at a revision, the one before must be there too.
absl::Status FirstJudged(const absl::Status& status, const WatchCursor& cursor) {
  if (!HasReason(status, "REVISION_COMPACTED")) {
    return status;
  }
  const ErrorDetail detail = DetailOf(status).value_or(ErrorDetail());
  const auto oldest = detail.metadata.find("oldest");
  uint64_t number = 0;
  if (oldest == detail.metadata.end() || !absl::SimpleAtoi(oldest->second, &number)) {
    return status;
  }
  return storage::RevisionCompacted(cursor.inventory->identity().id, cursor.next, number + 1);
}

}  // namespace

WatchMessage MarkOf(const WatchCursor& cursor, const LawPtr& law) {
  WatchMessage mark;
  mark.progress = true;
  mark.basis = BasisAt(cursor, cursor.next - 1, law);
  return mark;
}

WatchLane::WatchLane(Engine& engine) : engine_(engine) {
  call_.cancelled = [this] { return stopped_.load(); };
}

WatchLane::~WatchLane() {
  std::thread thread;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    thread = std::move(thread_);
  }
  changed_.notify_all();
  if (thread.joinable()) {
    thread.join();
  }
}

void WatchLane::Add(WatchCursor cursor) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    added_.push_back(std::move(cursor));
    woken_ = true;
    if (!thread_.joinable() && !stopped_) {
      thread_ = std::thread([this] { Run(); });
    }
  }
  changed_.notify_all();
}

void WatchLane::Wake() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (woken_) {
      return;
    }
    woken_ = true;
  }
  changed_.notify_all();
}

bool WatchLane::Wait(bool at_once) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto ready = [this] { return woken_ || stopped_; };
  if (cursors_.empty()) {
    changed_.wait(lock, ready);
  } else if (!at_once) {
    // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
    changed_.wait_until(lock, std::chrono::system_clock::now() + kTick, ready);
  }
  woken_ = false;
  for (WatchCursor& cursor : added_) {
    cursors_.push_back(std::move(cursor));
  }
  added_.clear();
  return !stopped_;
}

void WatchLane::Run() {
  bool at_once = false;
  while (Wait(at_once)) {
    at_once = Round();
    Sweep();
  }
}

bool WatchLane::Round() {
  bool more = false;
  for (WatchCursor& cursor : cursors_) {
    if (stopped_) {
      return false;
    }
    if (cursor.watch->IsOver()) {
      continue;
    }
    const absl::StatusOr<bool> turn = Turn(cursor);
    if (turn.ok()) {
      more = more || *turn;
    } else if (!stopped_) {
      cursor.watch->End(turn.status());
    }
  }
  return more;
}

void WatchLane::Sweep() {
  const auto over = std::remove_if(cursors_.begin(), cursors_.end(), [](const WatchCursor& cursor) {
    return cursor.watch->IsOver();
  });
  if (over == cursors_.end()) {
    return;
  }
  cursors_.erase(over, cursors_.end());
  std::set<const InventoryRuntime*> used;
  for (const WatchCursor& cursor : cursors_) {
    used.insert(cursor.inventory.get());
  }
  std::erase_if(feeds_, [&](const auto& feed) { return used.count(feed.first) == 0; });
}

absl::StatusOr<bool> WatchLane::Turn(WatchCursor& cursor) {
  // Read once: a mark that is due at midnight comes after the new day, never before it.
  const auto now = engine_.clock().Now();
  if (now >= cursor.request.known_until) {
    return TokenExpired();
  }
  if (cursor.request.judged()) {
    ONWARD_RETURN_IF_ERROR(TellNewLaw(cursor));
    ONWARD_RETURN_IF_ERROR(TellNewDay(cursor, DayOf(now)));
  }
  const uint64_t head = cursor.inventory->head()->revision();
  const int turn = cursor.request.judged() ? kJudgedTurn : kTurn;
  bool room = true;
  for (int told = 0; told < turn && cursor.next <= head; ++told) {
    room = cursor.watch->HasRoom();
    if (!room) {
      if (cursor.live) {
        cursor.watch->Cut(cursor.next);
      }
      break;
    }
    ONWARD_RETURN_IF_ERROR(TellRevision(cursor, head));
  }
  if (cursor.next > head) {
    cursor.live = true;
    if (cursor.request.judged()) {
      FeedOf(cursor).Hold(head);
    }
  }
  TellProgress(cursor, now);
  return room && cursor.next <= head;
}

absl::Status WatchLane::TellNewLaw(WatchCursor& cursor) {
  LawPtr law = engine_.law();
  if (law == cursor.law) {
    return absl::OkStatus();
  }
  const JudgedState before = StateOf(cursor, cursor.next - 1);
  cursor.law = std::move(law);
  return TellAnew(cursor, WatchCause::kLaw, before, StateOf(cursor, cursor.next - 1));
}

absl::Status WatchLane::TellNewDay(WatchCursor& cursor, Date today) {
  const Date day = cursor.request.as_of.value_or(today);
  if (day == cursor.day) {
    return absl::OkStatus();
  }
  const JudgedState before = StateOf(cursor, cursor.next - 1);
  cursor.day = day;
  return TellAnew(cursor, WatchCause::kDay, before, StateOf(cursor, cursor.next - 1));
}

absl::Status WatchLane::TellAnew(WatchCursor& cursor, WatchCause cause, const JudgedState& before,
                                 const JudgedState& after) {
  WatchMessage message;
  message.basis = BasisAt(cursor, after.revision, cursor.law);
  message.cause = cause;
  ONWARD_RETURN_IF_ERROR(AddJudged(cursor, before, after, message));
  if (!TellsNothing(message)) {
    Put(cursor, std::move(message));
  }
  return absl::OkStatus();
}

absl::Status WatchLane::AddJudged(WatchCursor& cursor, const JudgedState& before,
                                  const JudgedState& after, WatchMessage& message) {
  WatchFeed& feed = FeedOf(cursor);
  if (cursor.request.verdicts) {
    ONWARD_ASSIGN_OR_RETURN(message.verdicts, feed.Verdicts(before, after, call_));
  }
  if (cursor.request.findings) {
    ONWARD_ASSIGN_OR_RETURN(message.findings, feed.Findings(before, after, call_));
  }
  return absl::OkStatus();
}

absl::Status WatchLane::TellRevision(WatchCursor& cursor, uint64_t head) {
  const WatchRequest& request = cursor.request;
  WatchMessage message;
  message.basis = BasisAt(cursor, cursor.next, engine_.law());
  ONWARD_ASSIGN_OR_RETURN(message.revision,
                          FeedOf(cursor).Revision(cursor.next, head, request.records));
  const auto& records = message.revision->records;
  for (uint32_t i = 0; i < records.size(); ++i) {
    if (request.Selects(records[i].ref)) {
      message.selected.push_back(i);
    }
  }
  if (request.judged()) {
    const absl::Status judged =
        AddJudged(cursor, StateOf(cursor, cursor.next - 1), StateOf(cursor, cursor.next), message);
    ONWARD_RETURN_IF_ERROR(FirstJudged(judged, cursor));
  }
  ++cursor.next;
  // Without a filter every revision is told, also one that changed no record.
  const bool all = request.kinds.empty() && request.id_prefix.empty();
  if (all || !TellsNothing(message)) {
    Put(cursor, std::move(message));
  }
  return absl::OkStatus();
}

void WatchLane::TellProgress(WatchCursor& cursor, std::chrono::system_clock::time_point now) {
  if (now - cursor.told < cursor.request.progress || !cursor.watch->IsEmpty()) {
    return;
  }
  Put(cursor, MarkOf(cursor, engine_.law()));
}

void WatchLane::Put(WatchCursor& cursor, WatchMessage message) {
  cursor.told = engine_.clock().Now();
  cursor.watch->Put(std::move(message));
}

WatchFeed& WatchLane::FeedOf(const WatchCursor& cursor) {
  std::unique_ptr<WatchFeed>& feed = feeds_[cursor.inventory.get()];
  if (feed == nullptr) {
    feed = std::make_unique<WatchFeed>(engine_, cursor.inventory);
  }
  return *feed;
}

}  // namespace onward::commands
