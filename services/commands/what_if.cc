#include "services/commands/what_if.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/model/text.h"
#include "services/commands/apply_plan.h"
#include "services/commands/engine.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

constexpr char kList[] = "what_if.mutations";

// The names of its fields in the contract.
struct Named {
  std::string_view kind;
  const std::string& subject;
};

Named NameOf(const law::Change& change) {
  if (const auto* annul = std::get_if<law::Annulment>(&change)) {
    return {"annul", annul->id};
  }
  if (const auto* drop = std::get_if<law::AdequacyDrop>(&change)) {
    return {"drop_adequacy", drop->jurisdiction};
  }
  return {"grant_adequacy", std::get<law::AdequacyGrant>(change).jurisdiction};
}

absl::Status Refused(const WhatIf& what_if, size_t index, const law::ChangeRefusal& refusal) {
  const Named named = NameOf(what_if.law_changes[index]);
  const std::string field = absl::StrCat(
      "what_if.law_changes[", index, "].", absl::string_view(named.kind.data(), named.kind.size()),
      ".", absl::string_view(refusal.field.data(), refusal.field.size()));
  std::string message = refusal.message;
  // A day is refused for a reason that names what it is about.
  if (refusal.field != "from") {
    message = absl::StrCat(model::Quote(named.subject), " ", message);
  }
  if (what_if.did_you_mean && !refusal.known.empty()) {
    message += what_if.did_you_mean(named.subject, refusal.known);
  }
  return InvalidRequest(field, message);
}

absl::StatusOr<LawPtr> AssumedLaw(const LawPtr& stored, const WhatIf& what_if) {
  auto assumed = std::make_shared<LawVersion>();
  assumed->domain = stored->domain;
  assumed->vocabulary = stored->vocabulary;
  for (size_t i = 0; i < what_if.law_changes.size(); ++i) {
    law::Changed changed = law::With(*assumed->domain, what_if.law_changes[i]);
    if (const auto* refusal = std::get_if<law::ChangeRefusal>(&changed)) {
      return Refused(what_if, i, *refusal);
    }
    assumed->domain = std::get<law::RegisterPtr>(std::move(changed));
  }
  return LawPtr(std::move(assumed));
}

absl::StatusOr<SnapshotPtr> AssumedSnapshot(const storage::Store& store, const Reading& stored,
                                            const WhatIf& what_if) {
  if (what_if.mutations.empty()) {
    return stored.snapshot;
  }
  model::Violations violations = what_if.read_violations;
  CheckMutations(what_if.mutations, stored.law->vocabulary, violations, kList);
  if (!violations.empty()) {
    return InvalidRecord(violations);
  }
  const auto last_changed_at = [&](const model::RecordRef& ref) -> absl::StatusOr<uint64_t> {
    ONWARD_ASSIGN_OR_RETURN(const std::optional<storage::StoredRecord> found,
                            store.Get(stored.inventory->identity().id, ref, stored.revision()));
    return found ? found->last_changed_at : 0;
  };
  ONWARD_ASSIGN_OR_RETURN(const ApplyPlan plan,
                          PlanApply(what_if.mutations, *stored.snapshot,
                                    IdentifiersOf(*stored.snapshot), last_changed_at, kList));
  return plan.writes.empty() ? stored.snapshot
                             : stored.snapshot->With(stored.revision(), plan.writes);
}

}  // namespace

absl::StatusOr<Assumed> Assume(const storage::Store& store, const Reading& stored,
                               const WhatIf& what_if) {
  Assumed assumed;
  ONWARD_ASSIGN_OR_RETURN(assumed.law, AssumedLaw(stored.law, what_if));
  ONWARD_ASSIGN_OR_RETURN(assumed.snapshot, AssumedSnapshot(store, stored, what_if));
  return assumed;
}

}  // namespace onward::commands
