// onward explain: the proof of one flow's verdict.
#include <CLI/CLI.hpp>

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/explanation.h"
#include "clients/cli/session.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::NameOf;

struct Flags {
  std::string flow;
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
  FailOnFlag fail_on;
};

PlaceNames NamesOf(client::Client& client, const v1::Explanation& explanation) {
  TransferList list;
  list.transfers.assign(explanation.destinations().begin(), explanation.destinations().end());
  return FetchPlaceNames(client, list);
}

Table CandidatesTable(const v1::Explanation& explanation) {
  Table table{{"destination", "mechanism", "outcome", "verdict", "article", "source", "record",
               "explanation"},
              {}};
  for (const v1::Transfer& transfer : explanation.destinations()) {
    for (const v1::Candidate& c : transfer.candidates()) {
      table.rows.push_back({transfer.destination(), c.mechanism(), NameOf(c.outcome()),
                            NameOf(c.verdict()), c.article(), c.source(), c.record(),
                            c.explanation()});
    }
  }
  return table;
}

Answer AnswerOf(const v1::ExplainResponse& response, const PlaceNames& names, const Style& style,
                size_t width) {
  Answer answer;
  answer.document = StampJson(response.stamp());
  answer.document.update(exchange::ToJson(response.explanation(), exchange::EmptyFields::kKeep));
  answer.lines = {answer.document};
  answer.table = CandidatesTable(response.explanation());
  Report text(style, width);
  WriteExplanation(response, names, style, text);
  answer.text = text.text();
  Report markdown(style, 0);
  WriteExplanation(response, names, style, markdown);
  answer.markdown = markdown.text();
  return answer;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  v1::ExplainRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_flow(flags.flow);
  SetTime(flags.time, request);
  client::Client& client = (*session)->client();
  const auto response = client.Explain(request);
  if (!response.ok()) {
    return response.status();
  }
  Print(AnswerOf(*response, NamesOf(client, response->explanation()),
                 MakeStyle(context.environment, flags.output),
                 static_cast<size_t>(context.environment.columns)),
        flags.output.Parsed(), context.environment);
  return flags.fail_on.IsFinding(response->explanation().verdict()) ? kExitFindings : kExitOk;
}

}  // namespace

Command ExplainCommand() {
  return {"explain",
          "print the whole proof of one flow's verdict",
          {"onward explain smartum-to-salesforce -f inventory/ --as-of 2020-12-09",
           "onward explain smartum-to-salesforce -o markdown > proof.md"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            app.add_option("FLOW", flags->flow)->required();
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddFailOnFlag(app, flags->fail_on);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
