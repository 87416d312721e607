#include "services/commands/revert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/commands/snapshot_diff.h"
#include "storage/digest.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

absl::Status CheckRequest(const RevertRequest& request) {
  if (request.to_revision == 0) {
    return InvalidRequest("to_revision", "is required: 1 to the head");
  }
  return CheckWriteMeta(request.meta);
}

std::string DigestOf(const RevertRequest& request) {
  return storage::DigestInput("onward.revert.1")
      .Text(request.meta.author)
      .Text(request.meta.comment)
      .Number(request.to_revision)
      .Number(request.expected_head ? 1 : 0)
      .Number(request.expected_head.value_or(0))
      .Digest();
}

// That the state cannot be written now is no fault of the request.
absl::Status AsPrecondition(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail || (detail->reason != "INVALID_RECORD" && detail->reason != "DANGLING_REFERENCE")) {
    return status;
  }
  return WithDetail(absl::Status(absl::StatusCode::kFailedPrecondition, status.message()), *detail);
}

// The changes that lead from `head` to `target`. LIMIT_EXCEEDED.
absl::StatusOr<std::vector<model::Mutation>> Changes(const Snapshot& head, const Snapshot& target,
                                                     size_t max, const CallContext& call) {
  std::vector<model::Mutation> mutations;
  ONWARD_RETURN_IF_ERROR(VisitDifferences(
      head, target, [&call] { return call.Check(); },
      [&](const RecordPair& pair) -> absl::Status {
        if (mutations.size() == max) {
          return LimitExceeded("mutations_max", max, max + 1);
        }
        model::Mutation mutation;
        mutation.ref = pair.ref();
        if (pair.after != nullptr) {
          mutation.record = *pair.after;
          mutation.as_stored = true;
        }
        mutations.push_back(std::move(mutation));
        return absl::OkStatus();
      }));
  return mutations;
}

// Words of the law that the register in effect does not know; each violation names its record.
absl::Status CheckWords(const LawVersion& law, const std::vector<model::Mutation>& mutations) {
  for (const model::Mutation& mutation : mutations) {
    model::Violations violations;
    CheckMutations({mutation}, law.vocabulary, violations, model::ToString(mutation.ref).c_str());
    if (!violations.empty()) {
      return InvalidRecord(violations);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ApplyResult> Revert(Engine& engine, const RevertRequest& request,
                                   const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::shared_ptr<InventoryRuntime> inventory,
                          engine.Find(request.inventory));
  ONWARD_RETURN_IF_ERROR(CheckRequest(request));
  // Before any lock: it may have to be read from the store. A repeat is answered without it.
  const uint64_t replacements = inventory->replacements();
  absl::StatusOr<SnapshotPtr> target = engine.At(*inventory, request.to_revision, call);
  Written written;
  LawPtr law;
  {
    // The register that the records are checked against stays in effect until they are written.
    const LawGate::Write gate(engine.law_gate());
    law = engine.law();
    std::vector<model::Mutation> mutations;
    WriteOrder order{request.meta, DigestOf(request), {}};
    order.mutations =
        [&](const Snapshot& head) -> absl::StatusOr<const std::vector<model::Mutation>*> {
      if (request.expected_head && *request.expected_head != head.revision()) {
        return storage::HeadMoved(request.inventory, *request.expected_head, head.revision());
      }
      if (inventory->replacements() != replacements) {
        // What was erased meanwhile must not come back.
        target = engine.At(*inventory, request.to_revision, call);
      }
      ONWARD_RETURN_IF_ERROR(target.status());
      ONWARD_ASSIGN_OR_RETURN(mutations,
                              Changes(head, **target, engine.options().mutations_max, call));
      ONWARD_RETURN_IF_ERROR(CheckWords(*law, mutations));
      return &mutations;
    };
    const MutexLock lock(inventory->write_mutex());
    absl::StatusOr<Written> done = WriteOnce(engine, *inventory, order, call);
    if (!done.ok()) {
      return AsPrecondition(done.status());
    }
    written = *std::move(done);
  }
  const When when{request.as_of.value_or(engine.clock().Today())};
  ApplyResult result;
  result.counts = written.counts;
  result.basis = {inventory->identity(), written.revision, law, when};
  if (request.meta.dry_run) {
    ONWARD_ASSIGN_OR_RETURN(result.changes, ChangesOf(engine, inventory, law, written, when, call));
  } else {
    engine.FoldIfDue(inventory);
  }
  return result;
}

}  // namespace onward::commands
