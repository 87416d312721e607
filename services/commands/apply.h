// Apply: writes a set of records, all or none, as one new revision.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/changes.h"
#include "services/commands/apply_plan.h"
#include "services/commands/engine.h"

namespace onward::commands {

struct ApplyRequest {
  std::string inventory;
  // Each record once. An upsert's `ref` names its record.
  std::vector<model::Mutation> mutations;
  // What was found wrong while the mutations were read; reported together with the rest.
  model::Violations read_violations;
  // Required unless dry_run.
  std::string request_id;
  std::string comment;
  std::string author;
  bool dry_run = false;
  // Date of the change in verdicts, for a dry run; absent: today.
  std::optional<Date> as_of;
};

struct ApplyResult {
  // The new revision; the head where nothing was to be written, or for a dry run.
  Basis basis;
  ApplyCounts counts;
  // Of a dry run. A write judges nothing.
  std::vector<query::VerdictChange> changes;
};

// A change is durable and visible to every reader when this returns OK. A repeat of a request_id with
// the same payload returns the first answer. An error means that nothing was written, but for
// UNAVAILABLE and DEADLINE_EXCEEDED, whose outcome a repeat with the same request_id tells. Errors:
// INVALID_REQUEST, INVALID_RECORD, DANGLING_REFERENCE, DUPLICATE_IDENTIFIER, PRECONDITION_FAILED,
// REQUEST_ID_REUSED, LIMIT_EXCEEDED, INVENTORY_NOT_FOUND, and those of the store.
absl::StatusOr<ApplyResult> Apply(Engine& engine, const ApplyRequest& request,
                                  const CallContext& call);

}  // namespace onward::commands
