// The port of imports: an inventory that is written as it was elsewhere, with its history and its chain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/record.h"
#include "storage/changelog.h"
#include "storage/store.h"

namespace onward::storage {

// Trusts its caller that all of it fits together: storage/export_file.h checks that. Not thread-safe. Ended
// without Finish, nothing is kept; a process that is killed leaves nothing that anybody can see, and what
// is left over goes with the next import.
class InventoryImport {
 public:
  InventoryImport() = default;
  InventoryImport(const InventoryImport&) = delete;
  InventoryImport& operator=(const InventoryImport&) = delete;
  virtual ~InventoryImport() = default;

  // The entries of revisions 1 to the head, in order.
  virtual absl::Status AddEntry(const ChangelogEntry& entry) = 0;
  // What the entry added last made of the record: a value of `history` (storage/record.h).
  virtual absl::Status AddVersion(const model::RecordRef& ref, uint64_t revision,
                                  std::string_view value) = 0;
  virtual absl::Status AddRequest(const std::string& id, const RequestResult& result) = 0;
  // Makes it an inventory of the store, durably. Once, last. InventoryExists, where somebody made one of
  // that id meanwhile; Sealed: as for Commit.
  virtual absl::StatusOr<InventoryHead> Finish() = 0;
};

}  // namespace onward::storage
