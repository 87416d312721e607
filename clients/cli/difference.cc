#include "clients/cli/difference.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/pages.h"
#include "clients/cli/report.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

std::string NameOr(const std::string& name, const std::string& id) {
  return name.empty() ? id : name;
}

template <typename List>
std::string Join(const List& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string Step(v1::Verdict verdict, v1::VerdictReason reason) {
  return verdict == v1::VERDICT_UNSPECIFIED
             ? "not there"
             : VerdictWord(verdict) + " (" + ReasonWords(reason) + ")";
}

// Worst outcome first, and of these what was best before.
std::vector<const v1::TransferDifference*> WorstFirst(const v1::SimulateResponse& difference) {
  std::vector<const v1::TransferDifference*> order;
  for (const v1::TransferDifference& transfer : difference.transfers()) {
    order.push_back(&transfer);
  }
  const auto key = [](const v1::TransferDifference* t) {
    return std::pair(-Severity(t->change().after()), Severity(t->change().before()));
  };
  std::stable_sort(order.begin(), order.end(),
                   [&key](const auto* a, const auto* b) { return key(a) < key(b); });
  return order;
}

std::string CountsLine(const v1::VerdictCounts& counts) {
  return CountsText(counts) + ", " + std::to_string(counts.not_a_transfer()) + " not a transfer";
}

std::string TitleOf(const v1::SimulateResponse& d) {
  std::string text;
  const auto add = [&text](uint64_t number, const std::string& what) {
    if (number > 0) {
      text += (text.empty() ? "" : ", ") + std::to_string(number) + " " + what;
    }
  };
  add(d.worse(), "worse");
  add(d.better(), "better");
  add(d.gained(), "new");
  add(d.lost(), "gone");
  add(d.reason_only(), "for another reason");
  return text.empty() ? "No verdict would differ" : "Verdicts that would differ: " + text;
}

void WriteTransfers(const v1::SimulateResponse& difference, const Style& style, Report& report) {
  if (difference.transfers().empty()) {
    return;
  }
  report.Heading("Transfers");
  for (const v1::TransferDifference* t : WorstFirst(difference)) {
    const v1::VerdictChange& change = t->change();
    const v1::Verdict shown =
        change.after() == v1::VERDICT_UNSPECIFIED ? change.before() : change.after();
    report.Point(0, style.Symbol(shown) + " " + NameOr(t->exporter_name(), t->exporter()) +
                        style.Arrow() + NameOr(t->importer_name(), t->importer()) + ", " +
                        change.destination() + " (flow " + change.flow() + ")");
    report.Point(1, Step(change.before(), change.reason_before()) + style.Arrow() +
                        Step(change.after(), change.reason_after()));
    if (!t->explanation().empty()) {
      report.Point(1, t->explanation());
    }
    if (!t->origins().empty()) {
      report.Point(1, "data of " + Join(t->origins()));
    }
  }
}

void WriteOrigins(const v1::SimulateResponse& difference, Report& report) {
  if (difference.origins().empty()) {
    return;
  }
  report.Heading("Whose data");
  for (const v1::AffectedOrigin& origin : difference.origins()) {
    report.Point(0, NameOr(origin.origin_name(), origin.origin()) + " (" + origin.origin() +
                        "): " + std::to_string(origin.worse()) + " worse, " +
                        std::to_string(origin.better()) + " better");
    if (!origin.activities().empty()) {
      report.Point(1, "activities: " + Join(origin.activities()));
    }
  }
  const auto shown = static_cast<uint64_t>(difference.origins_size());
  if (shown < difference.origins_count()) {
    report.Point(0, "and " + std::to_string(difference.origins_count() - shown) + " more");
  }
}

template <typename List>
void WriteFindings(const char* title, const List& findings, uint64_t count, Report& report) {
  if (findings.empty()) {
    return;
  }
  report.Heading(std::string(title) + " (" + std::to_string(count) + ")");
  for (const v1::Finding& finding : findings) {
    const std::string subject = finding.destination().empty()
                                    ? finding.subject()
                                    : finding.subject() + ", " + finding.destination();
    report.Point(0, NameOf(finding.severity()) + " " + finding.code() + ": " + subject);
  }
  const auto shown = static_cast<uint64_t>(findings.size());
  if (shown < count) {
    report.Point(0, "and " + std::to_string(count - shown) + " more");
  }
}

void Write(const v1::SimulateResponse& difference, const Style& style, Report& report) {
  report.Title(TitleOf(difference));
  WriteTransfers(difference, style, report);
  WriteOrigins(difference, report);
  WriteFindings("Findings that open", difference.findings_opened(),
                difference.findings_opened_count(), report);
  WriteFindings("Findings that close", difference.findings_closed(),
                difference.findings_closed_count(), report);
  report.Heading("All transfers");
  report.Point(0, "before: " + CountsLine(difference.before()));
  report.Point(0, "after: " + CountsLine(difference.after()));
  report.Space();
  report.Line(StampText(difference.stamp()) + "; nothing was written");
}

Table TableOf(const v1::SimulateResponse& difference) {
  Table table;
  table.columns = {"flow",        "destination", "before",   "reasonBefore", "after",
                   "reasonAfter", "exporter",    "importer", "origins",      "explanation"};
  for (const v1::TransferDifference& t : difference.transfers()) {
    const v1::VerdictChange& change = t.change();
    table.rows.push_back({change.flow(), change.destination(), NameOf(change.before()),
                          NameOf(change.reason_before()), NameOf(change.after()),
                          NameOf(change.reason_after()), t.exporter(), t.importer(),
                          Join(t.origins()), t.explanation()});
  }
  return table;
}

}  // namespace

absl::StatusOr<v1::SimulateResponse> FetchDifference(client::Client& client,
                                                     v1::SimulateRequest request) {
  v1::SimulateResponse all;
  bool first = true;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request), [&](const v1::SimulateRequest& asked) { return client.Simulate(asked); },
      [&](v1::SimulateResponse& page) {
        if (std::exchange(first, false)) {
          all = std::move(page);
          return;
        }
        for (v1::TransferDifference& transfer : *page.mutable_transfers()) {
          *all.add_transfers() = std::move(transfer);
        }
      }));
  all.clear_next_page_token();
  return all;
}

Answer DifferenceAnswer(const v1::SimulateResponse& difference, const Style& style, size_t width) {
  Answer answer;
  answer.document = exchange::ToJson(difference, EmptyFields::kKeep);
  answer.document.erase("nextPageToken");
  answer.document.erase("stamp");
  answer.document.update(StampJson(difference.stamp()));
  for (const v1::TransferDifference& transfer : difference.transfers()) {
    answer.lines.push_back(exchange::ToJson(transfer, EmptyFields::kKeep));
  }
  answer.table = TableOf(difference);
  Report text(style, width);
  Write(difference, style, text);
  answer.text = text.text();
  Report markdown(Style{false, style.utf8}, 0);
  Write(difference, Style{false, style.utf8}, markdown);
  answer.markdown = markdown.text();
  return answer;
}

}  // namespace onward::cli
