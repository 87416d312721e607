#include "services/commands/apply_plan.h"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/contacts.h"
#include "services/commands/errors.h"
#include "storage/commitment.h"

namespace onward::commands {
namespace {

using model::FieldPath;
using model::Mutation;
using model::Record;
using model::RecordKind;
using model::RecordRef;
using model::Violations;

std::string MutationField(const char* list, size_t index, std::string_view field) {
  return absl::StrCat(list, "[", index, "].", absl::string_view(field.data(), field.size()));
}

// Calls `visit` with the path of the record that mutation `index` upserts.
template <class Visit>
void WithRecordPath(const char* list, size_t index, RecordKind kind, const Visit& visit) {
  const FieldPath root;
  const FieldPath mutations(root, list);
  const FieldPath element(mutations, index);
  const FieldPath upsert(element, "upsert");
  visit(FieldPath(upsert, model::KindName(kind)));
}

void CheckDelete(const char* list, const RecordRef& ref, size_t index, Violations& violations) {
  if (ref.kind <= RecordKind::kUnspecified || ref.kind > RecordKind::kLast) {
    violations.Add(MutationField(list, index, "delete.kind"),
                   "is required and must be a known kind");
  }
  if (!model::IsValidId(ref.id)) {
    violations.Add(MutationField(list, index, "delete.id"),
                   "must match [a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?");
  }
}

// The inventory as it would be: head, with the mutations on top.
class After {
 public:
  After(const Snapshot& head, const std::vector<Mutation>& mutations) : head_(head) {
    for (const Mutation& mutation : mutations) {
      changed_.emplace(mutation.ref, &mutation);
    }
  }

  // Null: left as it is in head.
  const Mutation* ChangeOf(const RecordRef& ref) const {
    const auto it = changed_.find(ref);
    return it == changed_.end() ? nullptr : it->second;
  }

  bool Exists(const RecordRef& ref) const {
    const Mutation* change = ChangeOf(ref);
    return change != nullptr ? change->record.has_value() : head_.Has(ref);
  }

 private:
  const Snapshot& head_;
  std::map<RecordRef, const Mutation*> changed_;
};

// Words for what a precondition asks, and whether it holds.
struct Demand {
  bool holds = true;
  std::string expected;
  std::string actual;
};

absl::StatusOr<Demand> Check(const Mutation& mutation, bool exists,
                             const LastChangedAt& last_changed_at) {
  const std::string found = exists ? "it exists" : "no such record";
  if (std::holds_alternative<model::MustNotExist>(mutation.precondition)) {
    return Demand{!exists, "no such record", found};
  }
  if (std::holds_alternative<model::MustExist>(mutation.precondition)) {
    return Demand{exists, "it exists", found};
  }
  if (const auto* at = std::get_if<model::LastChangedAt>(&mutation.precondition)) {
    const std::string expected = absl::StrCat("last changed at revision ", at->revision);
    if (!exists) {
      return Demand{false, expected, found};
    }
    ONWARD_ASSIGN_OR_RETURN(const uint64_t changed, last_changed_at(mutation.ref));
    return Demand{changed == at->revision, expected,
                  absl::StrCat("last changed at revision ", changed)};
  }
  return Demand{};
}

absl::Status CheckPreconditions(const std::vector<Mutation>& mutations, const Snapshot& head,
                                const LastChangedAt& last_changed_at) {
  for (const Mutation& mutation : mutations) {
    const bool exists = head.Has(mutation.ref);
    ONWARD_ASSIGN_OR_RETURN(const Demand demand, Check(mutation, exists, last_changed_at));
    if (!demand.holds) {
      return PreconditionFailed(mutation.ref, demand.expected, demand.actual);
    }
  }
  return absl::OkStatus();
}

// Whether records may name others of that kind.
bool MayBeNamed(RecordKind kind) {
  switch (kind) {
    case RecordKind::kFlow:
    case RecordKind::kTriage:
    case RecordKind::kPolicy:
    case RecordKind::kUnspecified:
      return false;
    case RecordKind::kParty:
    case RecordKind::kLocation:
    case RecordKind::kActivity:
    case RecordKind::kAgreement:
    case RecordKind::kCategory:
      break;
  }
  return true;
}

// Records that stay as they are but name something that is deleted.
class LeftBehind {
 public:
  LeftBehind(const char* list, const std::map<RecordRef, size_t>& deleted, const Snapshot& head,
             const After& after)
      : list_(list), deleted_(deleted), head_(head), after_(after) {}

