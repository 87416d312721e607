// Watch: what changes in an inventory, told as it happens; what is promised stands in
// proto/onward/v1/watch.proto. A watch is a bounded queue. What is told is made by the threads of a
// WatchHub (watch_hub.h): no watch holds a thread while it waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "graph/base/mutex.h"
#include "graph/query/changes.h"
#include "services/commands/engine.h"
#include "services/commands/watch_findings.h"

namespace onward::commands {

// Up to where a watcher was told: a revision and, where verdicts or findings were told too, the law and the
// day that they were last told for.
struct WatchPosition {
  uint64_t revision = 0;
  // Empty: the law in effect.
  std::string law_version;
  // Absent: today.
  std::optional<Date> day;
};

struct WatchRequest {
  std::string inventory;
  // First revision to tell; 0: those after the head.
  uint64_t from_revision = 0;
  // Goes before from_revision.
  std::optional<WatchPosition> after;
  // Empty: all.
  std::vector<model::RecordKind> kinds;
  std::string id_prefix;
  bool records = false;
  bool verdicts = false;
  bool findings = false;
  // Absent: today, whenever that is.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // A mark at least so often while nothing is told.
  std::chrono::seconds progress{30};
  // By the engine's clock: from then on it is not known who watches, and the watch ends with TOKEN_EXPIRED.
  std::chrono::system_clock::time_point known_until = std::chrono::system_clock::time_point::max();

  bool judged() const { return verdicts || findings; }
  bool Selects(const model::RecordRef& ref) const;
};

enum class WatchCause { kWrite, kLaw, kDay };

struct WatchedRecord {
  model::RecordRef ref;
  bool deleted = false;
  // Null: deleted, or nobody asked for it.
  std::shared_ptr<const model::Record> record;
};

// One revision as its changelog entry tells it.
struct WatchedRevision {
  uint64_t revision = 0;
  storage::Time committed_at;
  std::string author;
  std::string comment;
  std::vector<WatchedRecord> records;
  bool with_records = false;
};

// One event, or a mark. Immutable parts are shared by the watchers that ask the same.
struct WatchMessage {
  // All events up to the basis' revision were told; nothing else is set.
  bool progress = false;
  // `when` where verdicts or findings were asked for.
  Basis basis;
  WatchCause cause = WatchCause::kWrite;
  // Of a write.
  std::shared_ptr<const WatchedRevision> revision;
  // Those of its records that were asked for, by number.
  std::vector<uint32_t> selected;
  // Null: not asked for.
  std::shared_ptr<const std::vector<query::VerdictChange>> verdicts;
  std::shared_ptr<const WatchedFindings> findings;

  // How many records, changes of verdicts and findings it tells.
  size_t items() const;
};

// One watcher's queue. Thread-safe.
class Watch {
 public:
  // `wake` is called, without any lock, whenever Take has something new to tell; `room` where the queue was
  // full and has room again. `slot` is let go once the watch is over.
  struct Hooks {
    std::function<void()> wake;
    std::function<void()> room;
    std::shared_ptr<void> slot;
  };
  // What the watcher gets next: a message, or the end; nothing: wait for `wake`.
  struct Taken {
    std::optional<WatchMessage> message;
    std::optional<absl::Status> end;
  };

  Watch(Hooks hooks, size_t items_max);

  // For the watcher.
  Taken Take() ONWARD_EXCLUDES(mutex_);
  // Nobody takes any more.
  void Close() ONWARD_EXCLUDES(mutex_);

  // For the teller. False: full; `room` will be called.
  bool HasRoom() ONWARD_EXCLUDES(mutex_);
  bool IsEmpty() const ONWARD_EXCLUDES(mutex_);
  // True once it was closed or has ended.
  bool IsOver() const ONWARD_EXCLUDES(mutex_);
  void Put(WatchMessage message) ONWARD_EXCLUDES(mutex_);
  // The watcher gets what waits, then the status.
  void End(absl::Status status) ONWARD_EXCLUDES(mutex_);
  // What waits is dropped; the watcher is told to go on with that, or with `next` where nothing waits.
  void Cut(uint64_t next) ONWARD_EXCLUDES(mutex_);
  // As End, after a mark for what was put.
  void Stop(absl::Status status) ONWARD_EXCLUDES(mutex_);

 private:
  void Finish(absl::Status status) ONWARD_REQUIRES(mutex_);

  const size_t items_max_;
  const std::function<void()> wake_;
  const std::function<void()> room_;

  mutable Mutex mutex_;
  std::shared_ptr<void> slot_ ONWARD_GUARDED_BY(mutex_);
  std::deque<WatchMessage> waiting_ ONWARD_GUARDED_BY(mutex_);
  size_t items_ ONWARD_GUARDED_BY(mutex_) = 0;
  // Of the last message that was put.
  std::optional<Basis> last_ ONWARD_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ONWARD_GUARDED_BY(mutex_);
  bool wants_room_ ONWARD_GUARDED_BY(mutex_) = false;
  bool closed_ ONWARD_GUARDED_BY(mutex_) = false;
};
using WatchPtr = std::shared_ptr<Watch>;

}  // namespace onward::commands
