// onward transfers: the verdicts that filters select, with everything the server says of them.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/session.h"
#include "clients/cli/transfers.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

struct Flags {
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
  FailOnFlag fail_on;
  std::vector<std::string> verdicts;
  std::vector<std::string> places;
  std::vector<std::string> categories;
  std::vector<std::string> parties;
  bool all = false;
};

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return text;
}

absl::Status SetVerdicts(const Flags& flags, v1::ListTransfersRequest& request) {
  for (const std::string& word : flags.verdicts) {
    const auto verdict = exchange::ParseShortName(*v1::Verdict_descriptor(), Upper(word));
    if (!verdict.has_value() || *verdict == 0) {
      return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                   "unknown verdict " + word +
                       exchange::DidYouMean(word, exchange::ShortNames(*v1::Verdict_descriptor())));
    }
    request.add_verdicts(static_cast<v1::Verdict>(*verdict));
    if (*verdict == v1::VERDICT_NOT_A_TRANSFER) {
      request.set_include_not_a_transfer(true);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListTransfersRequest> RequestOf(const Flags& flags) {
  v1::ListTransfersRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_include_not_a_transfer(flags.all);
  SetTime(flags.time, request);
  if (absl::Status status = SetVerdicts(flags, request); !status.ok()) {
    return status;
  }
  for (const std::string& place : flags.places) {
    request.add_destinations(Upper(place));
  }
  request.mutable_data_categories()->Add(flags.categories.begin(), flags.categories.end());
  request.mutable_parties()->Add(flags.parties.begin(), flags.parties.end());
  return request;
}

Answer AnswerOf(const TransferList& list, const PlaceNames& names, const Flags& flags,
                const Environment& environment) {
  Answer answer;
  answer.document = TransfersJson(list);
  for (const exchange::Json& transfer : answer.document["transfers"]) {
    answer.lines.push_back(transfer);
  }
  answer.table = TransfersTable(list);
  answer.text = TransfersText(list, names, MakeStyle(environment, flags.output),
                              static_cast<size_t>(environment.columns));
  return answer;
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
  client::Client& client = (*session)->client();
  const auto list = FetchTransfers(client, *std::move(request), context);
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

Command TransfersCommand() {
  return {"transfers",
          "list verdicts by party, place, category or verdict",
          {"onward transfers --verdict lacking --place US",
           "onward transfers -f inventory/ --party salesforce -o csv"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddListFlag(app, "--verdict", flags->verdicts, "VERDICT", "only this one; repeatable");
            AddListFlag(app, "--place", flags->places, "CODE", "only to this place; repeatable");
            AddListFlag(app, "--category", flags->categories, "ID",
                        "only with this data; repeatable");
            AddListFlag(app, "--party", flags->parties, "ID", "only from or to it; repeatable");
            app.add_flag("--all", flags->all, "with what is not a transfer, and why");
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddFailOnFlag(app, flags->fail_on);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
