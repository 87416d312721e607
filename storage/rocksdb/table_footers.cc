#include "storage/rocksdb/table_footers.h"

#include <array>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string_view>

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
// After each block: how it is compressed, and its checksum.
constexpr size_t kTrailerBytes = 1 + 4;
constexpr std::string_view kProperties = "rocksdb.properties";

uint32_t NumberAt(std::string_view bytes, size_t at) {
  uint32_t number = 0;
  for (size_t i = 4; i > 0; --i) {
    number = number << 8U | static_cast<uint8_t>(bytes[at + i - 1]);
  }
  return number;
}

// Seven bits in each byte, the lowest first; the last byte is below 128. Removed from `bytes`.
bool TakeVarint(std::string_view& bytes, uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) {
      return true;
    }
  }
  return false;
}

// Where a block lies in its file, without what comes after it.
struct BlockHandle {
  uint64_t offset = 0;
  uint64_t size = 0;
};

std::optional<BlockHandle> TakeHandle(std::string_view& bytes) {
  BlockHandle handle;
  if (!TakeVarint(bytes, handle.offset) || !TakeVarint(bytes, handle.size)) {
    return std::nullopt;
  }
  return handle;
}

// A file of table blocks that ends with a footer.
class Table {
 public:
  explicit Table(const std::string& path) : file_(path, std::ios::binary | std::ios::ate) {
    const std::streamoff end = file_.tellg();
    size_ = end < 0 ? 0 : static_cast<uint64_t>(end);
  }

  // nullopt: it does not end as a table does.
  std::optional<std::string> Footer() {
    if (size_ < kFooterBytes) {
      return std::nullopt;
    }
    std::optional<std::string> footer = Read(size_ - kFooterBytes, kFooterBytes);
    if (footer && std::memcmp(footer->data() + kMagicAt, kMagic.data(), kMagic.size()) != 0) {
      footer.reset();
    }
    return footer;
  }
  bool Holds(const BlockHandle& handle) const {
    const uint64_t blocks = size_ - kFooterBytes;
    return handle.offset <= blocks && handle.size <= blocks - handle.offset &&
           blocks - handle.offset - handle.size >= kTrailerBytes;
  }
  // One that it holds.
  std::optional<std::string> Block(const BlockHandle& handle) {
    return Read(handle.offset, handle.size);
  }

 private:
  std::optional<std::string> Read(uint64_t offset, uint64_t size) {
    std::string bytes(size, '\0');
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(bytes.data(), static_cast<std::streamsize>(size));
    return file_.good() ? std::optional(std::move(bytes)) : std::nullopt;
  }

  std::ifstream file_;
  uint64_t size_ = 0;
};

using OnEntry = std::function<void(std::string_view key, std::string_view value)>;

// Takes one entry: lengths of what its key shares with the one before, of the rest of the key and of the value.
bool TakeEntry(std::string_view& entries, std::string& key, const OnEntry& on_entry) {
  uint64_t shared = 0;
  uint64_t rest = 0;
  uint64_t value = 0;
  if (!TakeVarint(entries, shared) || !TakeVarint(entries, rest) || !TakeVarint(entries, value) ||
      shared > key.size() || rest > entries.size() || value > entries.size() - rest) {
    return false;
  }
  key.resize(shared);
  key.append(entries.substr(0, rest));
  on_entry(key, entries.substr(rest, value));
  entries.remove_prefix(rest + value);
  return true;
}

// Entries, the offsets where keys share nothing, and how many offsets. False: it is not laid out so. What a
// hash index would add is never written here.
bool ReadEntries(std::string_view block, const OnEntry& on_entry) {
  if (block.size() < 8) {
    return false;
  }
  const uint64_t offsets = NumberAt(block, block.size() - 4);
  if (offsets == 0 || offsets > block.size() / 4 - 1) {
    return false;
  }
  std::string_view entries = block.substr(0, block.size() - 4 * (offsets + 1));
  if (NumberAt(block, entries.size()) != 0) {
    return false;
  }
  std::string key;
  while (!entries.empty()) {
    if (!TakeEntry(entries, key, on_entry)) {
      return false;
    }
  }
  return true;
}

// Entries in order of their keys.
bool IsInOrder(std::string_view block) {
  std::string last;
  bool in_order = true;
  const bool read = ReadEntries(block, [&](std::string_view key, std::string_view) {
    in_order = in_order && key > last;
    last = key;
  });
  return read && in_order;
}

// Where the list of blocks says that the properties lie; nullopt: it is damaged, which RocksDB finds itself, for it
// compares the checksum of this block before it reads it.
std::optional<BlockHandle> FindProperties(Table& table, const BlockHandle& list) {
  const std::optional<std::string> block = table.Block(list);
  std::optional<BlockHandle> properties;
  const bool read = block && ReadEntries(*block, [&](std::string_view key, std::string_view at) {
                      if (key == kProperties) {
                        properties = TakeHandle(at);
                      }
                    });
  return read ? properties : std::nullopt;
}

absl::Status CheckProperties(Table& table, const std::string& name, const BlockHandle& list) {
  const std::optional<BlockHandle> at = FindProperties(table, list);
  if (!at) {
    return absl::OkStatus();
  }
  const std::optional<std::string> block = table.Holds(*at) ? table.Block(*at) : std::nullopt;
  return block && IsInOrder(*block) ? absl::OkStatus()
                                    : Corrupted(name, "its properties cannot be read");
}

absl::Status CheckTable(const std::string& folder, const std::string& name) {
  Table table(folder + "/" + name);
  const std::optional<std::string> footer = table.Footer();
  if (!footer) {
    // Left unfinished by a crash, or damaged: the database knows which.
    return absl::OkStatus();
  }
  if (const uint32_t format = NumberAt(*footer, kFormatAt); format != kTableFormat) {
    return Corrupted(name, absl::StrCat("it says that it is a table of format ", format,
                                        "; all have ", kTableFormat));
  }
  if (const auto checksum = static_cast<uint8_t>(footer->front()); checksum != kTableChecksum) {
    return Corrupted(name, absl::StrCat("it says that its checksums are of type ", checksum,
                                        "; all have ", kTableChecksum));
  }
  std::string_view handles = std::string_view(*footer).substr(1, kFormatAt - 1);
  const std::optional<BlockHandle> list = TakeHandle(handles);
  const std::optional<BlockHandle> index = TakeHandle(handles);
  if (!list || !index || !table.Holds(*list) || !table.Holds(*index)) {
    return Corrupted(name, "it says that blocks lie where it has none");
  }
  return CheckProperties(table, name, *list);
}

}  // namespace

absl::Status CheckTableFooters(const std::string& folder) {
  for (const std::string& name : FilesEnding(folder, ".sst")) {
    ONWARD_RETURN_IF_ERROR(CheckTable(folder, name));
  }
  return absl::OkStatus();
}

}  // namespace onward::storage
