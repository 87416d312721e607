// The log of law registers that were put, as bytes on disk, and the hash chain over it.
//
//   start of the chain   H("onward.laws.1", incarnation)
//   entry n              H("onward.law.1", hash of entry n-1, n, version, knowledge cutoff, digest of the
//                          register's bytes, put at, author, comment)
//
// H is SHA-256 over the values in the encoding of storage/digest.h. Never change the encoding: it is on
// disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace onward::storage {

inline constexpr uint64_t kLawsMax = 10'000;
inline constexpr uint64_t kLawBytesMax = uint64_t{64} << 20;

struct LawEntry {
  LawInfo info;
  std::string previous_hash;
  std::string hash;
};

std::string LawChainStart(std::string_view incarnation);
// What entry.hash must be.
std::string HashOf(const LawEntry& entry);
// The entry after `laws` others, the newest of which has this hash (none: the chain's start).
LawEntry NextLawEntry(uint64_t laws, std::string previous_hash, const std::string& bytes,
                      const LawMeta& meta);

// InvalidWrite for text that is not UTF-8.
absl::StatusOr<std::string> EncodeLawEntry(const LawEntry& entry);
// Corrupted for damaged bytes, another number, or a hash that does not match.
absl::StatusOr<LawEntry> DecodeLawEntry(std::string_view bytes, uint64_t number);
// Corrupted, naming the version, unless these are the bytes that were put.
absl::Status CheckLawBytes(const LawInfo& info, std::string_view bytes);

// The newest of `laws` (oldest first) with this version, or null.
const LawInfo* FindLaw(const std::vector<LawInfo>& laws, std::string_view version);
// RegisterVersionExists, or InvalidWrite after kLawsMax puts.
absl::Status CheckNextLaw(const std::vector<LawInfo>& laws, const LawMeta& meta,
                          const std::string& digest);

}  // namespace onward::storage
