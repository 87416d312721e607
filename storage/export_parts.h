// The frame of an exported file: parts with length and checksum. What they mean: storage/export_file.h.
//
//   "ONWARD-INVENTORY" | version u32 | part | part | ... | part of kind kEnd
//   part: kind u8 | length of the payload u32 | payload | checksum, 32 bytes
//
// Numbers are big-endian. A checksum is SHA-256 over the checksum of the part before (of the first: SHA-256
// of the 20 bytes before it), the kind and the payload, in the encoding of storage/digest.h: a part that is
// changed, left out or moved is found where it stands. Never change the encoding: raise the version.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onward::storage {

inline constexpr uint32_t kExportVersion = 1;
// Of one payload.
inline constexpr uint64_t kExportPartBytesMax = uint64_t{64} << 20;
// A file is written in pieces of this size; the last one is smaller.
inline constexpr size_t kExportChunkBytes = size_t{256} << 10;

enum class PartKind : uint8_t {
  kHead = 'H',
  kEntry = 'R',
  kVersion = 'V',
  kRequest = 'Q',
  kEnd = 'E'
};

// BACKUP_DAMAGED, naming the byte.
absl::Status ExportDamaged(uint64_t byte, std::string_view what);

// Takes a piece of a file; an error ends the work with it.
using ExportSink = std::function<absl::Status(std::string_view bytes)>;

class PartWriter {
 public:
  explicit PartWriter(ExportSink sink);
  // InvalidWrite for a payload beyond the limit.
  absl::Status Add(PartKind kind, std::string_view payload);
  // Hands over what is left. Once, last.
  absl::Status Finish();

 private:
  absl::Status Flush(size_t at_least);

  const ExportSink sink_;
  std::string buffer_;
  std::string checksum_;
};

// Takes a file in pieces of any size, and holds no more of it than one part and one piece.
class PartReader {
 public:
  // Told of each whole part, whose checksum is right; `byte` is where it begins.
  using OnPart =
      std::function<absl::Status(PartKind kind, std::string_view payload, uint64_t byte)>;
  explicit PartReader(OnPart on_part) : on_part_(std::move(on_part)) {}

  // INVALID_ARGUMENT for what is no exported file; ExportTooNew; ExportDamaged; errors of OnPart. No more
  // calls after one.
  absl::Status Add(std::string_view bytes);
  // Whether the part of kind kEnd was the last of the bytes.
  bool ended() const { return ended_; }
  // Bytes that were added.
  uint64_t bytes() const { return offset_ + buffer_.size(); }

 private:
  absl::StatusOr<size_t> TakeBeginning(std::string_view bytes);
  absl::StatusOr<size_t> TakePart(std::string_view bytes);

  const OnPart on_part_;
  std::string buffer_;
  std::string checksum_;
  // Of the buffer's first byte.
  uint64_t offset_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace onward::storage
