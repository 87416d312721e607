// EraseContacts: takes the personal data of contacts away from all revisions, for good. Who asked for it, when and
// why is a revision of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "services/commands/write.h"

namespace onward::commands {

// Positions in one request.
inline constexpr size_t kErasedContactsMax = 1'000;

struct EraseContactsRequest {
  std::string inventory;
  // See storage::ErasureOrder.
  storage::ErasureOrder order;
  WriteMeta meta;
};

struct EraseContactsResult {
  // That it made; the head where it made none.
  uint64_t revision = 0;
  // Without contacts: there was nothing left to erase.
  storage::Erasure erasure;
  // No file of the store holds the values any more.
  bool scrubbed = false;
};

// From its return on, no read tells the values, at whichever revision, and nothing in memory that a later read
// could be answered from holds them. May be repeated: what an earlier call left in the files is taken out then.
// INVALID_REQUEST, INVENTORY_NOT_FOUND, REQUEST_ID_REUSED, REVISION_IN_FUTURE, REVISION_COMPACTED, and those of
// the store.
absl::StatusOr<EraseContactsResult> EraseContacts(Engine& engine,
                                                  const EraseContactsRequest& request,
                                                  const CallContext& call);

}  // namespace onward::commands
