#include "clients/cli/impact.h"

#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/pages.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

constexpr size_t kIndent = 4;
constexpr size_t kNarrowest = 40;

absl::Status NoSubject(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST", message);
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   const std::string& between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + OneLine(word);
  }
  return text;
}

std::string Whose(const v1::Dependent& row) {
  if (row.origin().empty()) {
    return "data of no known origin";
  }
  return OneLine(row.origin_name().empty() ? row.origin() : row.origin_name());
}

// Whether something rests on law or an agreement, so that another footing could stand.
bool HasFooting(const ImpactList& list) {
  return !list.subject.starts_with("party/") && !list.subject.starts_with("country/");
}

std::string Flows(const v1::Dependent& row, bool footing) {
  std::string text = Count(row.flow_count(), "flow", "flows");
  if (footing) {
    text += ", " + std::to_string(row.sole_footing()) + " with nothing else to rest on";
  }
  text += ": " + Joined(row.flows(), ", ");
  const auto more = row.flow_count() - static_cast<uint64_t>(row.flows_size());
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string Row(const v1::Dependent& row, bool footing, const Style& style, size_t width) {
  const std::string verdict = style.Symbol(row.verdict()) + " " + VerdictWord(row.verdict());
  const bool unspecified = row.categories_size() == 1 && row.categories(0) == "ALL";
  std::string text =
      style.Of(row.verdict(), verdict) + "  " + style.Bold(Whose(row)) + style.Dot() +
      (unspecified ? "data that nobody specified" : Joined(row.categories(), ", ")) + "\n";
  const auto add = [&](const std::string& line, bool dim) {
    for (const std::string& part : Wrap(line, width)) {
      text += std::string(kIndent, ' ') + (dim ? style.Dim(part) : part) + "\n";
    }
  };
  if (row.activities_size() > 0) {
    add("activities: " + Joined(row.activities(), ", "), false);
  }
  add(Flows(row, footing), true);
  return text;
}

std::string ImpactText(const ImpactList& list, const Style& style, size_t width) {
  const size_t room = width > kIndent + kNarrowest ? width - kIndent : kNarrowest;
  std::string text;
  for (const v1::Dependent& row : list.dependents) {
    text += Row(row, HasFooting(list), style, room) + "\n";
  }
  const v1::ImpactResponse& counts = list.counts;
  if (counts.flows() == 0) {
    text += "Nothing depends on " + OneLine(list.subject) + ".\n";
  } else {
    text += Count(counts.flows(), "flow depends", "flows depend") + " on " + OneLine(list.subject);
    if (HasFooting(list)) {
      text += ", " + std::to_string(counts.sole_footing()) + " with nothing else to rest on";
    }
    text += ": data of " + Count(counts.origins(), "origin", "origins") + ", " +
            Count(counts.activities(), "activity", "activities") + "\n";
  }
  return text + StampText(list.stamp) + "\n";
}

Table ImpactTable(const ImpactList& list) {
  Table table;
  table.columns = {"origin",    "originName",  "verdict",    "categories",
                   "flowCount", "soleFooting", "activities", "flows"};
  for (const v1::Dependent& row : list.dependents) {
    table.rows.push_back({row.origin(), row.origin_name(), NameOf(row.verdict()),
                          Joined(row.categories(), " "), std::to_string(row.flow_count()),
                          std::to_string(row.sole_footing()), Joined(row.activities(), " "),
                          Joined(row.flows(), " ")});
  }
  return table;
}

}  // namespace

absl::Status ParseSubject(const std::string& word, v1::ImpactRequest& request) {
  static const std::vector<std::string> kKinds = {"party",      "country",  "agreement",
                                                  "instrument", "decision", "scheme"};
  const size_t slash = word.find('/');
  const std::string kind = word.substr(0, slash);
  const std::string id = slash == std::string::npos ? "" : word.substr(slash + 1);
  if (kind == "party") {
    request.set_party(id);
  } else if (kind == "country") {
    request.set_country(id);
  } else if (kind == "agreement") {
    request.set_agreement(id);
  } else if (kind == "instrument") {
    request.set_instrument(id);
  } else if (kind == "decision") {
    request.set_decision(id);
  } else if (kind == "scheme") {
    request.set_scheme(id);
  } else {
    return NoSubject(
        kind + " is nothing that data can depend on" + exchange::DidYouMean(kind, kKinds) +
        " (party/ID, country/CODE, agreement/ID, instrument/ID, decision/ID, scheme/ID)");
  }
  return id.empty() ? NoSubject("which " + kind + "? Write " + kind + "/ID") : absl::OkStatus();
}

absl::StatusOr<ImpactList> FetchImpact(client::Client& client, v1::ImpactRequest request,
                                       const std::string& subject) {
  ImpactList list;
  list.subject = subject;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request), [&](const v1::ImpactRequest& asked) { return client.Impact(asked); },
      [&](v1::ImpactResponse& page) {
        list.stamp = page.stamp();
        for (v1::Dependent& row : *page.mutable_dependents()) {
          list.dependents.push_back(std::move(row));
        }
        page.clear_dependents();
        list.counts = page;
      }));
  return list;
}

Answer ImpactAnswer(const ImpactList& list, const Style& style, size_t width) {
  Answer answer;
  answer.document = StampJson(list.stamp);
  answer.document["subject"] = list.subject;
  answer.document["dependents"] = Json::array();
  for (const v1::Dependent& row : list.dependents) {
    answer.document["dependents"].push_back(exchange::ToJson(row, EmptyFields::kKeep));
    answer.lines.push_back(answer.document["dependents"].back());
  }
  answer.document["flows"] = list.counts.flows();
  answer.document["soleFooting"] = list.counts.sole_footing();
  answer.document["origins"] = list.counts.origins();
  answer.document["activities"] = list.counts.activities();
  answer.table = ImpactTable(list);
  answer.text = ImpactText(list, style, width);
  return answer;
}

}  // namespace onward::cli
