// onward timeline: the days on which verdicts change, and why.
#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "clients/cli/timeline.h"
#include "clients/cli/transfers.h"

namespace onward::cli {
namespace {

constexpr uint32_t kMonthsMax = 1'200;

struct Flags {
  std::string flow;
  std::string origin;
  std::string from;
  std::string until;
  uint32_t months = 0;
  std::vector<std::string> to;
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
  FailOnFlag fail_on;
};

absl::StatusOr<v1::TimelineRequest> RequestOf(const Flags& flags) {
  v1::TimelineRequest request;
  request.set_inventory(flags.source.inventory);
  SetTime(flags.time, request);
  request.set_from(flags.from);
  request.set_until(flags.until);
  request.set_months(flags.months);
  if (!flags.flow.empty()) {
    request.set_flow(flags.flow);
  }
  if (!flags.origin.empty()) {
    request.set_origin(flags.origin);
  }
  for (const std::string& word : flags.to) {
    const auto verdict = ParseVerdict(word);
    if (!verdict.ok()) {
      return verdict.status();
    }
    request.add_to_verdicts(*verdict);
  }
  return request;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  auto request = RequestOf(flags);
  if (!request.ok()) {
    return request.status();
  }
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  const auto list = FetchTimeline((*session)->client(), *std::move(request));
  if (!list.ok()) {
    return list.status();
  }
  const Environment& environment = context.environment;
  Print(TimelineAnswer(*list, MakeStyle(environment, flags.output),
                       static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  const bool found =
      std::any_of(list->entries.begin(), list->entries.end(),
                  [&](const auto& entry) { return flags.fail_on.IsFinding(entry.after()); });
  return found ? kExitFindings : kExitOk;
}

void AddScope(CLI::App& app, Flags& flags) {
  const Added flow =
      AddText(app, "--flow", flags.flow, "ID", "only this flow; all its dates, past and future");
  AddText(app, "--origin", flags.origin, "ID", "only flows that carry data of this party")
      .Excludes(flow);
  AddListFlag(app, "--to", flags.to, "VERDICT", "only changes to this one; repeatable");
}

void AddWindow(CLI::App& app, Flags& flags) {
  AddDateFlag(app, "--from", flags.from, "first day (today)");
  AddDateFlag(app, "--until", flags.until, "first day that no longer counts");
  AddNumber(app, "--months", flags.months, 1, kMonthsMax, "N",
            "how far ahead, without --until (12)");
}

}  // namespace

Command TimelineCommand() {
  return {"timeline",
          "when verdicts change, and why",
          {"onward timeline --to lacking                       # in the next 12 months",
           "onward timeline -f inventory/ --from 2020-01-01 --until 2024-01-01",
           "onward timeline --flow smartum-to-salesforce       # its whole life",
           "onward timeline --origin acme --months 24 -o csv"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddScope(app, *flags);
            AddWindow(app, *flags);
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddFailOnFlag(app, flags->fail_on);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
