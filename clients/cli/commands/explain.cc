// onward explain: the proof of one flow's verdict.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/explanation.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::NameOf;

struct Flags {
  std::string flow;
  QuestionFlags question;
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
  v1::ExplainRequest request;
  SetQuestion(flags.question, request);
  request.set_flow(flags.flow);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.question.source, context));
  client::Client& client = session->client();
  ONWARD_ASSIGN_OR_RETURN(const v1::ExplainResponse response, client.Explain(request));
  const Environment& environment = context.environment;
  const OutputFlags& output = flags.question.output;
  Print(AnswerOf(response, NamesOf(client, response.explanation()), MakeStyle(environment, output),
                 static_cast<size_t>(environment.columns)),
        output.Parsed(), environment);
  return flags.question.fail_on.ExitCode(response.explanation().verdict());
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
            AddArgument(app, "FLOW", flags->flow).Required();
            AddQuestionFlags(app, flags->question);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
