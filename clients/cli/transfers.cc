#include "clients/cli/transfers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/pages.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

std::vector<std::string> Strings(const google::protobuf::RepeatedPtrField<std::string>& field) {
  return {field.begin(), field.end()};
}

std::string Join(const google::protobuf::RepeatedPtrField<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

Json CandidateJson(const v1::Candidate& candidate) {
  return {{"mechanism", candidate.mechanism()},
          {"outcome", NameOf(candidate.outcome())},
          {"article", candidate.article()},
          {"source", candidate.source()}};
}

Json NextChangeJson(const v1::Transfer& transfer) {
  if (!transfer.has_next_change()) {
    return nullptr;
  }
  return {{"date", transfer.next_change().date()},
          {"verdict", NameOf(transfer.next_change().verdict())},
          {"reason", NameOf(transfer.next_change().reason())}};
}

std::string Upper(std::string text) {
  for (char& c : text) {
    c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return text;
}

}  // namespace

Json CountsJson(const v1::VerdictCounts& counts) {
  return {{"LACKING", counts.lacking()},
          {"UNDETERMINED", counts.undetermined()},
          {"CONDITIONAL", counts.conditional()},
          {"COVERED", counts.covered()},
          {"NOT_A_TRANSFER", counts.not_a_transfer()}};
}

absl::StatusOr<v1::Verdict> ParseVerdict(const std::string& word) {
  const google::protobuf::EnumDescriptor& type = *v1::Verdict_descriptor();
  const auto verdict = exchange::ParseShortName(type, Upper(word));
  if (!verdict.has_value() || *verdict == 0) {
    return Error(
        absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
        "unknown verdict " + word + exchange::DidYouMean(word, exchange::ShortNames(type)));
  }
  return static_cast<v1::Verdict>(*verdict);
}

absl::StatusOr<TransferList> FetchTransfers(client::Client& client,
                                            v1::ListTransfersRequest request,
                                            const Context& context) {
  TransferList list;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request),
      [&](const v1::ListTransfersRequest& asked) { return client.ListTransfers(asked); },
      [&](v1::ListTransfersResponse& page) {
        list.stamp = page.stamp();
        list.summary = page.summary();
        for (v1::Transfer& transfer : *page.mutable_transfers()) {
          list.transfers.push_back(std::move(transfer));
        }
        if (context.environment.err_is_terminal && list.transfers.size() > kPageSize) {
          context.environment.err << "\r" << list.transfers.size() << " read" << std::flush;
        }
      }));
  if (context.environment.err_is_terminal && list.transfers.size() > kPageSize) {
    context.environment.err << "\r\033[K";
  }
  return list;
}

PlaceNames FetchPlaceNames(client::Client& client, const TransferList& list) {
  std::set<std::string> codes;
  for (const v1::Transfer& transfer : list.transfers) {
    if (!transfer.destination().empty() && transfer.destination() != "UNKNOWN") {
      codes.insert(transfer.destination());
    }
  }
  v1::ListJurisdictionsRequest request;
  request.mutable_codes()->Add(codes.begin(), codes.end());
  PlaceNames names;
  const auto answer =
      codes.empty() ? absl::StatusOr<v1::ListJurisdictionsResponse>(v1::ListJurisdictionsResponse())
                    : client.ListJurisdictions(request);
  if (answer.ok()) {
    for (const v1::Jurisdiction& place : answer->jurisdictions()) {
      names[place.code()] = place.name();
    }
  }
  return names;
}

std::string PlaceText(const std::string& code, const PlaceNames& names) {
  if (code.empty() || code == "UNKNOWN") {
    return "unknown";
  }
  const auto found = names.find(code);
  return found == names.end() ? code : code + " " + found->second;
}

