#include "storage/rocksdb/load_current.h"

#include <atomic>

#include "graph/base/parallel.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"

namespace onward::storage {
namespace {

// One load, as its threads see it.
class CurrentLoad {
 public:
  CurrentLoad(const Db& db, const keys::InventoryKeys& keys, const Db::Snapshot& snapshot,
              uint64_t head, const std::function<bool()>& stop)
      : db_(db), keys_(keys), snapshot_(snapshot), head_(head), stop_(stop) {}

  // `thread`: 0 for the caller's own.
  absl::Status Part(size_t thread, const keys::Range& range, LoadSink& sink) {
    RecordLoader loader(sink);
    size_t seen = 0;
    return db_.Scan(Family::kCurrent, range, snapshot_, Db::Caching::kNothing,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      const auto ref = keys_.ViewCurrent(key);
                      if (!ref) {
                        return Corrupted("current records", "a key is damaged");
                      }
                      ONWARD_RETURN_IF_ERROR(loader.Load(value, ref->kind, ref->id, head_));
                      return ++seen % kRecordsPerLook != 0 || GoesOn(thread);
                    });
  }
  bool stopped() const { return stopped_.load(); }

 private:
  bool GoesOn(size_t thread) {
    if (thread == 0 && stop_ && stop_()) {
      stopped_.store(true);
    }
    return !stopped_.load(std::memory_order_relaxed);
  }

  const Db& db_;
  const keys::InventoryKeys& keys_;
  const Db::Snapshot& snapshot_;
  const uint64_t head_;
  const std::function<bool()>& stop_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

absl::StatusOr<bool> LoadCurrent(const Db& db, const keys::InventoryKeys& keys,
                                 const Db::Snapshot& snapshot, uint64_t head,
                                 const std::vector<LoadSink*>& sinks,
                                 const std::function<bool()>& stop) {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<keys::Range> ranges,
                          db.Split(Family::kCurrent, keys.All(), sinks.size()));
  CurrentLoad load(db, keys, snapshot, head, stop);
  std::vector<absl::Status> results(ranges.size());
  const bool all =
      InParallel(ranges.size(), 1, stop, [&](size_t thread, size_t begin, size_t /*end*/) {
        results[begin] = load.Part(thread, ranges[begin], *sinks[begin]);
      });
  for (const absl::Status& result : results) {
    ONWARD_RETURN_IF_ERROR(result);
  }
  return all && !load.stopped();
}

}  // namespace onward::storage
