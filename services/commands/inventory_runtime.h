// One inventory in memory: its newest snapshot, a few older ones, verdicts already computed, and the
// identifiers of its parties.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "graph/base/mutex.h"
#include "graph/query/judgements.h"
#include "graph/snapshot.h"
#include "services/commands/context.h"
#include "services/commands/law_version.h"
#include "storage/store.h"

namespace onward::commands {

// What tells this inventory from any other, also from one of the same name in another store.
struct InventoryIdentity {
  std::string id;
  // Of its store (Store::incarnation): a token of another is foreign.
  std::string incarnation;
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

// Thread-safe. Lock order: write_mutex before the inner ones; no two inner ones at once.
class InventoryRuntime {
 public:
  InventoryRuntime(InventoryIdentity identity, SnapshotPtr head, size_t past_snapshots_max,
                   size_t judged_dates_max);

  const InventoryIdentity& identity() const { return identity_; }

  // The newest published snapshot.
  SnapshotPtr head() const ONWARD_EXCLUDES(publish_mutex_);
  // Makes `next` the newest and wakes who waits for it. Under write_mutex.
  void Publish(SnapshotPtr next) ONWARD_EXCLUDES(publish_mutex_);
  // The newest snapshot once it has reached `revision`; NOT_FRESH_ENOUGH at the deadline.
  absl::StatusOr<SnapshotPtr> WaitFor(uint64_t revision, const CallContext& call) const
      ONWARD_EXCLUDES(publish_mutex_);

  // An older snapshot that is still at hand, or null.
  SnapshotPtr FindPast(uint64_t revision) ONWARD_EXCLUDES(publish_mutex_);
  void KeepPast(SnapshotPtr snapshot) ONWARD_EXCLUDES(publish_mutex_);

  // Verdicts that are at hand, or null.
  query::JudgementsPtr FindJudged(const JudgementKey& key) ONWARD_EXCLUDES(judged_mutex_);
  // Verdicts of `snapshot`, computed once even where several ask at the same time. `compute` may fail:
  // then nothing is kept.
  absl::StatusOr<query::JudgementsPtr> Judged(
      const JudgementKey& key, const std::function<absl::StatusOr<query::JudgementsPtr>()>& compute)
      ONWARD_EXCLUDES(judged_mutex_);

  // Serialises writes. Guards identifiers().
  Mutex& write_mutex() { return write_mutex_; }
  // Identifiers of the newest snapshot's parties; built when first asked for, then kept by Publish's
  // caller through UpdateIdentifiers.
  const IdentifierIndex& Identifiers() ONWARD_REQUIRES(write_mutex_);
  // Brings the index from `before` to `after` for one changed party; null: not there.
  void UpdateIdentifiers(const model::Party* before, const model::Party* after)
      ONWARD_REQUIRES(write_mutex_);
  // Drops the index, to be built anew.
  void ForgetIdentifiers() ONWARD_REQUIRES(write_mutex_) { identifiers_.reset(); }

 private:
  struct JudgedSlot {
    Mutex mutex;
    query::JudgementsPtr value ONWARD_GUARDED_BY(mutex);
  };

  std::shared_ptr<JudgedSlot> SlotOf(const JudgementKey& key) ONWARD_EXCLUDES(judged_mutex_);

  const InventoryIdentity identity_;

  // Guards what readers see.
  mutable Mutex publish_mutex_;
  mutable std::condition_variable published_;
  SnapshotPtr head_ ONWARD_GUARDED_BY(publish_mutex_);
  RecentlyUsed<uint64_t, SnapshotPtr> past_ ONWARD_GUARDED_BY(publish_mutex_);

  Mutex judged_mutex_;
  RecentlyUsed<JudgementKey, std::shared_ptr<JudgedSlot>> judged_ ONWARD_GUARDED_BY(judged_mutex_);

  Mutex write_mutex_;
  std::optional<IdentifierIndex> identifiers_ ONWARD_GUARDED_BY(write_mutex_);
};

}  // namespace onward::commands
