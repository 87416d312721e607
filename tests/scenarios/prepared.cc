#include "tests/scenarios/prepared.h"

#include <utility>

#include "absl/status/status.h"
#include "graph/base/status_macros.h"
#include "graph/model/wire.h"
#include "tests/scenarios/compare.h"
#include "tests/scenarios/records.h"

namespace onward::scenarios {
namespace {

absl::StatusOr<std::vector<model::Record>> Converted(const std::vector<v1::Record>& records,
                                                     const std::string& file) {
  std::vector<model::Record> converted;
  for (const v1::Record& record : records) {
    model::Violations violations;
    model::Record domain;
    if (!model::RecordFromWire(record, model::FieldPath(), violations, domain)) {
      return absl::InvalidArgumentError(file + ": a record cannot be read");
    }
    converted.push_back(std::move(domain));
  }
  return converted;
}

// Collects the words of the register that a record names.
struct NamesIn {
  std::set<std::string>& names;

  void operator()(const model::Party& party) const { names.insert(party.establishment); }
  void operator()(const model::Location& location) const { names.insert(location.country); }
  void operator()(const model::Agreement& agreement) const {
    names.insert(agreement.instruments.begin(), agreement.instruments.end());
  }
  void operator()(const model::Flow& flow) const {
    for (const model::Site& site : flow.sites) {
      names.insert(site.country);
      names.insert(site.location);  // a code of the register, or a record
    }
    if (flow.derogation.has_value()) {
      names.insert(flow.derogation->instrument);
    }
  }
  template <typename Other>
  void operator()(const Other& /*record*/) const {}
};

// A date of a case, which was checked when it was read; empty: all that is known.
Date DateOf(const std::string& text) { return Date::Parse(text).value_or(Date::Max()); }

v1::Transfer TransferFrom(const std::string& flow, const verdict::DestinationVerdict& verdict) {
  v1::Transfer transfer;
  transfer.set_flow(flow);
  transfer.set_destination(verdict.destination);
  transfer.set_kind(static_cast<v1::HopKind>(verdict.kind));
  transfer.set_verdict(static_cast<v1::Verdict>(verdict.verdict));
  transfer.set_reason(static_cast<v1::VerdictReason>(verdict.reason));
  transfer.set_mechanism(verdict.mechanism);
  return transfer;
}

}  // namespace

absl::StatusOr<Prepared> Prepared::Read(const std::string& path) {
  Prepared prepared;
  ONWARD_ASSIGN_OR_RETURN(prepared.case_, ReadCase(path));
  prepared.moments_ = prepared.case_.Moments();
  ONWARD_ASSIGN_OR_RETURN(const std::vector<v1::Record> read, RecordsOf(prepared.case_));
  ONWARD_ASSIGN_OR_RETURN(std::vector<model::Record> records, Converted(read, path));
  for (const model::Record& record : records) {
    std::visit(NamesIn{prepared.named_}, record);
  }
  prepared.snapshot_ = Snapshot::Build(1, std::move(records));
  return prepared;
}

std::vector<v1::Transfer> Prepared::Answers(const law::RegisterPtr& law,
                                            const Moment& moment) const {
  const verdict::Question question{DateOf(moment.date), DateOf(moment.law_known_at)};
  const query::JudgementsPtr judged = query::Judgements::Make(snapshot_, law, question);
  std::vector<v1::Transfer> answers;
  for (const uint32_t flow : snapshot_->FlowsInOrder()) {
    const std::optional<verdict::HopVerdict> hop = judged->Proof(flow);
    if (!hop.has_value()) {
      continue;
    }
    for (const verdict::DestinationVerdict& destination : hop->destinations) {
      answers.push_back(TransferFrom(std::string(snapshot_->FlowId(flow)), destination));
    }
  }
  return answers;
}

bool Prepared::Holds(const law::RegisterPtr& law, const Moment& moment) const {
  return Differences(case_, moment, Answers(law, moment)).empty();
}

absl::StatusOr<std::vector<Prepared>> ReadAll(const std::string& folder) {
  std::vector<Prepared> cases;
  for (const std::string& file : CaseFiles(folder)) {
    ONWARD_ASSIGN_OR_RETURN(Prepared prepared, Prepared::Read(file));
    cases.push_back(std::move(prepared));
  }
  if (cases.empty()) {
    return absl::InvalidArgumentError(folder + ": no case files");
  }
  return cases;
}

}  // namespace onward::scenarios
