#include "services/commands/chokepoints.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

using Target = reach::ChokepointsQuestion::Target;

// Keeps the rows of the page; returns the id of its last one where more follow. `id_of(row)` is unique.
template <class Row, class IdOf>
absl::StatusOr<std::optional<std::string>> CutToPage(const PageRequest& page, const IdOf& id_of,
                                                     std::vector<Row>& rows) {
  if (page.from) {
    const auto last = std::find_if(rows.begin(), rows.end(),
                                   [&](const Row& row) { return id_of(row) == page.from->after; });
    if (last == rows.end()) {
      return InvalidRequest("page_token", "is not one of this list");
    }
    rows.erase(rows.begin(), last + 1);
  }
  if (rows.size() <= page.size) {
    return std::optional<std::string>();
  }
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(page.size), rows.end());
  return std::optional<std::string>(id_of(rows.back()));
}

// An end at a bound of the search names it.
absl::Status NameLimit(absl::Status status, std::string_view limit, uint64_t max) {
  return status.code() == absl::StatusCode::kResourceExhausted ? LimitExceeded(limit, max, max + 1)
                                                               : status;
}

absl::StatusOr<reach::ChokepointsQuestion> QuestionOf(const ChokepointsRequest& request,
                                                      const Reading& reading) {
  reach::ChokepointsQuestion question;
  question.target = request.target;
  question.country = request.country;
  if (!request.origin.empty()) {
    question.origin = reading.snapshot->PartyNumber(request.origin);
    if (!question.origin || reading.snapshot->FindParty(request.origin) == nullptr) {
      return RecordNotFound({model::RecordKind::kParty, request.origin});
    }
  }
  if (request.target == Target::kCountry && request.country != "UNKNOWN" &&
      reading.law->domain->FindJurisdiction(request.country) == nullptr) {
    return InvalidRequest("country", request.country + " is no code of the law register");
  }
  return question;
}

}  // namespace

absl::StatusOr<ChokepointsResult> Chokepoints(Engine& engine, const ChokepointsRequest& request,
                                              const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  ONWARD_ASSIGN_OR_RETURN(const reach::ChokepointsQuestion question, QuestionOf(request, reading));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ChokepointsResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  reach::ChokepointLimits limits;
  limits.check = [&] { return call.Check(); };
  ONWARD_ASSIGN_OR_RETURN(const reach::DayGraphPtr graph,
                          reach::DayGraph::Of(result.judged, limits.check));
  auto found = reach::FindChokepoints(*graph, question, limits);
  if (!found.ok()) {
    return NameLimit(found.status(), "chokepoint_steps_max", limits.steps_max);
  }
  result.list = *std::move(found);
  const auto id_of = [&](const reach::Chokepoint& row) {
    return std::string(result.judged->snapshot().PartyId(row.party));
  };
  ONWARD_ASSIGN_OR_RETURN(const auto last, CutToPage(request.page, id_of, result.list.chokepoints));
  if (last) {
    result.next = NextPage(reading, *last);
  }
  return result;
}

absl::StatusOr<ConcentrationResult> Concentration(Engine& engine,
                                                  const ConcentrationRequest& request,
                                                  const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ConcentrationResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  reach::ConcentrationLimits limits;
  limits.check = [&] { return call.Check(); };
  ONWARD_ASSIGN_OR_RETURN(const reach::DayGraphPtr graph,
                          reach::DayGraph::Of(result.judged, limits.check));
  auto found = reach::FindConcentration(*graph, request.by, limits);
  if (!found.ok()) {
    return NameLimit(found.status(), "concentration_steps_max", limits.steps_max);
  }
  result.concentration = *std::move(found);
  ONWARD_ASSIGN_OR_RETURN(const auto last,
                          CutToPage(
                              request.page, [](const reach::Vendor& row) { return row.id; },
                              result.concentration.vendors));
  if (last) {
    result.next = NextPage(reading, *last);
  }
  return result;
}

}  // namespace onward::commands
