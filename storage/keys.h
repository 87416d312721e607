// The bytes of keys; nothing else knows them. Numbers are big-endian, so that byte order is number
// order.
//
//   column family | key                                               | value
//   --------------|---------------------------------------------------|------------------------
//   meta          | 's'                                               | store.v1.StoreState
//   meta          | 'i' inventory-id                                  | store.v1.Head
//   meta          | 'l' number u64                                    | store.v1.LawEntry
//   meta          | 'r' SHA-256 of the register                       | a law register's bytes
//   current       | inventory u32 | kind u8 | id                      | last change u64 | record
//   history       | inventory u32 | kind u8 | id | 00 | ~revision u64 | 01 record, 00: deleted, 02: forgotten
//   changelog     | inventory u32 | revision u64                      | store.v1.Entry
//   requests      | inventory u32 | request-id                        | store.v1.Request
//
// Inventories are numbered when they are made and a number is never used twice, so nothing of a
// deleted inventory can show up in a later one of the same id. Ids hold no 00, so 00 ends an id and
// "a" sorts before "a-b" in `history` as in `current`. Revisions in `history` are inverted: of one
// record the newest version comes first, and seeking to revision R finds the version that was valid
// at R.
//
// One record through its life, flow f1 in inventory 7 (kind 5):
//
//   put in revision 2    current 00000007 05 "f1"                        -> 2, A
//                        history 00000007 05 "f1" 00 fffffffffffffffd    -> A
//   put in revision 5    current 00000007 05 "f1"                        -> 5, B
//                        history 00000007 05 "f1" 00 fffffffffffffffa    -> B      (before A's)
//   delete in 6          current: no entry
//                        history 00000007 05 "f1" 00 fffffffffffffff9    -> deleted (before B's)
//   put in revision 9    current 00000007 05 "f1"                        -> 9, C
//                        history 00000007 05 "f1" 00 fffffffffffffff6    -> C
//
//   at revision 1: seek ~1, beyond A: not there.   at 4: seek ~4 finds A.   at 5: B.
//   at 7: seek ~7 finds the deletion: not there.   at 9 and later: C, already from `current`.
//
// Compaction to revision 5 forgets A, whose key stays with the value 02, so that the revisions that
// changed f1 are all found: nobody can read at a revision that would find it.
//
// The layout is on disk: never change it, add a format (storage/schema.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "graph/model/record.h"

namespace onward::storage::keys {

// Half-open range of keys that start with a prefix. Both ends are always set.
struct Range {
  std::string from;
  std::string until;
};

// 1 to 128 bytes, none of them 00.
bool IsStorableId(std::string_view id);

// The keys of one inventory.
class InventoryKeys {
 public:
  explicit InventoryKeys(uint32_t number) : number_(number) {}

  std::string Current(const model::RecordRef& ref) const;
  std::string History(const model::RecordRef& ref, uint64_t revision) const;
  std::string Changelog(uint64_t revision) const;
  std::string Request(std::string_view request_id) const;

  // Everything of this inventory, in any of its column families.
  Range All() const;
  // The versions of one record from `newest` back.
  Range HistoryOf(const model::RecordRef& ref, uint64_t newest) const;
  // The entries of revisions 1 to `newest`.
  Range ChangelogUpTo(uint64_t newest) const;

  // The record that a key of `current` names; nullopt where the bytes are no such key of this
  // inventory.
  std::optional<model::RecordRef> ParseCurrent(std::string_view key) const;
  // The same, with the id as a view of the key.
  struct RefView {
    model::RecordKind kind = model::RecordKind::kParty;
    std::string_view id;
  };
  std::optional<RefView> ViewCurrent(std::string_view key) const;
  struct Version {
    model::RecordRef ref;
    uint64_t revision = 0;
  };
  std::optional<Version> ParseHistory(std::string_view key) const;
  std::optional<uint64_t> ParseChangelog(std::string_view key) const;

 private:
  uint32_t number_;
};

// The inventory's number in a key of another family than meta; nullopt where the key is too short.
std::optional<uint32_t> InventoryOf(std::string_view key);

// Keys of `meta`.
std::string StoreState();
std::string Head(std::string_view inventory);
Range AllHeads();
// The put of a law register with this number; numbers count from 1.
std::string LawEntry(uint64_t number);
Range AllLawEntries();
// The bytes of the law register with this digest.
std::string LawBytes(std::string_view digest);
// Whether a key of `meta` names something that is written once and never changed.
bool IsWrittenOnce(std::string_view key);

// Big-endian numbers in values.
void AppendU64(uint64_t number, std::string& out);
// The number at the front of `bytes`; at least 8 bytes.
uint64_t ReadU64(std::string_view bytes);

}  // namespace onward::storage::keys
