// The description of one backup: a text file that people and sha256sum can read, written last.
//
//   onward-backup 1
//   number 3
//   created-at-us 1767225600000000
//   release 0.1.0
//   comment before the upgrade
//   format 3
//   incarnation 0123...
//   sequence 17              batches of the store, and their root: its head anchor at that moment
//   root 89ab...
//   new-bytes 4096
//   head 12 default          once for each inventory, in order of id
//   file <sha256> <bytes> 000017.sst
//   sha256 <of all bytes before this line>
//
// Texts are escaped as in C. A file's contents stand in `files` under their digest, once for all backups.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/backup.h"

namespace onward::storage {

inline constexpr size_t kManifestBytesMax = size_t{64} << 20;

// One file of the store.
struct BackupFile {
  // Without a folder: letters, digits, dots, hyphens, underscores.
  std::string name;
  uint64_t bytes = 0;
  // 64 hexadecimal digits.
  std::string digest;
  friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

struct BackupManifest {
  // `bytes` is the sum of those of the files.
  BackupInfo info;
  uint64_t sequence = 0;
  std::string root;
  // In order of name.
  std::vector<BackupFile> files;
  friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
};

std::string EncodeManifest(const BackupManifest& manifest);
// Takes what EncodeManifest writes and nothing else. BackupDamaged, naming `file`.
absl::StatusOr<BackupManifest> DecodeManifest(std::string_view bytes, std::string_view file);

}  // namespace onward::storage
