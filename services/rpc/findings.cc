#include "services/rpc/findings.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "graph/model/validate.h"
#include "services/commands/list_findings.h"
#include "services/exchange/nearest.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

constexpr uint32_t kEndsWithinDaysMax = 3'650;

void ToProto(const query::FindingKind& in, v1::FindingKind* out) {
  out->set_code(std::string(in.code));
  out->set_title(std::string(in.title));
  out->set_severity(static_cast<v1::FindingSeverity>(in.severity));
  out->set_source(std::string(in.source));
  out->set_meaning(std::string(in.meaning));
  out->set_remedy(std::string(in.remedy));
}

void ToProto(const model::Triage& in, v1::AppliedTriage* out) {
  out->set_id(in.id);
  out->set_decision(static_cast<v1::TriageDecision>(in.decision));
  if (in.decision == model::TriageDecision::kAccepted && in.accepted_until) {
    out->set_accepted_until(in.accepted_until->ToString());
  }
  out->set_owner(in.owner);
  out->set_reason(in.reason);
}

void ToProto(const query::FindingCounts& in, v1::FindingCounts* out) {
  out->set_high(in.high);
  out->set_medium(in.medium);
  out->set_low(in.low);
  out->set_info(in.info);
  out->set_triaged(in.triaged);
}

// kind/id; nullopt: names no record.
std::optional<model::RecordRef> RefFrom(std::string_view text) {
  const size_t slash = text.find('/');
  for (int32_t kind = 1; kind <= static_cast<int32_t>(model::RecordKind::kLast); ++kind) {
    const auto number = static_cast<model::RecordKind>(kind);
    if (slash != std::string_view::npos && model::KindName(number) == text.substr(0, slash) &&
        model::IsValidId(text.substr(slash + 1))) {
      return model::RecordRef{number, std::string(text.substr(slash + 1))};
    }
  }
  return std::nullopt;
}

absl::Status ReadSeverities(const v1::ListFindingsRequest& request, query::FindingFilter& filter) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("severities", request.severities_size()));
  for (int i = 0; i < request.severities_size(); ++i) {
    if (request.severities(i) == v1::FINDING_SEVERITY_UNSPECIFIED ||
        !v1::FindingSeverity_IsValid(request.severities(i))) {
      return commands::InvalidRequest(absl::StrCat("severities[", i, "]"), "is not a severity");
    }
    filter.severities.push_back(static_cast<query::Severity>(request.severities(i)));
  }
  return absl::OkStatus();
}

// The codes of the catalogue.
std::vector<std::string> Codes() {
  std::vector<std::string> codes;
  for (const query::FindingKind& kind : query::FindingCatalogue()) {
    codes.emplace_back(kind.code);
  }
  return codes;
}

absl::Status ReadCodes(const v1::ListFindingsRequest& request, query::FindingFilter& filter) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("codes", request.codes_size()));
  for (int i = 0; i < request.codes_size(); ++i) {
    const query::FindingKind* const kind = query::FindFindingKind(request.codes(i));
    if (kind == nullptr) {
      return commands::InvalidRequest(
          absl::StrCat("codes[", i, "]"),
          absl::StrCat(model::Quote(request.codes(i)), " is no code of the catalogue",
                       exchange::DidYouMean(request.codes(i), Codes())));
    }
    filter.codes.push_back(kind->number);
  }
  return absl::OkStatus();
}

absl::Status ReadSubjects(const v1::ListFindingsRequest& request, query::FindingFilter& filter) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("subjects", request.subjects_size()));
  for (int i = 0; i < request.subjects_size(); ++i) {
    std::optional<model::RecordRef> ref = RefFrom(request.subjects(i));
    if (!ref) {
      return commands::InvalidRequest(
          absl::StrCat("subjects[", i, "]"),
          absl::StrCat(model::Quote(request.subjects(i)),
                       " does not name a record as kind/id, as in flow/acme-to-vendor"));
    }
    filter.subjects.push_back(*std::move(ref));
  }
  return absl::OkStatus();
}

absl::StatusOr<query::FindingFilter> FilterOf(const v1::ListFindingsRequest& request) {
  query::FindingFilter filter;
  ONWARD_RETURN_IF_ERROR(ReadSeverities(request, filter));
  ONWARD_RETURN_IF_ERROR(ReadCodes(request, filter));
  ONWARD_RETURN_IF_ERROR(ReadSubjects(request, filter));
  ONWARD_RETURN_IF_ERROR(CheckFilter("parties", request.parties_size()));
  filter.parties = {request.parties().begin(), request.parties().end()};
  filter.include_triaged = request.include_triaged();
  return filter;
}

absl::StatusOr<query::FindingArguments> ArgumentsOf(const v1::ListFindingsRequest& request) {
  query::FindingArguments arguments;
  if (request.ends_within_days() > kEndsWithinDaysMax) {
    return commands::InvalidRequest(
        "ends_within_days",
        absl::StrCat(request.ends_within_days(), " is not in 1 to ", kEndsWithinDaysMax,
                     " (0: ", arguments.ends_within_days, ")"));
  }
  if (request.ends_within_days() > 0) {
    arguments.ends_within_days = static_cast<int32_t>(request.ends_within_days());
  }
  return arguments;
}

absl::StatusOr<commands::ListFindingsRequest> ListingOf(const ServiceEnv& env,
                                                        const v1::ListFindingsRequest& request) {
  commands::ListFindingsRequest list;
  ONWARD_ASSIGN_OR_RETURN(list.filter, FilterOf(request));
  ONWARD_ASSIGN_OR_RETURN(list.arguments, ArgumentsOf(request));
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, list));
  return list;
}

}  // namespace

void ToProto(const query::Finding& in, v1::Finding* out) {
  const query::FindingKind& kind = query::KindOf(in.code);
  out->set_code(std::string(kind.code));
  out->set_severity(static_cast<v1::FindingSeverity>(kind.severity));
  out->set_title(std::string(kind.title));
  out->set_subject(model::ToString(in.subject));
  out->set_flow(in.flow);
  out->set_destination(in.destination);
  out->set_detail(in.detail);
  out->set_from(in.interval.from.ToString());
  out->set_until(in.interval.until.ToString());
  out->set_remedy(std::string(kind.remedy));
  out->set_source(std::string(kind.source));
  if (in.triage != nullptr) {
    ToProto(*in.triage, out->mutable_triage());
  }
}

absl::Status DoListFindings(const ServiceEnv& env, const v1::ListFindingsRequest& request,
                            v1::ListFindingsResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::ListFindingsRequest list, ListingOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::ListFindingsResult result,
                          commands::ListFindings(*env.engine, list, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const query::Finding& finding : result.page.rows) {
    ToProto(finding, response->add_findings());
  }
  ToProto(result.page.summary, response->mutable_summary());
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

absl::Status DoListFindingKinds(const ServiceEnv& /*env*/,
                                const v1::ListFindingKindsRequest& /*request*/,
                                v1::ListFindingKindsResponse* response,
                                const commands::CallContext& /*call*/) {
  for (const query::FindingKind& kind : query::FindingCatalogue()) {
    ToProto(kind, response->add_kinds());
  }
  response->set_page(query::FindingCataloguePage());
  return absl::OkStatus();
}

}  // namespace onward::rpc
