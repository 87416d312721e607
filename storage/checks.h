// What every backend checks before it writes. Answers are InvalidWrite.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace onward::storage {

// One write, ready for the disk; nullopt is a deletion.
struct EncodedWrite {
  model::RecordRef ref;
  std::optional<std::string> bytes;
};

// The ref of a record that can be kept.
absl::Status CheckRef(const model::RecordRef& ref);

// An inventory's id can be kept.
absl::Status CheckInventory(const std::string& id, const std::string& display_name);

// Each ref once, ids that can be kept, each record the one that its ref names, all text UTF-8.
absl::StatusOr<std::vector<EncodedWrite>> EncodeWrites(const std::vector<RecordWrite>& writes);

// A law register and its meta can be kept.
absl::Status CheckLaw(const std::string& bytes, const LawMeta& meta);

// The revision can be read: not later than the head (RevisionInFuture), not before the oldest
// (RevisionCompacted); 0 always.
absl::Status CheckReadable(const InventoryHead& head, uint64_t revision);
// `oldest` can become the oldest revision; RevisionInFuture for one later than the head.
absl::Status CheckOldest(const InventoryHead& head, uint64_t oldest);

// A request_id that is to be kept: 1 to 128 bytes, none of them zero.
absl::Status CheckRequestId(const std::string& request_id);

// Texts are UTF-8, a request_id has at most 128 bytes.
absl::Status CheckMeta(const CommitMeta& meta);

}  // namespace onward::storage
