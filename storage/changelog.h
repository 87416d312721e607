// Changelog entries, heads and request results as bytes on disk, and the hash chain over the
// entries.
//
//   start of a chain     H("onward.chain.1", incarnation, inventory id, created at)
//   entry of revision n  H("onward.entry.1", hash of entry n-1, n, committed at, author, comment,
//                          request_id, number of changes, then for each: kind, id, digest of its
//                          record or "")
//   of a compaction      the same with "onward.entry.2", and the oldest revision at the end
//   of an erasure        the same with "onward.entry.3", and at the end: party, number of contacts, for each
//                          field and commitment, number of versions, for each revision and digest or ""
//
// H is SHA-256 over the values in the encoding of storage/digest.h. Digests stand for the records, and for
// contacts their commitments (storage/commitment.h), so a chain can be checked without them and stays whole
// when personal data is erased. Never change the encoding: it is on disk and in checkpoints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace onward::storage {

// One entry. `digests[i]` belongs to `info.changes[i]`; empty for a deletion.
struct ChangelogEntry {
  RevisionInfo info;
  std::vector<std::string> digests;
  std::string previous_hash;
  std::string hash;
};

std::string ChainStart(std::string_view incarnation, const InventoryHead& head);
// What entry.hash must be.
std::string HashOf(const ChangelogEntry& entry);

// InvalidWrite for text that is not UTF-8.
absl::StatusOr<std::string> EncodeEntry(const ChangelogEntry& entry);
// Corrupted for damaged bytes, another revision, or a hash that does not match.
absl::StatusOr<ChangelogEntry> DecodeEntry(std::string_view bytes, std::string_view inventory,
                                           uint64_t revision);

// An inventory's head as kept.
struct StoredHead {
  InventoryHead head;
  uint32_t number = 0;
  // Hash of the head's entry.
  std::string hash;
  // Versions that only revisions before this one could read are forgotten; at most head.oldest.
  uint64_t forgotten_before = 1;
  // Of an inventory that was imported: the store and the inventory that its chain began in. Empty: its own.
  std::string origin_incarnation{};
  std::string origin_inventory{};
  // Newest erasure whose values may still be in files, and the oldest version that those not finished touch;
  // 0: none.
  uint64_t scrub = 0;
  uint64_t scrub_from = 0;
};
// Where the chain starts, in the store with this incarnation.
std::string ChainStartOf(std::string_view incarnation, const StoredHead& head);
absl::StatusOr<std::string> EncodeHead(const StoredHead& head);
absl::StatusOr<StoredHead> DecodeHead(std::string_view bytes);

// Of a write that made, or left, `revision`.
RequestResult ResultOf(uint64_t revision, const CommitMeta& meta);
std::string EncodeRequest(const RequestResult& result);
absl::StatusOr<RequestResult> DecodeRequest(std::string_view bytes, std::string_view request_id);

}  // namespace onward::storage
