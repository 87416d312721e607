#include "clients/cli/change.h"

#include <algorithm>
#include <string>
#include <utility>

#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/output.h"
#include "clients/cli/transfers.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::NameOf;

bool ChangesSomething(const v1::ApplyResponse& response) {
  return response.created() + response.updated() + response.deleted() > 0;
}

std::string Step(v1::Verdict verdict, v1::VerdictReason reason, const Style& style) {
  if (verdict == v1::VERDICT_UNSPECIFIED) {
    return "-";
  }
  return style.Symbol(verdict) + " " + VerdictWord(verdict) + " (" + ReasonWords(reason) + ")";
}

// Reads one line; only y and yes are a yes.
bool AskYes(const std::string& question, const Environment& environment) {
  environment.err << question << " [y/N] " << std::flush;
  std::string line;
  std::getline(environment.in, line);
  return line == "y" || line == "Y" || line == "yes";
}

absl::StatusOr<v1::ApplyResponse> Send(client::Client& client, v1::ApplyRequest& request,
                                       bool dry_run, const exchange::Manifest* manifest,
                                       Context& context) {
  request.set_dry_run(dry_run);
  auto response = client.Apply(request);
  if (!response.ok() && manifest != nullptr) {
    return ExplainByPlaces(response.status(), *manifest, context);
  }
  return response;
}

// What the preview has shown is what came, unless somebody else wrote in between.
void AddPreviewed(const v1::ApplyResponse& preview, v1::ApplyResponse& response) {
  if (response.stamp().revision() == preview.stamp().revision() + 1) {
    *response.mutable_verdict_changes() = preview.verdict_changes();
  }
}

}  // namespace

void AddChangeFlags(CLI::App& app, ChangeFlags& flags) {
  AddSwitch(app, "--dry-run", flags.dry_run, "only show; exit 1 if something would change");
  AddSwitch(app, "-y,--yes", flags.yes, "do not ask");
  AddText(app, "--comment", flags.comment, "TEXT", "why, for the history");
  AddText(app, "--author", flags.author, "NAME", "who, for the history");
  AddAsOfFlag(app, flags.as_of, "day of the shown verdicts (today, UTC)");
}

Table VerdictChangesText(const google::protobuf::RepeatedPtrField<v1::VerdictChange>& changes,
                         const Style& style) {
  std::vector<v1::VerdictChange> sorted(changes.begin(), changes.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return Severity(a.after()) > Severity(b.after());
  });
  Table table{{"flow", "place", "before", "after"}, {}};
  for (const v1::VerdictChange& change : sorted) {
    table.rows.push_back({change.flow(), change.destination(),
                          Step(change.before(), change.reason_before(), style),
                          Step(change.after(), change.reason_after(), style)});
  }
  return table;
}

Table VerdictChangesTable(const google::protobuf::RepeatedPtrField<v1::VerdictChange>& changes) {
  Table table{{"flow", "destination", "before", "reasonBefore", "after", "reasonAfter"}, {}};
  for (const v1::VerdictChange& change : changes) {
    table.rows.push_back({change.flow(), change.destination(), NameOf(change.before()),
                          NameOf(change.reason_before()), NameOf(change.after()),
                          NameOf(change.reason_after())});
  }
  return table;
}

Answer ChangeAnswer(const v1::ApplyResponse& response, const Style& style, size_t width) {
  Answer answer;
  answer.document = exchange::ToJson(response, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.text = ChangeText(response, style, width);
  answer.table = VerdictChangesTable(response.verdict_changes());
  return answer;
}

std::string ChangeText(const v1::ApplyResponse& response, const Style& style, size_t width) {
  const auto number = [](uint64_t n, const char* what) { return std::to_string(n) + " " + what; };
  std::string text =
      number(response.created(), "created, ") + number(response.updated(), "updated, ") +
      number(response.unchanged(), "unchanged, ") + number(response.deleted(), "deleted") + "\n";
  if (!response.verdict_changes().empty()) {
    text += "\n" +
            TableText(VerdictChangesText(response.verdict_changes(), style), width, style.utf8) +
            "\n";
  } else if (ChangesSomething(response) && response.dry_run()) {
    text += "No verdict changes.\n";
  }
  return text + StampText(response.stamp()) + "\n";
}

absl::StatusOr<int> Change(client::Client& client, v1::ApplyRequest request,
                           const exchange::Manifest* manifest, const ChangeFlags& flags,
                           const OutputFlags& output, Context& context) {
  const Environment& environment = context.environment;
  const Style style = MakeStyle(environment, output);
  const auto width = static_cast<size_t>(environment.columns);
  request.set_comment(flags.comment);
  request.set_author(flags.author);
  request.set_as_of(flags.as_of);
  const auto preview = Send(client, request, true, manifest, context);
  if (!preview.ok()) {
    return preview.status();
  }
  if (flags.dry_run || !ChangesSomething(*preview)) {
    Print(ChangeAnswer(*preview, style, width), output.Parsed(), environment);
    return flags.dry_run && ChangesSomething(*preview) ? kExitFindings : kExitOk;
  }
  if (!flags.yes) {
    if (!environment.in_is_terminal) {
      context.hint = "Say --yes to write without a question, or --dry-run to only look.";
      return Error(absl::StatusCode::kInvalidArgument, "CONFIRMATION_NEEDED",
                   "nothing was written: there is no terminal to ask");
    }
    environment.err << ChangeText(*preview, style, width);
    if (!AskYes("Write this?", environment)) {
      environment.err << "Nothing was written.\n";
      return kExitFindings;
    }
  }
  auto response = Send(client, request, false, manifest, context);
  if (!response.ok()) {
    return response.status();
  }
  AddPreviewed(*preview, *response);
  Print(ChangeAnswer(*response, style, width), output.Parsed(), environment);
  return kExitOk;
}

}  // namespace onward::cli
