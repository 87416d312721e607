// onward assess: the verdict on every transfer of an inventory.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "clients/cli/transfers.h"

namespace onward::cli {
namespace {

struct Flags {
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
  FailOnFlag fail_on;
  bool all = false;
};

Answer AnswerOf(const TransferList& list, const PlaceNames& names, const Flags& flags,
                const Environment& environment) {
  Answer answer;
  answer.document = AssessJson(list);
  for (const v1::Transfer& transfer : list.transfers) {
    answer.lines.push_back(AssessTransferJson(transfer));
  }
  answer.table = TransfersTable(list);
  answer.text = TransfersText(list, names, MakeStyle(environment, flags.output),
                              static_cast<size_t>(environment.columns));
  return answer;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  v1::ListTransfersRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_include_not_a_transfer(flags.all);
  SetTime(flags.time, request);
  client::Client& client = (*session)->client();
  const auto list = FetchTransfers(client, std::move(request), context);
  if (!list.ok()) {
    return list.status();
  }
  const PlaceNames names =
      flags.output.Parsed() == Format::kTable ? FetchPlaceNames(client, *list) : PlaceNames();
  Print(AnswerOf(*list, names, flags, context.environment), flags.output.Parsed(),
        context.environment);
  const bool found = std::any_of(
      list->transfers.begin(), list->transfers.end(),
      [&](const v1::Transfer& transfer) { return flags.fail_on.IsFinding(transfer.verdict()); });
  return found ? kExitFindings : kExitOk;
}

}  // namespace

Command AssessCommand() {
  return {"assess",
          "judge every transfer of an inventory on a day",
          {"onward assess -f inventory/                       # files, no server needed",
           "onward assess -f inventory/ --as-of 2020-12-09 -o json",
           "onward assess --server 127.0.0.1:7430 --fail-on undetermined"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            app.add_flag("--all", flags->all, "with what is not a transfer, and why");
            AddFailOnFlag(app, flags->fail_on);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
