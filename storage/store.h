// The storage port: keeps inventories of records by revision. Every backend passes
// storage/conformance; each sentence here is a test there. Errors are made by storage/errors.h,
// nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/record.h"

namespace onward::storage {

using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

// An inventory's head.
struct InventoryHead {
  std::string id;
  std::string display_name;
  uint64_t revision = 0;
  Time created_at;
  // Oldest revision that can be read, besides 0; 1 unless history was compacted.
  uint64_t oldest = 1;
};

// Who writes, when and why; kept in the changelog.
struct CommitMeta {
  Time committed_at;
  std::string author;
  std::string comment;
  // Empty: not idempotent.
  std::string request_id;
  // Digest of the request's payload, compared when a request_id comes again.
  std::string payload_digest;
  // Counts to remember for a replay.
  uint64_t created = 0;
  uint64_t updated = 0;
  uint64_t unchanged = 0;
  uint64_t deleted = 0;
};

// One record's change in a commit: an upsert where `record` is set, else a delete.
struct RecordWrite {
  model::RecordRef ref;
  std::optional<model::Record> record;
};

// A record with the revision of its last change.
struct StoredRecord {
  model::Record record;
  uint64_t last_changed_at = 0;
};

// What an erasure took away: contacts of one party, from all its versions.
struct Erasure {
  struct Contact {
    // contacts[1]: where it stood in the newest version that had it.
    std::string field;
    // What the chain holds of it (storage/commitment.h).
    std::string commitment;
    friend bool operator==(const Contact&, const Contact&) = default;
  };
  struct Version {
    uint64_t revision = 0;
    // Digest of what is left, where the version was written without a salt and its own entry so has another
    // one; else empty.
    std::string digest;
    friend bool operator==(const Version&, const Version&) = default;
  };
  std::string party;
  std::vector<Contact> contacts;
  // Those that held one of them, in order of revision.
  std::vector<Version> versions;
  friend bool operator==(const Erasure&, const Erasure&) = default;
};

// Which contacts are to be erased.
struct ErasureOrder {
  // Id of the party.
  std::string party;
  // Positions in its contacts as of at_revision; empty: all that it ever had.
  std::vector<uint32_t> contacts;
  // 0: the head.
  uint64_t at_revision = 0;
};

struct ErasureResult {
  // That it made; the head where it made none.
  uint64_t revision = 0;
  // Without contacts where there was nothing left to erase.
  Erasure erasure;
};

// One changelog entry.
struct RevisionInfo {
  struct Item {
    model::RecordRef ref;
    bool deleted = false;
  };
  uint64_t revision = 0;
  Time committed_at;
  std::string author;
  std::string comment;
  std::string request_id;
  std::vector<Item> changes;
  // Of a compaction: the oldest revision that can be read from then on. 0: none.
  uint64_t oldest = 0;
  // Of an erasure of contacts.
  std::optional<Erasure> erasure{};
};

// What a request_id did when it was first used.
struct RequestResult {
  uint64_t revision = 0;
  // Empty: gone with contacts that were erased.
  std::string payload_digest;
  uint64_t created = 0;
  uint64_t updated = 0;
  uint64_t unchanged = 0;
  uint64_t deleted = 0;
  Time committed_at{};
};

// Which law register is put, by whom, when and why.
struct LawMeta {
  // Names its contents for ever.
  std::string version;
  // Day up to which its facts were checked; kept as it is given.
  std::string knowledge_cutoff;
  Time put_at;
  std::string author;
  std::string comment;
  friend bool operator==(const LawMeta&, const LawMeta&) = default;
};

// One put of a law register.
struct LawInfo {
  // 1 for the first put into this store, +1 each.
  uint64_t number = 0;
  LawMeta meta;
  // SHA-256 of the register's bytes: 32 bytes.
  std::string digest;
  friend bool operator==(const LawInfo&, const LawInfo&) = default;
};

// A law register that was put.
struct StoredLaw {
  LawInfo info;
  std::string bytes;
};

// Room for a store's files, in bytes; 0: not known, or none needed.
struct StoreSpace {
  // Of the volume.
  uint64_t free = 0;
  // Fewer free bytes and writes wait.
  uint64_t free_min = 0;
  // Of the store's files.
  uint64_t used = 0;
};

class AuditSource;
class InventoryImport;
class LoadSink;
struct StoredHead;

// Thread-safe. Reads never wait for writes; commits to one inventory are serialised.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Creates an empty inventory at revision 0, durably. InventoryExists if there is one.
  // InvalidWrite for an id that cannot be kept: 1 to 128 bytes, none of them zero.
  virtual absl::StatusOr<InventoryHead> CreateInventory(const std::string& id,
                                                        const std::string& display_name,
                                                        Time created_at) = 0;
  // All inventories in order of id.
  virtual absl::StatusOr<std::vector<InventoryHead>> ListInventories() const = 0;
  // InventoryNotFound if there is none.
  virtual absl::StatusOr<InventoryHead> GetHead(const std::string& inventory) const = 0;

