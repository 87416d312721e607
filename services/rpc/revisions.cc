#include "services/rpc/revisions.h"

#include "graph/base/status_macros.h"
#include "graph/model/wire.h"
#include "services/commands/compact_history.h"
#include "services/commands/diff.h"
#include "services/commands/revert.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"
#include "services/rpc/record_fields.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

// The date of the verdicts: that of the first page, where there was one.
absl::StatusOr<std::optional<commands::When>> WhenOf(const ServiceEnv& env,
                                                     const v1::DiffRequest& request,
                                                     const std::optional<PageToken>& token) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> known,
                          OptionalDate(request.law_known_at(), "law_known_at"));
  if (!request.verdicts()) {
    return std::optional<commands::When>();
  }
  commands::When when{as_of.value_or(env.engine->clock().Today()), known.value_or(Date::Max())};
  if (token) {
    when.as_of = Date(token->as_of_days);
  }
  return std::optional<commands::When>(when);
}

absl::StatusOr<commands::DiffRequest> QuestionFrom(const ServiceEnv& env,
                                                   const v1::DiffRequest& request) {
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory()));
  commands::DiffRequest diff;
  diff.inventory = request.inventory();
  diff.from = request.from_revision();
  if (request.to_revision() != 0) {
    diff.to = request.to_revision();
  }
  if (request.kind() != v1::RECORD_KIND_UNSPECIFIED) {
    ONWARD_ASSIGN_OR_RETURN(diff.kind, KindOf(request.kind(), "kind"));
  }
  ONWARD_ASSIGN_OR_RETURN(diff.page.size, PageSize(request.page_size()));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<PageToken> token,
                          PageTokenOf(request, inventory->identity()));
  if (token) {
    diff.page.from = token->position;
  }
  ONWARD_ASSIGN_OR_RETURN(diff.verdicts, WhenOf(env, request, token));
  return diff;
}

// The record inside the message, whichever kind it is.
const google::protobuf::Message& Inner(const v1::Record& record) {
  const google::protobuf::Reflection& reflection = *record.GetReflection();
  const google::protobuf::FieldDescriptor* const field =
      reflection.GetOneofFieldDescriptor(record, record.GetDescriptor()->oneof_decl(0));
  return reflection.GetMessage(record, field);
}

void ToProto(const commands::RecordDifference& in, v1::RecordDifference* out) {
  rpc::ToProto(in.ref, out->mutable_ref());
  if (in.before) {
    model::RecordToWire(in.before->record, *out->mutable_before());
    out->set_before_changed_at(in.before->last_changed_at);
  }
  if (in.after) {
    model::RecordToWire(in.after->record, *out->mutable_after());
    out->set_after_changed_at(in.after->last_changed_at);
  }
  if (in.before && in.after) {
    for (std::string& path : DifferingFields(Inner(out->before()), Inner(out->after()))) {
      out->add_fields(std::move(path));
    }
  }
}

}  // namespace

absl::Status DoDiff(const ServiceEnv& env, const v1::DiffRequest& request,
                    v1::DiffResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::DiffRequest diff, QuestionFrom(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::DiffResult result,
                          commands::Diff(*env.engine, diff, call));
  rpc::ToProto(result.basis, response->mutable_stamp());
  response->set_from_revision(diff.from);
  response->set_to_revision(result.basis.revision);
  for (const commands::RecordDifference& difference : result.records) {
    ToProto(difference, response->add_records());
  }
  response->set_added(result.added);
  response->set_changed(result.changed);
  response->set_removed(result.removed);
  for (const query::VerdictChange& change : result.verdict_changes) {
    rpc::ToProto(change, response->add_verdict_changes());
  }
  response->set_verdict_change_count(result.verdict_change_count);
  if (result.next) {
    const int32_t days = diff.verdicts ? diff.verdicts->as_of.days() : 0;
    response->set_next_page_token(
        EncodePageToken(result.basis.inventory, QuestionOf(request), {*result.next, days}));
  }
  return absl::OkStatus();
}

absl::Status DoRevert(const ServiceEnv& env, const v1::RevertRequest& request,
                      v1::RevertResponse* response, const CallContext& call) {
  commands::RevertRequest revert;
  revert.inventory = request.inventory();
  revert.to_revision = request.to_revision();
  if (request.expected_head() != 0) {
    revert.expected_head = request.expected_head();
  }
  revert.meta = {request.request_id(), request.comment(), AuthorOf(call, request.author()),
                 request.dry_run()};
  ONWARD_ASSIGN_OR_RETURN(revert.as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const commands::ApplyResult result,
                          commands::Revert(*env.engine, revert, call));
  rpc::ToProto(result.basis, response->mutable_stamp());
  response->set_created(result.counts.created);
  response->set_updated(result.counts.updated);
  response->set_deleted(result.counts.deleted);
  for (const query::VerdictChange& change : result.changes) {
    rpc::ToProto(change, response->add_verdict_changes());
  }
  response->set_dry_run(request.dry_run());
  return absl::OkStatus();
}

absl::Status DoCompactHistory(const ServiceEnv& env, const v1::CompactHistoryRequest& request,
                              v1::CompactHistoryResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(
      const commands::CompactHistoryResult result,
      commands::CompactHistory(*env.engine,
                               {request.inventory(), request.oldest_revision(), request.dry_run(),
                                AuthorOf(call, request.author()), request.comment()},
                               call));
  response->set_oldest_revision(result.oldest_revision);
  response->set_versions(result.versions);
  response->set_dry_run(request.dry_run());
  return absl::OkStatus();
}

}  // namespace onward::rpc
