// onward law: what the law register says.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "clients/cli/transfers.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

const std::vector<std::string>& Subjects() {
  static const std::vector<std::string> kSubjects = {"jurisdictions", "decisions", "instruments"};
  return kSubjects;
}

struct Flags {
  std::string action;
  std::string subject;
  std::vector<std::string> codes;
  bool free_flow = false;
  std::string as_of;
  std::string known_at;
  SourceFlags source;
  OutputFlags output;
};

std::string Join(const google::protobuf::RepeatedPtrField<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

// A document of the stamp and one list, with a line for each element.
template <typename List>
void AddList(const std::string& name, const List& list, Answer& answer) {
  answer.document[name] = Json::array();
  for (const auto& element : list) {
    answer.document[name].push_back(exchange::ToJson(element, EmptyFields::kOmit));
    answer.lines.push_back(answer.document[name].back());
  }
}

absl::StatusOr<Answer> Jurisdictions(client::Client& client, const Flags& flags) {
  v1::ListJurisdictionsRequest request;
  request.set_as_of(flags.as_of);
  request.set_free_flow_only(flags.free_flow);
  request.mutable_codes()->Add(flags.codes.begin(), flags.codes.end());
  const auto response = client.ListJurisdictions(request);
  if (!response.ok()) {
    return response.status();
  }
  Answer answer;
  answer.document = StampJson(response->stamp());
  AddList("jurisdictions", response->jurisdictions(), answer);
  answer.table.columns = {"code", "name", "status", "freeFlow", "source"};
  for (const v1::Jurisdiction& place : response->jurisdictions()) {
    std::string spans;
    for (const v1::TerritoryInterval& span : place.free_flow()) {
      spans += (spans.empty() ? "" : ", ") + span.from() + ".." + span.until();
    }
    answer.table.rows.push_back(
        {place.code(), place.name(), NameOf(place.status()), spans, place.source()});
  }
  return answer;
}

absl::StatusOr<Answer> Decisions(client::Client& client, const Flags& flags) {
  v1::ListDecisionsRequest request;
  request.set_as_of(flags.as_of);
  request.set_known_at(flags.known_at);
  request.mutable_codes()->Add(flags.codes.begin(), flags.codes.end());
  const auto response = client.ListDecisions(request);
  if (!response.ok()) {
    return response.status();
  }
  Answer answer;
  answer.document = StampJson(response->stamp());
  AddList("decisions", response->decisions(), answer);
  answer.table.columns = {"id", "places", "from", "until", "end", "scope", "source"};
  for (const v1::AdequacyDecision& decision : response->decisions()) {
    const std::string places =
        decision.countries().empty() ? decision.organisation() : Join(decision.countries());
    answer.table.rows.push_back({decision.id(), places, decision.from(), decision.until(),
                                 NameOf(decision.ended_by().kind()), decision.scope(),
                                 decision.source()});
  }
  return answer;
}

absl::StatusOr<Answer> Instruments(client::Client& client, const Flags& flags) {
  v1::ListInstrumentsRequest request;
  request.set_as_of(flags.as_of);
  const auto response = client.ListInstruments(request);
  if (!response.ok()) {
    return response.status();
  }
  Answer answer;
  answer.document = StampJson(response->stamp());
  AddList("instruments", response->instruments(), answer);
  answer.table.columns = {"id", "name", "article", "category", "from", "until", "source"};
  for (const v1::Instrument& instrument : response->instruments()) {
    answer.table.rows.push_back({instrument.id(), instrument.name(), instrument.article(),
                                 NameOf(instrument.category()), instrument.from(),
                                 instrument.until(), instrument.source()});
  }
  return answer;
}

// The server that is named, else the register that this program was built with.
absl::StatusOr<std::unique_ptr<Session>> OpenLaw(const Flags& flags, Context& context) {
  const auto variable = context.environment.variable
                            ? context.environment.variable("ONWARD_SERVER").value_or("")
                            : std::string();
  return flags.source.server.empty() && variable.empty() ? Session::OpenBuiltIn(context)
                                                         : Session::Open(flags.source, context);
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  auto session = OpenLaw(flags, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  const auto answer = flags.subject == Subjects()[0]   ? Jurisdictions(client, flags)
                      : flags.subject == Subjects()[1] ? Decisions(client, flags)
                                                       : Instruments(client, flags);
  if (!answer.ok()) {
    return answer.status();
  }
  Print(*answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command LawCommand() {
  return {"law",
          "list what the law register knows",
          {"onward law list decisions --as-of 2020-07-15      # in force on that day",
           "onward law list decisions --place US",
           "onward law list jurisdictions --free-flow --as-of 2020-12-31"},
          {"list", "jurisdictions", "decisions", "instruments"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            app.add_option("list", flags->action)
                ->required()
                ->check(CLI::IsMember(std::vector<std::string>{"list"}));
            app.add_option("SUBJECT", flags->subject)->required()->check(CLI::IsMember(Subjects()));
            AddAsOfFlag(app, flags->as_of, "only what is in force on that day");
            app.add_option("--known-at", flags->known_at, "decisions as known on that day")
                ->type_name("DATE");
            AddListFlag(app, "--place", flags->codes, "CODE", "only this place; repeatable");
            app.add_flag("--free-flow", flags->free_flow, "only places inside the EEA's free flow");
            app.add_option("--server", flags->source.server,
                           "ask a server; else the built-in register")
                ->type_name("ADDR");
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