  // Writes all of `writes` as revision expected_head + 1, or nothing. HeadMoved if the head is
  // another. Returns the new revision; when it returns, the write survives a crash of process or
  // machine. A delete of a record that does not exist is written all the same; no writes at all
  // make a revision too. InvalidWrite for duplicate refs, a record that is not the one its ref
  // names, ids that cannot be kept, text that is not UTF-8. A request_id that was used before:
  // RequestIdReused; FindRequest says for what. Sealed: whether the write is kept is not known
  // until the store is opened again; it is there wholly or not at all, and its request_id tells.
  virtual absl::StatusOr<uint64_t> Commit(const std::string& inventory, uint64_t expected_head,
                                          const std::vector<RecordWrite>& writes,
                                          const CommitMeta& meta) = 0;

  // Keeps the request_id of a write that changed nothing, with its digest and counts: FindRequest then
  // tells `head` as its revision. Makes no revision. When it returns, the id survives a crash of process
  // or machine. HeadMoved if the head is another; RequestIdReused; InvalidWrite for an id that is empty
  // or cannot be kept. Sealed: as for Commit.
  virtual absl::Status KeepRequest(const std::string& inventory, uint64_t head,
                                   const CommitMeta& meta) = 0;

  // Takes values and salts of contacts of a party away from all its versions, as a revision of its own
  // (expected_head + 1) whose entry names them by their commitments, and the party without them where it is
  // there. Reads at every revision tell them erased, by that revision. With the contacts of the order go those
  // of other versions that are the same person: by name, or, where one of the two has none, by email, or
  // without that by phone or address. With nothing left to erase it makes no revision and keeps the request_id.
  // From then on the payload digests of requests since the oldest version touched are gone (they may tell
  // values): Scrub. InvalidWrite where there never was such a party, for positions that it does not have, and
  // for one of more than 20,000 versions; RevisionInFuture and RevisionCompacted for at_revision; else as for
  // Commit.
  virtual absl::StatusOr<ErasureResult> EraseContacts(const std::string& inventory,
                                                      uint64_t expected_head,
                                                      const ErasureOrder& order,
                                                      const CommitMeta& meta) = 0;
  // What it would erase at the head; writes nothing.
  virtual absl::StatusOr<Erasure> PreviewErasure(const std::string& inventory,
                                                 const ErasureOrder& order) const = 0;
  // Takes what was erased out of the files too: they are written anew where they may still hold it. True: no
  // file of the store holds it any more. False: reads or a backup under way hold old files, or `stop`, asked
  // now and then, said so; a later call goes on, also after opening again. With nothing to do it writes
  // nothing. Reads and commits go on meanwhile. Sealed: as for Commit.
  virtual absl::StatusOr<bool> Scrub(const std::string& inventory,
                                     const std::function<bool()>& stop) = 0;

  // What this request_id did, for ever; nullopt if it is unknown.
  virtual absl::StatusOr<std::optional<RequestResult>> FindRequest(
      const std::string& inventory, const std::string& request_id) const = 0;

  // Ends the reading of what was before revision `oldest`, as a revision of its own (expected_head + 1,
  // returned) that changes no record and whose entry names `oldest`. From then on Get and Scan before
  // `oldest` answer RevisionCompacted; revision 0 is empty for ever. The state at `oldest` and later, all
  // entries of the changelog and all request_ids stay. RevisionInFuture for one later than the head;
  // InvalidWrite for one that is not later than the oldest so far; else as for Commit.
  virtual absl::StatusOr<uint64_t> Compact(const std::string& inventory, uint64_t expected_head,
                                           uint64_t oldest, const CommitMeta& meta) = 0;
  // How many versions of records nobody could read any more if `oldest` were the oldest revision. `stop`
  // is asked now and then: true ends the count with what was counted so far. RevisionInFuture.
  virtual absl::StatusOr<uint64_t> CountUnreadable(const std::string& inventory, uint64_t oldest,
                                                   const std::function<bool()>& stop) const = 0;
  // Forgets, for good, the versions that nobody can read any more since Compact, and tells how many. One
  // that was stopped or cut by a crash left some of them; a later one forgets those. With none to forget
  // it writes nothing. Reads and commits go on meanwhile. `stop`: as above. Sealed: as for Commit.
  virtual absl::StatusOr<uint64_t> Forget(const std::string& inventory,
                                          const std::function<bool()>& stop) = 0;

