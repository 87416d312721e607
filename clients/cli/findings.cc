#include "clients/cli/findings.h"

#include <algorithm>
#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/pages.h"
#include "clients/cli/report.h"
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

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// accepted until 2026-01-01 by dpo: reason
std::string TriageText(const v1::AppliedTriage& triage) {
  return (triage.decision() == v1::TRIAGE_DECISION_ACCEPTED
              ? "accepted until " + triage.accepted_until()
              : "called a false positive") +
         " by " + triage.owner() + ": " + triage.reason();
}

// flow/acme-to-vendor → US, from 2020-07-16 until 2023-07-10
std::string SubjectText(const v1::Finding& finding, const Style& style) {
  std::string text = finding.subject();
  if (!finding.destination().empty()) {
    text += style.Arrow() + finding.destination();
  }
  if (!finding.from().empty()) {
    text += ", from " + finding.from();
  }
  if (!finding.until().empty()) {
    text += (finding.from().empty() ? ", until " : " until ") + finding.until();
  }
  return text;
}

std::string SummaryText(const FindingList& list) {
  const v1::FindingCounts& counts = list.summary;
  std::string text = Count(list.findings.size(), "finding", "findings") + ": " +
                     std::to_string(counts.high()) + " high, " + std::to_string(counts.medium()) +
                     " medium, " + std::to_string(counts.low()) + " low, " +
                     std::to_string(counts.info()) + " info";
  if (counts.triaged() > 0) {
    text += "; " + std::to_string(counts.triaged()) + " accepted or false positive";
  }
  return text;
}

// The findings of one code, under what they have in common.
template <typename Iterator>
void WriteGroup(Iterator first, Iterator last, const Style& style, Report& report) {
  report.Heading(Lower(NameOf(first->severity())) + " " + first->code() + ": " + first->title() +
                 " (" + std::to_string(last - first) + ")");
  report.Line(first->source());
  report.Line("What to do: " + first->remedy());
  report.Space();
  for (; first != last; ++first) {
    report.Point(0, SubjectText(*first, style));
    report.Point(1, first->detail());
    if (first->has_triage()) {
      report.Point(1, TriageText(first->triage()));
    }
  }
}

std::string FindingsText(const FindingList& list, const Style& style, size_t width) {
  Report report(style, width);
  report.Title(SummaryText(list));
  for (auto first = list.findings.begin(); first != list.findings.end();) {
    const auto last = std::find_if(first, list.findings.end(), [&](const v1::Finding& finding) {
      return finding.code() != first->code();
    });
    WriteGroup(first, last, style, report);
    first = last;
  }
  report.Space();
  report.Line(StampText(list.stamp));
  return report.text();
}

Table FindingsTable(const FindingList& list) {
  Table table;
  table.columns = {"severity",    "code",   "title",         "subject", "flow",
                   "destination", "from",   "until",         "detail",  "remedy",
                   "source",      "triage", "acceptedUntil", "owner",   "reason"};
  for (const v1::Finding& f : list.findings) {
    table.rows.push_back({NameOf(f.severity()), f.code(), f.title(), f.subject(), f.flow(),
                          f.destination(), f.from(), f.until(), f.detail(), f.remedy(), f.source(),
                          NameOf(f.triage().decision()), f.triage().accepted_until(),
                          f.triage().owner(), f.triage().reason()});
  }
  return table;
}

Json FindingsJson(const FindingList& list) {
  Json document = StampJson(list.stamp);
  document["findings"] = Json::array();
  for (const v1::Finding& finding : list.findings) {
    document["findings"].push_back(exchange::ToJson(finding, EmptyFields::kKeep));
  }
  document["summary"] = exchange::ToJson(list.summary, EmptyFields::kKeep);
  return document;
}

}  // namespace

absl::StatusOr<FindingList> FetchFindings(client::Client& client, v1::ListFindingsRequest request) {
  FindingList list;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request),
      [&](const v1::ListFindingsRequest& asked) { return client.ListFindings(asked); },
      [&](v1::ListFindingsResponse& page) {
        list.stamp = page.stamp();
        list.summary = page.summary();
        for (v1::Finding& finding : *page.mutable_findings()) {
          list.findings.push_back(std::move(finding));
        }
      }));
  return list;
}

absl::StatusOr<v1::FindingSeverity> ParseSeverity(const std::string& word) {
  const google::protobuf::EnumDescriptor& type = *v1::FindingSeverity_descriptor();
  for (int number = 1; number < type.value_count(); ++number) {
    if (Lower(exchange::ShortName(type, number)) == Lower(word)) {
      return static_cast<v1::FindingSeverity>(number);
    }
  }
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
               "unknown severity " + word + exchange::DidYouMean(word, exchange::ShortNames(type)));
}

Answer FindingsAnswer(const FindingList& list, const Style& style, size_t width) {
  Answer answer;
  answer.document = FindingsJson(list);
  for (const Json& finding : answer.document["findings"]) {
    answer.lines.push_back(finding);
  }
  answer.table = FindingsTable(list);
  answer.text = FindingsText(list, style, width);
  answer.markdown = FindingsText(list, style, 0);
  return answer;
}

}  // namespace onward::cli
