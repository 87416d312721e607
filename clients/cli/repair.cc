#include "clients/cli/repair.h"

#include <vector>

#include "clients/cli/report.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "services/exchange/manifest_writer.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;
using Ids = google::protobuf::RepeatedPtrField<std::string>;

// Flows that are named in text; the others are counted.
constexpr int kNamedMax = 8;

std::string Joined(const Ids& words, const char* between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + word;
  }
  return text;
}

// "flows a, b and 3 more".
std::string FlowsText(const Ids& flows, uint64_t count) {
  std::string text;
  const int named = std::min(flows.size(), kNamedMax);
  for (int i = 0; i < named; ++i) {
    text += (text.empty() ? "" : ", ") + flows[i];
  }
  const uint64_t more = count - static_cast<uint64_t>(named);
  return (count == 1 ? "flow " : "flows ") + text +
         (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

std::string Kind(const v1::RepairPlan& plan) {
  return plan.kind() == v1::REPAIR_KIND_SIGN ? "To sign or to mend" : "To stop";
}

std::string SizeText(const v1::RepairPlan& plan) {
  if (plan.steps().empty()) {
    return "No step of this kind helps";
  }
  const std::string steps = Count(static_cast<size_t>(plan.steps_size()), "step", "steps");
  if (plan.exact()) {
    return steps + "; fewer will not do";
  }
  return steps + "; approximate (" + plan.limit() + "), at least " +
         std::to_string(plan.lower_bound()) + " needed";
}

void AddPlan(const v1::RepairPlan& plan, Report& report) {
  report.Heading(Kind(plan));
  report.Line(SizeText(plan));
  if (!plan.steps().empty()) {
    report.Space();
  }
  for (const v1::RepairStep& step : plan.steps()) {
    report.Point(0, step.text() + " (" + FlowsText(step.flows(), step.flow_count()) + ")");
    for (const std::string& condition : step.conditions()) {
      report.Point(1, condition);
    }
  }
  report.Line("Now: " + CountsText(plan.before()));
  // Whether somebody stands on a list, or an assessment ends well, is not known before it is looked at.
  report.Line(
      (plan.kind() == v1::REPAIR_KIND_SIGN ? "Then, if each step comes out well: " : "Then: ") +
      CountsText(plan.after()));
  if (plan.after().undetermined() > 0) {
    report.Line("What is undetermined is not lacking and stays as it is: see `onward findings`.");
  }
  if (plan.beyond_repair_count() > 0) {
    report.Line("Still lacking: " + FlowsText(plan.beyond_repair(), plan.beyond_repair_count()));
  }
}

std::string RepairText(const v1::RepairResponse& response, const Style& style, size_t width) {
  Report report(style, width);
  report.Title(response.lacking_flows() == 0
                   ? "Nothing is lacking a mechanism"
                   : Count(response.lacking_flows(), "flow lacks", "flows lack") + " a mechanism");
  if (response.lacking_flows() > 0) {
    for (const v1::RepairPlan& plan : response.plans()) {
      AddPlan(plan, report);
    }
  }
  report.Space();
  report.Line(StampText(response.stamp()));
  return report.text();
}

Table RepairTable(const v1::RepairResponse& response) {
  Table table;
  table.columns = {"plan",       "step",  "text",       "flows", "flowCount",
                   "conditions", "exact", "lowerBound", "limit"};
  for (const v1::RepairPlan& plan : response.plans()) {
    int number = 0;
    for (const v1::RepairStep& step : plan.steps()) {
      table.rows.push_back({NameOf(plan.kind()), std::to_string(++number), step.text(),
                            Joined(step.flows(), " "), std::to_string(step.flow_count()),
                            Joined(step.conditions(), "; "), plan.exact() ? "true" : "false",
                            std::to_string(plan.lower_bound()), plan.limit()});
    }
  }
  return table;
}

}  // namespace

Answer RepairAnswer(const v1::RepairResponse& response, const Style& style, size_t width) {
  Answer answer;
  answer.document = StampJson(response.stamp());
  answer.document["lackingFlows"] = response.lacking_flows();
  answer.document["plans"] = Json::array();
  for (const v1::RepairPlan& plan : response.plans()) {
    answer.document["plans"].push_back(exchange::ToJson(plan, EmptyFields::kKeep));
    answer.lines.push_back(answer.document["plans"].back());
  }
  answer.table = RepairTable(response);
  answer.text = RepairText(response, style, width);
  answer.markdown = RepairText(response, style, 0);
  return answer;
}

std::string RepairManifests(const v1::RepairResponse& response) {
  std::vector<v1::Record> records;
  std::string deleted;
  for (const v1::RepairPlan& plan : response.plans()) {
    for (const v1::RepairStep& step : plan.steps()) {
      for (const v1::Mutation& mutation : step.mutations()) {
        if (mutation.has_upsert()) {
          records.push_back(mutation.upsert());
        } else {
          deleted += "# onward delete flow " + mutation.delete_().id() + "\n";
        }
      }
    }
  }
  return deleted + exchange::WriteManifests(records);
}

}  // namespace onward::cli
