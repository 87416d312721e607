#include "services/commands/apply.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/apply_digest.h"
#include "services/commands/errors.h"
#include "services/commands/write.h"

namespace onward::commands {
namespace {

absl::Status CheckRequest(const Engine& engine, const ApplyRequest& request) {
  const size_t max = engine.options().mutations_max;
  if (request.mutations.size() > max) {
    return LimitExceeded("mutations_max", max, request.mutations.size());
  }
  return CheckWriteMeta({request.request_id, request.comment, request.author, request.dry_run});
}

absl::Status CheckRecords(const LawVersion& law, const ApplyRequest& request) {
  model::Violations violations = request.read_violations;
  CheckMutations(request.mutations, law.vocabulary, violations);
  return violations.empty() ? absl::OkStatus() : InvalidRecord(violations);
}

WriteOrder OrderOf(const ApplyRequest& request, std::string digest) {
  WriteOrder order;
  order.meta = {request.request_id, request.comment, request.author, request.dry_run};
  order.digest = std::move(digest);
  order.mutations = [&request](const Snapshot& /*head*/) {
    return absl::StatusOr<const std::vector<model::Mutation>*>(&request.mutations);
  };
  return order;
}

}  // namespace

absl::StatusOr<ApplyResult> Apply(Engine& engine, const ApplyRequest& request,
                                  const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::shared_ptr<InventoryRuntime> inventory,
                          engine.Find(request.inventory));
  ONWARD_RETURN_IF_ERROR(CheckRequest(engine, request));
  Written written;
  LawPtr law;
  {
    // The register that the records are checked against stays in effect until they are written.
    const LawGate::Write gate(engine.law_gate());
    law = engine.law();
    ONWARD_RETURN_IF_ERROR(CheckRecords(*law, request));
    ONWARD_RETURN_IF_ERROR(call.Check());
    std::string digest = DigestOf(request);
    const MutexLock lock(inventory->write_mutex());
    ONWARD_ASSIGN_OR_RETURN(
        written, WriteOnce(engine, *inventory, OrderOf(request, std::move(digest)), call));
  }
  const When when{request.as_of.value_or(engine.clock().Today())};
  ApplyResult result;
  result.counts = written.counts;
  result.basis = {inventory->identity(), written.revision, law, when};
  if (request.dry_run) {
    ONWARD_ASSIGN_OR_RETURN(result.changes, ChangesOf(engine, inventory, law, written, when, call));
  } else {
    engine.FoldIfDue(inventory);
  }
  return result;
}

}  // namespace onward::commands
