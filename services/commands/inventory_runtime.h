// One inventory in memory: its newest snapshot, a few older ones, verdicts already computed, and the
// identifiers of its parties.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "graph/base/mutex.h"
#include "graph/base/patient_lock.h"
#include "graph/query/judgements.h"
#include "graph/snapshot.h"
#include "services/commands/change_signal.h"
#include "services/commands/context.h"
#include "services/commands/law_version.h"
#include "services/commands/recent_writes.h"
#include "services/commands/token_key.h"
#include "storage/store.h"

namespace onward::commands {

// What tells this inventory from any other, also from one of the same name in another store.
struct InventoryIdentity {
  std::string id;
  // Of its store (Store::incarnation): a token of another is foreign.
  std::string incarnation;
  // Seals its tokens; without one, none is good.
  TokenKeyPtr token_key = {};
};

// Party ids by identifier.
using IdentifierIndex = std::map<model::Identifier, std::string>;

IdentifierIndex IdentifiersOf(const Snapshot& snapshot);

// Which verdicts: a revision, a date, a knowledge date of the law, and the law, which a key keeps alive.
struct JudgementKey {
  uint64_t revision = 0;
  Date as_of;
  Date law_known_at = Date::Max();
  LawPtr law;
  friend bool operator==(const JudgementKey&, const JudgementKey&) = default;
};

// The most recently used values, at most `max`. Not thread-safe.
template <class Key, class Value>
class RecentlyUsed {
 public:
  explicit RecentlyUsed(size_t max) : max_(max) {}

  std::optional<Value> Find(const Key& key) {
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->first == key) {
        entries_.splice(entries_.begin(), entries_, it);
        return entries_.front().second;
      }
    }
    return std::nullopt;
  }

  size_t size() const { return entries_.size(); }
  void Clear() { entries_.clear(); }
  void Set(const Key& key, Value value) {
    if (Find(key)) {
      entries_.front().second = std::move(value);
    } else {
      Add(key, std::move(value));
    }
  }
  // The key must not be there.
  void Add(Key key, Value value) {
    entries_.emplace_front(std::move(key), std::move(value));
    while (entries_.size() > max_) {
      entries_.pop_back();
    }
  }

 private:
  const size_t max_;
  std::list<std::pair<Key, Value>> entries_;
};

// Thread-safe. Lock order: write_mutex, then that of one set of verdicts, then one of the others.
class InventoryRuntime {
 public:
  // `changes`, where there is one, is told of each newer head; it must outlive this.
  InventoryRuntime(InventoryIdentity identity, SnapshotPtr head, size_t past_snapshots_max,
                   size_t judged_dates_max, ChangeSignal* changes = nullptr);

  const InventoryIdentity& identity() const { return identity_; }

  // The newest published snapshot.
  SnapshotPtr head() const ONWARD_EXCLUDES(publish_mutex_);
  // Makes `next` the newest and wakes who waits for it. `writes` made it from the newest so far.
  void Publish(SnapshotPtr next, const std::vector<model::Mutation>& writes)
      ONWARD_REQUIRES(write_mutex_) ONWARD_EXCLUDES(publish_mutex_);
  // The same for a snapshot that was read from the store, which may have lost what older ones hold: those are
  // not kept, nor are their verdicts. Identifiers are found anew.
  void Replace(SnapshotPtr next) ONWARD_REQUIRES(write_mutex_) ONWARD_EXCLUDES(publish_mutex_);
  // Puts a folded snapshot, of the same revision and with the same answers, in the place of the newest.
  // Readers and writers go on meanwhile; what is written is written again on the folded one, and writers
  // wait for the last few of those. Nothing changes where `stop` says so (asked now and then) or the
  // newest is replaced. By one thread at a time.
  void Fold(const std::function<bool()>& stop) ONWARD_EXCLUDES(write_mutex_, publish_mutex_);
  // When the newest snapshot was published.
  std::chrono::system_clock::time_point published_at() const { return published_at_.load(); }
  // How often a snapshot was replaced.
  uint64_t replacements() const { return replacements_.load(); }
  // How often it was folded.
  uint64_t folds() const { return folds_.load(); }
  // The newest snapshot once it has reached `revision`; NOT_FRESH_ENOUGH at the deadline.
  absl::StatusOr<SnapshotPtr> WaitFor(uint64_t revision, const CallContext& call) const
      ONWARD_EXCLUDES(publish_mutex_);

  // An older snapshot that is still at hand, or null.
  SnapshotPtr FindPast(uint64_t revision) ONWARD_EXCLUDES(publish_mutex_);
  // Nothing is kept of one whose reading began before the last replacement.
  void KeepPast(SnapshotPtr snapshot, uint64_t replacements) ONWARD_EXCLUDES(publish_mutex_);

  // Verdicts that are at hand, or null.
  query::JudgementsPtr FindJudged(const JudgementKey& key) ONWARD_EXCLUDES(judged_mutex_);
  // Verdicts of `snapshot`, computed once even where several ask at the same time. `compute` may fail:
  // then nothing is kept, and the next of them computes. Who waits for another ends with his own call.
  absl::StatusOr<query::JudgementsPtr> Judged(
      const JudgementKey& key, const CallContext& call,
      const std::function<absl::StatusOr<query::JudgementsPtr>()>& compute)
      ONWARD_EXCLUDES(judged_mutex_);
  // Verdicts of an earlier snapshot, on the same date under the same law, and the writes that led from it to
  // the one asked about.
  struct Earlier {
    query::JudgementsPtr judged;
    std::vector<model::Mutation> writes;
  };
  // nullopt: none are at hand, or more was written since than is remembered (RecentWrites), or the snapshot
  // was folded or read from the store meanwhile.
  std::optional<Earlier> JudgedEarlier(const JudgementKey& key, const SnapshotPtr& snapshot)
      ONWARD_EXCLUDES(judged_mutex_);

