// The published heads of all inventories: what readers may see. A head is published only once its
// commit is durable, anchor included.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/mutex.h"
#include "storage/changelog.h"

namespace onward::storage {

using HeadMap = std::map<std::string, StoredHead>;

// Thread-safe.
class Heads {
 public:
  // InventoryNotFound if there is none.
  absl::StatusOr<StoredHead> Get(const std::string& inventory) const;
  // The same where the revision can be read; else RevisionInFuture or RevisionCompacted.
  absl::StatusOr<StoredHead> GetAt(const std::string& inventory, uint64_t revision) const;
  // In order of id.
  std::vector<InventoryHead> List() const;
  // The numbers that stand for them in keys.
  std::set<uint32_t> Numbers() const;
  // Adds or replaces these.
  void Publish(const HeadMap& heads);

 private:
  mutable Mutex mutex_;
  HeadMap heads_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::storage
