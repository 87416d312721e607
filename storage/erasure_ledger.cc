#include "storage/erasure_ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace onward::storage {
namespace {

constexpr const char* kNotTheRecord = "it is not what the entry says";

}  // namespace

void ErasureLedger::AddEntry(const RevisionInfo& entry) {
  if (!entry.erasure) {
    return;
  }
  const Erasure& erasure = *entry.erasure;
  std::vector<uint64_t>& touched = touched_[entry.revision];
  for (const Erasure::Version& version : erasure.versions) {
    touched.push_back(version.revision);
    if (!version.digest.empty()) {
      left_[{erasure.party, version.revision}] = version.digest;
    }
  }
  std::sort(touched.begin(), touched.end());
  for (const Erasure::Contact& contact : erasure.contacts) {
    erasures_[{erasure.party, contact.commitment}].push_back(entry.revision);
  }
}

bool ErasureLedger::AddVersion(const model::RecordRef& ref, uint64_t revision,
                               const std::string& expected, const std::string& digest,
                               std::vector<ErasedMark> erased) {
  if (erased.empty()) {
    return digest == expected;
  }
  versions_.push_back({ref, revision, digest != expected, digest, std::move(erased)});
  return true;
}

// Named by the erasure that the mark tells, which took it from this version or from an earlier one that this
// one goes on from.
bool ErasureLedger::IsErased(const Version& version, const ErasedMark& mark) const {
  const auto found = erasures_.find({version.ref.id, mark.commitment});
  if (found == erasures_.end() || std::find(found->second.begin(), found->second.end(),
                                            mark.erased_at) == found->second.end()) {
    return false;
  }
  const std::vector<uint64_t>& touched = touched_.at(mark.erased_at);
  return version.revision >= mark.erased_at ||
         std::binary_search(touched.begin(), touched.end(), version.revision);
}

std::string ErasureLedger::WhatIsWrong(const Version& version) const {
  for (const ErasedMark& mark : version.erased) {
    if (version.ref.kind != model::RecordKind::kParty || !IsErased(version, mark)) {
      return "a contact is missing that no erasure took away";
    }
  }
  if (!version.differs) {
    return "";
  }
  const auto left = left_.find({version.ref.id, version.revision});
  return left != left_.end() && left->second == version.digest ? "" : kNotTheRecord;
}

std::optional<ErasureLedger::Gap> ErasureLedger::Unaccounted() const {
  for (const Version& version : versions_) {
    if (std::string wrong = WhatIsWrong(version); !wrong.empty()) {
      return Gap{version.ref, version.revision, std::move(wrong)};
    }
  }
  return std::nullopt;
}

}  // namespace onward::storage
