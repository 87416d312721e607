#include "services/rpc/what_if.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/exchange/nearest.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/validate.h"
#include "storage/digest.h"

namespace onward::rpc {
namespace {

constexpr size_t kNameMax = 128;

absl::Status CheckName(const std::string& path, const std::string& name) {
  if (name.empty()) {
    return commands::InvalidRequest(path, "is required");
  }
  return name.size() <= kNameMax
             ? absl::OkStatus()
             : commands::InvalidRequest(path, absl::StrCat("is longer than ", kNameMax, " bytes"));
}

// Reads what all three kinds have in common: the record's name, and the day.
absl::StatusOr<Date> ReadChange(const std::string& path, const char* name_field,
                                const std::string& name, const std::string& from, Date day) {
  ONWARD_RETURN_IF_ERROR(CheckName(absl::StrCat(path, ".", name_field), name));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> date,
                          OptionalDate(from, absl::StrCat(path, ".from").c_str()));
  return date.value_or(day);
}

absl::StatusOr<law::Change> ChangeOf(const v1::LawChange& in, const std::string& path, Date day) {
  switch (in.change_case()) {
    case v1::LawChange::kAnnul: {
      const v1::Annulment& annul = in.annul();
      ONWARD_ASSIGN_OR_RETURN(const Date from, ReadChange(absl::StrCat(path, ".annul"), "id",
                                                          annul.id(), annul.from(), day));
      return law::Change(law::Annulment{annul.id(), from});
    }
    case v1::LawChange::kDropAdequacy: {
      const v1::AdequacyDrop& drop = in.drop_adequacy();
      ONWARD_ASSIGN_OR_RETURN(const Date from,
                              ReadChange(absl::StrCat(path, ".drop_adequacy"), "jurisdiction",
                                         drop.jurisdiction(), drop.from(), day));
      return law::Change(law::AdequacyDrop{drop.jurisdiction(), from});
    }
    case v1::LawChange::kGrantAdequacy: {
      const v1::AdequacyGrant& grant = in.grant_adequacy();
      ONWARD_ASSIGN_OR_RETURN(const Date from,
                              ReadChange(absl::StrCat(path, ".grant_adequacy"), "jurisdiction",
                                         grant.jurisdiction(), grant.from(), day));
      return law::Change(law::AdequacyGrant{grant.jurisdiction(), from});
    }
    case v1::LawChange::CHANGE_NOT_SET:
      break;
  }
  return commands::InvalidRequest(path,
                                  "one of annul, drop_adequacy and grant_adequacy is required");
}

absl::Status CheckLimit(const char* field, size_t max, int size) {
  return static_cast<size_t>(size) <= max
             ? absl::OkStatus()
             : commands::LimitExceeded(field, max, static_cast<uint64_t>(size));
}

}  // namespace

absl::StatusOr<commands::WhatIfPtr> WhatIfOf(const v1::WhatIf& message, Date day) {
  if (message.mutations().empty() && message.law_changes().empty()) {
    return commands::WhatIfPtr();
  }
  ONWARD_RETURN_IF_ERROR(
      CheckLimit("what_if.mutations", commands::kWhatIfMutationsMax, message.mutations_size()));
  ONWARD_RETURN_IF_ERROR(CheckLimit("what_if.law_changes", commands::kWhatIfLawChangesMax,
                                    message.law_changes_size()));
  auto what_if = std::make_shared<commands::WhatIf>();
  what_if->mutations =
      MutationsOf(message.mutations(), "what_if.mutations", what_if->read_violations);
  for (int i = 0; i < message.law_changes_size(); ++i) {
    ONWARD_ASSIGN_OR_RETURN(
        law::Change change,
        ChangeOf(message.law_changes(i), absl::StrCat("what_if.law_changes[", i, "]"), day));
    what_if->law_changes.push_back(std::move(change));
  }
  what_if->did_you_mean = &exchange::DidYouMean;
  // The day counts where a change names none.
  what_if->digest =
      storage::Sha256(absl::StrCat(day.ToString(), "\n", DeterministicBytes(message)));
  return commands::WhatIfPtr(std::move(what_if));
}

}  // namespace onward::rpc
