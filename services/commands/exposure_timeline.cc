#include "services/commands/exposure_timeline.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Between the parts of a key; in none of them.
constexpr char kSeparator[] = "/";

absl::StatusOr<std::optional<reach::ExposureChangeKey>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<reach::ExposureChangeKey>();
  }
  constexpr size_t kParts = 3;
  const std::vector<std::string> parts = absl::StrSplit(page.from->after, kSeparator);
  const std::optional<Date> date = Date::Parse(parts.front());
  if (parts.size() != kParts || !date) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<reach::ExposureChangeKey>({*date, parts[1], parts[2]});
}

absl::StatusOr<Interval> WindowOf(const ExposureTimelineRequest& request, Date today) {
  const int32_t months = request.months.value_or(kTimelineMonthsDefault);
  if (months < 1 || months > kTimelineMonthsMax) {
    return InvalidRequest("months", absl::StrCat(months, " is not in 1 to ", kTimelineMonthsMax));
  }
  Interval window;
  window.from = request.from.value_or(today);
  window.until = request.until.value_or(window.from.PlusMonths(months));
  if (window.IsEmpty()) {
    return InvalidRequest("until",
                          absl::StrCat(window.until.ToString(), " is not after the first day, ",
                                       window.from.ToString()));
  }
  return window;
}

}  // namespace

absl::StatusOr<ExposureTimelineResult> ExposureTimeline(Engine& engine,
                                                        const ExposureTimelineRequest& request,
                                                        const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<reach::ExposureChangeKey> after,
                          AfterOf(request.page));
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  const std::optional<uint32_t> origin = reading.snapshot->PartyNumber(request.origin);
  if (!origin || reading.snapshot->FindParty(request.origin) == nullptr) {
    return RecordNotFound({model::RecordKind::kParty, request.origin});
  }
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ExposureTimelineResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.window, WindowOf(request, when.as_of));
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  ONWARD_ASSIGN_OR_RETURN(result.page,
                          reach::ExposureOverTime(*result.judged, {result.window, *origin}, after,
                                                  request.page.size, [&] { return call.Check(); }));
  if (const auto& next = result.page.next) {
    result.next = NextPage(
        reading,
        absl::StrJoin({next->date.ToString(), next->recipient, next->destination}, kSeparator));
  }
  return result;
}

}  // namespace onward::commands
