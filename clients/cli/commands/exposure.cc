// onward exposure: whom data of an origin reach outside the EEA.
#include "clients/cli/exposure.h"

#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/exposure_timeline.h"
#include "clients/cli/failure.h"
#include "clients/cli/flags.h"
#include "clients/cli/session.h"
#include "clients/cli/transfers.h"
#include "clients/cli/what_if.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

constexpr uint32_t kMonthsMax = 1'200;

struct Flags {
  std::string origin;
  std::string activity;
  bool all = false;
  std::vector<std::string> verdicts;
  std::vector<std::string> countries;
  std::vector<std::string> categories;
  std::vector<std::string> recipients;
  bool over_time = false;
  std::string from;
  std::string until;
  uint32_t months = 0;
  QuestionFlags question;
};

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return text;
}

// What is wrong with the flags; empty: nothing.
std::string WrongScope(const Flags& flags) {
  const int given =
      (flags.origin.empty() ? 0 : 1) + (flags.activity.empty() ? 0 : 1) + (flags.all ? 1 : 0);
  if (given != 1) {
    return given == 0 ? "whose data? Name a party, or say --activity ID or --all"
                      : "name a party, or say --activity ID or --all; only one of them";
  }
  if (!flags.over_time) {
    return flags.from.empty() && flags.until.empty() && flags.months == 0
               ? ""
               : "--from, --until and --months go with --over-time; for one day say --as-of";
  }
  if (flags.origin.empty()) {
    return "--over-time needs a party: onward exposure ORIGIN --over-time";
  }
  const bool filtered = !flags.verdicts.empty() || !flags.countries.empty() ||
                        !flags.categories.empty() || !flags.recipients.empty();
  return filtered ? "--over-time shows every change; leave out the filters" : "";
}

absl::StatusOr<v1::ExposureRequest> RequestOf(const Flags& flags) {
  v1::ExposureRequest request;
  SetQuestion(flags.question, request);
  if (!flags.origin.empty()) {
    request.set_origin(flags.origin);
  }
  if (!flags.activity.empty()) {
    request.set_activity(flags.activity);
  }
  for (const std::string& word : flags.verdicts) {
    ONWARD_ASSIGN_OR_RETURN(const v1::Verdict verdict, ParseVerdict(word));
    request.add_verdicts(verdict);
  }
  for (const std::string& country : flags.countries) {
    request.add_destinations(Upper(country));
  }
  request.mutable_data_categories()->Add(flags.categories.begin(), flags.categories.end());
  request.mutable_recipients()->Add(flags.recipients.begin(), flags.recipients.end());
  return request;
}

v1::ExposureTimelineRequest TimelineOf(const Flags& flags) {
  v1::ExposureTimelineRequest request;
  SetQuestion(flags.question, request);
  request.set_origin(flags.origin);
  request.set_from(flags.from);
  request.set_until(flags.until);
  request.set_months(flags.months);
  return request;
}

absl::StatusOr<int> RunOverTime(const Flags& flags, Context& context) {
  v1::ExposureTimelineRequest request = TimelineOf(flags);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.question.source, context));
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.question.what_if, session->client(), context, request));
  ONWARD_ASSIGN_OR_RETURN(const ExposureChanges list,
                          FetchExposureTimeline(session->client(), std::move(request)));
  const Environment& environment = context.environment;
  Print(ExposureTimelineAnswer(list, MakeStyle(environment, flags.question.output),
                               static_cast<size_t>(environment.columns)),
        flags.question.output.Parsed(), environment);
  const bool found = std::any_of(list.changes.begin(), list.changes.end(), [&](const auto& change) {
    return flags.question.fail_on.IsFinding(change.after());
  });
  return found ? kExitFindings : kExitOk;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  if (const std::string wrong = WrongScope(flags); !wrong.empty()) {
    context.hint = "See `onward exposure --help`.";
    PrintFailure(Error(absl::StatusCode::kInvalidArgument, "USAGE", wrong), context);
    return kExitUsage;
  }
  if (flags.over_time) {
    return RunOverTime(flags, context);
  }
  ONWARD_ASSIGN_OR_RETURN(v1::ExposureRequest request, RequestOf(flags));
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.question.source, context));
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.question.what_if, session->client(), context, request));
  ONWARD_ASSIGN_OR_RETURN(const ExposureList list,
                          FetchExposure(session->client(), std::move(request)));
  const Format format = flags.question.output.Parsed();
  const FlowNames names =
      format == Format::kTable
          ? FetchFlowNames(session->client(), flags.question.source.inventory, list)
          : FlowNames();
  const Environment& environment = context.environment;
  Print(ExposureAnswer(list, names, MakeStyle(environment, flags.question.output),
                       static_cast<size_t>(environment.columns)),
        format, environment);
  const bool found =
      std::any_of(list.recipients.begin(), list.recipients.end(), [&](const auto& row) {
        return flags.question.fail_on.IsFinding(row.verdict()) ||
               flags.question.fail_on.IsFinding(row.worst_hop());
      });
  return found ? kExitFindings : kExitOk;
}

}  // namespace

Command ExposureCommand() {
  return {
      "exposure",
      "whom data of a party reach outside the EEA",
      {"onward exposure acme                         # every recipient that acme's data reach",
       "onward exposure --activity payroll -f inventory/",
       "onward exposure acme --over-time --months 24 # when it changes, and why"},
      {},
      [](CLI::App& app) -> Action {
        auto flags = std::make_shared<Flags>();
        AddArgument(app, "ORIGIN", flags->origin, "party whose data are followed");
        AddText(app, "--activity", flags->activity, "ID",
                "data of this processing activity instead");
        AddSwitch(app, "--all", flags->all, "data of every origin");
        AddListFlag(app, "--verdict", flags->verdicts, "VERDICT", "only this one; repeatable");
        AddListFlag(app, "--country", flags->countries, "CODE", "only in this country; repeatable");
        AddListFlag(app, "--category", flags->categories, "ID", "only with this data; repeatable");
        AddListFlag(app, "--recipient", flags->recipients, "ID", "only this party; repeatable");
        AddSwitch(app, "--over-time", flags->over_time,
                  "when the exposure changes, and why, instead of one day");
        AddDateFlag(app, "--from", flags->from, "with --over-time: first day (today)");
        AddDateFlag(app, "--until", flags->until,
                    "with --over-time: first day that no longer counts");
        AddNumber(app, "--months", flags->months, 1, kMonthsMax, "N",
                  "with --over-time: how far ahead, without --until (12)");
        AddQuestionFlags(app, flags->question);
        return [flags](Context& context) { return Run(*flags, context); };
      }};
}

}  // namespace onward::cli
