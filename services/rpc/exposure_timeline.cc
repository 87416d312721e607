#include <string>

#include "absl/strings/str_cat.h"
#include "graph/model/validate.h"
#include "graph/query/rows.h"
#include "services/commands/exposure_timeline.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"
#include "services/rpc/exposure.h"

namespace onward::rpc {
namespace {

absl::StatusOr<commands::ExposureTimelineRequest> TimelineOf(
    const ServiceEnv& env, const v1::ExposureTimelineRequest& request) {
  commands::ExposureTimelineRequest timeline;
  if (!model::IsValidId(request.origin())) {
    return commands::InvalidRequest("origin", "must be an id");
  }
  timeline.origin = request.origin();
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
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, timeline));
  return timeline;
}

void ToProto(const CategorySet& in, google::protobuf::RepeatedPtrField<std::string>* out) {
  if (in.all) {
    out->Add("ALL");
  }
  for (const std::string& category : in.ids) {
    *out->Add() = category;
  }
}

void ToProto(const reach::ExposureChange& in, const Snapshot& snapshot, v1::ExposureChange* out) {
  out->set_date(in.date.ToString());
  out->set_recipient(std::string(snapshot.PartyId(in.recipient)));
  out->set_recipient_name(query::PartyName(snapshot, out->recipient()));
  out->set_destination(in.destination);
  out->set_before(static_cast<v1::Verdict>(in.before));
  out->set_reason_before(static_cast<v1::VerdictReason>(in.reason_before));
  out->set_after(static_cast<v1::Verdict>(in.after));
  out->set_reason_after(static_cast<v1::VerdictReason>(in.reason_after));
  ToProto(in.gained, out->mutable_categories_gained());
  ToProto(in.lost, out->mutable_categories_lost());
  for (const verdict::Cause& cause : in.causes) {
    v1::ExposureCause* const added = out->add_causes();
    added->set_subject(cause.subject);
    added->set_text(cause.text);
  }
}

}  // namespace

absl::Status DoExposureTimeline(const ServiceEnv& env, const v1::ExposureTimelineRequest& request,
                                v1::ExposureTimelineResponse* response,
                                const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::ExposureTimelineRequest timeline,
                          TimelineOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::ExposureTimelineResult result,
                          commands::ExposureTimeline(*env.engine, timeline, call));
  ToProto(result.basis, response->mutable_stamp());
  response->set_from(result.window.from.ToString());
  response->set_until(result.window.until.ToString());
  for (const reach::ExposureChange& change : result.page.changes) {
    ToProto(change, result.judged->snapshot(), response->add_changes());
  }
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
