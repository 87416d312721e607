#include "storage/rocksdb/forgotten_tables.h"

#include <algorithm>
#include <optional>
#include <set>

#include "graph/base/status_macros.h"
#include "rocksdb/options.h"
#include "rocksdb/sst_file_reader.h"
#include "rocksdb/table_properties.h"
#include "storage/changelog.h"
#include "storage/erasure.h"
#include "storage/errors.h"
#include "storage/record.h"
#include "storage/rocksdb/folder.h"

namespace onward::storage {
namespace {

absl::Status Lost(const std::string& folder, const std::string& table) {
  const std::vector<std::string> manifests = FilesEnding(folder, "");
  const auto manifest = std::find_if(manifests.rbegin(), manifests.rend(), [](const auto& name) {
    return name.starts_with("MANIFEST-");
  });
  return Corrupted(manifest == manifests.rend() ? "MANIFEST" : *manifest,
                   "it is cut or of an earlier state: it does not name " + table +
                       ", which holds writes that are nowhere else");
}

std::optional<Family> FamilyNamed(std::string_view name) {
  const auto* const found = std::find(kFamilyNames.begin(), kFamilyNames.end(), name);
  if (found == kFamilyNames.end()) {
    return std::nullopt;
  }
  return static_cast<Family>(found - kFamilyNames.begin());
}

// Heads and the state of the store; nothing else is ever changed in these families.
bool IsChanged(Family family, std::string_view key) {
  return family == Family::kMeta && !keys::IsWrittenOnce(key);
}

// What compaction forgot, or an erasure took away, may stand in a table that is left from before.
bool IsTakenAway(Family family, std::string_view key, std::string_view before,
                 std::string_view value) {
  if (family == Family::kRequests) {
    const auto was = DecodeRequest(before, key);
    const auto is = DecodeRequest(value, key);
    return was.ok() && is.ok() && is->payload_digest.empty() && was->revision == is->revision;
  }
  const auto inventory = keys::InventoryOf(key);
  if (family != Family::kHistory || !inventory) {
    return false;
  }
  const auto version = keys::InventoryKeys(*inventory).ParseHistory(key);
  return value == ForgottenVersion() || (version && IsErasedFrom(before, value, version->ref));
}

// Whether the database holds each entry of a table; those that are changed need only be there.
absl::StatusOr<bool> HoldsAll(const Db& db, Family family, const std::set<uint32_t>& inventories,
                              rocksdb::SstFileReader& reader) {
  const std::unique_ptr<rocksdb::Iterator> it(reader.NewIterator(rocksdb::ReadOptions()));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const auto inventory = keys::InventoryOf(it->key().ToStringView());
    if (family != Family::kMeta && inventory && inventories.count(*inventory) == 0) {
      // Of an import that was never finished.
      continue;
    }
    ONWARD_ASSIGN_OR_RETURN(const auto value, db.Get(family, it->key().ToString()));
    if (!value ||
        (!IsChanged(family, it->key().ToStringView()) && it->value() != *value &&
         !IsTakenAway(family, it->key().ToStringView(), it->value().ToStringView(), *value))) {
      return false;
    }
  }
  // iterator-status: a file that cannot be read to its end was never finished.
  return true;
}

std::set<uint32_t> NumbersOf(const HeadMap& heads) {
  std::set<uint32_t> numbers;
  for (const auto& [id, head] : heads) {
    numbers.insert(head.number);
  }
  return numbers;
}

absl::Status CheckAllCurrent(const Db& db, const HeadMap& heads) {
  for (const auto& [id, head] : heads) {
    ONWARD_RETURN_IF_ERROR(CheckCurrent(db, head));
  }
  return absl::OkStatus();
}

absl::Status CheckTable(const Db& db, const std::string& folder, const std::string& table,
                        const HeadMap& heads, const RocksDbOptions& options) {
  rocksdb::Options reading;
  if (options.env != nullptr) {
    reading.env = options.env;
  }
  rocksdb::SstFileReader reader(reading);
  if (!reader.Open(folder + "/" + table).ok()) {
    // Never finished.
    return absl::OkStatus();
  }
  const auto properties = reader.GetTableProperties();
  const std::optional<Family> family = FamilyNamed(properties->column_family_name);
  if (!family) {
    return absl::OkStatus();
  }
  // Deletions cannot be read from a table, so `current` is compared with what it follows from.
  if (*family == Family::kCurrent) {
    const absl::Status status = CheckAllCurrent(db, heads);
    return status.code() == absl::StatusCode::kDataLoss ? Lost(folder, table) : status;
  }
  ONWARD_ASSIGN_OR_RETURN(const bool holds, HoldsAll(db, *family, NumbersOf(heads), reader));
  return holds ? absl::OkStatus() : Lost(folder, table);
}

}  // namespace

absl::Status CheckCurrent(const Db& db, const StoredHead& head) {
  const keys::InventoryKeys keys(head.number);
  uint64_t expected = 0;
  std::optional<model::RecordRef> decided;
  const auto damaged = [](const model::RecordRef& ref) {
    return Corrupted(model::ToString(ref), "its current state is not that of its history");
  };
  ONWARD_RETURN_IF_ERROR(
      db.Scan(Family::kHistory, keys.All(), nullptr,
              [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                const auto version = keys.ParseHistory(key);
                if (!version) {
                  return Corrupted("history of records", "a key is damaged");
                }
                if (decided == version->ref) {
                  return true;
                }
                decided = version->ref;
                ONWARD_ASSIGN_OR_RETURN(const auto bytes, VersionBytes(value, version->ref));
                ONWARD_ASSIGN_OR_RETURN(const auto current,
                                        db.Get(Family::kCurrent, keys.Current(version->ref)));
                if (current.has_value() != bytes.has_value() ||
                    (bytes && *current != EncodeCurrent(version->revision, *bytes))) {
                  return damaged(version->ref);
                }
                expected += bytes ? 1 : 0;
                return true;
              }));
  uint64_t found = 0;
  ONWARD_RETURN_IF_ERROR(
      db.Scan(Family::kCurrent, keys.All(), nullptr, [&found](std::string_view, std::string_view) {
        ++found;
        return absl::StatusOr<bool>(true);
      }));
  return found == expected ? absl::OkStatus()
                           : Corrupted("current records of " + head.head.id,
                                       "there are others than in their history");
}

absl::Status CheckForgottenTables(const Db& db, const std::string& folder, const HeadMap& heads,
                                  const RocksDbOptions& options) {
  const std::set<std::string> live = db.LiveTables();
  for (const std::string& table : FilesEnding(folder, ".sst")) {
    if (live.count(table) == 0) {
      ONWARD_RETURN_IF_ERROR(CheckTable(db, folder, table, heads, options));
    }
  }
  return absl::OkStatus();
}

}  // namespace onward::storage
