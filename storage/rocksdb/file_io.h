// Whole files, read and written for backups. Errors: IoFailed, DiskFull, naming the file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onward::storage {

// Told the bytes of each part; an error ends the work.
using OnBytes = std::function<absl::Status(uint64_t bytes)>;

struct FileDigest {
  // 64 hexadecimal digits.
  std::string digest;
  uint64_t bytes = 0;
};

// Reads all of it.
absl::StatusOr<FileDigest> DigestOfFile(const std::string& path, const OnBytes& on_bytes);
// Synced; `to` is replaced. The digest is that of the bytes copied.
absl::StatusOr<FileDigest> CopyFile(const std::string& from, const std::string& to,
                                    const OnBytes& on_bytes);
// The file has these contents or its earlier ones, whatever happens meanwhile; synced.
absl::Status ReplaceFile(const std::string& folder, const std::string& name,
                         std::string_view bytes);
// NotFound where there is none; IoFailed where it is larger than `bytes_max`.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t bytes_max);

}  // namespace onward::storage
