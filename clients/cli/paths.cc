#include "clients/cli/paths.h"

#include <array>
#include <utility>

#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

constexpr size_t kWordWidth = 16;
constexpr size_t kNarrowest = 40;

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   const std::string& between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + OneLine(word);
  }
  return text;
}

std::string Name(const v1::FoundPath& path, int at) {
  const bool named = at < path.party_names_size() && !path.party_names(at).empty();
  return OneLine(named ? path.party_names(at) : path.parties(at));
}

// Acme → Vendor →✗ Sub-processor (US): the worst hop has its symbol behind the arrow, if it is no good.
std::string Chain(const v1::FoundPath& path, const Style& style) {
  std::string text = path.parties_size() > 0 ? Name(path, 0) : "";
  for (int hop = 0; hop < path.flows_size() && hop + 1 < path.parties_size(); ++hop) {
    const bool worst = path.flows(hop) == path.worst_flow() &&
                       Severity(path.verdict()) > Severity(v1::VERDICT_COVERED);
    std::string arrow = style.Arrow();
    if (worst) {
      arrow.insert(arrow.size() - 1, style.Symbol(path.verdict()));
    }
    text += arrow + Name(path, hop + 1);
  }
  return text + " (" + (path.destination() == "UNKNOWN" ? "?" : OneLine(path.destination())) + ")";
}

std::string Row(const v1::FoundPath& path, const Style& style, size_t width) {
  const std::string word = path.verdict() == v1::VERDICT_UNSPECIFIED
                               ? "copies held"
                               : style.Symbol(path.verdict()) + " " + VerdictWord(path.verdict());
  const std::string chain = Chain(path, style) + style.Dot() + Joined(path.categories(), ", ");
  return style.Of(path.verdict(), Pad(word, kWordWidth)) + "  " +
         Shorten(chain, width > kWordWidth + kNarrowest ? width - kWordWidth - 2 : kNarrowest,
                 style.utf8) +
         "\n";
}

std::string Counts(const PathList& list) {
  constexpr std::array kWorstFirst = {v1::VERDICT_LACKING, v1::VERDICT_UNDETERMINED,
                                      v1::VERDICT_CONDITIONAL, v1::VERDICT_COVERED,
                                      v1::VERDICT_NOT_A_TRANSFER};
  std::string text;
  for (const v1::Verdict verdict : kWorstFirst) {
    size_t number = 0;
    for (const v1::FoundPath& path : list.paths) {
      number += path.verdict() == verdict ? 1 : 0;
    }
    if (number > 0) {
      text += (text.empty() ? ": " : ", ") + std::to_string(number) + " " + VerdictWord(verdict);
    }
  }
  return text;
}

std::string LimitText(const v1::PathsEnd& end) {
  switch (end.limit()) {
    case v1::PATHS_LIMIT_PATHS:
      return "There are more paths: raise --max-paths, or go on with --cursor.";
    case v1::PATHS_LIMIT_STEPS:
      return "There may be more paths: the search ended at --max-steps; go on with --cursor.";
    case v1::PATHS_LIMIT_MEMORY:
      return "There may be more paths: the memory of a search was used up. Narrow the question "
             "with "
             "--category, --through or --max-hops.";
    default:
      return "";
  }
}

std::string PathsText(const PathList& list, const Style& style, size_t width) {
  std::string text;
  for (const v1::FoundPath& path : list.paths) {
    text += Row(path, style, width);
  }
  text += list.paths.empty() ? "No path" : "\n" + Count(list.paths.size(), "path", "paths");
  text += Counts(list) + "\n";
  if (list.end.truncated()) {
    text += style.Bold(LimitText(list.end)) + "\n";
  }
  if (list.end.longer_paths()) {
    text += "There may be longer paths: raise --max-hops.\n";
  }
  return text + StampText(list.stamp) + "\n";
}

Table PathsTable(const PathList& list) {
  Table table;
  table.columns = {"hops",        "verdict", "reason",  "worstFlow",
                   "destination", "flows",   "parties", "categories"};
  for (const v1::FoundPath& path : list.paths) {
    table.rows.push_back({std::to_string(path.flows_size()), NameOf(path.verdict()),
                          NameOf(path.reason()), path.worst_flow(), path.destination(),
                          Joined(path.flows(), " "), Joined(path.parties(), " "),
                          Joined(path.categories(), " ")});
  }
  return table;
}

}  // namespace

absl::StatusOr<PathList> FetchPaths(client::Client& client, const v1::FindPathsRequest& request) {
  PathList list;
  list.from = request.from();
  ONWARD_RETURN_IF_ERROR(client.FindPaths(request, [&](v1::FindPathsResponse& response) {
    if (response.has_stamp()) {
      list.stamp = std::move(*response.mutable_stamp());
    } else if (response.has_path()) {
      list.paths.push_back(std::move(*response.mutable_path()));
    } else if (response.has_end()) {
      list.end = std::move(*response.mutable_end());
    }
  }));
  return list;
}

Answer PathsAnswer(const PathList& list, const Style& style, size_t width) {
  Answer answer;
  answer.document = StampJson(list.stamp);
  answer.document["from"] = list.from;
  answer.document["paths"] = Json::array();
  for (const v1::FoundPath& path : list.paths) {
    answer.document["paths"].push_back(exchange::ToJson(path, EmptyFields::kKeep));
    answer.lines.push_back(answer.document["paths"].back());
  }
  answer.document["truncated"] = list.end.truncated();
  answer.document["limit"] = NameOf(list.end.limit());
  answer.document["cursor"] = list.end.cursor();
  answer.document["longerPaths"] = list.end.longer_paths();
  answer.document["steps"] = list.end.steps();
  answer.table = PathsTable(list);
  answer.text = PathsText(list, style, width);
  return answer;
}

}  // namespace onward::cli
