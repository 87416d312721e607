#include "services/rpc/convert.h"

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "graph/model/wire.h"
#include "services/rpc/consistency.h"
#include "storage/erasure_wire.h"

namespace onward::rpc {
namespace {

using model::FieldPath;
using model::Mutation;
using model::Violations;

model::Precondition PreconditionOf(const v1::Precondition& in, const FieldPath& path,
                                   Violations& violations) {
  switch (in.condition_case()) {
    case v1::Precondition::kMustNotExist:
      if (!in.must_not_exist()) {
        violations.Add(FieldPath(path, "must_not_exist"), "must be true where it is set");
      }
      return model::MustNotExist();
    case v1::Precondition::kMustExist:
      if (!in.must_exist()) {
        violations.Add(FieldPath(path, "must_exist"), "must be true where it is set");
      }
      return model::MustExist();
    case v1::Precondition::kLastChangedAt:
      if (in.last_changed_at() == 0) {
        violations.Add(FieldPath(path, "last_changed_at"), "must be 1 or more");
      }
      return model::LastChangedAt{in.last_changed_at()};
    case v1::Precondition::CONDITION_NOT_SET:
      break;
  }
  return std::monostate();
}

// Name of the field that is set: party, location ...
std::string_view FieldOf(const v1::Record& record) {
  // The fields of the oneof have the numbers of the kinds.
  return model::KindName(static_cast<model::RecordKind>(record.record_case()));
}

void ReadUpsert(const v1::Record& in, const FieldPath& path, Violations& violations,
                Mutation& out) {
  model::Record record;
  const bool some = in.record_case() != v1::Record::RECORD_NOT_SET;
  const FieldPath field = some ? FieldPath(path, FieldOf(in)) : path;
  if (model::RecordFromWire(in, field, violations, record)) {
    out.ref = {model::KindOf(record), model::IdOf(record)};
    out.record = std::move(record);
  }
}

void ReadDelete(const v1::RecordRef& in, const FieldPath& path, Violations& violations,
                Mutation& out) {
  out.ref = {static_cast<model::RecordKind>(in.kind()), in.id()};
  if (out.ref == model::RecordRef{}) {
    violations.Add(path, "kind and id are required");
  }
}

Mutation MutationOf(const v1::Mutation& in, const FieldPath& path, Violations& violations) {
  Mutation out;
  switch (in.change_case()) {
    case v1::Mutation::kUpsert:
      ReadUpsert(in.upsert(), FieldPath(path, "upsert"), violations, out);
      break;
    case v1::Mutation::kDelete:
      ReadDelete(in.delete_(), FieldPath(path, "delete"), violations, out);
      break;
    case v1::Mutation::CHANGE_NOT_SET:
      violations.Add(path, "one of upsert and delete is required");
      break;
  }
  if (!v1::SourceMerge_IsValid(in.source_merge())) {
    violations.Add(FieldPath(path, "source_merge"), "is not a known value");
  }
  out.add_sources = in.source_merge() == v1::SOURCE_MERGE_ADD;
  out.precondition = PreconditionOf(in.precondition(), FieldPath(path, "precondition"), violations);
  return out;
}

v1::Verdict ToProto(verdict::Verdict verdict) { return static_cast<v1::Verdict>(verdict); }
v1::VerdictReason ToProto(verdict::Reason reason) { return static_cast<v1::VerdictReason>(reason); }

template <class Repeated>
void CopyStrings(const std::vector<std::string>& in, Repeated* out) {
  out->Reserve(static_cast<int>(in.size()));
  for (const std::string& text : in) {
    *out->Add() = text;
  }
}

template <class Repeated>
std::vector<std::string> Strings(const Repeated& in) {
  return {in.begin(), in.end()};
}

void ToProto(const verdict::ConditionOutcome& in, v1::ConditionOutcome* out) {
  out->set_condition(in.condition);
  out->set_requirement(in.requirement);
  if (in.met) {
    out->set_met(*in.met);
  }
  out->set_stated_by(in.stated_by);
  out->set_outcome(ToProto(in.outcome));
}

void ToProto(const verdict::Candidate& in, v1::Candidate* out) {
  out->set_mechanism(in.mechanism);
  out->set_outcome(ToProto(in.outcome));
  out->set_article(in.article);
  out->set_source(in.source);
  out->set_verdict(ToProto(verdict::VerdictOf(in.outcome)));
  out->set_record(in.record);
  out->set_explanation(in.explanation);
  for (const verdict::ConditionOutcome& condition : in.conditions) {
    ToProto(condition, out->add_conditions());
  }
}

void ToProto(const verdict::CriterionFact& in, v1::CriterionFact* out) {
  out->set_criterion(in.criterion);
  if (in.met) {
    out->set_met(*in.met);
  }
  out->set_fact(in.fact);
  out->set_source(in.source);
}

// The part of a transfer that the flow tells.
void FlowToProto(const model::Flow& in, v1::Transfer* out) {
  out->set_flow(in.id);
  out->set_exporter(in.exporter);
  out->set_importer(in.importer);
  out->set_exporter_role(static_cast<v1::Role>(in.exporter_role));
  out->set_importer_role(static_cast<v1::Role>(in.importer_role));
}

// The part of a transfer that the verdict tells.
void VerdictToProto(const verdict::DestinationVerdict& in, v1::Transfer* out) {
  out->set_destination(in.destination);
  out->set_destination_basis(in.basis);
  out->set_kind(static_cast<v1::HopKind>(in.kind));
  out->set_verdict(ToProto(in.verdict));
  out->set_reason(ToProto(in.reason));
  for (const verdict::Reason reason : in.reasons) {
    out->add_reasons(ToProto(reason));
  }
  out->set_mechanism(in.mechanism);
  for (const verdict::Candidate& candidate : in.candidates) {
    ToProto(candidate, out->add_candidates());
  }
  out->set_explanation(in.explanation);
}

std::string DateText(Date date) { return date.ToString(); }

}  // namespace

std::vector<Mutation> MutationsOf(const google::protobuf::RepeatedPtrField<v1::Mutation>& in,
                                  const char* list, Violations& violations) {
  const FieldPath root;
  const FieldPath path(root, list);
  std::vector<Mutation> mutations;
  mutations.reserve(static_cast<size_t>(in.size()));
  for (int i = 0; i < in.size(); ++i) {
    mutations.push_back(MutationOf(in.Get(i), FieldPath(path, static_cast<size_t>(i)), violations));
  }
  return mutations;
}

query::CheckQuestion QuestionFrom(const v1::CheckQuestion& in) {
  return {in.from(), in.to(), Strings(in.data_categories())};
}

query::TransferFilter FilterOf(const v1::ListTransfersRequest& in) {
  query::TransferFilter filter;
  for (const int verdict : in.verdicts()) {
    filter.verdicts.push_back(static_cast<verdict::Verdict>(verdict));
  }
  filter.destinations = Strings(in.destinations());
  filter.data_categories = Strings(in.data_categories());
  filter.parties = Strings(in.parties());
  filter.include_not_a_transfer = in.include_not_a_transfer();
  return filter;
}

void ToProto(const commands::Basis& in, v1::AnswerStamp* out) {
  out->set_revision(in.revision);
  out->set_token(RevisionToken(in.inventory, in.revision));
  out->set_law_version(in.law->version());
  if (in.when) {
    out->set_as_of(DateText(in.when->as_of));
    out->set_law_known_at(DateText(in.when->law_known_at));
  }
  out->set_hypothetical(in.hypothetical);
}

void ToProto(std::chrono::system_clock::time_point in, google::protobuf::Timestamp* out) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(in.time_since_epoch()).count();
  *out = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(micros);
}

