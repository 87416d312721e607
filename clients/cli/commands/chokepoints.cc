// onward chokepoints: parties that all data take. onward concentration: what hangs on single vendors.
#include "clients/cli/chokepoints.h"

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct ChokepointFlags {
  std::string origin;
  std::string country;
  bool lacking = false;
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
};

struct ConcentrationFlags {
  std::string by = "party";
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
};

std::string TargetText(const ChokepointFlags& flags) {
  if (flags.lacking) {
    return "flows that lack a mechanism";
  }
  return flags.country.empty() ? "flows to recipients outside the EEA"
                               : "flows to " + flags.country;
}

absl::StatusOr<int> RunChokepoints(const ChokepointFlags& flags, Context& context) {
  v1::ChokepointsRequest request;
  request.set_inventory(flags.source.inventory);
  SetTime(flags.time, request);
  request.set_origin(flags.origin);
  if (flags.lacking) {
    request.set_lacking(true);
  } else if (!flags.country.empty()) {
    request.set_country(flags.country);
  } else {
    request.set_outside_eea(true);
  }
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const ChokepointPages pages,
                          FetchChokepoints(session->client(), std::move(request)));
  const Environment& environment = context.environment;
  Print(ChokepointsAnswer(pages, TargetText(flags), MakeStyle(environment, flags.output),
                          static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  return kExitOk;
}

absl::StatusOr<int> RunConcentration(const ConcentrationFlags& flags, Context& context) {
  v1::ConcentrationRequest request;
  request.set_inventory(flags.source.inventory);
  SetTime(flags.time, request);
  request.set_by(flags.by == "parent" ? v1::CONCENTRATION_BY_ULTIMATE_PARENT
                                      : v1::CONCENTRATION_BY_PARTY);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const ConcentrationPages pages,
                          FetchConcentration(session->client(), std::move(request)));
  const Environment& environment = context.environment;
  Print(ConcentrationAnswer(pages, MakeStyle(environment, flags.output),
                            static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  return kExitOk;
}

}  // namespace

Command ChokepointsCommand() {
  return {"chokepoints",
          "parties that all data take on their way out of the EEA",
          {"onward chokepoints                     # of all origins, to anywhere outside the EEA",
           "onward chokepoints acme --country US   # that data of acme to the US take",
           "onward chokepoints --lacking           # before flows that lack a mechanism",
           "onward chokepoints -f inventory/ -o csv"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<ChokepointFlags>();
            AddArgument(app, "ORIGIN", flags->origin, "party whose data are followed (all)");
            const Added country = AddText(app, "--country", flags->country, "CODE",
                                          "only ways to this country (any outside the EEA)");
            AddSwitch(app, "--lacking", flags->lacking, "only ways to flows that are lacking")
                .Excludes(country);
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return RunChokepoints(*flags, context); };
          }};
}

Command ConcentrationCommand() {
  return {"concentration",
          "how much hangs on single vendors",
          {"onward concentration                   # recipients, those of the most origins first",
           "onward concentration --by parent       # groups of companies",
           "onward concentration -f inventory/ -o csv"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<ConcentrationFlags>();
            AddWord(app, "--by", flags->by, {"party", "parent"}, "WHOM",
                    "add up per recipient or per ultimate parent");
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return RunConcentration(*flags, context); };
          }};
}

}  // namespace onward::cli
