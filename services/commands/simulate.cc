#include "services/commands/simulate.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/ending.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

using query::VerdictChange;

// Between flow id and destination; in neither of them.
constexpr char kSeparator = '/';

absl::StatusOr<std::optional<query::TransferKey>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<query::TransferKey>();
  }
  const std::string& after = page.from->after;
  const size_t separator = after.find(kSeparator);
  if (separator == std::string::npos) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<query::TransferKey>(
      {after.substr(0, separator), after.substr(separator + 1)});
}

struct Readings {
  Reading stored;
  Reading assumed;
};

absl::StatusOr<Readings> Read(Engine& engine, const SimulateRequest& request,
                              const CallContext& call) {
  if (request.freshness.what_if == nullptr) {
    return InvalidRequest("what_if", "is required: mutations or law_changes");
  }
  Freshness stored = request.freshness;
  stored.what_if = nullptr;
  Readings readings;
  ONWARD_ASSIGN_OR_RETURN(readings.stored,
                          engine.Read(request.inventory, request.page, stored, call));
  ONWARD_ASSIGN_OR_RETURN(readings.assumed,
                          engine.Imagine(readings.stored, request.freshness.what_if, call));
  return readings;
}

// The page of `changes`, which are in order.
absl::Status AddPage(const reach::Compared& compared, const std::vector<VerdictChange>& changes,
                     const SimulateRequest& request, const Reading& reading,
                     const CallContext& call, SimulateResult& result) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<query::TransferKey> after, AfterOf(request.page));
  auto at = changes.begin();
  if (after) {
    at = std::upper_bound(changes.begin(), changes.end(), *after,
                          [](const query::TransferKey& key, const VerdictChange& change) {
                            return std::tie(key.flow, key.destination) <
                                   std::tie(change.flow, change.destination);
                          });
  }
  const std::function<absl::Status()> check = [&call] { return call.Check(); };
  Ending ended(check);
  for (; at != changes.end() && result.transfers.size() < request.page.size; ++at) {
    result.transfers.push_back(reach::Describe(compared, *at, std::ref(ended)));
    ONWARD_RETURN_IF_ERROR(ended.status());
  }
  if (at != changes.end()) {
    const VerdictChange& last = result.transfers.back().change;
    result.next =
        NextPage(reading, absl::StrCat(last.flow, std::string(1, kSeparator), last.destination));
  }
  return absl::OkStatus();
}

void Cut(std::vector<query::Finding>& findings, const query::Judgements& judged) {
  if (findings.size() > kSimulateListMax) {
    findings.resize(kSimulateListMax);
  }
  query::FillIntervals(judged, findings);
}

absl::Status AddFirstPage(const reach::Compared& compared,
                          const std::vector<VerdictChange>& changes, const CallContext& call,
                          SimulateResult& result) {
  ONWARD_ASSIGN_OR_RETURN(
      result.origins, reach::AffectedOrigins(compared, changes, [&call] { return call.Check(); }));
  result.origins_count = result.origins.size();
  std::set<std::string> activities;
  for (const reach::AffectedOrigin& origin : result.origins) {
    activities.insert(origin.activities.begin(), origin.activities.end());
  }
  result.activities_count = activities.size();
  if (result.origins.size() > kSimulateListMax) {
    result.origins.resize(kSimulateListMax);
  }
  ONWARD_ASSIGN_OR_RETURN(result.findings,
                          reach::CompareFindings(compared, [&call] { return call.Check(); }));
  ONWARD_RETURN_IF_ERROR(call.Check());
  result.findings_opened = result.findings.opened.size();
  result.findings_closed = result.findings.closed.size();
  Cut(result.findings.opened, compared.after);
  Cut(result.findings.closed, compared.before);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SimulateResult> Simulate(Engine& engine, const SimulateRequest& request,
                                        const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Readings readings, Read(engine, request, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  SimulateResult result;
  result.basis = BasisOf(readings.assumed, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged_before, engine.Judge(readings.stored, when, call));
  ONWARD_ASSIGN_OR_RETURN(result.judged_after, engine.Judge(readings.assumed, when, call));
  const reach::Compared compared{*result.judged_before, *result.judged_after};
  ONWARD_ASSIGN_OR_RETURN(
      const query::VerdictChanges changes,
      query::CompareVerdicts(compared.before, compared.after, [&call] { return call.Check(); }));
  result.before = changes.before;
  result.after = changes.after;
  result.counts = reach::CountChanges(changes.list);
  ONWARD_RETURN_IF_ERROR(AddPage(compared, changes.list, request, readings.assumed, call, result));
  if (!request.page.from) {
    ONWARD_RETURN_IF_ERROR(AddFirstPage(compared, changes.list, call, result));
  }
  return result;
}

}  // namespace onward::commands
