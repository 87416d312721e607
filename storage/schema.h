// What a store on disk is made of, and which formats this release reads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onward::storage {

// The format written. Every format from 1 on is read; the first write makes a store one of this
// format, which releases that do not know it refuse. A change of keys, values or files is a new format.
//   1  inventories
//   2  and law registers; records of kind policy
//   3  and compacted inventories: oldest revision in heads and entries, forgotten versions in history;
//      request ids of writes that changed nothing; imported inventories: where their chain began
//   4  and salted contacts, whose records have digests over commitments (storage/commitment.h); erasures
inline constexpr uint32_t kFormat = 4;

// Column families by name; storage/keys.h says what each holds. Never rename.
enum class Family { kMeta, kCurrent, kHistory, kChangelog, kRequests };
inline constexpr std::array<std::string_view, 5> kFamilyNames = {"meta", "current", "history",
                                                                 "changelog", "requests"};

// Refuses a format newer than this release reads, and one that never was. Called before anything is
// written.
absl::Status CheckFormat(std::string_view folder, uint32_t found);

// The store as a whole, at key `s` of meta: changes with every synced batch.
struct StoreState {
  uint32_t format = kFormat;
  // Random, in hexadecimal: what chains begin with.
  std::string incarnation;
  // Number of synced batches so far.
  uint64_t sequence = 0;
  // Hash chain over the batches, and its value one batch before.
  std::string root;
  std::string previous_root;
  uint32_t next_inventory = 1;
  // Law registers put so far, and the hash of the newest entry (storage/law_log.h); empty: none.
  uint64_t laws = 0;
  std::string law_hash;
  // Of a store that was restored from a backup: another random id, for tokens; its chains go on under
  // `incarnation`. Empty: never restored.
  std::string restored_as;
  friend bool operator==(const StoreState&, const StoreState&) = default;
};

std::string EncodeState(const StoreState& state);
absl::StatusOr<StoreState> DecodeState(std::string_view bytes);

// The id that tokens carry.
const std::string& IncarnationOf(const StoreState& state);

// The state of an empty store.
StoreState NewState(std::string incarnation);
// The next state, of the newest format, whose batch holds the entries or chain starts with these
// hashes.
StoreState NextState(const StoreState& state, const std::string& hashes);

// 32 random hexadecimal digits.
std::string NewIncarnation();

}  // namespace onward::storage