  // How many watches are open; kept by the WatchHub.
  std::atomic<uint64_t>& watches() { return watches_; }
  uint64_t watches() const { return watches_.load(); }

  // How many sets of verdicts are at hand or being computed.
  size_t kept_verdicts() const ONWARD_EXCLUDES(judged_mutex_);

  // Serialises writes. Guards identifiers().
  Mutex& write_mutex() { return write_mutex_; }
  // Identifiers of the newest snapshot's parties; built when first asked for, then kept by Publish's
  // caller through UpdateIdentifiers.
  const IdentifierIndex& Identifiers() ONWARD_REQUIRES(write_mutex_);
  // Brings the index from `before` to `after` for one changed party; null: not there.
  void UpdateIdentifiers(const model::Party* before, const model::Party* after)
      ONWARD_REQUIRES(write_mutex_);

 private:
  struct JudgedSlot {
    // Held while the value is computed.
    PatientMutex mutex;
    query::JudgementsPtr value ONWARD_GUARDED_BY(mutex);
  };

  // A write made while a snapshot is folded.
  struct Later {
    uint64_t revision = 0;
    std::vector<model::Mutation> writes;
  };

  void Swap(SnapshotPtr next, bool keep_past) ONWARD_EXCLUDES(publish_mutex_);
  SnapshotPtr BeginFold() ONWARD_EXCLUDES(write_mutex_);
  // Takes what was written since, or, where little is left, makes `folded` the newest (true) or gives up.
  bool CatchUp(SnapshotPtr& folded, bool last, std::vector<Later>& later)
      ONWARD_EXCLUDES(write_mutex_);
  void EndFold() ONWARD_EXCLUDES(write_mutex_);

  std::shared_ptr<JudgedSlot> SlotOf(const JudgementKey& key) ONWARD_EXCLUDES(judged_mutex_);
  void KeepNewest(const JudgementKey& key, const query::JudgementsPtr& judged)
      ONWARD_EXCLUDES(judged_mutex_);
  // Nothing leads from snapshots so far to those to come.
  void ForgetWrites() ONWARD_EXCLUDES(judged_mutex_);
  // The same, and no verdicts are at hand.
  void ForgetJudged() ONWARD_EXCLUDES(judged_mutex_);

  const InventoryIdentity identity_;
  ChangeSignal* const changes_;
  std::atomic<uint64_t> watches_{0};
  std::atomic<std::chrono::system_clock::time_point> published_at_{
      std::chrono::system_clock::now()};

  // Guards what readers see.
  mutable Mutex publish_mutex_;
  mutable std::condition_variable published_;
  SnapshotPtr head_ ONWARD_GUARDED_BY(publish_mutex_);
  RecentlyUsed<uint64_t, SnapshotPtr> past_ ONWARD_GUARDED_BY(publish_mutex_);

  mutable Mutex judged_mutex_;
  RecentlyUsed<JudgementKey, std::shared_ptr<JudgedSlot>> judged_ ONWARD_GUARDED_BY(judged_mutex_);
  // Those of the newest snapshot by date and law, with revision 0, as long as somebody holds them.
  RecentlyUsed<JudgementKey, std::weak_ptr<const query::Judgements>> newest_
      ONWARD_GUARDED_BY(judged_mutex_);
  RecentWrites recent_writes_ ONWARD_GUARDED_BY(judged_mutex_);

  Mutex write_mutex_;
  std::optional<IdentifierIndex> identifiers_ ONWARD_GUARDED_BY(write_mutex_);
  // Absent: nothing is being folded, or what is cannot be used any more.
  std::optional<std::vector<Later>> later_ ONWARD_GUARDED_BY(write_mutex_);
  std::atomic<uint64_t> folds_{0};
  std::atomic<uint64_t> replacements_{0};
};

// Folds snapshots in the background, one at a time. Thread-safe. Has a thread of its own from the first inventory on; its end waits for that thread, which
// gives up what it does.
class Folder {
 public:
  Folder() = default;
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // An inventory that waits already is not added again.
  void Add(const std::shared_ptr<InventoryRuntime>& inventory) ONWARD_EXCLUDES(mutex_);
  // Waits until there is nothing to do.
  void Finish() ONWARD_EXCLUDES(mutex_);

 private:
  void Run() ONWARD_EXCLUDES(mutex_);
  // Null: the end.
  std::shared_ptr<InventoryRuntime> Next() ONWARD_EXCLUDES(mutex_);

  Mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<InventoryRuntime>> waiting_ ONWARD_GUARDED_BY(mutex_);
  bool busy_ ONWARD_GUARDED_BY(mutex_) = false;
  std::thread thread_ ONWARD_GUARDED_BY(mutex_);
  std::atomic<bool> stopped_{false};
};

}  // namespace onward::commands
