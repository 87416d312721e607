// What the watchers of one inventory share: changelog entries, snapshots, verdicts, and the differences
// between them; each is read or computed once for all who ask the same.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "services/commands/watch.h"

namespace onward::commands {

// A state that is judged: a revision, a day, and the law.
struct JudgedState {
  uint64_t revision = 0;
  When when;
  LawPtr law;
};

// Not thread-safe: of one thread. The engine must outlive it.
class WatchFeed {
 public:
  WatchFeed(Engine& engine, std::shared_ptr<InventoryRuntime> inventory)
      : engine_(engine),
        inventory_(std::move(inventory)),
        replacements_(inventory_->replacements()) {}

  const std::shared_ptr<InventoryRuntime>& inventory() const { return inventory_; }

  // A revision from 1 to `head`, which was published. REVISION_COMPACTED where its records, which are read
  // only if asked for, or its entry can no longer be told; errors of the store.
  absl::StatusOr<std::shared_ptr<const WatchedRevision>> Revision(uint64_t revision, uint64_t head,
                                                                  bool records);
  // Changed verdicts and findings between two states of published revisions. `call` ends the work.
  absl::StatusOr<std::shared_ptr<const std::vector<query::VerdictChange>>> Verdicts(
      const JudgedState& before, const JudgedState& after, const CallContext& call);
  absl::StatusOr<std::shared_ptr<const WatchedFindings>> Findings(const JudgedState& before,
                                                                  const JudgedState& after,
                                                                  const CallContext& call);
  // Keeps the snapshot of the head, if `revision` still is the head, for the next difference.
  void Hold(uint64_t revision);

 private:
  static constexpr size_t kSnapshotsMax = 4;
  static constexpr size_t kJudgedMax = 3;
  static constexpr size_t kStepsMax = 16;

  using StepKey = std::pair<JudgementKey, JudgementKey>;

  // Drops what was kept, once older states have lost something.
  void DropReplaced();
  absl::Status Load(uint64_t revision, uint64_t head);
  void Keep(std::shared_ptr<const WatchedRevision> revision);
  absl::StatusOr<std::shared_ptr<const WatchedRevision>> WithRecords(
      const WatchedRevision& revision);
  absl::StatusOr<SnapshotPtr> At(uint64_t revision, const CallContext& call);
  absl::StatusOr<query::JudgementsPtr> Judge(const JudgedState& state, const CallContext& call);

  Engine& engine_;
  const std::shared_ptr<InventoryRuntime> inventory_;
  // InventoryRuntime::replacements of what is kept.
  uint64_t replacements_ = 0;
  std::map<uint64_t, std::shared_ptr<const WatchedRevision>> revisions_;
  // In the order in which they were read, and how many records they name.
  std::deque<uint64_t> order_;
  size_t records_ = 0;
  RecentlyUsed<uint64_t, SnapshotPtr> snapshots_{kSnapshotsMax};
  RecentlyUsed<JudgementKey, query::JudgementsPtr> judged_{kJudgedMax};
  RecentlyUsed<StepKey, std::shared_ptr<const std::vector<query::VerdictChange>>> verdicts_{
      kStepsMax};
  RecentlyUsed<StepKey, std::shared_ptr<const WatchedFindings>> findings_{kStepsMax};
};

}  // namespace onward::commands
