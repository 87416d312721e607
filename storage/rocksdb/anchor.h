// The head anchor: a file that names the newest acknowledged batch, synced apart from the database.
// None of RocksDB's recovery modes can tell a lost tail from a torn one; the anchor can.
//
//   file ONWARD-HEAD: two slots of 4,096 bytes; batch n goes to slot n mod 2, so that a torn write
//   leaves the slot before. Each slot:
//     0    8   "ONWDHEAD"
//     8    4   format of the store, big-endian
//     12   4   zero
//     16   8   sequence of the batch, big-endian
//     24   32  incarnation, hexadecimal
//     56   32  root after the batch
//     88   32  SHA-256 of bytes 0 to 87
//     120      zero
//   The places of magic, format and checksum never change, so that every release can refuse a newer
//   format.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/schema.h"

namespace rocksdb {
class FileSystem;
class FSRandomRWFile;
}  // namespace rocksdb

namespace onward::storage {

inline constexpr std::string_view kAnchorFile = "ONWARD-HEAD";

// Not thread-safe.
class Anchor {
 public:
  // Makes the file, whole or not at all, for a store whose batch `state` is the newest. `files`: null is the
  // system's.
  static absl::Status Create(const std::string& folder, const StoreState& state,
                             rocksdb::FileSystem* files = nullptr);
  // Corrupted if the file is missing or neither slot can be read. `files` as above; outlives the anchor.
  static absl::StatusOr<std::unique_ptr<Anchor>> Open(const std::string& folder,
                                                      rocksdb::FileSystem* files = nullptr);

  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;
  ~Anchor();

  // What the newest readable slot held at opening: format, incarnation, sequence and root.
  const StoreState& found() const { return found_; }

  // Names a batch; durable on return.
  absl::Status Write(const StoreState& state);
  // Writes both slots.
  absl::Status WriteBoth(const StoreState& state);

 private:
  explicit Anchor(std::unique_ptr<rocksdb::FSRandomRWFile> file);
  absl::Status Read();
  absl::Status WriteSlot(const StoreState& state, uint64_t slot) const;
  absl::Status Sync() const;

  const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  StoreState found_;
};

}  // namespace onward::storage
