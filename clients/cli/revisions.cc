#include "clients/cli/revisions.h"

#include <string>
#include <utility>

#include "clients/cli/change.h"
#include "clients/cli/records.h"
#include "clients/cli/transfers.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;

constexpr uint32_t kPageSize = 1'000;

std::string JoinedFields(const v1::RecordDifference& difference) {
  std::string text;
  for (const std::string& field : difference.fields()) {
    text += (text.empty() ? "" : ", ") + field;
  }
  return text;
}

Table RecordsTable(const v1::DiffResponse& diff) {
  Table table{{"change", "record", "fields", "changedAtBefore", "changedAtAfter"}, {}};
  for (const v1::RecordDifference& one : diff.records()) {
    table.rows.push_back({ChangeWord(one), KindWord(one.ref().kind()) + "/" + one.ref().id(),
                          JoinedFields(one), std::to_string(one.before_changed_at()),
                          std::to_string(one.after_changed_at())});
  }
  return table;
}

std::string VerdictsText(const v1::DiffResponse& diff, const Style& style, size_t width) {
  if (diff.verdict_changes().empty()) {
    return "\nNo verdict differs.\n";
  }
  const auto shown = static_cast<uint64_t>(diff.verdict_changes_size());
  std::string text =
      "\n" + TableText(VerdictChangesText(diff.verdict_changes(), style), width, style.utf8);
  if (diff.verdict_change_count() > shown) {
    text += "\nThe first " + std::to_string(shown) + " of " +
            std::to_string(diff.verdict_change_count()) + " verdicts that differ.\n";
  }
  return text;
}

std::string TextOf(const v1::DiffResponse& diff, bool verdicts, const Style& style, size_t width) {
  std::string text = "From revision " + std::to_string(diff.from_revision()) + " to " +
                     std::to_string(diff.to_revision()) + ": " + std::to_string(diff.added()) +
                     " created, " + std::to_string(diff.changed()) + " changed, " +
                     std::to_string(diff.removed()) + " deleted\n";
  if (diff.records_size() > 0) {
    text += "\n";
  }
  for (const v1::RecordDifference& one : diff.records()) {
    text += DifferenceText(one) + "\n";
  }
  if (verdicts) {
    text += VerdictsText(diff, style, width);
  }
  return text + "\n" + StampText(diff.stamp()) + "\n";
}

}  // namespace

absl::StatusOr<v1::DiffResponse> FetchDiff(client::Client& client, v1::DiffRequest request) {
  request.set_page_size(kPageSize);
  auto whole = client.Diff(request);
  while (whole.ok() && !whole->next_page_token().empty()) {
    request.set_page_token(whole->next_page_token());
    auto page = client.Diff(request);
    if (!page.ok()) {
      return page.status();
    }
    for (v1::RecordDifference& one : *page->mutable_records()) {
      *whole->add_records() = std::move(one);
    }
    whole->set_next_page_token(page->next_page_token());
  }
  return whole;
}

std::string ChangeWord(const v1::RecordDifference& difference) {
  if (!difference.has_before()) {
    return "created";
  }
  return difference.has_after() ? "changed" : "deleted";
}

std::string DifferenceText(const v1::RecordDifference& difference) {
  const std::string record = KindWord(difference.ref().kind()) + "/" + difference.ref().id();
  if (!difference.has_before()) {
    return "+" + record;
  }
  if (!difference.has_after()) {
    return "-" + record;
  }
  return "~" + record + " (" + JoinedFields(difference) + ")";
}

Answer DiffAnswer(const v1::DiffResponse& diff, bool verdicts, const Style& style, size_t width) {
  Answer answer;
  answer.document = exchange::ToJson(diff, EmptyFields::kKeep);
  for (const v1::RecordDifference& one : diff.records()) {
    answer.lines.push_back(exchange::ToJson(one, EmptyFields::kKeep));
  }
  for (const v1::VerdictChange& change : diff.verdict_changes()) {
    answer.lines.push_back(exchange::ToJson(change, EmptyFields::kKeep));
  }
  answer.table = RecordsTable(diff);
  answer.text = TextOf(diff, verdicts, style, width);
  return answer;
}

}  // namespace onward::cli
