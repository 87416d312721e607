#include "services/commands/watch_feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

// Entries read at a time, kept, and the records that those name.
constexpr uint64_t kPiece = 64;
constexpr size_t kRevisionsMax = 2'048;
constexpr size_t kRecordsMax = 200'000;
// A snapshot made from the one before is folded once so much of it changed.
constexpr size_t kUnfoldedMin = 4'096;
constexpr size_t kUnfoldedShare = 16;

JudgementKey KeyOf(const JudgedState& state) {
  return {state.revision, state.when.as_of, state.when.law_known_at, state.law};
}

WatchedRevision RevisionOf(storage::RevisionInfo info) {
  WatchedRevision revision;
  revision.revision = info.revision;
  revision.committed_at = info.committed_at;
  revision.author = std::move(info.author);
  revision.comment = std::move(info.comment);
  revision.records.reserve(info.changes.size());
  for (storage::RevisionInfo::Item& item : info.changes) {
    revision.records.push_back({std::move(item.ref), item.deleted, nullptr});
  }
  return revision;
}

std::vector<model::Mutation> WritesOf(const WatchedRevision& revision) {
  std::vector<model::Mutation> writes;
  writes.reserve(revision.records.size());
  for (const WatchedRecord& record : revision.records) {
    model::Mutation write;
    write.ref = record.ref;
    if (record.record != nullptr) {
      write.record = *record.record;
    }
    writes.push_back(std::move(write));
  }
  return writes;
}

}  // namespace

void WatchFeed::DropReplaced() {
  if (replacements_ == inventory_->replacements()) {
    return;
  }
  replacements_ = inventory_->replacements();
  revisions_.clear();
  order_.clear();
  records_ = 0;
  snapshots_.Clear();
  judged_.Clear();
  verdicts_.Clear();
  findings_.Clear();
}

void WatchFeed::Keep(std::shared_ptr<const WatchedRevision> revision) {
  const uint64_t number = revision->revision;
  records_ += revision->records.size();
  revisions_.emplace(number, std::move(revision));
  order_.push_back(number);
  while (order_.size() > 1 && (order_.size() > kRevisionsMax || records_ > kRecordsMax)) {
    const auto oldest = revisions_.find(order_.front());
    records_ -= oldest->second->records.size();
    revisions_.erase(oldest);
    order_.pop_front();
  }
}

