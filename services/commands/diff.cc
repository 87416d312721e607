#include "services/commands/diff.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/commands/snapshot_diff.h"

namespace onward::commands {
namespace {

constexpr size_t kVerdictChangesMax = 10'000;
// Between the number of a kind and an id, in a page's position.
constexpr char kSeparator = '/';

// Both sides, and the law that judges them.
struct Sides {
  Reading before;
  Reading after;
};

absl::StatusOr<Sides> Read(Engine& engine, const DiffRequest& request, const CallContext& call) {
  const Freshness to =
      request.to ? Freshness(AtRevision{*request.to}) : Freshness(FullyConsistent());
  Sides sides;
  ONWARD_ASSIGN_OR_RETURN(sides.after, engine.Read(request.inventory, request.page, to, call));
  sides.before = sides.after;
  ONWARD_ASSIGN_OR_RETURN(sides.before.snapshot,
                          engine.At(*sides.after.inventory, request.from, call));
  return sides;
}

// The last record of the page before; nullopt: this is the first page.
absl::StatusOr<std::optional<model::RecordRef>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<model::RecordRef>();
  }
  const std::string& after = page.from->after;
  const size_t separator = after.find(kSeparator);
  int kind = 0;
  if (separator == std::string::npos || !absl::SimpleAtoi(after.substr(0, separator), &kind)) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<model::RecordRef>(
      {static_cast<model::RecordKind>(kind), after.substr(separator + 1)});
}

void Count(const RecordPair& pair, DiffResult& result) {
  if (pair.before == nullptr) {
    ++result.added;
  } else if (pair.after == nullptr) {
    ++result.removed;
  } else {
    ++result.changed;
  }
}

// A record of the page, with its last change.
absl::StatusOr<std::optional<storage::StoredRecord>> StoredOf(Engine& engine,
                                                              const Reading& reading,
                                                              const model::RecordRef& ref,
                                                              bool is_there) {
  if (!is_there) {
    return std::optional<storage::StoredRecord>();
  }
  return engine.store().Get(reading.inventory->identity().id, ref, reading.revision());
}

absl::StatusOr<RecordDifference> DifferenceOf(Engine& engine, const Sides& sides,
                                              const RecordPair& pair) {
  RecordDifference difference;
  difference.ref = pair.ref();
  ONWARD_ASSIGN_OR_RETURN(difference.before,
                          StoredOf(engine, sides.before, difference.ref, pair.before != nullptr));
  ONWARD_ASSIGN_OR_RETURN(difference.after,
                          StoredOf(engine, sides.after, difference.ref, pair.after != nullptr));
  return difference;
}

absl::Status AddRecords(Engine& engine, const DiffRequest& request, const Sides& sides,
                        const CallContext& call, DiffResult& result) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<model::RecordRef> after, AfterOf(request.page));
  return VisitDifferences(
      *sides.before.snapshot, *sides.after.snapshot, [&call] { return call.Check(); },
      [&](const RecordPair& pair) -> absl::Status {
        const model::RecordRef ref = pair.ref();
        if (request.kind && *request.kind != ref.kind) {
          return absl::OkStatus();
        }
        Count(pair, result);
        if (after && ref <= *after) {
          return absl::OkStatus();
        }
        if (result.records.size() < request.page.size) {
          ONWARD_ASSIGN_OR_RETURN(RecordDifference one, DifferenceOf(engine, sides, pair));
          result.records.push_back(std::move(one));
        } else if (!result.next) {
          const model::RecordRef& last = result.records.back().ref;
          result.next =
              NextPage(sides.after, absl::StrCat(static_cast<int>(last.kind), "/", last.id));
        }
        return absl::OkStatus();
      });
}

absl::Status AddVerdicts(Engine& engine, const When& when, const Sides& sides,
                         const CallContext& call, DiffResult& result) {
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr before,
                          engine.Judge(sides.before, when, call));
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr after, engine.Judge(sides.after, when, call));
  ONWARD_ASSIGN_OR_RETURN(
      query::VerdictChanges changes,
      query::CompareVerdicts(*before, *after, [&call] { return call.Check(); }));
  result.verdict_change_count = changes.list.size();
  result.verdict_changes = std::move(changes.list);
  if (result.verdict_changes.size() > kVerdictChangesMax) {
    result.verdict_changes.resize(kVerdictChangesMax);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DiffResult> Diff(Engine& engine, const DiffRequest& request,
                                const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Sides sides, Read(engine, request, call));
  DiffResult result;
  result.basis = BasisOf(sides.after, request.verdicts);
  ONWARD_RETURN_IF_ERROR(AddRecords(engine, request, sides, call, result));
  if (request.verdicts && !request.page.from) {
    ONWARD_RETURN_IF_ERROR(AddVerdicts(engine, *request.verdicts, sides, call, result));
  }
  return result;
}

}  // namespace onward::commands
