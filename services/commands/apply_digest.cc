#include "services/commands/apply_digest.h"

#include "storage/digest.h"
#include "storage/record.h"

namespace onward::commands {
namespace {

void AddPrecondition(const model::Precondition& precondition, storage::DigestInput& digest) {
  digest.Number(precondition.index());
  const auto* at = std::get_if<model::LastChangedAt>(&precondition);
  digest.Number(at == nullptr ? 0 : at->revision);
}

void AddMutation(const model::Mutation& mutation, storage::DigestInput& digest) {
  digest.Number(static_cast<uint64_t>(mutation.ref.kind)).Text(mutation.ref.id);
  digest.Number(mutation.add_sources ? 1 : 0);
  AddPrecondition(mutation.precondition, digest);
  digest.Number(mutation.record ? 1 : 0);
  if (mutation.record) {
    digest.Text(storage::RecordBytes(*mutation.record));
  }
}

}  // namespace

std::string DigestOf(const ApplyRequest& request) {
  storage::DigestInput digest("onward.apply.1");
  digest.Text(request.author).Text(request.comment).Number(request.mutations.size());
  for (const model::Mutation& mutation : request.mutations) {
    AddMutation(mutation, digest);
  }
  return digest.Digest();
}

}  // namespace onward::commands
