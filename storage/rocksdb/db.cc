#include "storage/rocksdb/db.h"

#include <utility>
#include <vector>

#include "graph/base/status_macros.h"
#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"
#include "storage/errors.h"
#include "storage/rocksdb/status.h"

namespace onward::storage {
namespace {

rocksdb::Slice S(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view V(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::DBOptions DatabaseOptions(const RocksDbOptions& options, Db::Mode mode) {
  rocksdb::DBOptions db;
  db.create_if_missing = mode == Db::Mode::kCreate;
  db.create_missing_column_families = mode == Db::Mode::kCreate;
  db.paranoid_checks = true;
  // Accepts a torn tail; what it would drop silently is found by the anchor.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // What is recovered goes to synced table files before it can be read.
  db.avoid_flush_during_recovery = false;
  db.max_total_wal_size = options.wal_bytes_max;
  db.max_open_files = -1;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  if (options.env != nullptr) {
    db.env = options.env;
  }
  return db;
}

// No prefix extractor: with one, what lies beyond a prefix would be undefined, even with bounds.
std::vector<rocksdb::ColumnFamilyDescriptor> Families(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = options.write_buffer_bytes;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, family);
  for (const std::string_view name : kFamilyNames) {
    families.emplace_back(std::string(name), family);
  }
  return families;
}

void Note(DbBatch& batch, const rocksdb::Status& status) {
  if (batch.status.ok() && !status.ok()) {
    batch.status = status;
  }
}

}  // namespace

absl::Status Db::Translate(const rocksdb::Status& status) const {
  return FromRocksDb(status, folder_, "store folder " + folder_);
}

absl::StatusOr<std::unique_ptr<Db>> Db::Open(const std::string& folder,
                                             const RocksDbOptions& options, Mode mode) {
  auto logger = std::make_shared<ForwardingLogger>();
  std::unique_ptr<Db> db(new Db(folder, logger));
  rocksdb::DBOptions database = DatabaseOptions(options, mode);
  database.info_log = logger;
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = Families(options);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status =
      mode == Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(database, folder, families, &handles, &raw)
          : rocksdb::DB::Open(database, folder, families, &handles, &raw);
  if (!status.ok()) {
    return FromRocksDb(status, folder, "MANIFEST of store folder " + folder);
  }
  db->db_.reset(raw);
  db->default_handle_ = handles.at(0);
  for (size_t i = 0; i < db->handles_.size(); ++i) {
    db->handles_.at(i) = handles.at(i + 1);
  }
  return db;
}

Db::~Db() {
  if (db_ == nullptr) {
    return;
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle);
  }
  db_->DestroyColumnFamilyHandle(default_handle_);
  db_->Close().PermitUncheckedError();
}

Db::Snapshot Db::TakeSnapshot() const {
  rocksdb::DB* db = db_.get();
  return {db->GetSnapshot(),
          [db](const rocksdb::Snapshot* snapshot) { db->ReleaseSnapshot(snapshot); }};
}

absl::StatusOr<std::optional<std::string>> Db::Get(Family family, const std::string& key,
                                                   const Snapshot& snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  std::string value;
  const rocksdb::Status status = db_->Get(options, Handle(family), S(key), &value);
  if (status.IsNotFound()) {
    return std::optional<std::string>();
  }
  ONWARD_RETURN_IF_ERROR(Translate(status));
  return std::optional<std::string>(std::move(value));
}

absl::Status Db::Scan(Family family, const keys::Range& range, const Snapshot& snapshot,
                      const Visit& visit) const {
  const rocksdb::Slice from = S(range.from);
  const rocksdb::Slice until = S(range.until);
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  options.iterate_lower_bound = &from;
  options.iterate_upper_bound = &until;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, Handle(family)));
  for (it->Seek(from); it->Valid(); it->Next()) {
    const std::string_view key = V(it->key());
    if (key < range.from || key >= range.until) {
      return Corrupted("store folder " + folder_, "a scan left its range");
    }
    ONWARD_ASSIGN_OR_RETURN(const bool more, visit(key, V(it->value())));
    if (!more) {
      break;
    }
  }
  return Translate(it->status());
}

void Db::Put(DbBatch& batch, Family family, const std::string& key, std::string_view value) const {
  Note(batch, batch.bytes.Put(Handle(family), S(key), S(value)));
}

void Db::Delete(DbBatch& batch, Family family, const std::string& key) const {
  Note(batch, batch.bytes.Delete(Handle(family), S(key)));
}

absl::Status Db::Write(DbBatch& batch) {
  ONWARD_RETURN_IF_ERROR(Translate(batch.status));
  rocksdb::WriteOptions options;
  options.sync = true;
  return Translate(db_->Write(options, &batch.bytes));
}

absl::Status Db::Rewrite(Family family, const keys::Range& range) {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  const rocksdb::Slice from = S(range.from);
  const rocksdb::Slice until = S(range.until);
  return Translate(db_->CompactRange(options, Handle(family), &from, &until));
}

std::vector<std::string> Db::LiveTables() const {
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const rocksdb::LiveFileMetaData& file : files) {
    // With a slash before it.
    names.push_back(file.name.substr(file.name.find_first_not_of('/')));
  }
  return names;
}

absl::Status Db::VerifyBlocks(uint64_t bytes_max) const {
  uint64_t total = 0;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    uint64_t bytes = 0;
    if (db_->GetIntProperty(handle, rocksdb::DB::Properties::kTotalSstFilesSize, &bytes)) {
      total += bytes;
    }
  }
  return total > bytes_max ? absl::OkStatus() : Translate(db_->VerifyChecksum());
}

}  // namespace onward::storage
