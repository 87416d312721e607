#include "clients/cli/what_if.h"

#include <optional>
#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/text.h"
#include "graph/base/clock.h"
#include "graph/base/status_macros.h"
#include "services/exchange/changes_reader.h"
#include "services/exchange/record_reader.h"

namespace onward::cli {
namespace {

absl::Status Wrong(const std::string& flag, const std::string& value, const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
               flag + " " + value + ": " + message);
}

struct Dated {
  std::string name;
  std::string from;
};

// NAME[:DATE]; a name may hold colons itself.
Dated SplitDate(const std::string& value, const std::string& otherwise) {
  const size_t colon = value.rfind(':');
  if (colon == std::string::npos || !exchange::IsCalendarDate(value.substr(colon + 1))) {
    return {value, otherwise};
  }
  return {value.substr(0, colon), value.substr(colon + 1)};
}

class WhatIfReader {
 public:
  WhatIfReader(const WhatIfFlags& flags, const AskedState& state, client::Client& client,
               Context& context)
      : flags_(flags), state_(state), client_(client), context_(context) {}

  absl::StatusOr<v1::WhatIf> Read() {
    ONWARD_RETURN_IF_ERROR(ReadFiles());
    AddLawChanges();
    for (const std::string& value : flags_.move) {
      ONWARD_RETURN_IF_ERROR(Move(value));
    }
    for (const std::string& value : flags_.add_certification) {
      ONWARD_RETURN_IF_ERROR(AddCertification(value));
    }
    for (const std::string& value : flags_.stop) {
      ONWARD_RETURN_IF_ERROR(Stop(value));
    }
    return std::move(what_if_);
  }

 private:
  absl::Status ReadFiles() {
    if (flags_.files.empty()) {
      return absl::OkStatus();
    }
    exchange::ChangesResult result = exchange::ReadChanges(flags_.files, context_.environment.in);
    for (const std::string& skipped : result.skipped) {
      context_.environment.err << "onward: not read, a link out of its folder: " << OneLine(skipped)
                               << "\n";
    }
    if (!result.problems.empty()) {
      context_.problems = result.problems.list();
      return Error(
          absl::StatusCode::kInvalidArgument, "INVALID_MANIFEST",
          Count(context_.problems.size() + result.problems.not_listed(), "problem", "problems") +
              " in the changes; nothing was asked");
    }
    what_if_ = result.changes.what_if;
    // A change that names no day counts from --from, where that is given.
    for (v1::LawChange& change : *what_if_.mutable_law_changes()) {
      Complete(change);
    }
    context_.changes = std::make_shared<const exchange::Changes>(std::move(result.changes));
    return absl::OkStatus();
  }

  void Complete(v1::LawChange& change) const {
    if (change.has_annul() && change.annul().from().empty()) {
      change.mutable_annul()->set_from(flags_.from);
    } else if (change.has_drop_adequacy() && change.drop_adequacy().from().empty()) {
      change.mutable_drop_adequacy()->set_from(flags_.from);
    } else if (change.has_grant_adequacy() && change.grant_adequacy().from().empty()) {
      change.mutable_grant_adequacy()->set_from(flags_.from);
    }
  }

  void AddLawChanges() {
    for (const std::string& value : flags_.annul) {
      const Dated annul = SplitDate(value, flags_.from);
      v1::Annulment& change = *what_if_.add_law_changes()->mutable_annul();
      change.set_id(annul.name);
      change.set_from(annul.from);
    }
    for (const std::string& value : flags_.drop_adequacy) {
      const Dated drop = SplitDate(value, flags_.from);
      v1::AdequacyDrop& change = *what_if_.add_law_changes()->mutable_drop_adequacy();
      change.set_jurisdiction(drop.name);
      change.set_from(drop.from);
    }
    for (const std::string& value : flags_.grant_adequacy) {
      const Dated grant = SplitDate(value, flags_.from);
      v1::AdequacyGrant& change = *what_if_.add_law_changes()->mutable_grant_adequacy();
      change.set_jurisdiction(grant.name);
      change.set_from(grant.from);
    }
  }

  // The mutation that upserts the record: of a file, or of an earlier flag, else one of the record as it is
  // stored.
  absl::StatusOr<v1::Record*> Changing(v1::RecordKind kind, const std::string& id) {
    for (v1::Mutation& mutation : *what_if_.mutable_mutations()) {
      if (!mutation.has_upsert()) {
        continue;
      }
      v1::Record& record = *mutation.mutable_upsert();
      if ((kind == v1::RECORD_KIND_PARTY && record.party().id() == id) ||
          (kind == v1::RECORD_KIND_FLOW && record.flow().id() == id)) {
        return &record;
      }
    }
    v1::GetRequest request;
    request.set_inventory(state_.inventory);
    request.mutable_ref()->set_kind(kind);
    request.mutable_ref()->set_id(id);
    *request.mutable_consistency() = state_.consistency;
    ONWARD_ASSIGN_OR_RETURN(v1::GetResponse response, client_.Get(request));
    v1::Record& record = *what_if_.add_mutations()->mutable_upsert();
    record = std::move(*response.mutable_record());
    return &record;
  }

