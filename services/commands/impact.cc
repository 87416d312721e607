#include "services/commands/impact.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

using reach::ImpactKind;

absl::Status UnknownWord(const char* field, const char* what, const std::string& id,
                         const LawVersion& law) {
  std::string message = absl::StrCat(id, " is no ", what, " of the law register");
  const std::vector<std::string> near =
      law.vocabulary.suggest ? law.vocabulary.suggest(id) : std::vector<std::string>();
  if (!near.empty()) {
    absl::StrAppend(&message, "; did you mean ", absl::StrJoin(near, " or "), "?");
  }
  return InvalidRequest(field, message);
}

absl::Status CheckSubject(const reach::ImpactSubject& subject, const Reading& reading) {
  const law::Register& law = *reading.law->domain;
  switch (subject.kind) {
    case ImpactKind::kParty:
      return reading.snapshot->FindParty(subject.id) != nullptr
                 ? absl::OkStatus()
                 : RecordNotFound({model::RecordKind::kParty, subject.id});
    case ImpactKind::kAgreement:
      return reading.snapshot->FindAgreement(subject.id) != nullptr
                 ? absl::OkStatus()
                 : RecordNotFound({model::RecordKind::kAgreement, subject.id});
    case ImpactKind::kCountry:
      return subject.id == "UNKNOWN" || law.FindJurisdiction(subject.id) != nullptr
                 ? absl::OkStatus()
                 : UnknownWord("country", "code", subject.id, *reading.law);
    case ImpactKind::kInstrument:
      return law.FindInstrument(subject.id) != nullptr
                 ? absl::OkStatus()
                 : UnknownWord("instrument", "instrument", subject.id, *reading.law);
    case ImpactKind::kDecision:
      return law.FindDecision(subject.id) != nullptr
                 ? absl::OkStatus()
                 : UnknownWord("decision", "adequacy decision", subject.id, *reading.law);
    case ImpactKind::kScheme:
      return law.FindScheme(subject.id) != nullptr
                 ? absl::OkStatus()
                 : UnknownWord("scheme", "certification scheme", subject.id, *reading.law);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ImpactResult> Impact(Engine& engine, const ImpactRequest& request,
                                    const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  ONWARD_RETURN_IF_ERROR(CheckSubject(request.subject, reading));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ImpactResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  const auto check = [&call] { return call.Check(); };
  ONWARD_ASSIGN_OR_RETURN(const reach::DayGraphPtr graph,
                          reach::DayGraph::Of(result.judged, check));
  const std::optional<std::string> after =
      request.page.from ? std::optional(request.page.from->after) : std::nullopt;
  ONWARD_ASSIGN_OR_RETURN(
      result.page,
      reach::FindImpact(*graph, request.subject, after, request.page.size, kImpactFlowsMax, check));
  if (result.page.more) {
    result.next = NextPage(reading, result.page.dependents.back().origin);
  }
  return result;
}

}  // namespace onward::commands
