#include "storage/rocksdb/heads.h"

#include "graph/base/status_macros.h"
#include "storage/checks.h"
#include "storage/errors.h"

namespace onward::storage {

absl::StatusOr<StoredHead> Heads::Get(const std::string& inventory) const {
  const MutexLock lock(mutex_);
  const auto found = heads_.find(inventory);
  if (found == heads_.end()) {
    return InventoryNotFound(inventory);
  }
  return found->second;
}

absl::StatusOr<StoredHead> Heads::GetAt(const std::string& inventory, uint64_t revision) const {
  ONWARD_ASSIGN_OR_RETURN(StoredHead head, Get(inventory));
  ONWARD_RETURN_IF_ERROR(CheckReadable(head.head, revision));
  return head;
}

std::vector<InventoryHead> Heads::List() const {
  const MutexLock lock(mutex_);
  std::vector<InventoryHead> list;
  list.reserve(heads_.size());
  for (const auto& [id, head] : heads_) {
    list.push_back(head.head);
  }
  return list;
}

std::set<uint32_t> Heads::Numbers() const {
  const MutexLock lock(mutex_);
  std::set<uint32_t> numbers;
  for (const auto& [id, head] : heads_) {
    numbers.insert(head.number);
  }
  return numbers;
}

void Heads::Publish(const HeadMap& heads) {
  const MutexLock lock(mutex_);
  for (const auto& [id, head] : heads) {
    heads_[id] = head;
  }
}

}  // namespace onward::storage