  // Goes through all records, of flows only through those that name something deleted.
  void Check(Violations& violations) {
    for (int slot = 1; slot <= static_cast<int>(RecordKind::kLast); ++slot) {
      const auto kind = static_cast<RecordKind>(slot);
      if (kind == RecordKind::kFlow) {
        CheckFlows(violations);
        continue;
      }
      for (const RecordPtr& record : head_.RecordsOf(kind)) {
        CheckRecord(*record, violations);
      }
    }
  }

 private:
  const std::pair<const RecordRef, size_t>* FirstDeleted(const Record& record) const {
    for (const RecordRef& named : model::ReferencesOf(record)) {
      const auto it = deleted_.find(named);
      if (it != deleted_.end()) {
        return &*it;
      }
    }
    return nullptr;
  }

  void CheckRecord(const Record& record, Violations& violations) const {
    const auto* const first = FirstDeleted(record);
    if (first == nullptr) {
      return;
    }
    const RecordRef self{model::KindOf(record), model::IdOf(record)};
    if (after_.ChangeOf(self) != nullptr) {
      return;
    }
    // Some names stand without a record, as those of the default category tree.
    const model::Exists exists = [this](const RecordRef& ref) { return after_.Exists(ref); };
    Violations dangling;
    model::CheckReferences(record, exists, FieldPath(), dangling);
    if (!dangling.empty()) {
      violations.Add(
          MutationField(list_, first->second, "delete"),
          absl::StrCat(model::ToString(self), " still names ", model::ToString(first->first), " (",
                       dangling.list()[0].field, ")"));
    }
  }

  void CheckFlows(Violations& violations) {
    std::vector<bool> parties(head_.PartyCount(), false);
    for (const auto& [ref, index] : deleted_) {
      const std::optional<uint32_t> party =
          ref.kind == RecordKind::kParty ? head_.PartyNumber(ref.id) : std::nullopt;
      if (party.has_value()) {
        parties[*party] = true;
      }
    }
    for (const uint32_t flow : head_.FlowsInOrder()) {
      if (parties[head_.ExporterOf(flow)] || parties[head_.ImporterOf(flow)] || TermsName(flow)) {
        CheckRecord(head_.FlowAt(flow), violations);
      }
    }
  }

  // Many flows share their terms.
  bool TermsName(uint32_t flow) {
    const std::optional<uint32_t> shared = head_.SharedTermsOf(flow);
    if (!shared.has_value()) {
      return true;
    }
    const auto [at, is_new] = naming_terms_.emplace(*shared, false);
    if (is_new) {
      model::FlowView view = head_.ViewAt(flow);
      view.exporter = view.importer = "";
      at->second = FirstDeleted(model::FlowFrom(view)) != nullptr;
    }
    return at->second;
  }

