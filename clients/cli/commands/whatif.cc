// onward whatif: what would differ if records or the law were others.
#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/difference.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/session.h"
#include "graph/base/clock.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

using Flags = QuestionFlags;

// -f names the inventory offline, as everywhere. Where a server is asked, or nothing else says what changes,
// it can only mean the changes.
Flags WithFiles(Flags flags) {
  if (!flags.source.server.empty() || flags.what_if.empty()) {
    flags.what_if.files.insert(flags.what_if.files.end(), flags.source.files.begin(),
                               flags.source.files.end());
    flags.source.files.clear();
  }
  return flags;
}

const std::string& FromOf(const v1::LawChange& change) {
  switch (change.change_case()) {
    case v1::LawChange::kAnnul:
      return change.annul().from();
    case v1::LawChange::kDropAdequacy:
      return change.drop_adequacy().from();
    case v1::LawChange::kGrantAdequacy:
      return change.grant_adequacy().from();
    case v1::LawChange::CHANGE_NOT_SET:
      break;
  }
  return change.annul().from();
}

std::string Today(const Context& context) {
  const Clock* const clock = context.environment.clock;
  return (clock == nullptr ? SystemClock().Today() : clock->Today()).ToString();
}

// The day of the last change, where it is still to come: before it there would be no difference. Else as
// asked.
void SetDay(const Flags& flags, const Context& context, v1::SimulateRequest& request) {
  if (!flags.time.as_of.empty()) {
    return;
  }
  // Dates in this form are in order as texts.
  std::string last = flags.what_if.from;
  for (const v1::LawChange& change : request.what_if().law_changes()) {
    last = std::max(last, FromOf(change));
  }
  if (last > Today(context)) {
    request.set_as_of(last);
  }
}

int UsageError(const std::string& message, Context& context) {
  context.hint = "See `onward whatif --help`.";
  PrintFailure(Error(absl::StatusCode::kInvalidArgument, "USAGE", message), context);
  return kExitUsage;
}

// Something that turns into what --fail-on names, and was not that before.
bool Fails(const v1::SimulateResponse& difference, const FailOnFlag& fail_on) {
  return std::any_of(difference.transfers().begin(), difference.transfers().end(),
                     [&](const v1::TransferDifference& transfer) {
                       return fail_on.IsFinding(transfer.change().after()) &&
                              !fail_on.IsFinding(transfer.change().before());
                     });
}

absl::StatusOr<int> Run(const Flags& given, Context& context) {
  const Flags flags = WithFiles(given);
  if (flags.what_if.empty()) {
    return UsageError("nothing is assumed: say --changes, --annul, --drop-adequacy or the like",
                      context);
  }
  v1::SimulateRequest request;
  SetQuestion(flags, request);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  client::Client& client = session->client();
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.what_if, client, context, request));
  SetDay(flags, context, request);
  ONWARD_ASSIGN_OR_RETURN(const v1::SimulateResponse difference,
                          FetchDifference(client, std::move(request)));
  const Environment& environment = context.environment;
  Print(DifferenceAnswer(difference, MakeStyle(environment, flags.output),
                         static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  return Fails(difference, flags.fail_on) ? kExitFindings : kExitOk;
}

}  // namespace

Command WhatIfCommand() {
  return {
      "whatif",
      "what would change if records or the law did; nothing is written",
      {"onward whatif -f inventory/ --annul us_dpf --from 2026-12-01   # offline, as elsewhere",
       "onward whatif -f inventory/ --changes changes.yaml --drop-adequacy GB:2027-01-01",
       "onward whatif -f changes.yaml      # -f alone, or with --server: the changes, to a server",
       "# as of: --as-of, else the day of the last change of law still to come, else today"},
      {},
      [](CLI::App& app) -> Action {
        auto flags = std::make_shared<Flags>();
        AddShownWhatIfFlags(app, flags->what_if);
        AddDateFlag(app, "--from", flags->what_if.from,
                    "first day of changes that name none (as of)");
        AddSourceFlags(app, flags->source);
        AddTimeFlags(app, flags->time);
        AddFailOnFlag(app, flags->fail_on);
        AddOutputFlags(app, flags->output);
        return [flags](Context& context) { return Run(*flags, context); };
      }};
}

}  // namespace onward::cli
