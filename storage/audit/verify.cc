#include "storage/audit/verify.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/audit/merkle.h"
#include "storage/digest.h"
#include "storage/erasure_ledger.h"

namespace onward::audit {
namespace {

using model::RecordRef;
using storage::AuditSource;
using storage::ChangelogEntry;
using storage::KeptVersion;
using storage::RevisionInfo;

constexpr uint64_t kCheckEvery = 1'024;

// A record as it is at the head.
struct Newest {
  RecordRef ref;
  uint64_t revision = 0;
  friend bool operator==(const Newest&, const Newest&) = default;
};

// Folds a list into one hash, so that two long ones can be compared.
class ListHash {
 public:
  void Add(const RecordRef& ref, uint64_t revision) {
    hash_ = storage::DigestInput("list")
                .Text(hash_)
                .Number(static_cast<uint64_t>(ref.kind))
                .Text(ref.id)
                .Number(revision)
                .Digest();
  }
  friend bool operator==(const ListHash&, const ListHash&) = default;

 private:
  std::string hash_;
};

class Verifier {
 public:
  Verifier(const AuditSource& source, const VerifyOptions& options)
      : source_(source), chain_(source.chain()), options_(options) {
    result_.chain_hash = chain_.start;
  }

  absl::StatusOr<Verification> Run() {
    const absl::Status entries = source_.VisitEntries(
        0, [this](uint64_t place, const absl::StatusOr<ChangelogEntry>& entry) {
          return OnEntry(place, entry);
        });
    ONWARD_RETURN_IF_ERROR(Damage(entries, ProblemKind::kEntryChanged));
    CheckEnd();
    if (!result_.problem) {
      ONWARD_RETURN_IF_ERROR(Damage(CheckVersions(), ProblemKind::kRecordDiffers));
    }
    if (!result_.problem) {
      ONWARD_RETURN_IF_ERROR(Damage(CheckCurrent(), ProblemKind::kRecordDiffers));
    }
    result_.root = frontier_.Root();
    return std::move(result_);
  }

 private:
  bool Found(ProblemKind kind, uint64_t revision, std::string text,
             std::optional<RecordRef> record = std::nullopt) {
    result_.problem = Problem{kind, revision, std::move(record), std::move(text)};
    return false;
  }

  // Bytes that cannot be read are an answer as well.
  absl::Status Damage(const absl::Status& status, ProblemKind kind) {
    if (!absl::IsDataLoss(status)) {
      return status;
    }
    const bool whole = result_.entries == chain_.head.revision;
    Found(kind, whole ? result_.entries : result_.entries + 1, std::string(status.message()));
    return absl::OkStatus();
  }

  absl::Status Check() {
    const bool due = options_.check && ++steps_ % kCheckEvery == 0;
    return due ? options_.check() : absl::OkStatus();
  }

  // What is wrong with the entry itself; true: nothing.
  bool FitsChain(uint64_t place, const absl::StatusOr<ChangelogEntry>& entry) {
    const uint64_t expected = result_.entries + 1;
    if (expected > chain_.head.revision) {
      return Found(ProblemKind::kHeadDiffers, place,
                   absl::StrCat("there is an entry after the head, which is revision ",
                                chain_.head.revision));
    }
    if (place != expected) {
      return Found(ProblemKind::kEntryMissing, expected, "the entry is missing");
    }
    if (!entry.ok()) {
      return Found(ProblemKind::kEntryChanged, expected, std::string(entry.status().message()));
    }
    if (entry->previous_hash != result_.chain_hash) {
      return Found(ProblemKind::kNotLinked, expected,
                   expected == 1 ? "the entry does not follow the start of this inventory's chain"
                                 : "the entry does not follow the one before it");
    }
    return true;
  }

