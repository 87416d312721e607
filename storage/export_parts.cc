#include "storage/export_parts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/digest.h"
#include "storage/errors.h"

namespace onward::storage {
namespace {

constexpr std::string_view kMagic = "ONWARD-INVENTORY";
constexpr size_t kBeginningBytes = kMagic.size() + sizeof(uint32_t);
constexpr size_t kFrameBytes = 1 + sizeof(uint32_t);

void AppendU32(uint32_t number, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 0xFFU));
  }
}

uint32_t ReadU32(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(uint32_t); ++i) {
    number = (number << 8) | static_cast<uint8_t>(bytes[i]);
  }
  return number;
}

std::string Beginning() {
  std::string bytes(kMagic);
  AppendU32(kExportVersion, bytes);
  return bytes;
}

std::string ChecksumOf(std::string_view before, PartKind kind, std::string_view payload) {
  return DigestInput("onward.export.1")
      .Text(before)
      .Number(static_cast<uint64_t>(kind))
      .Text(payload)
      .Digest();
}

}  // namespace

absl::Status ExportDamaged(uint64_t byte, std::string_view what) {
  return BackupDamaged(absl::StrCat("exported file, byte ", byte), what);
}

PartWriter::PartWriter(ExportSink sink)
    : sink_(std::move(sink)), buffer_(Beginning()), checksum_(Sha256(buffer_)) {}

absl::Status PartWriter::Add(PartKind kind, std::string_view payload) {
  if (payload.size() > kExportPartBytesMax) {
    return InvalidWrite(
        absl::StrCat("a part of an exported file has at most ", kExportPartBytesMax, " bytes"));
  }
  checksum_ = ChecksumOf(checksum_, kind, payload);
  buffer_.push_back(static_cast<char>(kind));
  AppendU32(static_cast<uint32_t>(payload.size()), buffer_);
  buffer_.append(payload);
  buffer_.append(checksum_);
  return Flush(kExportChunkBytes);
}

absl::Status PartWriter::Finish() { return Flush(1); }

absl::Status PartWriter::Flush(size_t at_least) {
  size_t at = 0;
  while (buffer_.size() - at >= at_least) {
    const std::string_view piece = std::string_view(buffer_).substr(at, kExportChunkBytes);
    ONWARD_RETURN_IF_ERROR(sink_(piece));
    at += piece.size();
  }
  buffer_.erase(0, at);
  return absl::OkStatus();
}

absl::Status PartReader::Add(std::string_view bytes) {
  buffer_.append(bytes);
  size_t at = 0;
  while (at < buffer_.size()) {
    const std::string_view rest = std::string_view(buffer_).substr(at);
    ONWARD_ASSIGN_OR_RETURN(const size_t used, begun_ ? TakePart(rest) : TakeBeginning(rest));
    if (used == 0) {
      break;
    }
    at += used;
    offset_ += used;
  }
  buffer_.erase(0, at);
  return absl::OkStatus();
}

absl::StatusOr<size_t> PartReader::TakeBeginning(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic.substr(0, bytes.size())) {
    return NotAnExport();
  }
  if (bytes.size() < kBeginningBytes) {
    return size_t{0};
  }
  const uint32_t version = ReadU32(bytes.substr(kMagic.size()));
  if (version > kExportVersion) {
    return ExportTooNew(version, kExportVersion);
  }
  if (version == 0) {
    return ExportDamaged(kMagic.size(), "format 0 never was");
  }
  begun_ = true;
  checksum_ = Sha256(bytes.substr(0, kBeginningBytes));
  return kBeginningBytes;
}

absl::StatusOr<size_t> PartReader::TakePart(std::string_view bytes) {
  if (ended_) {
    return ExportDamaged(offset_, "there is something after the end");
  }
  if (bytes.size() < kFrameBytes) {
    return size_t{0};
  }
  const uint64_t length = ReadU32(bytes.substr(1));
  if (length > kExportPartBytesMax) {
    return ExportDamaged(
        offset_, absl::StrCat("a part of ", length, " bytes; the limit is ", kExportPartBytesMax));
  }
  const size_t whole = kFrameBytes + length + kDigestBytes;
  if (bytes.size() < whole) {
    return size_t{0};
  }
  const auto kind = static_cast<PartKind>(bytes[0]);
  const std::string_view payload = bytes.substr(kFrameBytes, length);
  std::string checksum = ChecksumOf(checksum_, kind, payload);
  if (checksum != bytes.substr(kFrameBytes + length, kDigestBytes)) {
    return ExportDamaged(offset_, "the checksum does not match");
  }
  checksum_ = std::move(checksum);
  ONWARD_RETURN_IF_ERROR(on_part_(kind, payload, offset_));
  ended_ = kind == PartKind::kEnd;
  return whole;
}

}  // namespace onward::storage
