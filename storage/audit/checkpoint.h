// Checkpoints of a chain (C2SP tlog-checkpoint): a note of which the lines are the origin, the number of entries,
// the root of their tree, and ours: "time" and "chain", the hash of the last entry.
//
//   onward.3f2a/default
//   812
//   qINS1GRFVHsFD6ZMFcZTRwRrOzvXqVEMREHoGQVdbmM=
//   time 2026-03-01T12:00:00Z
//   chain 5lXZjN7C8W1pVfBRY8OUOxI5sjFQ1E9k7dV3EXAM8zQ=
//
//   — onward.3f2a/default Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/audit/ed25519.h"
#include "storage/audit/note.h"

namespace onward::audit {

struct Checkpoint {
  // Name of whoever signs, a slash, the inventory.
  std::string origin;
  uint64_t tree_size = 0;
  // 32 bytes.
  std::string root;
  // Whole seconds; absent in one that others made.
  std::chrono::sys_seconds time{};
  // 32 bytes, or empty.
  std::string chain_hash;
};

// Origin of an inventory's checkpoints. INVALID_ARGUMENT for a name that no key can be called.
absl::StatusOr<std::string> OriginOf(std::string_view name, std::string_view inventory);
// What follows the last slash of an origin.
std::string InventoryOf(const Checkpoint& checkpoint);

// The signed note; the key is called like the origin.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key);
// The lines of a note, without a look at its signatures. INVALID_ARGUMENT for any other form. Lines that
// are not ours are passed over.
absl::StatusOr<Checkpoint> ParseCheckpoint(const Note& note);
// Both, and its signature by the key. PERMISSION_DENIED: not signed by it.
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view bytes, std::string_view public_key);

}  // namespace onward::audit
