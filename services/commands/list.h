// List: records of one kind in order of id, a page at a time.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

struct ListRequest {
  std::string inventory;
  model::RecordKind kind = model::RecordKind::kUnspecified;
  std::string id_prefix;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ListResult {
  Basis basis;
  std::vector<RecordPtr> records;
  SnapshotPtr snapshot;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// The errors of Engine::Read.
absl::StatusOr<ListResult> List(Engine& engine, const ListRequest& request,
                                const CallContext& call);

}  // namespace onward::commands
