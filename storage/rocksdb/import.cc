#include "storage/rocksdb/import.h"

#include <array>
#include <utility>
#include <vector>

#include "graph/base/status_macros.h"
#include "storage/checks.h"
#include "storage/errors.h"
#include "storage/kill_points.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

// Of one write.
constexpr size_t kEntriesMax = 4'096;
constexpr size_t kBytesMax = size_t{1} << 20;

constexpr std::array kFamilies = {Family::kCurrent, Family::kHistory, Family::kChangelog,
                                  Family::kRequests};

absl::StatusOr<Written> Write(Writer& writer, StageWrite stage) {
  WriteOp op;
  op.stage = std::move(stage);
  return writer.Run(std::move(op));
}

// Deletes what stands under a number that no head has, in one family.
absl::Status Drop(const Db& db, Writer& writer, uint32_t number, Family family) {
  const keys::InventoryKeys keys(number);
  while (true) {
    StageWrite stage;
    stage.number = number;
    ONWARD_RETURN_IF_ERROR(
        db.Scan(family, keys.All(), nullptr,
                [&](std::string_view key, std::string_view /*value*/) -> absl::StatusOr<bool> {
                  stage.entries.push_back({family, std::string(key), std::nullopt});
                  return stage.entries.size() < kEntriesMax;
                }));
    if (stage.entries.empty()) {
      return absl::OkStatus();
    }
    ONWARD_RETURN_IF_ERROR(Write(writer, std::move(stage)).status());
    AtKillPoint("import.part-dropped");
  }
}

absl::Status DropAll(const Db& db, Writer& writer, uint32_t number) {
  for (const Family family : kFamilies) {
    ONWARD_RETURN_IF_ERROR(Drop(db, writer, number, family));
  }
  return absl::OkStatus();
}

class RocksDbImport final : public InventoryImport {
 public:
  RocksDbImport(const Db& db, Writer& writer, std::atomic<bool>& under_way, StoredHead head)
      : db_(db), writer_(writer), under_way_(under_way), head_(std::move(head)) {}
  ~RocksDbImport() override {
    if (!finished_ && head_.number != 0) {
      // What cannot be dropped now goes with the next import.
      DropAll(db_, writer_, head_.number).IgnoreError();
    }
    under_way_ = false;
  }
  RocksDbImport(const RocksDbImport&) = delete;
  RocksDbImport& operator=(const RocksDbImport&) = delete;

  absl::Status Begin(const Heads& heads) {
    ONWARD_RETURN_IF_ERROR(CheckInventory(head_.head.id, head_.head.display_name));
    if (heads.Get(head_.head.id).ok()) {
      return InventoryExists(head_.head.id);
    }
    ONWARD_ASSIGN_OR_RETURN(const Written written, Write(writer_, {}));
    AtKillPoint("import.number-taken");
    const std::set<uint32_t> used = heads.Numbers();
    for (uint32_t number = 1; number < written.head.number; ++number) {
      if (used.count(number) == 0) {
        ONWARD_RETURN_IF_ERROR(DropAll(db_, writer_, number));
      }
    }
    head_.number = written.head.number;
    return absl::OkStatus();
  }

  absl::Status AddEntry(const ChangelogEntry& entry) override {
    ONWARD_ASSIGN_OR_RETURN(std::string bytes, EncodeEntry(entry));
    return Put(Family::kChangelog, Keys().Changelog(entry.info.revision), std::move(bytes));
  }

  absl::Status AddVersion(const model::RecordRef& ref, uint64_t revision,
                          std::string_view value) override {
    ONWARD_RETURN_IF_ERROR(
        Put(Family::kHistory, Keys().History(ref, revision), std::string(value)));
    if (value == ForgottenVersion()) {
      return absl::OkStatus();
    }
    ONWARD_ASSIGN_OR_RETURN(const auto bytes, VersionBytes(value, ref));
    std::optional<std::string> current;
    if (bytes) {
      current = EncodeCurrent(revision, *bytes);
    }
    return Put(Family::kCurrent, Keys().Current(ref), std::move(current));
  }

  absl::Status AddRequest(const std::string& id, const RequestResult& result) override {
    return Put(Family::kRequests, Keys().Request(id), EncodeRequest(result));
  }

  absl::StatusOr<InventoryHead> Finish() override {
    ONWARD_RETURN_IF_ERROR(Flush());
    AtKillPoint("import.parts-written");
    StageWrite last;
    last.number = head_.number;
    last.head = head_;
    ONWARD_RETURN_IF_ERROR(Write(writer_, std::move(last)).status());
    finished_ = true;
    AtKillPoint("import.finished");
    return head_.head;
  }

 private:
  keys::InventoryKeys Keys() const { return keys::InventoryKeys(head_.number); }

  absl::Status Put(Family family, std::string key, std::optional<std::string> value) {
    bytes_ += key.size() + (value ? value->size() : 0);
    entries_.push_back({family, std::move(key), std::move(value)});
    return entries_.size() < kEntriesMax && bytes_ < kBytesMax ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    if (entries_.empty()) {
      return absl::OkStatus();
    }
    StageWrite stage;
    stage.number = head_.number;
    stage.entries = std::move(entries_);
    entries_.clear();
    bytes_ = 0;
    ONWARD_RETURN_IF_ERROR(Write(writer_, std::move(stage)).status());
    AtKillPoint("import.part-written");
    return absl::OkStatus();
  }

  const Db& db_;
  Writer& writer_;
  std::atomic<bool>& under_way_;
  StoredHead head_;
  std::vector<StageWrite::Entry> entries_;
  size_t bytes_ = 0;
  bool finished_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<InventoryImport>> ImportToRocksDb(const Db& db, const Heads& heads,
                                                                 Writer& writer,
                                                                 std::atomic<bool>& under_way,
                                                                 const StoredHead& head) {
  if (under_way.exchange(true)) {
    return ImportUnderWay();
  }
  // From here on it is let go when the import ends.
  auto import = std::make_unique<RocksDbImport>(db, writer, under_way, head);
  ONWARD_RETURN_IF_ERROR(import->Begin(heads));
  return std::unique_ptr<InventoryImport>(std::move(import));
}

}  // namespace onward::storage
