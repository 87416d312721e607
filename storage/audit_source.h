// What a verification of a chain reads: the entries with their digests and hashes as they are kept, damaged ones
// too, and the versions of records that are still there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/record.h"
#include "storage/changelog.h"
#include "storage/commitment.h"
#include "storage/store.h"

namespace onward::storage {

// A version of a record.
struct KeptVersion {
  enum class State {
    kMissing,
    // Forgotten by a compaction.
    kForgotten,
    kDeleted,
    kRecord
  };
  State state = State::kMissing;
  // RecordDigest of the record's bytes; empty where there are none.
  std::string digest;
  // Its contacts that are there without their values.
  std::vector<ErasedMark> erased{};
};

// One inventory in one state of the store: what is written later is not seen. Not thread-safe.
class AuditSource {
 public:
  struct Chain {
    InventoryHead head;
    // Hash of the head's entry, or of the start.
    std::string head_hash;
    // Of the first entry's predecessor, and the incarnation that it is made of.
    std::string start;
    std::string incarnation;
    // The inventory that the start is made of: another one's id where it was imported under a new one.
    std::string inventory{};
  };

  AuditSource() = default;
  AuditSource(const AuditSource&) = delete;
  AuditSource& operator=(const AuditSource&) = delete;
  virtual ~AuditSource() = default;

  virtual const Chain& chain() const = 0;

  // Visits the entries later than `after` in order of their places, until `visit` answers false or an
  // error. One that cannot be read, or of which the hash is not that of its content, comes as Corrupted.
  // Nothing is said about one that is missing, and those after the head come too.
  using VisitEntry =
      std::function<absl::StatusOr<bool>(uint64_t place, absl::StatusOr<ChangelogEntry> entry)>;
  virtual absl::Status VisitEntries(uint64_t after, const VisitEntry& visit) const = 0;

  // What that revision made of the record.
  virtual absl::StatusOr<KeptVersion> VersionOf(const model::RecordRef& ref,
                                                uint64_t revision) const = 0;

  // The same as `history` keeps it (storage/record.h). Corrupted where there is none.
  virtual absl::StatusOr<std::string> ValueOf(const model::RecordRef& ref,
                                              uint64_t revision) const = 0;

  // Visits what request_ids did, in order of id.
  using VisitRequest =
      std::function<absl::StatusOr<bool>(const std::string& id, const RequestResult& result)>;
  virtual absl::Status VisitRequests(const VisitRequest& visit) const = 0;

  // Visits all versions, in order of kind and id, of each record the newest first. `is_record`: neither a
  // deletion nor forgotten.
  using VisitVersion = std::function<absl::StatusOr<bool>(const model::RecordRef& ref,
                                                          uint64_t revision, bool is_record)>;
  virtual absl::Status VisitVersions(const VisitVersion& visit) const = 0;

  // Visits the records of the head as reads at the head find them, in order of kind and id.
  using VisitRecord = std::function<absl::StatusOr<bool>(
      const model::RecordRef& ref, uint64_t last_changed_at, const std::string& digest)>;
  virtual absl::Status VisitCurrent(const VisitRecord& visit) const = 0;
};

}  // namespace onward::storage
