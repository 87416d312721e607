// Room on the store's volume: how much is free, and a reserve that is given up to get going again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace onward::storage {

// A file of RocksDbOptions::ballast_bytes that holds nothing: opening a store after the volume was full
// needs room for what the write-ahead log holds.
inline constexpr std::string_view kBallastFile = "ONWARD-BALLAST";

// Free bytes of the volume that holds the folder; nullopt: not known.
std::optional<uint64_t> FreeBytes(const std::string& folder, const RocksDbOptions& options);
// Bytes of the files in the folder, the ballast included.
uint64_t BytesOf(const std::string& folder);

// Deletes the ballast where the volume has no room to open the store.
void DropBallastIfFull(const std::string& folder, const RocksDbOptions& options);
// Makes the ballast where it is missing and there is room for it: it and the least free bytes are free.
void MakeBallastIfRoom(const std::string& folder, const RocksDbOptions& options);

// Writes, syncs and deletes a small file: OK says that the volume takes writes again.
absl::Status ProbeWrite(const std::string& folder, const RocksDbOptions& options);

}  // namespace onward::storage
