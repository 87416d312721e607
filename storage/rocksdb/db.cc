#include "storage/rocksdb/db.h"

#include <atomic>
#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include "graph/base/status_macros.h"
#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/metadata.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"
#include "rocksdb/utilities/checkpoint.h"
#include "storage/errors.h"
#include "storage/rocksdb/status.h"
#include "storage/rocksdb/table_footers.h"
#include "storage/rocksdb/wal_files.h"

namespace onward::storage {
namespace {

rocksdb::Slice S(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view V(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The folder is locked as a whole (FolderLock), so RocksDB need not lock it too: it could not be opened again
// beside a database that was given up.
class EnvWithoutLock final : public rocksdb::EnvWrapper {
 public:
  explicit EnvWithoutLock(rocksdb::Env* target) : EnvWrapper(target) {
    file_system_ = WithPaddedWal(target->GetFileSystem());
    system_clock_ = target->GetSystemClock();
  }
  rocksdb::Status LockFile(const std::string& /*name*/, rocksdb::FileLock** lock) override {
    *lock = new NoLock;
    return rocksdb::Status::OK();
  }
  rocksdb::Status UnlockFile(rocksdb::FileLock* lock) override {
    delete lock;
    return rocksdb::Status::OK();
  }

 private:
  class NoLock final : public rocksdb::FileLock {};
};

// After an error the store is opened again as a whole (Writer::OpenAgain); a database that resumed by itself
// would do so behind its back.
class NoResume final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

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
  db.max_open_files = static_cast<int>(options.tables_open_max);
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.listeners.push_back(std::make_shared<NoResume>());
  return db;
}

// RocksDB writes a slash before names of tables.
std::string WithoutSlash(const std::string& name) {
  return name.substr(name.find_first_not_of('/'));
}

// Of the tables that belong to the database, those that `wanted` says true of.
template <class Wanted>
std::set<std::string> NamesOf(rocksdb::DB* db, const Wanted& wanted) {
  // Not GetColumnFamilyMetaData: for a moment after a compaction that still names the tables of before.
  std::vector<rocksdb::LiveFileMetaData> tables;
  db->GetLiveFilesMetaData(&tables);
  std::set<std::string> names;
  for (const rocksdb::LiveFileMetaData& table : tables) {
    if (wanted(table)) {
      names.insert(WithoutSlash(table.name));
    }
  }
  return names;
}

// No prefix extractor: with one, what lies beyond a prefix would be undefined, even with bounds.
std::vector<rocksdb::ColumnFamilyDescriptor> Families(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.checksum = static_cast<rocksdb::ChecksumType>(kTableChecksum);
  table.format_version = kTableFormat;
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

// A key of the range below which stand about as many bytes, or fewer by a little more than `tolerance`.
// `bytes_below(key)` grows with the key.
template <class BytesBelow>
std::string KeyWith(const keys::Range& range, uint64_t bytes, uint64_t tolerance,
                    const BytesBelow& bytes_below) {
  constexpr size_t kLongest = 64;
  constexpr int kBytes = 256;
  std::string key = range.from;
  uint64_t below = 0;
  while (key.size() < kLongest && below + tolerance < bytes) {
    // The last byte with which it is not too far.
    int low = 0;
    for (int high = kBytes; low + 1 < high;) {
      const int middle = (low + high) / 2;
      const uint64_t there = bytes_below(key + static_cast<char>(middle));
      (there <= bytes ? low : high) = middle;
      below = there <= bytes ? there : below;
    }
    key.push_back(static_cast<char>(low));
  }
  return key;
}

rocksdb::Status Closed() { return rocksdb::Status::ShutdownInProgress("closed"); }

void Note(DbBatch& batch, const rocksdb::Status& status) {
  if (batch.status.ok() && !status.ok()) {
    batch.status = status;
  }
}

}  // namespace

// How long Close waits for calls under way.
constexpr std::chrono::seconds kCloseWait(1);

class Db::Opened {
 public:
  Opened(std::unique_ptr<rocksdb::Env> env, rocksdb::DB* db,
         std::vector<rocksdb::ColumnFamilyHandle*> handles)
      : env_(std::move(env)), db_(db), handles_(std::move(handles)) {}
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() {
    if (failed_) {
      GiveUp();
    } else {
      for (rocksdb::ColumnFamilyHandle* handle : handles_) {
        db_->DestroyColumnFamilyHandle(handle);
      }
      db_->Close().PermitUncheckedError();
      db_.reset();
    }
    gone_.set_value();
  }

  rocksdb::DB* operator->() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* Handle(Family family) const {
    // The first is RocksDB's own.
    return handles_.at(static_cast<size_t>(family) + 1);
  }
  const std::vector<rocksdb::ColumnFamilyHandle*>& handles() const { return handles_; }
  // Ready once the files were let go.
  std::shared_future<void> gone() const { return gone_future_; }
  void StopScans(bool stop) { stopping_ = stop; }
  void Failed() { failed_ = true; }
  bool stopping() const { return stopping_; }

 private:
  // With all that belongs to it.
  struct Stopped {
    std::unique_ptr<rocksdb::Env> env;
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
  };

  // After a write that failed, RocksDB 7.8 may hold on to a column family for ever, and an assertion ends the
  // process where the database is closed. So it is stopped, and stays in memory until the process ends.
  void GiveUp() {
    rocksdb::CancelAllBackgroundWork(db_.get(), true);
    static Mutex mutex;
    static auto* const kGivenUp = new std::vector<Stopped>;
    const MutexLock lock(mutex);
    kGivenUp->push_back({std::move(env_), std::move(db_), handles_});
  }

  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::promise<void> gone_;
  const std::shared_future<void> gone_future_ = gone_.get_future().share();
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
};

absl::StatusOr<Db::Pin> Db::Use() const {
  const MutexLock lock(mutex_);
  if (opened_ == nullptr) {
    return IoFailed("store folder " + folder_ + " is being opened again after an error");
  }
  return opened_;
}

Db::Pin Db::Exchange(Pin next) {
  const MutexLock lock(mutex_);
  return std::exchange(opened_, std::move(next));
}

bool Db::Close() {
  Pin last = Exchange(nullptr);
  if (last == nullptr) {
    return true;
  }
  const std::shared_future<void> gone = last->gone();
  last->StopScans(true);
  const std::weak_ptr<Opened> watched = last;
  last.reset();
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  if (gone.wait_until(std::chrono::system_clock::now() + kCloseWait) == std::future_status::ready) {
    return true;
  }
  // Who uses it may himself wait for the writer that closes it.
  if (Pin still = watched.lock(); still != nullptr) {
    still->StopScans(false);
    Exchange(std::move(still));
    return false;
  }
  gone.wait();
  return true;
}

void Db::TakeOver(Db& other) { Exchange(other.Exchange(nullptr)); }

absl::Status Db::Translate(const rocksdb::Status& status) const {
  return FromRocksDb(status, folder_, "store folder " + folder_);
}

absl::StatusOr<std::unique_ptr<Db>> Db::Open(const std::string& folder,
                                             const RocksDbOptions& options, Mode mode) {
  auto logger = std::make_shared<ForwardingLogger>();
  std::unique_ptr<Db> db(new Db(folder, logger));
  rocksdb::DBOptions database = DatabaseOptions(options, mode);
  database.info_log = logger;
  auto env = std::make_unique<EnvWithoutLock>(options.env == nullptr ? rocksdb::Env::Default()
                                                                     : options.env);
  database.env = env.get();
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
  db->Exchange(std::make_shared<Opened>(std::move(env), raw, std::move(handles)));
  return db;
}

Db::Snapshot Db::TakeSnapshot() const {
  const absl::StatusOr<Pin> pin = Use();
  if (!pin.ok()) {
    return {nullptr, [](const rocksdb::Snapshot*) {}};
  }
  return {(**pin)->GetSnapshot(),
          [held = *pin](const rocksdb::Snapshot* snapshot) { (*held)->ReleaseSnapshot(snapshot); }};
}

absl::StatusOr<std::optional<std::string>> Db::Get(Family family, const std::string& key,
                                                   const Snapshot& snapshot) const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  std::string value;
  const rocksdb::Status status = (*db)->Get(options, db->Handle(family), S(key), &value);
  if (status.IsNotFound()) {
    return std::optional<std::string>();
  }
  ONWARD_RETURN_IF_ERROR(Translate(status));
  return std::optional<std::string>(std::move(value));
}

absl::Status Db::Scan(Family family, const keys::Range& range, const Snapshot& snapshot,
                      Caching caching, const Visit& visit) const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  const rocksdb::Slice from = S(range.from);
  const rocksdb::Slice until = S(range.until);
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  options.iterate_lower_bound = &from;
  options.iterate_upper_bound = &until;
  options.total_order_seek = true;
  options.fill_cache = caching == Caching::kBlocks;
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(options, db->Handle(family)));
  for (it->Seek(from); it->Valid(); it->Next()) {
    if (db->stopping()) {
      return IoFailed("store folder " + folder_ + " is being opened again after an error");
    }
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

absl::StatusOr<std::vector<keys::Range>> Db::Split(Family family, const keys::Range& range,
                                                   size_t parts) const {
  constexpr uint64_t kBytesMin = 1U << 17;
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  const auto bytes_below = [&](const std::string& key) {
    const rocksdb::Range below(S(range.from), S(key));
    rocksdb::SizeApproximationOptions options;
    options.include_memtables = true;
    uint64_t bytes = 0;
    // Wherever it is cut, the parts are the range.
    (*db)
        ->GetApproximateSizes(options, db->Handle(family), &below, 1, &bytes)
        .PermitUncheckedError();
    return bytes;
  };
  const uint64_t all = bytes_below(range.until);
  parts = std::min<uint64_t>(parts, all / kBytesMin);
  std::vector<keys::Range> ranges = {range};
  for (size_t part = 1; part < parts; ++part) {
    const std::string cut = KeyWith(range, all / parts * part, all / parts / 8, bytes_below);
    if (cut > ranges.back().from && cut < range.until) {
      ranges.back().until = cut;
      ranges.push_back({cut, range.until});
    }
  }
  return ranges;
}

void Db::Put(DbBatch& batch, Family family, const std::string& key, std::string_view value) const {
  const absl::StatusOr<Pin> db = Use();
  Note(batch, db.ok() ? batch.bytes.Put((*db)->Handle(family), S(key), S(value)) : Closed());
}

void Db::Delete(DbBatch& batch, Family family, const std::string& key) const {
  const absl::StatusOr<Pin> db = Use();
  Note(batch, db.ok() ? batch.bytes.Delete((*db)->Handle(family), S(key)) : Closed());
}

absl::Status Db::Write(DbBatch& batch) {
  ONWARD_RETURN_IF_ERROR(Translate(batch.status));
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status written = (*db)->Write(options, &batch.bytes);
  if (!written.ok()) {
    db->Failed();
  }
  return Translate(written);
}

absl::Status Db::Rewrite(Family family, const keys::Range& range, std::atomic<bool>* stop) {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = stop;
  // kForceOptimized leaves out tables of a range larger than one compaction (facebook/rocksdb#12702).
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice from = S(range.from);
  const rocksdb::Slice until = S(range.until);
  return Translate((*db)->CompactRange(options, db->Handle(family), &from, &until));
}

absl::StatusOr<std::vector<std::vector<Db::Table>>> Db::Levels(Family family) const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  rocksdb::ColumnFamilyMetaData all;
  (*db)->GetColumnFamilyMetaData(db->Handle(family), &all);
  std::vector<std::vector<Table>> levels;
  for (const rocksdb::LevelMetaData& level : all.levels) {
    if (level.level == 0 || level.files.empty()) {
      continue;
    }
    std::vector<Table>& tables = levels.emplace_back();
    tables.reserve(level.files.size());
    for (const rocksdb::SstFileMetaData& file : level.files) {
      tables.push_back({file.size, file.smallestkey, file.largestkey});
    }
  }
  return levels;
}

absl::StatusOr<bool> Db::HoldsOldState() const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  uint64_t snapshot = 0;
  (*db)->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &snapshot);
  return snapshot > 0 && snapshot < (*db)->GetLatestSequenceNumber();
}

