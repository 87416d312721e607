#include "storage/rocksdb/audit.h"

#include <optional>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/rocksdb/audit_reader.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/folder.h"
#include "storage/schema.h"

namespace onward::storage {
namespace {

class Folder final : public AuditFolder {
 public:
  Folder(std::unique_ptr<Db> db, std::vector<std::string> inventories)
      : db_(std::move(db)), inventories_(std::move(inventories)) {}

  const std::vector<std::string>& inventories() const override { return inventories_; }
  absl::StatusOr<std::unique_ptr<AuditSource>> Open(const std::string& inventory) const override {
    return AuditInventory(*db_, nullptr, inventory);
  }

 private:
  const std::unique_ptr<Db> db_;
  const std::vector<std::string> inventories_;
};

absl::Status CheckStoreFormat(const Db& db, const std::string& folder) {
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, db.Get(Family::kMeta, keys::StoreState()));
  if (!bytes) {
    return Corrupted("store folder " + folder, "the state of the store is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(const StoreState state, DecodeState(*bytes));
  return CheckFormat(folder, state.format);
}

// The id of an inventory stands behind the first byte of its key.
absl::StatusOr<std::vector<std::string>> ReadInventories(const Db& db) {
  std::vector<std::string> ids;
  ONWARD_RETURN_IF_ERROR(
      db.Scan(Family::kMeta, keys::AllHeads(), nullptr,
              [&ids](std::string_view key, std::string_view /*value*/) -> absl::StatusOr<bool> {
                ids.emplace_back(key.substr(keys::Head("").size()));
                return true;
              }));
  return ids;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditFolder>> OpenForAudit(const std::string& folder) {
  if (!FileExists(folder, "CURRENT")) {
    return NotAStore(folder);
  }
  ONWARD_ASSIGN_OR_RETURN(std::unique_ptr<Db> db,
                          Db::Open(folder, RocksDbOptions(), Db::Mode::kReadOnly));
  ONWARD_RETURN_IF_ERROR(CheckStoreFormat(*db, folder));
  ONWARD_ASSIGN_OR_RETURN(std::vector<std::string> inventories, ReadInventories(*db));
  return std::unique_ptr<AuditFolder>(
      std::make_unique<Folder>(std::move(db), std::move(inventories)));
}

}  // namespace onward::storage