  const char* list_;
  const std::map<RecordRef, size_t>& deleted_;
  const Snapshot& head_;
  const After& after_;
  std::unordered_map<uint32_t, bool> naming_terms_;
};

absl::Status CheckAllReferences(const char* list, const std::vector<Mutation>& mutations,
                                const Snapshot& head, const After& after) {
  const model::Exists exists = [&after](const RecordRef& ref) { return after.Exists(ref); };
  Violations violations;
  std::map<RecordRef, size_t> deleted;
  for (size_t i = 0; i < mutations.size(); ++i) {
    const Mutation& mutation = mutations[i];
    if (mutation.record) {
      WithRecordPath(list, i, mutation.ref.kind, [&](const FieldPath& path) {
        model::CheckReferences(*mutation.record, exists, path, violations);
      });
    } else if (MayBeNamed(mutation.ref.kind) && head.Has(mutation.ref)) {
      deleted.emplace(mutation.ref, i);
    }
  }
  if (!deleted.empty()) {
    LeftBehind(list, deleted, head, after).Check(violations);
  }
  return violations.empty() ? absl::OkStatus() : DanglingReference(violations);
}

// Who holds an identifier once the mutations are applied, other than `party`; empty: nobody.
std::string OtherHolder(const model::Identifier& identifier, const std::string& party,
                        const IdentifierIndex& stored, const IdentifierIndex& given,
                        const After& after) {
  if (const auto it = given.find(identifier); it != given.end() && it->second != party) {
    return it->second;
  }
  const auto it = stored.find(identifier);
  if (it == stored.end() || it->second == party) {
    return "";
  }
  // A holder that is changed too counts with its new identifiers, which `given` has.
  return after.ChangeOf({RecordKind::kParty, it->second}) == nullptr ? it->second : "";
}

absl::Status CheckIdentifiers(const char* list, const std::vector<Mutation>& mutations,
                              const After& after, const IdentifierIndex& stored) {
  IdentifierIndex given;
  for (size_t i = 0; i < mutations.size(); ++i) {
    const auto* party =
        mutations[i].record ? std::get_if<model::Party>(&*mutations[i].record) : nullptr;
    if (party == nullptr) {
      continue;
    }
    for (size_t j = 0; j < party->identifiers.size(); ++j) {
      const model::Identifier& identifier = party->identifiers[j];
      const std::string other = OtherHolder(identifier, party->id, stored, given, after);
      if (!other.empty()) {
        return DuplicateIdentifier(
            party->id, other, identifier,
            MutationField(list, i, absl::StrCat("upsert.party.identifiers[", j, "].value")));
      }
      given.emplace(identifier, party->id);
    }
  }
  return absl::OkStatus();
}

// The contacts of a party, as they will be stored.
absl::Status SettleParty(const Mutation& mutation, const Record* stored, Record& record) {
  auto* const party = std::get_if<model::Party>(&record);
  if (party == nullptr || mutation.as_stored) {
    return storage::AddSalts(record);
  }
  return SettleContacts(stored == nullptr ? nullptr : std::get_if<model::Party>(stored), *party);
}

absl::Status PlanUpsert(const Mutation& mutation, const Record* stored, ApplyPlan& plan) {
  Record record = *mutation.record;
  if (stored != nullptr && mutation.add_sources) {
    model::SourcesOf(record) =
        model::MergeSources(model::SourcesOf(*stored), model::SourcesOf(*mutation.record));
  }
  ONWARD_RETURN_IF_ERROR(SettleParty(mutation, stored, record));
  if (stored != nullptr && record == *stored) {
    ++plan.counts.unchanged;
    return absl::OkStatus();
  }
  ++(stored == nullptr ? plan.counts.created : plan.counts.updated);
  Mutation write = {mutation.ref, std::move(record), {}};
  if (stored == nullptr) {
    write.precondition = mutation.precondition;
    write.add_sources = mutation.add_sources;
  }
  plan.writes.push_back(std::move(write));
  return absl::OkStatus();
}

void PlanDelete(const Mutation& mutation, bool exists, ApplyPlan& plan) {
  if (!exists) {
    ++plan.counts.unchanged;
    return;
  }
  ++plan.counts.deleted;
  plan.writes.push_back(mutation);
}

}  // namespace

void CheckMutations(const std::vector<Mutation>& mutations, const model::Vocabulary& vocabulary,
                    Violations& violations, const char* list) {
  std::map<RecordRef, size_t> seen;
  for (size_t i = 0; i < mutations.size(); ++i) {
    const Mutation& mutation = mutations[i];
    if (!mutation.record && mutation.ref == RecordRef{}) {
      continue;  // could not be read: reported by who read it
    }
    if (mutation.record) {
      WithRecordPath(list, i, mutation.ref.kind, [&](const FieldPath& path) {
        model::ValidateRecord(*mutation.record, vocabulary, path, violations);
      });
    } else {
      CheckDelete(list, mutation.ref, i, violations);
    }
    const auto [it, added] = seen.emplace(mutation.ref, i);
    if (!added && !mutation.ref.id.empty()) {
      violations.Add(absl::StrCat(list, "[", i, "]"),
                     absl::StrCat(model::ToString(mutation.ref), " is also in ", list, "[",
                                  it->second, "]; each record may be there once"));
    }
  }
}

absl::StatusOr<ApplyPlan> PlanApply(const std::vector<Mutation>& mutations, const Snapshot& head,
                                    const IdentifierIndex& identifiers,
                                    const LastChangedAt& last_changed_at, const char* list) {
  ONWARD_RETURN_IF_ERROR(CheckPreconditions(mutations, head, last_changed_at));
  const After after(head, mutations);
  ONWARD_RETURN_IF_ERROR(CheckAllReferences(list, mutations, head, after));
  ONWARD_RETURN_IF_ERROR(CheckIdentifiers(list, mutations, after, identifiers));
  ApplyPlan plan;
  for (const Mutation& mutation : mutations) {
    if (mutation.record) {
      ONWARD_RETURN_IF_ERROR(PlanUpsert(mutation, head.Find(mutation.ref).get(), plan));
    } else {
      PlanDelete(mutation, head.Has(mutation.ref), plan);
    }
  }
  return plan;
}

}  // namespace onward::commands