// The entries from `revision` on that are not at hand, a piece at a time. History answers newest first.
absl::Status WatchFeed::Load(uint64_t revision, uint64_t head) {
  const auto following = revisions_.upper_bound(revision);
  uint64_t end = std::min(head, revision + kPiece - 1) + 1;
  if (following != revisions_.end()) {
    end = std::min(end, following->first);
  }
  ONWARD_ASSIGN_OR_RETURN(
      std::vector<storage::RevisionInfo> entries,
      engine_.store().History(inventory_->identity().id, std::nullopt, end, end - revision));
  std::reverse(entries.begin(), entries.end());
  if (entries.empty() || entries.front().revision != revision) {
    const uint64_t oldest = entries.empty() ? end : entries.front().revision;
    return storage::RevisionCompacted(inventory_->identity().id, revision, oldest);
  }
  uint64_t expected = revision;
  for (storage::RevisionInfo& entry : entries) {
    if (entry.revision != expected++) {
      return storage::Corrupted(absl::StrCat("changelog of ", inventory_->identity().id),
                                absl::StrCat("revision ", expected - 1, " is missing"));
    }
    Keep(std::make_shared<const WatchedRevision>(RevisionOf(std::move(entry))));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const WatchedRevision>> WatchFeed::WithRecords(
    const WatchedRevision& revision) {
  auto whole = std::make_shared<WatchedRevision>(revision);
  for (WatchedRecord& record : whole->records) {
    if (record.deleted) {
      continue;
    }
    ONWARD_ASSIGN_OR_RETURN(
        std::optional<storage::StoredRecord> stored,
        engine_.store().Get(inventory_->identity().id, record.ref, revision.revision));
    if (!stored.has_value()) {
      return storage::Corrupted(absl::StrCat("history of ", inventory_->identity().id),
                                absl::StrCat(model::ToString(record.ref), " of revision ",
                                             revision.revision, " is missing"));
    }
    record.record = std::make_shared<const model::Record>(std::move(stored->record));
  }
  whole->with_records = true;
  return std::shared_ptr<const WatchedRevision>(std::move(whole));
}

absl::StatusOr<std::shared_ptr<const WatchedRevision>> WatchFeed::Revision(uint64_t revision,
                                                                           uint64_t head,
                                                                           bool records) {
  DropReplaced();
  auto found = revisions_.find(revision);
  if (found == revisions_.end()) {
    ONWARD_RETURN_IF_ERROR(Load(revision, head));
    found = revisions_.find(revision);
    if (found == revisions_.end()) {
      // A piece larger than what is kept: only this one.
      ONWARD_RETURN_IF_ERROR(Load(revision, revision));
      found = revisions_.find(revision);
    }
  }
  if (records && !found->second->with_records) {
    ONWARD_ASSIGN_OR_RETURN(found->second, WithRecords(*found->second));
  }
  return found->second;
}

absl::StatusOr<SnapshotPtr> WatchFeed::At(uint64_t revision, const CallContext& call) {
  DropReplaced();
  if (SnapshotPtr head = inventory_->head(); head->revision() == revision) {
    return head;
  }
  if (auto kept = snapshots_.Find(revision)) {
    return *std::move(kept);
  }
  SnapshotPtr made;
  if (const auto before = revision > 0 ? snapshots_.Find(revision - 1) : std::nullopt) {
    ONWARD_ASSIGN_OR_RETURN(const auto change, Revision(revision, revision, true));
    made = (*before)->With(revision, WritesOf(*change));
    if (made->unfolded() > kUnfoldedMin + made->size() / kUnfoldedShare) {
      made = made->Folded();
    }
  } else {
    ONWARD_ASSIGN_OR_RETURN(made, engine_.At(*inventory_, revision, call));
  }
  snapshots_.Add(revision, made);
  return made;
}

void WatchFeed::Hold(uint64_t revision) {
  SnapshotPtr head = inventory_->head();
  if (head->revision() == revision && !snapshots_.Find(revision)) {
    snapshots_.Add(revision, std::move(head));
  }
}

absl::StatusOr<query::JudgementsPtr> WatchFeed::Judge(const JudgedState& state,
                                                      const CallContext& call) {
  const JudgementKey key = KeyOf(state);
  if (auto kept = judged_.Find(key)) {
    return *std::move(kept);
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  ONWARD_ASSIGN_OR_RETURN(const SnapshotPtr snapshot, At(state.revision, call));
  // The next one is made from it once it is no longer the head.
  Hold(state.revision);
  query::JudgementsPtr judged = engine_.JudgedAtHand({inventory_, snapshot, state.law}, state.when);
  if (judged == nullptr) {
    judged = query::Judgements::Make(snapshot, state.law->domain,
                                     {state.when.as_of, state.when.law_known_at});
  }
  judged_.Add(key, judged);
  return judged;
}

absl::StatusOr<std::shared_ptr<const std::vector<query::VerdictChange>>> WatchFeed::Verdicts(
    const JudgedState& before, const JudgedState& after, const CallContext& call) {
  const StepKey key{KeyOf(before), KeyOf(after)};
  if (auto kept = verdicts_.Find(key)) {
    return *std::move(kept);
  }
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr old, Judge(before, call));
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr now, Judge(after, call));
  ONWARD_ASSIGN_OR_RETURN(query::VerdictChanges changes,
                          query::CompareVerdicts(*old, *now, [&call] { return call.Check(); }));
  auto made = std::make_shared<const std::vector<query::VerdictChange>>(std::move(changes.list));
  verdicts_.Add(key, made);
  return made;
}

absl::StatusOr<std::shared_ptr<const WatchedFindings>> WatchFeed::Findings(
    const JudgedState& before, const JudgedState& after, const CallContext& call) {
  const StepKey key{KeyOf(before), KeyOf(after)};
  if (auto kept = findings_.Find(key)) {
    return *std::move(kept);
  }
  ONWARD_ASSIGN_OR_RETURN(query::JudgementsPtr old, Judge(before, call));
  ONWARD_ASSIGN_OR_RETURN(query::JudgementsPtr now, Judge(after, call));
  auto made =
      std::make_shared<const WatchedFindings>(CompareFindings(std::move(old), std::move(now)));
  findings_.Add(key, made);
  return made;
}

}  // namespace onward::commands
