// onward check: may these categories go from one party to another?
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::Json;
using exchange::NameOf;

struct Flags {
  std::string from;
  std::string to;
  std::vector<std::string> categories;
  // A gate: what is not known does not pass.
  QuestionFlags question{.fail_on = {.level = "undetermined"}};
};

Json Document(const v1::CheckRequest& request, const v1::CheckResponse& response) {
  Json document = StampJson(response.stamp());
  document["question"] = exchange::ToJson(request.question(), exchange::EmptyFields::kKeep);
  document.update(exchange::ToJson(response.answer(), exchange::EmptyFields::kKeep));
  return document;
}

std::string Join(const google::protobuf::RepeatedPtrField<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string TextOf(const v1::CheckRequest& request, const v1::CheckResponse& response,
                   const Style& style) {
  const v1::CheckAnswer& answer = response.answer();
  const v1::CheckQuestion& question = request.question();
  std::string text = style.Of(answer.verdict(), style.Symbol(answer.verdict()) + " " +
                                                    VerdictWord(answer.verdict())) +
                     " (" + ReasonWords(answer.reason()) + "): " + OneLine(question.from()) +
                     style.Arrow() + OneLine(question.to()) + "\n";
  const auto add = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      text += "  " + Pad(name, 14) + OneLine(value) + "\n";
    }
  };
  add("data", question.data_categories().empty() ? "whatever the flows carry"
                                                 : Join(question.data_categories()));
  add("flow", answer.flow());
  add("place", answer.destination());
  add("mechanism", answer.mechanism());
  add("not carried", Join(answer.not_carried()));
  if (answer.downstream() != v1::VERDICT_UNSPECIFIED) {
    add("further on", style.Symbol(answer.downstream()) + " " + VerdictWord(answer.downstream()));
  }
  return text + StampText(response.stamp()) + "\n";
}

Answer AnswerOf(const v1::CheckRequest& request, const v1::CheckResponse& response,
                const Style& style) {
  const v1::CheckAnswer& a = response.answer();
  Answer answer;
  answer.document = Document(request, response);
  answer.text = TextOf(request, response, style);
  answer.table.columns = {"from",        "to",        "verdict",    "reason",    "flow",
                          "destination", "mechanism", "downstream", "notCarried"};
  answer.table.rows = {{request.question().from(), request.question().to(), NameOf(a.verdict()),
                        NameOf(a.reason()), a.flow(), a.destination(), a.mechanism(),
                        NameOf(a.downstream()), Join(a.not_carried())}};
  return answer;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::CheckRequest request;
  SetQuestion(flags.question, request);
  request.mutable_question()->set_from(flags.from);
  request.mutable_question()->set_to(flags.to);
  request.mutable_question()->mutable_data_categories()->Add(flags.categories.begin(),
                                                             flags.categories.end());
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.question.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::CheckResponse response, session->client().Check(request));
  const OutputFlags& output = flags.question.output;
  Print(AnswerOf(request, response, MakeStyle(context.environment, output)), output.Parsed(),
        context.environment);
  return flags.question.fail_on.ExitCode(response.answer().verdict());
}

}  // namespace

Command CheckCommand() {
  return {
      "check",
      "ask whether data may go from one party to another",
      {"onward check smartum salesforce --category contact.email",
       "onward check smartum salesforce -f inventory/ && send   # passes only if nothing is open"},
      {},
      [](CLI::App& app) -> Action {
        auto flags = std::make_shared<Flags>();
        AddArgument(app, "FROM", flags->from).Required();
        AddArgument(app, "TO", flags->to).Required();
        AddListFlag(app, "--category", flags->categories, "ID", "data to send; repeatable (all)");
        AddQuestionFlags(app, flags->question);
        return [flags](Context& context) { return Run(*flags, context); };
      }};
}

}  // namespace onward::cli
