// onward law list and versions.
#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "clients/cli/law.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

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

absl::StatusOr<Answer> Jurisdictions(client::Client& client, const LawFlags& flags) {
  v1::ListJurisdictionsRequest request;
  request.set_as_of(flags.as_of);
  request.set_known_at(flags.known_at);
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

std::string PlacesOf(const v1::AdequacyDecision& decision) {
  return decision.countries().empty() ? decision.organisation() : Join(decision.countries());
}

std::string ScopeText(const v1::AdequacyDecision& decision) {
  const std::string text = "scope: " + decision.scope();
  return decision.in_scope() ? text
                             : text + " (regime " + NameOf(decision.regime()) +
                                   ": carries no transfer under the GDPR)";
}

// Columns for what is short; scope and source under each, whole.
std::string DecisionsText(const v1::ListDecisionsResponse& response,
                          const Environment& environment) {
  if (response.decisions().empty()) {
    return "No decision.\n";
  }
  Table table{{"id", "country", "decision", "from", "until", "end"}, {}};
  for (const v1::AdequacyDecision& decision : response.decisions()) {
    table.rows.push_back({decision.id(), PlacesOf(decision), decision.decision(), decision.from(),
                          decision.until().empty() ? "open" : decision.until(),
                          NameOf(decision.ended_by().kind())});
  }
  const auto width = static_cast<size_t>(environment.columns);
  const std::string rows = TableText(table, width, environment.utf8);
  std::string text;
  int line = -1;
  for (size_t at = 0; at < rows.size(); ++line) {
    const size_t end = rows.find('\n', at);
    text += rows.substr(at, end + 1 - at);
    at = end + 1;
    if (line < 0) {
      continue;
    }
    const v1::AdequacyDecision& decision = response.decisions(line);
    for (const std::string& part : {ScopeText(decision), "source: " + decision.source()}) {
      std::string indent = "    ";
      for (const std::string& wrapped : Wrap(OneLine(part), std::max<size_t>(width, 40) - 8)) {
        text += indent + wrapped + "\n";
        indent = "      ";
      }
    }
  }
  return text;
}

absl::StatusOr<Answer> Decisions(client::Client& client, const LawFlags& flags,
                                 const Environment& environment) {
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
  answer.table.columns = {"id", "country", "decision", "from", "until", "end", "scope", "source"};
  for (const v1::AdequacyDecision& decision : response->decisions()) {
    answer.table.rows.push_back(
        {decision.id(), PlacesOf(decision), decision.decision(), decision.from(), decision.until(),
         NameOf(decision.ended_by().kind()), decision.scope(), decision.source()});
  }
  answer.text = DecisionsText(*response, environment);
  return answer;
}

absl::StatusOr<Answer> Instruments(client::Client& client, const LawFlags& flags) {
  v1::ListInstrumentsRequest request;
  request.set_as_of(flags.as_of);
  request.set_known_at(flags.known_at);
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

}  // namespace

absl::StatusOr<Answer> ListLaw(client::Client& client, const LawFlags& flags,
                               const Environment& environment) {
  if (flags.words[0] == "jurisdictions") {
    return Jurisdictions(client, flags);
  }
  return flags.words[0] == "decisions" ? Decisions(client, flags, environment)
                                       : Instruments(client, flags);
}

absl::StatusOr<Answer> ListLawVersions(client::Client& client) {
  constexpr uint32_t kPage = 1'000;
  v1::ListRegisterVersionsRequest request;
  request.set_page_size(kPage);
  Answer answer;
  answer.document["versions"] = Json::array();
  answer.table.columns = {"version", "inEffect", "putAt", "comment", "knowledgeCutoff", "sha256"};
  do {
    const auto response = client.ListRegisterVersions(request);
    if (!response.ok()) {
      return response.status();
    }
    for (const v1::RegisterVersion& info : response->versions()) {
      answer.lines.push_back(exchange::ToJson(info, EmptyFields::kKeep));
      answer.document["versions"].push_back(answer.lines.back());
      answer.table.rows.push_back({info.version(), info.in_effect() ? "yes" : "",
                                   info.has_put_at()
                                       ? google::protobuf::util::TimeUtil::ToString(info.put_at())
                                       : (info.built_in() ? "built in" : ""),
                                   info.comment(), info.knowledge_cutoff(), info.sha256()});
    }
    request.set_page_token(response->next_page_token());
  } while (!request.page_token().empty());
  return answer;
}

}  // namespace onward::cli
