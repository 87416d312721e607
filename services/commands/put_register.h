// Puts a law register into effect: for every answer of every inventory, at once.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "services/commands/register_versions.h"

namespace onward::commands {

struct PutRegisterRequest {
  // Has passed every check of a register by itself.
  LawPtr law;
  // The version that must be in effect; empty: whatever is.
  std::string expected_version;
  std::string author;
  // At most 1,000 bytes.
  std::string comment;
  // Everything but the put.
  bool dry_run = false;
};

// Verdicts of an inventory that change, today.
struct RegisterImpact {
  std::string inventory;
  uint64_t changed = 0;
  // Of those, verdicts that become LACKING.
  uint64_t newly_lacking = 0;
};

struct PutRegisterResult {
  RegisterInfo info;
  // The register in effect after the call.
  LawPtr in_effect;
  When when;
  // Inventories with a change, in order of id.
  std::vector<RegisterImpact> impacts;
  // These very contents were put last: nothing was written.
  bool unchanged = false;
};

// Durable when it returns. The built-in register may be put too: it then stays in effect under a program
// that brings another.
//
// A refused register changes nothing. INVALID_REQUEST: the comment.
// REGISTER_VERSION_EXISTS. REGISTER_MOVED. DANGLING_REFERENCE: records name what the register to put has
// no more; each with its path. STORE_SEALED: whether the register is kept is known once the store is
// opened again. Records are not written while this decides; answers go on.
absl::StatusOr<PutRegisterResult> PutRegister(Engine& engine, const PutRegisterRequest& request,
                                              const CallContext& call);

}  // namespace onward::commands