void ToProto(const model::RecordRef& in, v1::RecordRef* out) {
  out->set_kind(static_cast<v1::RecordKind>(in.kind));
  out->set_id(in.id);
}

void ToProto(const storage::Erasure& in, v1::ContactErasure* out) {
  storage::ErasureToWire(in, *out);
}

void ToProto(const storage::RevisionInfo& in, v1::Revision* out) {
  out->set_revision(in.revision);
  ToProto(std::chrono::system_clock::time_point(in.committed_at), out->mutable_committed_at());
  out->set_author(in.author);
  out->set_comment(in.comment);
  for (const storage::RevisionInfo::Item& item : in.changes) {
    v1::RecordChange* change = out->add_changes();
    ToProto(item.ref, change->mutable_ref());
    change->set_deleted(item.deleted);
  }
  if (in.erasure) {
    ToProto(*in.erasure, out->mutable_erasure());
  }
}

void ToProto(const storage::InventoryHead& in, v1::InventoryInfo* out) {
  out->set_id(in.id);
  out->set_display_name(in.display_name);
  out->set_head_revision(in.revision);
  ToProto(std::chrono::system_clock::time_point(in.created_at), out->mutable_created_at());
}

void ToProto(const query::VerdictChange& in, v1::VerdictChange* out) {
  out->set_flow(in.flow);
  out->set_destination(in.destination);
  out->set_before(ToProto(in.before));
  out->set_reason_before(ToProto(in.reason_before));
  out->set_after(ToProto(in.after));
  out->set_reason_after(ToProto(in.reason_after));
}