absl::Status Db::Flush() {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  return Translate((*db)->Flush(rocksdb::FlushOptions(), db->handles()));
}

absl::Status Db::DropUnused() {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  ONWARD_RETURN_IF_ERROR(Translate((*db)->DisableFileDeletions()));
  return Translate((*db)->EnableFileDeletions(/*force=*/false));
}

absl::Status Db::Checkpoint(const std::string& to) const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  rocksdb::Checkpoint* raw = nullptr;
  ONWARD_RETURN_IF_ERROR(Translate(rocksdb::Checkpoint::Create(db->operator->(), &raw)));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  // What is in memory goes to table files first: those are not copied again by the next backup.
  return Translate(checkpoint->CreateCheckpoint(to, /*log_size_for_flush=*/0));
}

std::set<std::string> Db::LiveTables() const {
  const absl::StatusOr<Pin> db = Use();
  return db.ok() ? NamesOf((*db)->operator->(), [](const auto& /*table*/) { return true; })
                 : std::set<std::string>();
}

absl::StatusOr<std::set<std::string>> Db::TablesWith(Family family,
                                                     const keys::Range& range) const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  const std::string& name = db->Handle(family)->GetName();
  return NamesOf(db->operator->(), [&](const rocksdb::LiveFileMetaData& table) {
    return table.column_family_name == name && table.smallestkey < range.until &&
           table.largestkey >= range.from;
  });
}

absl::Status Db::VerifyBlocks(uint64_t bytes_max) const {
  ONWARD_ASSIGN_OR_RETURN(const Pin db, Use());
  uint64_t total = 0;
  for (size_t family = 0; family < kFamilyNames.size(); ++family) {
    uint64_t bytes = 0;
    if ((*db)->GetIntProperty(db->Handle(static_cast<Family>(family)),
                              rocksdb::DB::Properties::kTotalSstFilesSize, &bytes)) {
      total += bytes;
    }
  }
  return total > bytes_max ? absl::OkStatus() : Translate((*db)->VerifyChecksum());
}

}  // namespace onward::storage
