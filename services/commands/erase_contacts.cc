#include "services/commands/erase_contacts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "storage/digest.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

absl::Status CheckRequest(const EraseContactsRequest& request) {
  ONWARD_RETURN_IF_ERROR(CheckWriteMeta(request.meta));
  model::Violations violations;
  if (!model::IsValidId(request.order.party)) {
    violations.Add("party", "is required: the id of a party");
  }
  if (request.order.contacts.empty() && request.order.at_revision != 0) {
    violations.Add("at_revision", "is the revision that `contacts` are of: name some");
  }
  if (!violations.empty()) {
    return InvalidRequest(violations);
  }
  const size_t count = request.order.contacts.size();
  return count > kErasedContactsMax ? LimitExceeded("contacts", kErasedContactsMax, count)
                                    : absl::OkStatus();
}

std::string DigestOf(const EraseContactsRequest& request) {
  storage::DigestInput digest("onward.erase.1");
  digest.Text(request.meta.author).Text(request.meta.comment).Text(request.order.party);
  digest.Number(request.order.at_revision).Number(request.order.contacts.size());
  for (const uint32_t contact : request.order.contacts) {
    digest.Number(contact);
  }
  return digest.Digest();
}

// What the request_id did when it was first used; nullopt: it is new.
absl::StatusOr<std::optional<EraseContactsResult>> FirstResult(const Engine& engine,
                                                               const EraseContactsRequest& request,
                                                               const std::string& digest) {
  const std::string& id = request.meta.request_id;
  ONWARD_ASSIGN_OR_RETURN(const auto first, engine.store().FindRequest(request.inventory, id));
  if (!first) {
    return std::optional<EraseContactsResult>();
  }
  if (!first->payload_digest.empty() && first->payload_digest != digest) {
    return storage::RequestIdReused(id, first->revision);
  }
  EraseContactsResult result;
  result.revision = first->revision;
  ONWARD_ASSIGN_OR_RETURN(
      const std::vector<storage::RevisionInfo> entries,
      engine.store().History(request.inventory, std::nullopt, first->revision + 1, 1));
  if (!entries.empty() && entries[0].request_id == id && entries[0].erasure) {
    result.erasure = *entries[0].erasure;
  }
  return std::optional<EraseContactsResult>(std::move(result));
}

absl::StatusOr<EraseContactsResult> Erase(Engine& engine, InventoryRuntime& inventory,
                                          const EraseContactsRequest& request,
                                          const CallContext& call)
    ONWARD_REQUIRES(inventory.write_mutex()) {
  ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
  const std::string digest = DigestOf(request);
  ONWARD_ASSIGN_OR_RETURN(std::optional<EraseContactsResult> first,
                          FirstResult(engine, request, digest));
  if (first) {
    // It may have come to light since: nobody may read on what was erased.
    ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
    return *std::move(first);
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  storage::CommitMeta meta;
  meta.committed_at = engine.Now();
  meta.author = request.meta.author;
  meta.comment = request.meta.comment;
  meta.request_id = request.meta.request_id;
  meta.payload_digest = digest;
  ONWARD_ASSIGN_OR_RETURN(
      storage::ErasureResult erased,
      engine.store().EraseContacts(request.inventory, inventory.head()->revision(), request.order,
                                   meta));
  // From the store, which has no more of it; nothing of what was at hand is kept.
  ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
  return EraseContactsResult{erased.revision, std::move(erased.erasure)};
}

}  // namespace

absl::StatusOr<EraseContactsResult> EraseContacts(Engine& engine,
                                                  const EraseContactsRequest& request,
                                                  const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::shared_ptr<InventoryRuntime> inventory,
                          engine.Find(request.inventory));
  ONWARD_RETURN_IF_ERROR(CheckRequest(request));
  EraseContactsResult result;
  if (request.meta.dry_run) {
    result.revision = inventory->head()->revision();
    ONWARD_ASSIGN_OR_RETURN(result.erasure,
                            engine.store().PreviewErasure(request.inventory, request.order));
    return result;
  }
  {
    const MutexLock lock(inventory->write_mutex());
    ONWARD_ASSIGN_OR_RETURN(result, Erase(engine, *inventory, request, call));
  }
  // The act is done: that its files cannot be written now is told, not an error.
  const absl::StatusOr<bool> scrubbed =
      engine.store().Scrub(request.inventory, [&call] { return !call.Check().ok(); });
  result.scrubbed = scrubbed.ok() && *scrubbed;
  return result;
}

}  // namespace onward::commands
