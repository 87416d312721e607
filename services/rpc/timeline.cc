#include "services/rpc/timeline.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "graph/model/validate.h"
#include "services/commands/timeline.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

void ToProto(const query::TimelineEntry& in, v1::TimelineEntry* out) {
  out->set_date(in.date.ToString());
  out->set_flow(in.flow->id);
  out->set_exporter(in.flow->exporter);
  out->set_importer(in.flow->importer);
  out->set_exporter_name(in.exporter_name);
  out->set_importer_name(in.importer_name);
  out->set_destination(in.destination);
  out->set_before(static_cast<v1::Verdict>(in.before));
  out->set_reason_before(static_cast<v1::VerdictReason>(in.reason_before));
  out->set_after(static_cast<v1::Verdict>(in.after));
  out->set_reason_after(static_cast<v1::VerdictReason>(in.reason_after));
  for (const verdict::Cause& cause : in.causes) {
    v1::TimelineCause* const added = out->add_causes();
    added->set_subject(cause.subject);
    added->set_text(cause.text);
  }
  out->set_explanation(in.explanation);
}

absl::Status ReadScope(const v1::TimelineRequest& request, commands::TimelineRequest& timeline) {
  if (request.has_flow()) {
    if (!model::IsValidId(request.flow())) {
      return commands::InvalidRequest("flow", "must be an id");
    }
    timeline.flow = request.flow();
  }
  if (request.has_origin()) {
    if (!model::IsValidId(request.origin())) {
      return commands::InvalidRequest("origin", "must be an id");
    }
    timeline.origin = request.origin();
  }
  return absl::OkStatus();
}

absl::Status ReadVerdicts(const v1::TimelineRequest& request, commands::TimelineRequest& timeline) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("to_verdicts", request.to_verdicts_size()));
  for (int i = 0; i < request.to_verdicts_size(); ++i) {
    if (request.to_verdicts(i) == v1::VERDICT_UNSPECIFIED ||
        !v1::Verdict_IsValid(request.to_verdicts(i))) {
      return commands::InvalidRequest(absl::StrCat("to_verdicts[", i, "]"), "is not a verdict");
    }
    timeline.to_verdicts.push_back(static_cast<verdict::Verdict>(request.to_verdicts(i)));
  }
  return absl::OkStatus();
}

absl::Status ReadWindow(const v1::TimelineRequest& request, commands::TimelineRequest& timeline) {
  ONWARD_ASSIGN_OR_RETURN(timeline.from, OptionalDate(request.from(), "from"));
  ONWARD_ASSIGN_OR_RETURN(timeline.until, OptionalDate(request.until(), "until"));
  if (request.months() > commands::kTimelineMonthsMax) {
    return commands::InvalidRequest(
        "months", absl::StrCat(request.months(), " is not in 1 to ", commands::kTimelineMonthsMax,
                               " (0: default)"));
  }
  if (request.months() > 0) {
    timeline.months = static_cast<int32_t>(request.months());
  }
  return absl::OkStatus();
}

absl::StatusOr<commands::TimelineRequest> TimelineOf(const ServiceEnv& env,
                                                     const v1::TimelineRequest& request) {
  commands::TimelineRequest timeline;
  ONWARD_RETURN_IF_ERROR(ReadScope(request, timeline));
  ONWARD_RETURN_IF_ERROR(ReadVerdicts(request, timeline));
  ONWARD_RETURN_IF_ERROR(ReadWindow(request, timeline));
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, timeline));
  return timeline;
}

}  // namespace

absl::Status DoTimeline(const ServiceEnv& env, const v1::TimelineRequest& request,
                        v1::TimelineResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::TimelineRequest timeline, TimelineOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::TimelineResult result,
                          commands::Timeline(*env.engine, timeline, call));
  ToProto(result.basis, response->mutable_stamp());
  response->set_from(result.window.from.ToString());
  response->set_until(result.window.until.ToString());
  for (const query::TimelineEntry& entry : result.page.entries) {
    ToProto(entry, response->add_entries());
  }
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
