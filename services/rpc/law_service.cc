#include "services/rpc/law_service.h"

#include <algorithm>
#include <set>

#include "graph/base/status_macros.h"
#include "services/commands/law_listing.h"
#include "services/rpc/convert.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

// The law belongs to no inventory: its stamp has no revision.
void StampLaw(const law::Register& law, std::optional<Date> as_of, Date known_at,
              v1::AnswerStamp* stamp) {
  stamp->set_law_version(law.version());
  stamp->set_as_of(as_of ? as_of->ToString() : "");
  stamp->set_law_known_at(known_at.ToString());
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
  StampLaw(*env.law.domain, filter.as_of, Date::Max(), response->mutable_stamp());
  for (const v1::Jurisdiction& jurisdiction : env.law.message->jurisdictions()) {
    const law::Jurisdiction* found = env.law.domain->FindJurisdiction(jurisdiction.code());
    if (found != nullptr && commands::Selects(filter, *found)) {
      *response->add_jurisdictions() = jurisdiction;
    }
  }
  return absl::OkStatus();
}

// Schemes and cases of the decisions that were selected.
void AddCompany(const v1::LawRegister& law, const std::set<std::string>& decisions,
                v1::ListDecisionsResponse* response) {
  for (const v1::Scheme& scheme : law.schemes()) {
    if (decisions.count(scheme.decision()) > 0) {
      *response->add_schemes() = scheme;
    }
  }
  for (const v1::CourtCase& court_case : law.cases()) {
    const auto& affects = court_case.affects();
    if (std::any_of(affects.begin(), affects.end(),
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
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> known,
                          OptionalDate(request.known_at(), "known_at"));
  filter.known_at = known.value_or(Date::Max());
  filter.codes = {request.codes().begin(), request.codes().end()};
  StampLaw(*env.law.domain, filter.as_of, filter.known_at, response->mutable_stamp());
  std::set<std::string> selected;
  for (const v1::AdequacyDecision& decision : env.law.message->decisions()) {
    const law::Decision* found = env.law.domain->FindDecision(decision.id());
    if (found != nullptr && commands::Selects(filter, *found)) {
      *response->add_decisions() = decision;
      selected.insert(decision.id());
    }
  }
  AddCompany(*env.law.message, selected, response);
  return absl::OkStatus();
}

absl::Status DoListInstruments(const ServiceEnv& env, const v1::ListInstrumentsRequest& request,
                               v1::ListInstrumentsResponse* response, const CallContext& /*call*/) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> as_of, OptionalDate(request.as_of(), "as_of"));
  StampLaw(*env.law.domain, as_of, Date::Max(), response->mutable_stamp());
  for (const v1::Instrument& instrument : env.law.message->instruments()) {
    const law::Instrument* found = env.law.domain->FindInstrument(instrument.id());
    if (found != nullptr && commands::Selects(as_of, *found)) {
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

}  // namespace onward::rpc
