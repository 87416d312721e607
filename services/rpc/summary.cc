#include "services/rpc/summary.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/summary.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

constexpr uint32_t kStepDaysMax = 3'660;
constexpr int32_t kStepDaysDefault = 30;
constexpr uint32_t kTopMax = 1'000;

void Fill(const reach::SummaryEntry& in, v1::SummaryEntry* out) {
  out->set_id(in.id);
  out->set_name(in.name);
  ToProto(in.counts, out->mutable_counts());
}

template <class Repeated>
uint64_t Fill(const reach::SummaryList& in, Repeated* out) {
  for (const reach::SummaryEntry& entry : in.entries) {
    Fill(entry, out->Add());
  }
  return in.count;
}

void Fill(const reach::DaySummary& in, v1::DaySummary* out) {
  out->set_date(in.date.ToString());
  ToProto(in.counts, out->mutable_counts());
  out->set_flows(in.flows);
  out->set_destinations_count(Fill(in.destinations, out->mutable_destinations()));
  out->set_mechanisms_count(Fill(in.mechanisms, out->mutable_mechanisms()));
  out->set_categories_count(Fill(in.categories, out->mutable_categories()));
  out->set_importers_count(Fill(in.importers, out->mutable_importers()));
  out->set_origins_count(Fill(in.origins, out->mutable_origins()));
}

absl::StatusOr<std::vector<Date>> ListedDates(const v1::SummaryRequest& request) {
  if (static_cast<size_t>(request.dates_size()) > commands::kSummaryDatesMax) {
    return commands::LimitExceeded("dates", commands::kSummaryDatesMax,
                                   static_cast<uint64_t>(request.dates_size()));
  }
  std::vector<Date> dates;
  for (int i = 0; i < request.dates_size(); ++i) {
    const std::string field = absl::StrCat("dates[", i, "]");
    ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> date,
                            OptionalDate(request.dates(i), field.c_str()));
    if (!date) {
      return commands::InvalidRequest(field, "is empty");
    }
    if (!dates.empty() && *date <= dates.back()) {
      return commands::InvalidRequest(
          field, absl::StrCat(date->ToString(), " is not after ", dates.back().ToString()));
    }
    dates.push_back(*date);
  }
  return dates;
}

// Every step_days from `from` until before `until`.
absl::StatusOr<std::vector<Date>> RangeOfDates(const v1::SummaryRequest& request) {
  if (request.step_days() > kStepDaysMax) {
    return commands::InvalidRequest(
        "step_days", absl::StrCat(request.step_days(), " is not in 1 to ", kStepDaysMax,
                                  " (0: ", kStepDaysDefault, ")"));
  }
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> from, OptionalDate(request.from(), "from"));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> until, OptionalDate(request.until(), "until"));
  if (!from || !until) {
    return commands::InvalidRequest(from ? "until" : "from", "is required with the other one");
  }
  if (*until <= *from) {
    return commands::InvalidRequest(
        "until", absl::StrCat(until->ToString(), " is not after ", from->ToString()));
  }
  const int32_t step =
      request.step_days() == 0 ? kStepDaysDefault : static_cast<int32_t>(request.step_days());
  const auto count = static_cast<uint64_t>((until->days() - from->days() - 1) / step) + 1;
  if (count > commands::kSummaryDatesMax) {
    return commands::LimitExceeded("dates", commands::kSummaryDatesMax, count);
  }
  std::vector<Date> dates;
  for (Date day = *from; day < *until; day = day.Plus(step)) {
    dates.push_back(day);
  }
  return dates;
}

absl::StatusOr<std::vector<Date>> DatesOf(const v1::SummaryRequest& request) {
  const bool range = !request.from().empty() || !request.until().empty();
  if (range && !request.dates().empty()) {
    return commands::InvalidRequest("dates", "goes without from and until");
  }
  if ((range || !request.dates().empty()) && !request.as_of().empty()) {
    return commands::InvalidRequest("as_of", "goes without dates, from and until");
  }
  return range ? RangeOfDates(request) : ListedDates(request);
}

}  // namespace

absl::Status DoSummary(const ServiceEnv& env, const v1::SummaryRequest& request,
                       v1::SummaryResponse* response, const commands::CallContext& call) {
  commands::SummaryRequest summary;
  summary.inventory = request.inventory();
  ONWARD_ASSIGN_OR_RETURN(summary.dates, DatesOf(request));
  v1::SummaryRequest on_first = request;
  if (!summary.dates.empty()) {
    on_first.set_as_of(summary.dates.front().ToString());
  }
  ONWARD_ASSIGN_OR_RETURN(const Asked asked, AskedOf(env, on_first));
  if (summary.dates.empty() && asked.as_of) {
    summary.dates.push_back(*asked.as_of);
  }
  summary.law_known_at = asked.law_known_at;
  summary.freshness = asked.freshness;
  if (request.top() > kTopMax) {
    return commands::InvalidRequest(
        "top", absl::StrCat(request.top(), " is not in 1 to ", kTopMax, " (0: ", summary.top, ")"));
  }
  if (request.top() > 0) {
    summary.top = request.top();
  }
  ONWARD_ASSIGN_OR_RETURN(const commands::SummaryResult result,
                          commands::Summary(*env.engine, summary, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const reach::DaySummary& day : result.days) {
    Fill(day, response->add_days());
  }
  return absl::OkStatus();
}

}  // namespace onward::rpc
