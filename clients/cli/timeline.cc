#include "clients/cli/timeline.h"

#include <algorithm>
#include <array>
#include <utility>

#include "clients/cli/pages.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

constexpr uint32_t kPageSize = 1'000;
// A date and two spaces.
constexpr size_t kIndent = 12;
constexpr size_t kNarrowest = 40;

std::string NameOr(const std::string& name, const std::string& id) {
  return OneLine(name.empty() ? id : name);
}

std::string Parties(const v1::TimelineEntry& entry, const Style& style) {
  const std::string place = entry.destination().empty() ? "?" : OneLine(entry.destination());
  return NameOr(entry.exporter_name(), entry.exporter()) + style.Arrow() +
         NameOr(entry.importer_name(), entry.importer()) + " (" + place + ")";
}

// COVERED ADEQUACY; "not listed" where there was no such destination before.
std::string Side(v1::Verdict verdict, v1::VerdictReason reason) {
  return verdict == v1::VERDICT_UNSPECIFIED ? "not listed" : NameOf(verdict) + " " + NameOf(reason);
}

// Joined by "; ".
std::string CausesText(const v1::TimelineEntry& entry) {
  std::string text;
  for (const v1::TimelineCause& cause : entry.causes()) {
    text += (text.empty() ? "" : "; ") + OneLine(cause.text());
  }
  return text;
}

void AddLines(const std::string& text, size_t width, bool dim, const Style& style,
              std::string& out) {
  for (const std::string& line : Wrap(OneLine(text), width)) {
    out += std::string(kIndent, ' ') + (dim ? style.Dim(line) : line) + "\n";
  }
}

std::string Row(const v1::TimelineEntry& entry, const Style& style, size_t width) {
  const std::string parties = Parties(entry, style);
  const std::string before = Side(entry.before(), entry.reason_before());
  const std::string after = Side(entry.after(), entry.reason_after());
  const std::string change = before + style.Arrow() + style.Of(entry.after(), after);
  const size_t taken = DisplayWidth(parties) + 2 + DisplayWidth(before + style.Arrow() + after);
  std::string text = style.Bold(OneLine(entry.date())) + "  ";
  text += Shorten(parties, width, style.utf8);
  text += taken <= width ? "  " : "\n" + std::string(kIndent, ' ');
  text += change + "\n";
  if (!entry.causes().empty()) {
    AddLines("because: " + CausesText(entry), width, false, style, text);
  }
  AddLines("flow " + entry.flow() + ": " + entry.explanation(), width, true, style, text);
  return text;
}

std::string Span(const ChangeList& list) {
  std::string text;
  if (!list.from.empty()) {
    text += " from " + list.from;
  }
  if (!list.until.empty()) {
    text += " until " + list.until;
  }
  return text.empty() ? " over all dates" : text;
}

std::string Summary(const ChangeList& list) {
  constexpr std::array kWorstFirst = {v1::VERDICT_LACKING, v1::VERDICT_UNDETERMINED,
                                      v1::VERDICT_CONDITIONAL, v1::VERDICT_COVERED,
                                      v1::VERDICT_NOT_A_TRANSFER};
  std::string counts;
  for (const v1::Verdict verdict : kWorstFirst) {
    const auto number = std::count_if(list.entries.begin(), list.entries.end(),
                                      [&](const auto& e) { return e.after() == verdict; });
    if (number > 0) {
      counts +=
          (counts.empty() ? "" : ", ") + std::to_string(number) + " to " + VerdictWord(verdict);
    }
  }
  return (list.entries.empty() ? "No change" : Count(list.entries.size(), "change", "changes")) +
         Span(list) + (counts.empty() ? "" : ": " + counts) + "\n" + StampText(list.stamp) + "\n";
}

std::string TimelineText(const ChangeList& list, const Style& style, size_t width) {
  const size_t room = width > kIndent + kNarrowest ? width - kIndent : kNarrowest;
  std::string text;
  for (const v1::TimelineEntry& entry : list.entries) {
    text += Row(entry, style, room) + "\n";
  }
  return text + Summary(list);
}

Table TimelineTable(const ChangeList& list) {
  Table table;
  table.columns = {"date",         "flow",  "exporter",    "importer", "destination", "before",
                   "reasonBefore", "after", "reasonAfter", "because",  "explanation"};
  for (const v1::TimelineEntry& e : list.entries) {
    table.rows.push_back({e.date(), e.flow(), e.exporter(), e.importer(), e.destination(),
                          NameOf(e.before()), NameOf(e.reason_before()), NameOf(e.after()),
                          NameOf(e.reason_after()), CausesText(e), e.explanation()});
  }
  return table;
}

Json TimelineJson(const ChangeList& list) {
  Json document = StampJson(list.stamp);
  document["from"] = list.from;
  document["until"] = list.until;
  document["entries"] = Json::array();
  for (const v1::TimelineEntry& entry : list.entries) {
    document["entries"].push_back(exchange::ToJson(entry, EmptyFields::kKeep));
  }
  return document;
}

}  // namespace

absl::StatusOr<ChangeList> FetchTimeline(client::Client& client, v1::TimelineRequest request) {
  ChangeList list;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request), [&](const v1::TimelineRequest& asked) { return client.Timeline(asked); },
      [&](v1::TimelineResponse& page) {
        list.stamp = page.stamp();
        list.from = page.from();
        list.until = page.until();
        for (v1::TimelineEntry& entry : *page.mutable_entries()) {
          list.entries.push_back(std::move(entry));
        }
      }));
  return list;
}

Answer TimelineAnswer(const ChangeList& list, const Style& style, size_t width) {
  Answer answer;
  answer.document = TimelineJson(list);
  for (const Json& entry : answer.document["entries"]) {
    answer.lines.push_back(entry);
  }
  answer.table = TimelineTable(list);
  answer.text = TimelineText(list, style, width);
  return answer;
}

}  // namespace onward::cli