  absl::StatusOr<bool> OnEntry(uint64_t place, const absl::StatusOr<ChangelogEntry>& entry) {
    ONWARD_RETURN_IF_ERROR(Check());
    if (!FitsChain(place, entry)) {
      return false;
    }
    ledger_.AddEntry(entry->info);
    for (size_t i = 0; i < entry->info.changes.size(); ++i) {
      ONWARD_RETURN_IF_ERROR(Check());
      ONWARD_ASSIGN_OR_RETURN(const bool fits,
                              CheckChange(place, entry->info.changes[i], entry->digests[i]));
      if (!fits) {
        return false;
      }
    }
    ++result_.entries;
    result_.chain_hash = entry->hash;
    frontier_.Add(LeafHash(entry->hash));
    if (result_.entries == options_.tree_size) {
      result_.root_at_size = frontier_.Root();
    }
    return true;
  }

  absl::StatusOr<bool> CheckChange(uint64_t revision, const RevisionInfo::Item& change,
                                   const std::string& digest) {
    ONWARD_ASSIGN_OR_RETURN(const KeptVersion version, source_.VersionOf(change.ref, revision));
    ++expected_versions_;
    const uint64_t oldest = chain_.head.oldest;
    if (revision <= oldest) {
      // Something later that can still be read takes its place.
      forgotten_.erase(change.ref);
    }
    switch (version.state) {
      case KeptVersion::State::kMissing:
        return Found(ProblemKind::kRecordDiffers, revision, "its version is missing", change.ref);
      case KeptVersion::State::kForgotten:
        if (revision >= oldest || change.deleted) {
          return Found(ProblemKind::kRecordDiffers, revision,
                       "its version is marked as forgotten, but no compaction forgot it",
                       change.ref);
        }
        ++result_.versions_compacted;
        forgotten_[change.ref] = revision;
        return true;
      case KeptVersion::State::kDeleted:
      case KeptVersion::State::kRecord:
        break;
    }
    const bool deleted = version.state == KeptVersion::State::kDeleted;
    if (deleted != change.deleted ||
        !ledger_.AddVersion(change.ref, revision, digest, version.digest, version.erased)) {
      return Found(ProblemKind::kRecordDiffers, revision, "it is not what the entry says",
                   change.ref);
    }
    ++result_.versions;
    return true;
  }

  void CheckEnd() {
    if (result_.problem) {
      return;
    }
    if (result_.entries < chain_.head.revision) {
      Found(ProblemKind::kEntryMissing, result_.entries + 1,
            absl::StrCat("the entry is missing; the head is revision ", chain_.head.revision));
    } else if (result_.chain_hash != chain_.head_hash) {
      Found(ProblemKind::kHeadDiffers, chain_.head.revision,
            "the head holds another hash than its entry");
    } else if (!forgotten_.empty()) {
      const auto& [ref, revision] = *forgotten_.begin();
      Found(ProblemKind::kRecordDiffers, revision,
            "its version is marked as forgotten, but it can still be read at the oldest revision",
            ref);
    } else if (const auto gap = ledger_.Unaccounted()) {
      Found(ProblemKind::kRecordDiffers, gap->revision, gap->text, gap->ref);
    } else {
      result_.versions_erased = ledger_.versions();
    }
  }

  // No version but those of the entries.
  absl::Status CheckVersions() {
    uint64_t found = 0;
    std::optional<RecordRef> last;
    const absl::Status visited = source_.VisitVersions(
        [&](const RecordRef& ref, uint64_t revision, bool is_record) -> absl::StatusOr<bool> {
          ONWARD_RETURN_IF_ERROR(Check());
          ++found;
          if (last != ref && is_record) {
            newest_.Add(ref, revision);
          }
          last = ref;
          return true;
        });
    ONWARD_RETURN_IF_ERROR(visited);
    return found == expected_versions_ ? absl::OkStatus() : NameStranger();
  }