  absl::Status Move(const std::string& value) {
    const size_t colon = value.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == value.size()) {
      return Wrong("--move", value, "is not PARTY:CODE, as in acme:GB");
    }
    ONWARD_ASSIGN_OR_RETURN(v1::Record * record,
                            Changing(v1::RECORD_KIND_PARTY, value.substr(0, colon)));
    record->mutable_party()->set_establishment(value.substr(colon + 1));
    return absl::OkStatus();
  }

  // For all kinds of data: whoever assumes a certificate assumes one that is wide enough.
  absl::Status AddCertification(const std::string& value) {
    const size_t colon = value.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == value.size()) {
      return Wrong("--add-certification", value,
                   "is not PARTY:SCHEME or PARTY:SCHEME:DATE, as in acme:us_dpf");
    }
    const Dated scheme = SplitDate(value.substr(colon + 1), Day());
    ONWARD_ASSIGN_OR_RETURN(v1::Record * record,
                            Changing(v1::RECORD_KIND_PARTY, value.substr(0, colon)));
    v1::Certification& added = *record->mutable_party()->add_certifications();
    added.set_scheme(scheme.name);
    added.set_from(scheme.from);
    added.add_coverage(v1::CERTIFICATION_COVERAGE_HR);
    added.add_coverage(v1::CERTIFICATION_COVERAGE_NON_HR);
    return absl::OkStatus();
  }

  // It does not take place from that day on; one that would begin later, not at all.
  absl::Status Stop(const std::string& value) {
    const Dated stop = SplitDate(value, Day());
    ONWARD_ASSIGN_OR_RETURN(v1::Record * record, Changing(v1::RECORD_KIND_FLOW, stop.name));
    v1::Flow& flow = *record->mutable_flow();
    // Dates in this form are in order as texts.
    if (!flow.until().empty() && flow.until() <= stop.from) {
      return Wrong("--stop", value, "ended on " + flow.until() + " already");
    }
    if (flow.from().empty() || flow.from() < stop.from) {
      flow.set_until(stop.from);
      return absl::OkStatus();
    }
    for (v1::Mutation& mutation : *what_if_.mutable_mutations()) {
      if (mutation.has_upsert() && &mutation.upsert() == record) {
        v1::RecordRef& ref = *mutation.mutable_delete_();
        ref.set_kind(v1::RECORD_KIND_FLOW);
        ref.set_id(stop.name);
      }
    }
    return absl::OkStatus();
  }

  // From which changes of records count that name no day.
  std::string Day() const {
    if (!flags_.from.empty()) {
      return flags_.from;
    }
    if (!state_.as_of.empty()) {
      return state_.as_of;
    }
    const Clock* const clock = context_.environment.clock;
    return (clock == nullptr ? SystemClock().Today() : clock->Today()).ToString();
  }

  const WhatIfFlags& flags_;
  const AskedState& state_;
  client::Client& client_;
  Context& context_;
  v1::WhatIf what_if_;
};

std::vector<Added> AddAssumptions(CLI::App& app, WhatIfFlags& flags) {
  return {
      AddListFlag(app, "--annul", flags.annul, "ID[:DATE]",
                  "assume a decision, scheme or instrument annulled"),
      AddListFlag(app, "--drop-adequacy", flags.drop_adequacy, "CODE[:DATE]",
                  "assume its adequacy ends"),
      AddListFlag(app, "--grant-adequacy", flags.grant_adequacy, "CODE[:DATE]",
                  "assume it becomes adequate"),
      AddListFlag(app, "--move", flags.move, "PARTY:CODE", "assume a party is established there"),
      AddListFlag(app, "--add-certification", flags.add_certification, "PARTY:SCHEME[:DATE]",
                  "assume it is on the list, for all data"),
      AddListFlag(app, "--stop", flags.stop, "FLOW[:DATE]", "assume a flow ends")};
}

}  // namespace

void AddWhatIfFlags(CLI::App& app, WhatIfFlags& flags) {
  AddListFlag(app, "--changes", flags.files, "PATH",
              "what if? also --annul, --move and more: see whatif --help");
  for (Added& added : AddAssumptions(app, flags)) {
    added.Hidden();
  }
}

void AddShownWhatIfFlags(CLI::App& app, WhatIfFlags& flags) {
  AddListFlag(app, "--changes", flags.files, "PATH", "assume these records and laws: file or -");
  AddAssumptions(app, flags);
}

absl::StatusOr<v1::WhatIf> ReadWhatIf(const WhatIfFlags& flags, const AskedState& state,
                                      client::Client& client, Context& context) {
  return WhatIfReader(flags, state, client, context).Read();
}

}  // namespace onward::cli