  // The record as of a revision. nullopt: not there then. Later than the head: RevisionInFuture; before
  // the oldest: RevisionCompacted.
  virtual absl::StatusOr<std::optional<StoredRecord>> Get(const std::string& inventory,
                                                          const model::RecordRef& ref,
                                                          uint64_t at_revision) const = 0;

  // Calls `visit` for each record as of a revision, in order of kind and id, until it returns
  // false. No lock is held meanwhile: `visit` may use the store, and writes go on without being
  // seen. Later than the head: RevisionInFuture; before the oldest: RevisionCompacted. A damaged entry
  // ends the scan with Corrupted: never skipped.
  virtual absl::Status Scan(const std::string& inventory, uint64_t at_revision,
                            const std::function<bool(StoredRecord)>& visit) const = 0;

  // Hands all that Scan visits to `sinks` (storage/load.h), of which there is one at least: to each a part, on
  // one thread, and what goes to one comes before what goes to the next. Which parts is not promised. False:
  // `stop`, asked now and then by the caller's thread where it is set, said so, and some is missing. Errors as
  // of Scan: the first in order.
  virtual absl::StatusOr<bool> Load(const std::string& inventory, uint64_t at_revision,
                                    const std::vector<LoadSink*>& sinks,
                                    const std::function<bool()>& stop) const;

  // Changelog entries with revision < before (0: from the head), newest first, at most `limit`;
  // with `ref`, only those that changed it. Those before the oldest revision are there too.
  virtual absl::StatusOr<std::vector<RevisionInfo>> History(
      const std::string& inventory, const std::optional<model::RecordRef>& ref, uint64_t before,
      size_t limit) const = 0;

  // What a verification of the inventory's chain reads (storage/audit_source.h): every entry with its
  // digests and hashes, and the versions of records, as of one moment. The store must outlive it.
  // InventoryNotFound.
  virtual absl::StatusOr<std::unique_ptr<AuditSource>> Audit(
      const std::string& inventory) const = 0;

  // Begins a new inventory that another store exported (storage/import.h): `head` is what it will have, its
  // number not looked at. Nobody sees anything of it before it is finished. The store must outlive it.
  // InventoryExists; InvalidWrite as for CreateInventory; ImportUnderWay where the backend takes one at a
  // time.
  virtual absl::StatusOr<std::unique_ptr<InventoryImport>> BeginImport(const StoredHead& head) = 0;

  // Keeps a law register as the one put last. Registers belong to the store, not to an inventory; their
  // bytes are not looked into. When it returns, the register survives a crash of process or machine; it
  // is never changed or removed. A version that was put before may be put again with the same bytes:
  // another put, of bytes that are kept once. With other bytes: RegisterVersionExists. InvalidWrite for a
  // version that cannot be kept (1 to 128 bytes, none of them zero), no bytes or more than 64 MiB, text
  // that is not UTF-8, more than 10,000 puts. Sealed: as for Commit.
  virtual absl::StatusOr<LawInfo> PutLaw(const std::string& bytes, const LawMeta& meta) = 0;
  // Every put, newest first.
  virtual absl::StatusOr<std::vector<LawInfo>> ListLaws() const = 0;
  // The bytes of a version, and its newest put. RegisterVersionNotFound. Corrupted, naming the version,
  // where the bytes are not those that were put.
  virtual absl::StatusOr<StoredLaw> GetLaw(const std::string& version) const = 0;

  // Random id of the store, 32 hexadecimal digits; the same after opening again, another after a
  // restore. Part of tokens, so that those of another store are refused.
  virtual std::string incarnation() const = 0;
  // memory, rocksdb.
  virtual std::string_view backend() const = 0;
  // OK while writes are accepted; else Sealed with the cause, or StoreFull. Reads go on.
  virtual absl::Status Writable() const = 0;
  virtual StoreSpace Space() const { return {}; }
};

}  // namespace onward::storage