  // Names a version that is in no entry.
  absl::Status NameStranger() {
    std::set<std::pair<uint64_t, RecordRef>> known;
    const absl::Status known_read = source_.VisitEntries(
        0,
        [&](uint64_t place, const absl::StatusOr<ChangelogEntry>& entry) -> absl::StatusOr<bool> {
          ONWARD_RETURN_IF_ERROR(entry.status());
          for (const RevisionInfo::Item& change : entry->info.changes) {
            known.emplace(place, change.ref);
          }
          return true;
        });
    ONWARD_RETURN_IF_ERROR(known_read);
    std::optional<std::pair<uint64_t, RecordRef>> first;
    const absl::Status versions_read = source_.VisitVersions(
        [&](const RecordRef& ref, uint64_t revision, bool /*is_record*/) -> absl::StatusOr<bool> {
          std::pair<uint64_t, RecordRef> version(revision, ref);
          if (known.count(version) == 0 && (!first || version < *first)) {
            first = std::move(version);
          }
          return true;
        });
    ONWARD_RETURN_IF_ERROR(versions_read);
    if (first) {
      Found(ProblemKind::kRecordDiffers, first->first,
            "there is a version of it that no entry names", first->second);
    }
    return absl::OkStatus();
  }

  // Reads at the head find the newest versions, all of them and nothing else.
  absl::Status CheckCurrent() {
    ListHash current;
    const absl::Status visited =
        source_.VisitCurrent([&](const RecordRef& ref, uint64_t revision,
                                 const std::string& digest) -> absl::StatusOr<bool> {
          ONWARD_RETURN_IF_ERROR(Check());
          current.Add(ref, revision);
          ONWARD_ASSIGN_OR_RETURN(const KeptVersion version, source_.VersionOf(ref, revision));
          return version.state == KeptVersion::State::kRecord && version.digest == digest
                     ? true
                     : Found(ProblemKind::kRecordDiffers, revision,
                             "reads at the head find another record than its newest version", ref);
        });
    ONWARD_RETURN_IF_ERROR(visited);
    return result_.problem || current == newest_ ? absl::OkStatus() : NameStale();
  }

  // Names a record that reads at the head find older than it is, or not at all, or though it is gone.
  absl::Status NameStale() {
    std::map<RecordRef, uint64_t> newest;
    std::optional<RecordRef> last;
    const absl::Status newest_read = source_.VisitVersions(
        [&](const RecordRef& ref, uint64_t revision, bool is_record) -> absl::StatusOr<bool> {
          if (last != ref && is_record) {
            newest.emplace(ref, revision);
          }
          last = ref;
          return true;
        });
    ONWARD_RETURN_IF_ERROR(newest_read);
    std::vector<Newest> wrong;
    const absl::Status current_read =
        source_.VisitCurrent([&](const RecordRef& ref, uint64_t revision,
                                 const std::string& /*digest*/) -> absl::StatusOr<bool> {
          const auto found = newest.find(ref);
          if (found == newest.end() || found->second != revision) {
            wrong.push_back({ref, revision});
          }
          if (found != newest.end() && found->second == revision) {
            newest.erase(found);
          }
          return true;
        });
    ONWARD_RETURN_IF_ERROR(current_read);
    for (const auto& [ref, revision] : newest) {
      wrong.push_back({ref, revision});
    }
    if (!wrong.empty()) {
      Found(ProblemKind::kRecordDiffers, wrong.front().revision,
            "reads at the head do not find its newest version", wrong.front().ref);
    }
    return absl::OkStatus();
  }

  const AuditSource& source_;
  const AuditSource::Chain& chain_;
  const VerifyOptions& options_;
  Verification result_;
  Frontier frontier_;
  uint64_t steps_ = 0;
  uint64_t expected_versions_ = 0;
  // Forgotten versions after which nothing came yet, up to the oldest revision.
  std::map<RecordRef, uint64_t> forgotten_;
  ListHash newest_;
  storage::ErasureLedger ledger_;
};

}  // namespace

absl::StatusOr<Verification> Verify(const storage::AuditSource& source,
                                    const VerifyOptions& options) {
  return Verifier(source, options).Run();
}

}  // namespace onward::audit
