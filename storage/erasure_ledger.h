// Which contacts may be missing from the versions of records: those that an erasure of the same chain names, and
// no others.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/record.h"
#include "storage/commitment.h"
#include "storage/store.h"

namespace onward::storage {

// Fed with a chain from its start: of each revision the entry first, then the versions that it made. Not
// thread-safe. Holds as much as was erased.
class ErasureLedger {
 public:
  void AddEntry(const RevisionInfo& entry);

  // A record's version, by the digest that its entry names and the one that it has. False: it is not the
  // record of the entry, whatever was erased. True: it is, or later entries have to account for what is
  // missing: see Unaccounted.
  bool AddVersion(const model::RecordRef& ref, uint64_t revision, const std::string& expected,
                  const std::string& digest, std::vector<ErasedMark> erased);

  // A version that misses what no erasure took away.
  struct Gap {
    model::RecordRef ref;
    uint64_t revision = 0;
    std::string text;
  };
  // After the last entry: the first of them.
  std::optional<Gap> Unaccounted() const;

  // Versions of which something was erased.
  uint64_t versions() const { return versions_.size(); }

 private:
  struct Version {
    model::RecordRef ref;
    uint64_t revision = 0;
    // It has another digest than its entry names.
    bool differs = false;
    std::string digest;
    std::vector<ErasedMark> erased;
  };
  // Party and commitment.
  using Key = std::pair<std::string, std::string>;

  bool IsErased(const Version& version, const ErasedMark& mark) const;
  std::string WhatIsWrong(const Version& version) const;

  // The revisions that erased it.
  std::map<Key, std::vector<uint64_t>> erasures_;
  // By the revision of an erasure: the versions that it touched.
  std::map<uint64_t, std::vector<uint64_t>> touched_;
  // By party and revision: what is left of a version that was written without a salt, by the newest erasure.
  std::map<std::pair<std::string, uint64_t>, std::string> left_;
  std::vector<Version> versions_;
};

}  // namespace onward::storage
