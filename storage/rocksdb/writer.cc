#include "storage/rocksdb/writer.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/kill_points.h"
#include "storage/rocksdb/open.h"
#include "storage/rocksdb/space.h"

namespace onward::storage {
namespace {

// Bytes that an operation adds to a group, roughly: each record is written twice.
uint64_t SizeOf(const WriteOp& op) {
  uint64_t bytes = op.law ? op.law->bytes.size() : 0;
  for (const EncodedWrite& write : op.writes) {
    bytes += 2 * (write.ref.id.size() + (write.bytes ? write.bytes->size() : 0));
  }
  for (const StageWrite::Entry& entry :
       op.stage ? op.stage->entries : std::vector<StageWrite::Entry>()) {
    bytes += entry.key.size() + (entry.value ? entry.value->size() : 0);
  }
  for (const std::string& key : op.forget ? op.forget->keys : std::vector<std::string>()) {
    bytes += key.size();
  }
  return bytes;
}

}  // namespace

Writer::Writer(Db& db, Heads& heads, Laws& laws, std::unique_ptr<Anchor> anchor, StoreState state,
               const std::string& folder, const RocksDbOptions& options)
    : db_(db),
      heads_(heads),
      laws_(laws),
      folder_(folder),
      options_(options),
      anchor_(std::move(anchor)),
      state_(std::move(state)),
      queue_([this](const std::vector<WriteOp*>& group) { RunGroup(group); },
             options.group_commits_max, options.group_bytes_max) {}

absl::StatusOr<Written> Writer::Run(WriteOp op) {
  ONWARD_RETURN_IF_ERROR(Writable());
  queue_.Run(op, SizeOf(op));
  if (op.result.ok()) {
    AtKillPoint("write.acknowledged");
  }
  return op.result;
}

absl::Status Writer::Writable() const {
  ONWARD_RETURN_IF_ERROR(CheckSpace());
  const MutexLock lock(mutex_);
  return sealed_;
}

absl::Status Writer::CheckSpace() const {
  if (options_.free_bytes_min == 0) {
    return absl::OkStatus();
  }
  // Where it cannot be known, the write itself finds out.
  const std::optional<uint64_t> free = FreeBytes(folder_, options_);
  return free && *free < options_.free_bytes_min ? StoreFull(*free, options_.free_bytes_min)
                                                 : absl::OkStatus();
}

void Writer::RunGroup(const std::vector<WriteOp*>& group) {
  std::vector<WriteOp*> writes;
  for (WriteOp* op : group) {
    if (!op->alone) {
      writes.push_back(op);
      continue;
    }
    const absl::Status status = op->alone();
    op->result = status.ok() ? absl::StatusOr<Written>(Written()) : status;
  }
  if (const absl::Status writable = Writable(); !writable.ok()) {
    for (WriteOp* op : writes) {
      op->result = writable;
    }
    return;
  }
  AtKillPoint("write.group-taken");
  RunWrites(writes);
}

void Writer::RunWrites(const std::vector<WriteOp*>& group) {
  Batch batch(db_, heads_, laws_, state_);
  for (WriteOp* op : group) {
    op->result = batch.Add(*op);
  }
  if (batch.empty()) {
    return;
  }
  const StoreState next = batch.Finish();
  AtKillPoint("write.batch-made");
  if (next.format != state_.format) {
    AtKillPoint("write.format-raised");
  }
  if (const absl::Status status = MakeDurable(batch.bytes(), next); !status.ok()) {
    const absl::Status sealed = Seal(status);
    for (WriteOp* op : group) {
      if (op->result.ok()) {
        op->result = sealed;
      }
    }
    return;
  }
  state_ = next;
  heads_.Publish(batch.changed());
  AtKillPoint("write.heads-published");
  if (batch.laws()) {
    laws_.Publish(*batch.laws());
    AtKillPoint("write.laws-published");
  }
}

absl::Status Writer::MakeDurable(DbBatch& bytes, const StoreState& next) {
  ONWARD_RETURN_IF_ERROR(Step("wal"));
  ONWARD_RETURN_IF_ERROR(db_.Write(bytes));
  AtKillPoint("write.wal-synced");
  ONWARD_RETURN_IF_ERROR(Step("anchor"));
  ONWARD_RETURN_IF_ERROR(anchor_->Write(next));
  AtKillPoint("write.anchor-synced");
  return Step("publish");
}

absl::Status Writer::Step(std::string_view step) const {
  return options_.before_step ? options_.before_step(step) : absl::OkStatus();
}

absl::Status Writer::Seal(const absl::Status& cause) {
  const std::string text(cause.message().data(), cause.message().size());
  spdlog::error("storage: writes are sealed: {}", text);
  const MutexLock lock(mutex_);
  cause_ = cause;
  sealed_ = Sealed(text);
  AtKillPoint("seal.sealed");
  return sealed_;
}

bool Writer::MayHeal() const {
  const MutexLock lock(mutex_);
  return !cause_.ok() && !absl::IsDataLoss(cause_);
}

absl::Status Writer::OpenAgain() {
  WriteOp op;
  op.alone = [this] { return OpenAgainAlone(); };
  queue_.Run(op, 0);
  return op.result.status();
}

absl::Status Writer::OpenAgainAlone() {
  if (!db_.Close()) {
    return IoFailed("store folder " + folder_ + " is in use by a call under way");
  }
  AtKillPoint("seal.closed");
  ONWARD_ASSIGN_OR_RETURN(OpenFolder open, OpenLocked(folder_, options_));
  if (open.state.incarnation != state_.incarnation || open.state.sequence < state_.sequence) {
    return Corrupted("store folder " + folder_, "it does not hold what was acknowledged");
  }
  db_.TakeOver(*open.db);
  anchor_ = std::move(open.anchor);
  state_ = std::move(open.state);
  heads_.Publish(open.heads);
  laws_.Publish(std::move(open.laws));
  AtKillPoint("seal.opened-again");
  spdlog::warn("storage: opened again after an error; writes are accepted");
  const MutexLock lock(mutex_);
  cause_ = absl::OkStatus();
  sealed_ = absl::OkStatus();
  return absl::OkStatus();
}

}  // namespace onward::storage
