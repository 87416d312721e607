#include "services/commands/compact_history.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/commands/write.h"

namespace onward::commands {
namespace {

// What history says of a compaction: that it was one, and the comment of who asked for it.
std::string CommentOf(const CompactHistoryRequest& request) {
  return absl::StrCat("history before revision ", request.oldest_revision, " forgotten",
                      request.comment.empty() ? "" : ": ", request.comment);
}

// Makes the revision from which on nothing before `oldest` can be read.
absl::Status Commit(Engine& engine, InventoryRuntime& inventory,
                    const CompactHistoryRequest& request) ONWARD_REQUIRES(inventory.write_mutex()) {
  storage::CommitMeta meta;
  meta.committed_at = engine.Now();
  meta.author = request.author;
  meta.comment = CommentOf(request);
  const SnapshotPtr head = inventory.head();
  ONWARD_ASSIGN_OR_RETURN(const uint64_t revision,
                          engine.store().Compact(inventory.identity().id, head->revision(),
                                                 request.oldest_revision, meta));
  inventory.Publish(head->With(revision, {}), {});
  return absl::OkStatus();
}

// The oldest revision that can be read afterwards.
absl::StatusOr<uint64_t> MakeOldest(Engine& engine, InventoryRuntime& inventory,
                                    const CompactHistoryRequest& request, const CallContext& call) {
  const MutexLock lock(inventory.write_mutex());
  ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
  ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead head,
                          engine.store().GetHead(inventory.identity().id));
  if (request.oldest_revision <= head.oldest) {
    ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
    return head.oldest;
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  ONWARD_RETURN_IF_ERROR(Commit(engine, inventory, request));
  return request.oldest_revision;
}

}  // namespace

absl::StatusOr<CompactHistoryResult> CompactHistory(Engine& engine,
                                                    const CompactHistoryRequest& request,
                                                    const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::shared_ptr<InventoryRuntime> inventory,
                          engine.Find(request.inventory));
  if (request.oldest_revision == 0) {
    return InvalidRequest("oldest_revision", "is required: 1 to the head");
  }
  ONWARD_RETURN_IF_ERROR(CheckTexts(request.comment, request.author));
  const auto stop = [&call] { return !call.Check().ok(); };
  CompactHistoryResult result;
  if (request.dry_run) {
    ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead head,
                            engine.store().GetHead(request.inventory));
    result.oldest_revision = std::max(request.oldest_revision, head.oldest);
    ONWARD_ASSIGN_OR_RETURN(result.versions, engine.store().CountUnreadable(
                                                 request.inventory, result.oldest_revision, stop));
  } else {
    ONWARD_ASSIGN_OR_RETURN(result.oldest_revision, MakeOldest(engine, *inventory, request, call));
    ONWARD_ASSIGN_OR_RETURN(result.versions, engine.store().Forget(request.inventory, stop));
    engine.FoldIfDue(inventory);
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  return result;
}

}  // namespace onward::commands
