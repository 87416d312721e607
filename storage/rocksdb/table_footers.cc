#include "storage/rocksdb/table_footers.h"

#include <array>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/rocksdb/folder.h"

namespace onward::storage {
namespace {

// Checksum type, two handles of blocks in 40 bytes, format, magic number; numbers little-endian.
constexpr size_t kFooterBytes = 1 + 40 + 4 + 8;
constexpr size_t kFormatAt = 1 + 40;
constexpr size_t kMagicAt = kFormatAt + 4;
constexpr std::array<uint8_t, 8> kMagic = {0xf7, 0xcf, 0xf4, 0x85, 0xb7, 0x41, 0xe2, 0x88};

using Footer = std::array<uint8_t, kFooterBytes>;

bool ReadFooter(const std::string& path, Footer& footer) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(-static_cast<std::streamoff>(kFooterBytes), std::ios::end);
  std::array<char, kFooterBytes> bytes = {};
  file.read(bytes.data(), bytes.size());
  std::memcpy(footer.data(), bytes.data(), bytes.size());
  return file.good();
}

uint32_t FormatIn(const Footer& footer) {
  uint32_t format = 0;
  for (size_t i = 4; i > 0; --i) {
    format = format << 8U | footer[kFormatAt + i - 1];
  }
  return format;
}

absl::Status CheckFooter(const std::string& folder, const std::string& name) {
  Footer footer = {};
  if (!ReadFooter(folder + "/" + name, footer) ||
      std::memcmp(footer.data() + kMagicAt, kMagic.data(), kMagic.size()) != 0) {
    // Left unfinished by a crash, or damaged: the database knows which.
    return absl::OkStatus();
  }
  if (FormatIn(footer) != kTableFormat) {
    return Corrupted(name, absl::StrCat("it says that it is a table of format ", FormatIn(footer),
                                        "; all have ", kTableFormat));
  }
  if (footer[0] != kTableChecksum) {
    return Corrupted(name, absl::StrCat("it says that its checksums are of type ", footer[0],
                                        "; all have ", kTableChecksum));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTableFooters(const std::string& folder) {
  for (const std::string& name : FilesEnding(folder, ".sst")) {
    ONWARD_RETURN_IF_ERROR(CheckFooter(folder, name));
  }
  return absl::OkStatus();
}

}  // namespace onward::storage
