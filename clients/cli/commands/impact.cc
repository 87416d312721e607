// onward impact: what depends on a party, a country, an agreement or a piece of law.
#include "clients/cli/impact.h"

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/flags.h"
#include "clients/cli/options.h"
#include "clients/cli/session.h"
#include "clients/cli/what_if.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string subject;
  SourceFlags source;
  TimeFlags time;
  WhatIfFlags what_if;
  OutputFlags output;
};

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::ImpactRequest request;
  ONWARD_RETURN_IF_ERROR(ParseSubject(flags.subject, request));
  request.set_inventory(flags.source.inventory);
  SetTime(flags.time, request);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.what_if, session->client(), context, request));
  ONWARD_ASSIGN_OR_RETURN(const ImpactList list,
                          FetchImpact(session->client(), std::move(request), flags.subject));
  const Environment& environment = context.environment;
  Print(ImpactAnswer(list, MakeStyle(environment, flags.output),
                     static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  return kExitOk;
}

}  // namespace

Command ImpactCommand() {
  return {"impact",
          "what depends on a party, a country, an agreement or a piece of law",
          {"onward impact party/mailer                   # flows from it and into it, sites that "
           "it runs",
           "onward impact country/US",
           "onward impact agreement/acme-vendor-dpa      # and what has nothing else to rest on",
           "onward impact scheme/us_dpf --as-of 2025-01-01 -f inventory/",
           "onward impact instrument/scc-2021-914-m2 -o csv"},
          {"party/", "country/", "agreement/", "instrument/", "decision/", "scheme/"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(
                app, "SUBJECT", flags->subject,
                "party/ID, country/CODE, agreement/ID, instrument/ID, decision/ID, scheme/ID")
                .Required();
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddWhatIfFlags(app, flags->what_if);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
