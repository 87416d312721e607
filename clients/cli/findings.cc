#include "clients/cli/findings.h"

#include <algorithm>
#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "services/exchange/nearest.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

constexpr uint32_t kPageSize = 1'000;
constexpr size_t kIndent = 8;
constexpr size_t kNarrowest = 40;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// The colour of a verdict of the same weight.
v1::Verdict ColourOf(v1::FindingSeverity severity) {
  switch (severity) {
    case v1::FINDING_SEVERITY_HIGH:
      return v1::VERDICT_LACKING;
    case v1::FINDING_SEVERITY_MEDIUM:
      return v1::VERDICT_CONDITIONAL;
    default:
      return v1::VERDICT_UNSPECIFIED;
  }
}

// accepted until 2026-01-01 by dpo: reason
std::string TriageText(const v1::AppliedTriage& triage) {
  std::string text = triage.decision() == v1::TRIAGE_DECISION_ACCEPTED
                         ? "accepted until " + triage.accepted_until()
                         : "false positive";
  if (!triage.owner().empty()) {
    text += ", " + triage.owner();
  }
  return triage.reason().empty() ? text : text + ": " + triage.reason();
}

std::string SpanText(const v1::Finding& finding) {
  std::string text = finding.from().empty() ? "" : "from " + finding.from();
  if (!finding.until().empty()) {
    text += (text.empty() ? "until " : " until ") + finding.until();
  }
  return text;
}

void AddLines(const std::string& text, size_t width, std::string& out) {
  for (const std::string& line : Wrap(OneLine(text), width)) {
    out += std::string(kIndent, ' ') + line + "\n";
  }
}

std::string Row(const v1::Finding& finding, const Style& style, size_t width) {
  std::string text =
      style.Of(ColourOf(finding.severity()), Pad(Lower(NameOf(finding.severity())), kIndent)) +
      style.Bold(OneLine(finding.code())) + "  " + OneLine(finding.subject());
  if (!finding.destination().empty()) {
    text += style.Arrow() + OneLine(finding.destination());
  }
  text += "\n";
  AddLines(finding.detail(), width, text);
  if (finding.has_triage()) {
    AddLines(TriageText(finding.triage()), width, text);
  }
  const std::string span = SpanText(finding);
  return span.empty() ? text : text + std::string(kIndent, ' ') + style.Dim(span) + "\n";
}

std::string Summary(const FindingList& list) {
  const v1::FindingCounts& counts = list.summary;
  std::string text = Count(list.findings.size(), "finding", "findings") + ": " +
                     std::to_string(counts.high()) + " high, " + std::to_string(counts.medium()) +
                     " medium, " + std::to_string(counts.low()) + " low, " +
                     std::to_string(counts.info()) + " info";
  if (counts.triaged() > 0) {
    text += "; " + std::to_string(counts.triaged()) + " accepted or false positive";
  }
  return text + "\n" + StampText(list.stamp) + "\n";
}

std::string FindingsText(const FindingList& list, const Style& style, size_t width) {
  const size_t room = width > kIndent + kNarrowest ? width - kIndent : kNarrowest;
  std::string text;
  for (const v1::Finding& finding : list.findings) {
    text += Row(finding, style, room) + "\n";
  }
  return text + Summary(list);
}

Table FindingsTable(const FindingList& list) {
  Table table;
  table.columns = {"severity", "code",   "subject", "flow",   "destination",   "from",  "until",
                   "detail",   "remedy", "source",  "triage", "acceptedUntil", "owner", "reason"};
  for (const v1::Finding& f : list.findings) {
    table.rows.push_back({NameOf(f.severity()), f.code(), f.subject(), f.flow(), f.destination(),
                          f.from(), f.until(), f.detail(), f.remedy(), f.source(),
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
  request.set_page_size(kPageSize);
  do {
    auto page = client.ListFindings(request);
    if (!page.ok()) {
      return page.status();
    }
    list.stamp = page->stamp();
    list.summary = page->summary();
    for (v1::Finding& finding : *page->mutable_findings()) {
      list.findings.push_back(std::move(finding));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
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
  return answer;
}

}  // namespace onward::cli