Table TransfersTable(const TransferList& list) {
  Table table;
  table.columns = {"flow",        "exporter",   "importer", "exporterRole", "importerRole",
                   "destination", "kind",       "verdict",  "reason",       "mechanism",
                   "categories",  "origins",    "since",    "nextDate",     "nextVerdict",
                   "nextReason",  "explanation"};
  for (const v1::Transfer& t : list.transfers) {
    table.rows.push_back(
        {t.flow(), t.exporter(), t.importer(), NameOf(t.exporter_role()), NameOf(t.importer_role()),
         t.destination(), NameOf(t.kind()), NameOf(t.verdict()), NameOf(t.reason()), t.mechanism(),
         Join(t.categories()), Join(t.origins()), t.since(), t.next_change().date(),
         NameOf(t.next_change().verdict()), NameOf(t.next_change().reason()), t.explanation()});
  }
  return table;
}

Json AssessTransferJson(const v1::Transfer& transfer) {
  Json candidates = Json::array();
  for (const v1::Candidate& candidate : transfer.candidates()) {
    candidates.push_back(CandidateJson(candidate));
  }
  return {{"flow", transfer.flow()},
          {"exporter", transfer.exporter()},
          {"importer", transfer.importer()},
          {"exporterRole", NameOf(transfer.exporter_role())},
          {"importerRole", NameOf(transfer.importer_role())},
          {"destination", transfer.destination()},
          {"kind", NameOf(transfer.kind())},
          {"verdict", NameOf(transfer.verdict())},
          {"reason", NameOf(transfer.reason())},
          {"mechanism", transfer.mechanism()},
          {"candidates", std::move(candidates)},
          {"categories", Strings(transfer.categories())},
          {"origins", Strings(transfer.origins())},
          {"nextChange", NextChangeJson(transfer)}};
}

Json AssessJson(const TransferList& list) {
  Json transfers = Json::array();
  for (const v1::Transfer& transfer : list.transfers) {
    transfers.push_back(AssessTransferJson(transfer));
  }
  return {{"asOf", list.stamp.as_of()},
          {"lawVersion", list.stamp.law_version()},
          {"transfers", std::move(transfers)},
          {"summary", CountsJson(list.summary)}};
}

Json TransfersJson(const TransferList& list) {
  Json document = StampJson(list.stamp);
  Json transfers = Json::array();
  for (const v1::Transfer& transfer : list.transfers) {
    transfers.push_back(exchange::ToJson(transfer, EmptyFields::kKeep));
  }
  document["transfers"] = std::move(transfers);
  document["summary"] = CountsJson(list.summary);
  return document;
}

Json StampJson(const v1::AnswerStamp& stamp) {
  Json json = exchange::ToJson(stamp, EmptyFields::kOmit);
  json["revision"] = stamp.revision();
  return json;
}

std::string StampText(const v1::AnswerStamp& stamp) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (!stamp.as_of().empty()) {
    add("as of " + stamp.as_of());
  }
  if (!stamp.law_version().empty()) {
    add("law version " + stamp.law_version());
  }
  if (!stamp.law_known_at().empty()) {
    add("law as known at " + stamp.law_known_at());
  }
  if (stamp.revision() != 0) {
    add("revision " + std::to_string(stamp.revision()));
  }
  if (stamp.hypothetical()) {
    add("hypothetical");
  }
  return text;
}

absl::StatusOr<int> ShowTransfers(v1::ListTransfersRequest request, const QuestionFlags& flags,
                                  exchange::Json (*document)(const TransferList&),
                                  Context& context) {
  SetQuestion(flags, request);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  client::Client& client = session->client();
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.what_if, client, context, request));
  ONWARD_ASSIGN_OR_RETURN(const TransferList list,
                          FetchTransfers(client, std::move(request), context));
  const Format format = flags.output.Parsed();
  const PlaceNames names = format == Format::kTable ? FetchPlaceNames(client, list) : PlaceNames();
  Answer answer;
  answer.document = document(list);
  answer.lines = answer.document["transfers"].get<std::vector<exchange::Json>>();
  answer.table = TransfersTable(list);
  answer.text = TransfersText(list, names, MakeStyle(context.environment, flags.output),
                              static_cast<size_t>(context.environment.columns));
  Print(answer, format, context.environment);
  int code = kExitOk;
  for (const v1::Transfer& transfer : list.transfers) {
    code = std::max(code, flags.fail_on.ExitCode(transfer.verdict()));
  }
  return code;
}

}  // namespace onward::cli
