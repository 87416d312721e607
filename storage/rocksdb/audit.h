// What a verification reads, from this backend: of an open store, or of a folder that nobody wants to change.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/audit_source.h"

namespace onward::storage {

// A store's folder, opened for reading alone: no file of it is changed, and it need not be in a state in which
// a store can be opened. Not thread-safe.
class AuditFolder {
 public:
  AuditFolder() = default;
  AuditFolder(const AuditFolder&) = delete;
  AuditFolder& operator=(const AuditFolder&) = delete;
  virtual ~AuditFolder() = default;

  // In order of id.
  virtual const std::vector<std::string>& inventories() const = 0;
  // Not longer than the folder. InventoryNotFound; Corrupted where its head cannot be read.
  virtual absl::StatusOr<std::unique_ptr<AuditSource>> Open(const std::string& inventory) const = 0;
};

// Takes no lock: a server may have the folder open; what it has acknowledged by now is seen. NotAStore;
// FormatTooNew; Corrupted where the database itself cannot be opened.
absl::StatusOr<std::unique_ptr<AuditFolder>> OpenForAudit(const std::string& folder);

}  // namespace onward::storage
