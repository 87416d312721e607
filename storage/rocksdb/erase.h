// Erasure of contacts: the versions of a party as the database has them, and the files that may still hold what
// was erased.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/erasure.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/writer.h"

namespace onward::storage {

// All versions of a party up to a revision, oldest first; those under the keys of `forgotten` count as
// forgotten.
absl::StatusOr<std::vector<PartyVersion>> VersionsOfParty(const Db& db,
                                                          const keys::InventoryKeys& keys,
                                                          const std::string& party, uint64_t newest,
                                                          const std::set<std::string>& forgotten);

// See Store::PreviewErasure; `head` is the inventory's.
absl::StatusOr<Erasure> ErasureOf(const Db& db, const StoredHead& head, const ErasureOrder& order);

// See Store::Scrub; `head` is the inventory's.
absl::StatusOr<bool> ScrubErased(Db& db, Writer& writer, const StoredHead& head,
                                 const std::function<bool()>& stop);

}  // namespace onward::storage
