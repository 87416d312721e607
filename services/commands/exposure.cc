#include "services/commands/exposure.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Between the parts of a key; in none of them.
constexpr char kSeparator[] = "/";

absl::StatusOr<std::optional<reach::ExposureKey>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<reach::ExposureKey>();
  }
  constexpr size_t kParts = 3;
  const std::vector<std::string> parts = absl::StrSplit(page.from->after, kSeparator);
  if (parts.size() != kParts) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<reach::ExposureKey>({parts[0], parts[1], parts[2]});
}

absl::StatusOr<reach::ExposureQuestion> QuestionOf(const ExposureRequest& request,
                                                   const Snapshot& snapshot) {
  reach::ExposureQuestion question = request.filter;
  question.origin.reset();
  question.activity = nullptr;
  if (!request.origin.empty()) {
    question.origin = snapshot.PartyNumber(request.origin);
    if (!question.origin || snapshot.FindParty(request.origin) == nullptr) {
      return RecordNotFound({model::RecordKind::kParty, request.origin});
    }
  }
  if (!request.activity.empty()) {
    question.activity = snapshot.FindActivity(request.activity);
    if (question.activity == nullptr) {
      return RecordNotFound({model::RecordKind::kActivity, request.activity});
    }
  }
  return question;
}

}  // namespace

absl::StatusOr<ExposureResult> Exposure(Engine& engine, const ExposureRequest& request,
                                        const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<reach::ExposureKey> after, AfterOf(request.page));
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  ONWARD_ASSIGN_OR_RETURN(const reach::ExposureQuestion question,
                          QuestionOf(request, *reading.snapshot));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ExposureResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  const auto check = [&](size_t rows) {
    return rows > kExposureRowsMax
               ? LimitExceeded("exposure_recipients_max", kExposureRowsMax, rows)
               : call.Check();
  };
  ONWARD_ASSIGN_OR_RETURN(const reach::DayGraphPtr graph,
                          reach::DayGraph::Of(result.judged, [&call] { return call.Check(); }));
  ONWARD_ASSIGN_OR_RETURN(result.page,
                          reach::Exposure(graph, question, after, request.page.size, check));
  if (const auto& next = result.page.next) {
    result.next = NextPage(
        reading, absl::StrJoin({next->origin, next->recipient, next->destination}, kSeparator));
  }
  return result;
}

}  // namespace onward::commands
