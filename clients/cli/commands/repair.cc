// onward repair: the least to sign or to stop so that nothing lacking is left.
#include "clients/cli/repair.h"

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string origin;
  std::string plan = "both";
  std::vector<std::string> keep;
  bool manifest = false;
  SourceFlags source;
  TimeFlags time;
  WhatIfFlags what_if;
  OutputFlags output;
};

v1::RepairRequest RequestOf(const Flags& flags) {
  v1::RepairRequest request;
  request.set_inventory(flags.source.inventory);
  SetTime(flags.time, request);
  request.set_origin(flags.origin);
  if (flags.plan != "both") {
    request.set_kind(flags.plan == "sign" ? v1::REPAIR_KIND_SIGN : v1::REPAIR_KIND_STOP);
  }
  request.mutable_keep_flows()->Add(flags.keep.begin(), flags.keep.end());
  return request;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::RepairRequest request = RequestOf(flags);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.what_if, session->client(), context, request));
  if (flags.manifest && request.kind() == v1::REPAIR_KIND_UNSPECIFIED) {
    request.set_kind(v1::REPAIR_KIND_SIGN);
  }
  ONWARD_ASSIGN_OR_RETURN(const v1::RepairResponse response, session->client().Repair(request));
  const Environment& environment = context.environment;
  if (flags.manifest) {
    environment.out << RepairManifests(response);
  } else {
    Print(RepairAnswer(response, MakeStyle(environment, flags.output),
                       static_cast<size_t>(environment.columns)),
          flags.output.Parsed(), environment);
  }
  return response.lacking_flows() > 0 ? kExitFindings : kExitOk;
}

}  // namespace

Command RepairCommand() {
  return {"repair",
          "the least to sign or to stop so that nothing is lacking",
          {"onward repair                          # both plans, for all origins",
           "onward repair acme --plan sign         # what to sign so that data of acme are safe",
           "onward repair --plan stop --keep acme-to-us   # which flows to stop, but not this one",
           "onward repair -f inventory/ --manifest > plan.yaml   # records to apply"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(app, "ORIGIN", flags->origin, "party whose data are to be safe (all)");
            AddWord(app, "--plan", flags->plan, {"sign", "stop", "both"}, "KIND",
                    "only what to sign or to mend; or only which flows to stop (both)");
            AddListFlag(app, "--keep", flags->keep, "FLOW", "a flow that may not stop; repeatable");
            AddSwitch(app, "--manifest", flags->manifest,
                      "print the records of the plan (sign, if not said) for onward apply");
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddWhatIfFlags(app, flags->what_if);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
