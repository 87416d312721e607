#include "services/rpc/law_service.h"

#include <algorithm>
#include <set>

#include "graph/base/status_macros.h"
#include "services/commands/law_listing.h"
#include "services/law_version.h"
#include "services/rpc/convert.h"
#include "services/rpc/law_known.h"
#include "services/rpc/law_register.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

// The law belongs to no inventory: its stamp has no revision.
void StampLaw(const commands::LawVersion& law, std::optional<Date> as_of, Date known_at,
              v1::AnswerStamp* stamp) {
  stamp->set_law_version(law.version());
  stamp->set_as_of(as_of ? as_of->ToString() : "");
  stamp->set_law_known_at(known_at.ToString());
}

template <class Request>
absl::StatusOr<Date> KnownAt(const Request& request) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> known,
                          OptionalDate(request.known_at(), "known_at"));
  return known.value_or(Date::Max());
}

absl::Status DoListJurisdictions(const ServiceEnv& env, const v1::ListJurisdictionsRequest& request,
                                 v1::ListJurisdictionsResponse* response,
                                 const CallContext& /*call*/) {
  commands::JurisdictionFilter filter;
  ONWARD_RETURN_IF_ERROR(CheckFilter("codes", request.codes_size()));
  ONWARD_ASSIGN_OR_RETURN(filter.as_of, OptionalDate(request.as_of(), "as_of"));
  filter.free_flow_only = request.free_flow_only();
  if (filter.free_flow_only && !filter.as_of) {
    return commands::InvalidRequest("as_of", "is required with free_flow_only");
  }
  filter.codes = {request.codes().begin(), request.codes().end()};
  ONWARD_ASSIGN_OR_RETURN(const Date known_at, KnownAt(request));
  const commands::LawPtr law = env.engine->law();
  StampLaw(*law, filter.as_of, known_at, response->mutable_stamp());
  for (const v1::Jurisdiction& jurisdiction : services::MessageOf(*law).jurisdictions()) {
    const law::Jurisdiction* found = law->domain->FindJurisdiction(jurisdiction.code());
    if (found != nullptr && commands::Selects(filter, *found)) {
      v1::Jurisdiction* out = response->add_jurisdictions();
      *out = jurisdiction;
      TrimToKnown(known_at, *out);
    }
  }
  return absl::OkStatus();
}

// Schemes and cases of the decisions that were selected.
void AddCompany(const v1::LawRegister& law, const std::set<std::string>& decisions, Date known_at,
                v1::ListDecisionsResponse* response) {
  for (const v1::Scheme& scheme : law.schemes()) {
    if (decisions.count(scheme.decision()) > 0) {
      *response->add_schemes() = scheme;
    }
  }
  for (const v1::CourtCase& court_case : law.cases()) {
    const auto& affects = court_case.affects();
    if (WasKnown(known_at, court_case) &&
        std::any_of(affects.begin(), affects.end(),
                    [&](const std::string& id) { return decisions.count(id) > 0; })) {
      *response->add_cases() = court_case;
    }
  }
}

absl::Status DoListDecisions(const ServiceEnv& env, const v1::ListDecisionsRequest& request,
                             v1::ListDecisionsResponse* response, const CallContext& /*call*/) {
  commands::DecisionFilter filter;
  ONWARD_RETURN_IF_ERROR(CheckFilter("codes", request.codes_size()));
  ONWARD_ASSIGN_OR_RETURN(filter.as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(filter.known_at, KnownAt(request));
  filter.codes = {request.codes().begin(), request.codes().end()};
  const commands::LawPtr law = env.engine->law();
  StampLaw(*law, filter.as_of, filter.known_at, response->mutable_stamp());
  std::set<std::string> selected;
  for (const v1::AdequacyDecision& decision : services::MessageOf(*law).decisions()) {
    const law::Decision* found = law->domain->FindDecision(decision.id());
    if (found != nullptr && commands::Selects(filter, *found)) {
      v1::AdequacyDecision* out = response->add_decisions();
      *out = decision;
      TrimToKnown(filter.known_at, *out);
      selected.insert(decision.id());
    }
  }
  AddCompany(services::MessageOf(*law), selected, filter.known_at, response);
  return absl::OkStatus();
}

absl::Status DoListInstruments(const ServiceEnv& env, const v1::ListInstrumentsRequest& request,
                               v1::ListInstrumentsResponse* response, const CallContext& /*call*/) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const Date known_at, KnownAt(request));
  const commands::LawPtr law = env.engine->law();
  StampLaw(*law, as_of, known_at, response->mutable_stamp());
  for (const v1::Instrument& instrument : services::MessageOf(*law).instruments()) {
    const law::Instrument* found = law->domain->FindInstrument(instrument.id());
    if (found != nullptr && commands::Selects(as_of, *found) && WasKnown(known_at, instrument)) {
      *response->add_instruments() = instrument;
    }
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* LawService::ListJurisdictions(grpc::CallbackServerContext* context,
                                                        const v1::ListJurisdictionsRequest* request,
                                                        v1::ListJurisdictionsResponse* response) {
  return AtOnce(env_, context, "Law.ListJurisdictions", request, response, &DoListJurisdictions);
}

grpc::ServerUnaryReactor* LawService::ListDecisions(grpc::CallbackServerContext* context,
                                                    const v1::ListDecisionsRequest* request,
                                                    v1::ListDecisionsResponse* response) {
  return AtOnce(env_, context, "Law.ListDecisions", request, response, &DoListDecisions);
}

grpc::ServerUnaryReactor* LawService::ListInstruments(grpc::CallbackServerContext* context,
                                                      const v1::ListInstrumentsRequest* request,
                                                      v1::ListInstrumentsResponse* response) {
  return AtOnce(env_, context, "Law.ListInstruments", request, response, &DoListInstruments);
}

grpc::ServerUnaryReactor* LawService::GetRegister(grpc::CallbackServerContext* context,
                                                  const v1::GetRegisterRequest* request,
                                                  v1::GetRegisterResponse* response) {
  return OnWorker(env_, context, "Law.GetRegister", request, response, &DoGetRegister);
}

grpc::ServerUnaryReactor* LawService::PutRegister(grpc::CallbackServerContext* context,
                                                  const v1::PutRegisterRequest* request,
                                                  v1::PutRegisterResponse* response) {
  return OnWorker(env_, context, "Law.PutRegister", request, response, &DoPutRegister);
}

grpc::ServerUnaryReactor* LawService::ListRegisterVersions(
    grpc::CallbackServerContext* context, const v1::ListRegisterVersionsRequest* request,
    v1::ListRegisterVersionsResponse* response) {
  return OnWorker(env_, context, "Law.ListRegisterVersions", request, response,
                  &DoListRegisterVersions);
}

}  // namespace onward::rpc
