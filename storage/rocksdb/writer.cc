#include "storage/rocksdb/writer.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"

namespace onward::storage {
namespace {

// Bytes that an operation adds to a group, roughly: each record is written twice.
uint64_t SizeOf(const WriteOp& op) {
  uint64_t bytes = op.law ? op.law->bytes.size() : 0;
  for (const EncodedWrite& write : op.writes) {
    bytes += 2 * (write.ref.id.size() + (write.bytes ? write.bytes->size() : 0));
  }
  for (const std::string& key : op.forget ? op.forget->keys : std::vector<std::string>()) {
    bytes += key.size();
  }
  return bytes;
}

}  // namespace

Writer::Writer(Db& db, Heads& heads, Laws& laws, std::unique_ptr<Anchor> anchor, StoreState state,
               const RocksDbOptions& options)
    : db_(db),
      heads_(heads),
      laws_(laws),
      before_step_(options.before_step),
      anchor_(std::move(anchor)),
      state_(std::move(state)),
      queue_([this](const std::vector<WriteOp*>& group) { RunGroup(group); },
             options.group_commits_max, options.group_bytes_max) {}

absl::StatusOr<Written> Writer::Run(WriteOp op) {
  ONWARD_RETURN_IF_ERROR(Writable());
  queue_.Run(op, SizeOf(op));
  return op.result;
}

absl::Status Writer::Writable() const {
  const MutexLock lock(mutex_);
  return sealed_;
}

void Writer::RunGroup(const std::vector<WriteOp*>& group) {
  if (const absl::Status writable = Writable(); !writable.ok()) {
    for (WriteOp* op : group) {
      op->result = writable;
    }
    return;
  }
  Batch batch(db_, heads_, laws_, state_);
  for (WriteOp* op : group) {
    op->result = batch.Add(*op);
  }
  if (batch.empty()) {
    return;
  }
  const StoreState next = batch.Finish();
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
  if (batch.laws()) {
    laws_.Publish(*batch.laws());
  }
}

absl::Status Writer::MakeDurable(DbBatch& bytes, const StoreState& next) {
  ONWARD_RETURN_IF_ERROR(Step("wal"));
  ONWARD_RETURN_IF_ERROR(db_.Write(bytes));
  ONWARD_RETURN_IF_ERROR(Step("anchor"));
  ONWARD_RETURN_IF_ERROR(anchor_->Write(next));
  return Step("publish");
}

absl::Status Writer::Step(std::string_view step) const {
  return before_step_ ? before_step_(step) : absl::OkStatus();
}

absl::Status Writer::Seal(const absl::Status& cause) {
  const std::string text(cause.message().data(), cause.message().size());
  spdlog::error("storage: writes are sealed: {}", text);
  const MutexLock lock(mutex_);
  sealed_ = Sealed(text);
  return sealed_;
}

}  // namespace onward::storage