void ToProto(const query::CheckAnswer& in, v1::CheckAnswer* out) {
  out->set_verdict(ToProto(in.verdict));
  out->set_reason(ToProto(in.reason));
  out->set_flow(in.flow);
  out->set_destination(in.destination);
  out->set_mechanism(in.mechanism);
  out->set_downstream(ToProto(in.downstream));
  CopyStrings(in.not_carried, out->mutable_not_carried());
}

void ToProto(const query::VerdictStep& in, v1::NextChange* out) {
  out->set_date(DateText(in.date));
  out->set_verdict(ToProto(in.verdict));
  out->set_reason(ToProto(in.reason));
}

void ToProto(const query::TransferRow& in, v1::Transfer* out) {
  FlowToProto(*in.flow, out);
  VerdictToProto(*in.verdict, out);
  out->set_exporter_name(in.exporter_name);
  out->set_importer_name(in.importer_name);
  CopyStrings(in.categories, out->mutable_categories());
  CopyStrings(in.origins, out->mutable_origins());
  if (in.since) {
    out->set_since(DateText(*in.since));
  }
  if (in.next_change) {
    ToProto(*in.next_change, out->mutable_next_change());
  }
}

void ToProto(const query::VerdictCounts& in, v1::VerdictCounts* out) {
  out->set_not_a_transfer(in.not_a_transfer);
  out->set_covered(in.covered);
  out->set_conditional(in.conditional);
  out->set_lacking(in.lacking);
  out->set_undetermined(in.undetermined);
}

void ToProto(const query::Explanation& in, v1::Explanation* out) {
  out->set_flow(in.flow->id);
  out->set_verdict(ToProto(in.verdict.verdict));
  out->set_reason(ToProto(in.verdict.reason));
  for (const verdict::CriterionFact& fact : in.verdict.criteria) {
    ToProto(fact, out->add_criteria());
  }
  for (const query::TransferRow& row : in.destinations) {
    ToProto(row, out->add_destinations());
  }
  for (const query::VerdictStep& step : in.steps) {
    ToProto(step, out->add_steps());
  }
  for (const query::EvidenceItem& item : in.evidence) {
    v1::EvidenceSource* evidence = out->add_evidence();
    evidence->set_record(model::ToString(item.record));
    for (const model::Source& source : item.sources) {
      model::ToWire(source, *evidence->add_sources());
    }
  }
  CopyStrings(in.remedies, out->mutable_remedies());
}

}  // namespace onward::rpc
