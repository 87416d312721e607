// What an erasure of contacts takes away from the versions of a party, and what is left of them. Pure, but for
// the salts that it makes and throws away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace onward::storage {

// Versions of one party that one erasure may touch.
inline constexpr size_t kErasureVersionsMax = 20'000;

// What a revision made of the party.
struct PartyVersion {
  uint64_t revision = 0;
  // Of EncodeRecord; nullopt: deleted, or forgotten by a compaction.
  std::optional<std::string> bytes;
};

struct ErasurePlan {
  // Without contacts: there is nothing left to erase.
  Erasure erasure;
  // What is left of the versions that it touches, in order of revision.
  std::vector<PartyVersion> left;
  // The party from the erasure on, where it is there and is touched.
  std::optional<std::string> newest;
};

// `versions` are all of the party, oldest first. `erased_at` is the revision that the erasure will be,
// `at_revision` the one that the positions are of. InvalidWrite where there never was such a party or there are
// no such positions, or for more versions than above; Corrupted; UNAVAILABLE where the system has no randomness.
absl::StatusOr<ErasurePlan> PlanErasure(const std::vector<PartyVersion>& versions,
                                        const ErasureOrder& order, uint64_t at_revision,
                                        uint64_t erased_at);

// Whether `after` is `before` but for contacts that were erased since: values of `history`.
bool IsErasedFrom(std::string_view before, std::string_view after, const model::RecordRef& ref);

}  // namespace onward::storage
