#include "services/rpc/erasure.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/erase_contacts.h"
#include "services/rpc/convert.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

// Where copies may be that nobody here knows of.
constexpr const char* kOutOfReach[] = {
    "backups made before: make a new one, then delete those",
    "exported inventories and bundles of evidence made before, and stores made of backups or "
    "exports",
    "answers and watch events that clients have received, and their own files: a manifest that "
    "still names "
    "the contact writes it again",
    "author, comment and request_id of revisions, and texts of records other than contacts"};

}  // namespace

absl::Status DoEraseContacts(const ServiceEnv& env, const v1::EraseContactsRequest& request,
                             v1::EraseContactsResponse* response,
                             const commands::CallContext& call) {
  commands::EraseContactsRequest erase;
  erase.inventory = request.inventory();
  erase.order.party = request.party();
  erase.order.contacts.assign(request.contacts().begin(), request.contacts().end());
  erase.order.at_revision = request.at_revision();
  erase.meta = {request.request_id(), request.comment(), AuthorOf(call, request.author()),
                request.dry_run()};
  ONWARD_ASSIGN_OR_RETURN(const commands::EraseContactsResult result,
                          commands::EraseContacts(*env.engine, erase, call));
  v1::ContactErasure erasure;
  ToProto(result.erasure, &erasure);
  *response->mutable_contacts() = std::move(*erasure.mutable_contacts());
  const std::vector<storage::Erasure::Version>& versions = result.erasure.versions;
  response->set_revision(result.revision);
  response->set_versions(versions.size());
  response->set_unsalted_versions(static_cast<uint64_t>(
      std::count_if(versions.begin(), versions.end(),
                    [](const auto& version) { return !version.digest.empty(); })));
  response->set_scrubbed(result.scrubbed);
  response->set_dry_run(request.dry_run());
  for (const char* place : kOutOfReach) {
    response->add_out_of_reach(place);
  }
  return absl::OkStatus();
}

}  // namespace onward::rpc
