#include "storage/keys.h"

namespace onward::storage::keys {
namespace {

constexpr size_t kIdBytesMax = 128;
constexpr char kStateKey = 's';
constexpr char kHeadKey = 'i';
constexpr char kLawEntryKey = 'l';
constexpr char kLawBytesKey = 'r';

void AppendU32(uint32_t number, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 0xFF));
  }
}

// The first key after all those that start with `prefix`. The prefix must not be all ff.
std::string After(std::string prefix) {
  while (prefix.back() == static_cast<char>(0xFF)) {
    prefix.pop_back();
  }
  ++prefix.back();
  return prefix;
}

// Kind and id from the part behind the inventory's number.
std::optional<InventoryKeys::RefView> ViewRef(std::string_view bytes) {
  if (bytes.size() < 2) {
    return std::nullopt;
  }
  const auto kind = static_cast<model::RecordKind>(static_cast<uint8_t>(bytes[0]));
  const std::string_view id = bytes.substr(1);
  if (kind < model::RecordKind::kParty || kind > model::RecordKind::kLast || !IsStorableId(id)) {
    return std::nullopt;
  }
  return InventoryKeys::RefView{kind, id};
}

}  // namespace

bool IsStorableId(std::string_view id) {
  return !id.empty() && id.size() <= kIdBytesMax && id.find('\0') == std::string_view::npos;
}

void AppendU64(uint64_t number, std::string& out) {
  AppendU32(static_cast<uint32_t>(number >> 32), out);
  AppendU32(static_cast<uint32_t>(number), out);
}

uint64_t ReadU64(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) {
    number = (number << 8) | static_cast<uint8_t>(bytes[i]);
  }
  return number;
}

std::string InventoryKeys::Current(const model::RecordRef& ref) const {
  std::string key;
  AppendU32(number_, key);
  key.push_back(static_cast<char>(ref.kind));
  key.append(ref.id);
  return key;
}

std::string InventoryKeys::History(const model::RecordRef& ref, uint64_t revision) const {
  std::string key = Current(ref);
  key.push_back('\0');
  AppendU64(~revision, key);
  return key;
}

std::string InventoryKeys::Changelog(uint64_t revision) const {
  std::string key;
  AppendU32(number_, key);
  AppendU64(revision, key);
  return key;
}

std::string InventoryKeys::Request(std::string_view request_id) const {
  std::string key;
  AppendU32(number_, key);
  key.append(request_id);
  return key;
}

Range InventoryKeys::All() const {
  std::string prefix;
  AppendU32(number_, prefix);
  return {prefix, After(prefix)};
}

Range InventoryKeys::HistoryOf(const model::RecordRef& ref, uint64_t newest) const {
  std::string prefix = Current(ref);
  prefix.push_back('\0');
  return {History(ref, newest), After(prefix)};
}

Range InventoryKeys::ChangelogUpTo(uint64_t newest) const {
  return {Changelog(1), newest == UINT64_MAX ? All().until : Changelog(newest + 1)};
}

std::optional<InventoryKeys::RefView> InventoryKeys::ViewCurrent(std::string_view key) const {
  if (InventoryOf(key) != number_) {
    return std::nullopt;
  }
  return ViewRef(key.substr(sizeof(number_)));
}

std::optional<model::RecordRef> InventoryKeys::ParseCurrent(std::string_view key) const {
  const std::optional<RefView> ref = ViewCurrent(key);
  return ref ? std::make_optional(model::RecordRef{ref->kind, std::string(ref->id)}) : std::nullopt;
}

std::optional<InventoryKeys::Version> InventoryKeys::ParseHistory(std::string_view key) const {
  constexpr size_t kTail = 1 + sizeof(uint64_t);
  if (key.size() < kTail || key[key.size() - kTail] != '\0') {
    return std::nullopt;
  }
  const auto ref = ParseCurrent(key.substr(0, key.size() - kTail));
  if (!ref) {
    return std::nullopt;
  }
  return Version{*ref, ~ReadU64(key.substr(key.size() - sizeof(uint64_t)))};
}

std::optional<uint64_t> InventoryKeys::ParseChangelog(std::string_view key) const {
  const std::string prefix = All().from;
  if (key.size() != prefix.size() + sizeof(uint64_t) || key.substr(0, prefix.size()) != prefix) {
    return std::nullopt;
  }
  return ReadU64(key.substr(prefix.size()));
}

std::optional<uint32_t> InventoryOf(std::string_view key) {
  if (key.size() < sizeof(uint32_t)) {
    return std::nullopt;
  }
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(uint32_t); ++i) {
    number = (number << 8) | static_cast<uint8_t>(key[i]);
  }
  return number;
}

std::string StoreState() { return {kStateKey}; }

std::string Head(std::string_view inventory) {
  std::string key{kHeadKey};
  key.append(inventory);
  return key;
}

std::string LawEntry(uint64_t number) {
  std::string key{kLawEntryKey};
  AppendU64(number, key);
  return key;
}

Range AllLawEntries() { return {{kLawEntryKey}, After({kLawEntryKey})}; }

std::string LawBytes(std::string_view digest) {
  std::string key{kLawBytesKey};
  key.append(digest);
  return key;
}

bool IsWrittenOnce(std::string_view key) {
  return !key.empty() && (key.front() == kLawEntryKey || key.front() == kLawBytesKey);
}

Range AllHeads() { return {{kHeadKey}, After({kHeadKey})}; }

}  // namespace onward::storage::keys
