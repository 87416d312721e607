// onward summary: the numbers of an inventory, on one date or many.
#include <algorithm>
#include <memory>
#include <utility>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/report.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;

struct Flags {
  QuestionFlags question{.fail_on = {.level = "none"}};
  std::string from;
  std::string until;
  uint32_t step_days = 0;
  std::string dates;
  uint32_t top = 0;
};

using Entries = google::protobuf::RepeatedPtrField<v1::SummaryEntry>;

// The lists of a day, by the word of what their entries have in common.
std::vector<std::pair<std::string, const Entries*>> ListsOf(const v1::DaySummary& day) {
  return {{"destination", &day.destinations()},
          {"mechanism", &day.mechanisms()},
          {"category", &day.categories()},
          {"importer", &day.importers()},
          {"origin", &day.origins()}};
}

std::vector<std::string> Numbers(const v1::VerdictCounts& counts) {
  return {std::to_string(counts.lacking()), std::to_string(counts.undetermined()),
          std::to_string(counts.conditional()), std::to_string(counts.covered()),
          std::to_string(counts.not_a_transfer())};
}

std::vector<std::string> Row(std::vector<std::string> cells, const v1::VerdictCounts& counts) {
  for (std::string& number : Numbers(counts)) {
    cells.push_back(std::move(number));
  }
  return cells;
}

// A row for each number, for spreadsheets.
Table AllNumbers(const v1::SummaryResponse& summary) {
  Table table{{"date", "by", "id", "name", "lacking", "undetermined", "conditional", "covered",
               "notATransfer"},
              {}};
  for (const v1::DaySummary& day : summary.days()) {
    table.rows.push_back(Row({day.date(), "all", "", ""}, day.counts()));
    for (const auto& [by, entries] : ListsOf(day)) {
      for (const v1::SummaryEntry& entry : *entries) {
        table.rows.push_back(Row({day.date(), by, entry.id(), entry.name()}, entry.counts()));
      }
    }
  }
  return table;
}

Table DatesTable(const v1::SummaryResponse& summary) {
  Table table{
      {"date", "flows", "lacking", "undetermined", "conditional", "covered", "not a transfer"}, {}};
  for (const v1::DaySummary& day : summary.days()) {
    table.rows.push_back(Row({day.date(), std::to_string(day.flows())}, day.counts()));
  }
  return table;
}

uint64_t CountOf(const v1::DaySummary& day, const std::string& by) {
  if (by == "destination") {
    return day.destinations_count();
  }
  if (by == "mechanism") {
    return day.mechanisms_count();
  }
  if (by == "category") {
    return day.categories_count();
  }
  return by == "importer" ? day.importers_count() : day.origins_count();
}

std::string DayText(const v1::DaySummary& day, const Style& style, size_t width) {
  std::string text = style.Bold(Count(day.flows(), "flow", "flows")) + "\n";
  for (const auto& [by, entries] : ListsOf(day)) {
    if (entries->empty()) {
      continue;
    }
    Table table{{by, "name", "lacking", "undetermined", "conditional", "covered", "not a transfer"},
                {}};
    for (const v1::SummaryEntry& entry : *entries) {
      table.rows.push_back(
          Row({entry.id().empty() ? "none" : entry.id(), entry.name()}, entry.counts()));
    }
    text += "\n" + TableText(table, width, style.utf8);
    const auto shown = static_cast<uint64_t>(entries->size());
    if (shown < CountOf(day, by)) {
      text += "and " + std::to_string(CountOf(day, by) - shown) + " more; see --top\n";
    }
  }
  return text;
}

Answer AnswerOf(const v1::SummaryResponse& summary, const Style& style, size_t width) {
  Answer answer;
  answer.document = StampJson(summary.stamp());
  answer.document["days"] = exchange::Json::array();
  for (const v1::DaySummary& day : summary.days()) {
    answer.document["days"].push_back(exchange::ToJson(day, EmptyFields::kKeep));
    answer.lines.push_back(answer.document["days"].back());
  }
  answer.table = AllNumbers(summary);
  answer.text = TableText(DatesTable(summary), width, style.utf8) + "\n";
  if (summary.days_size() == 1) {
    answer.text += DayText(summary.days(0), style, width) + "\n";
  }
  answer.text += StampText(summary.stamp()) + "\n";
  return answer;
}

// a,b,c
void SetDates(const std::string& text, v1::SummaryRequest& request) {
  for (size_t at = 0; !text.empty() && at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    request.add_dates(text.substr(at, comma - at));
    at = comma + 1;
  }
}

bool Fails(const v1::SummaryResponse& summary, const FailOnFlag& fail_on) {
  for (const v1::DaySummary& day : summary.days()) {
    const v1::VerdictCounts& counts = day.counts();
    if ((counts.lacking() > 0 && fail_on.IsFinding(v1::VERDICT_LACKING)) ||
        (counts.undetermined() > 0 && fail_on.IsFinding(v1::VERDICT_UNDETERMINED)) ||
        (counts.conditional() > 0 && fail_on.IsFinding(v1::VERDICT_CONDITIONAL))) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::SummaryRequest request;
  SetQuestion(flags.question, request);
  request.set_from(flags.from);
  request.set_until(flags.until);
  request.set_step_days(flags.step_days);
  request.set_top(flags.top);
  SetDates(flags.dates, request);
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.question.source, context));
  client::Client& client = session->client();
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.question.what_if, client, context, request));
  ONWARD_ASSIGN_OR_RETURN(const v1::SummaryResponse summary, client.Summary(std::move(request)));
  const OutputFlags& output = flags.question.output;
  Print(AnswerOf(summary, MakeStyle(context.environment, output),
                 static_cast<size_t>(context.environment.columns)),
        output.Parsed(), context.environment);
  return Fails(summary, flags.question.fail_on) ? kExitFindings : kExitOk;
}

}  // namespace

Command SummaryCommand() {
  return {"summary",
          "counts by verdict, place, mechanism, category, importer and origin",
          {"onward summary -f inventory/                     # today",
           "onward summary --from 2020-01-01 --until 2027-01-01 --step-days 30 -o csv",
           "onward summary -f inventory/ --dates 2020-07-15,2020-07-16",
           "onward summary --annul us_dpf --top 20"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddDateFlag(app, "--from", flags->from, "first date of a range");
            AddDateFlag(app, "--until", flags->until, "first date after the range");
            AddNumber(app, "--step-days", flags->step_days, 1, 3'660, "N",
                      "days from date to date of a range (30)");
            AddText(app, "--dates", flags->dates, "DATE,...", "these dates, at most 400");
            AddNumber(app, "--top", flags->top, 1, 1'000, "N", "entries of each list (10)");
            AddQuestionFlags(app, flags->question);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
