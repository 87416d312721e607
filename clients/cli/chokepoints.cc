#include "clients/cli/chokepoints.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "clients/cli/pages.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;

constexpr double kPercent = 100;

// "67 %"; less than all is never 100 %, more than nothing never 0 %.
std::string Percent(double share) {
  int percent = static_cast<int>(std::lround(share * kPercent));
  if (percent == 100 && share < 1) {
    percent = 99;
  }
  if (percent == 0 && share > 0) {
    percent = 1;
  }
  return std::to_string(percent) + " %";
}

// Three digits: "0.333".
std::string Index(double value) {
  char text[16];
  std::snprintf(text, sizeof(text), "%.3f", value);
  return text;
}

// "Salesforce (salesforce)"; the id alone where there is no other name.
std::string Named(const std::string& name, const std::string& id) {
  return name.empty() || name == id ? OneLine(id) : OneLine(name) + " (" + OneLine(id) + ")";
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   const char* between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + word;
  }
  return text;
}

Table ChokepointsTable(const ChokepointPages& pages) {
  Table table;
  table.columns = {"party", "name", "flows", "recipients", "share", "all", "categories"};
  for (const v1::Chokepoint& row : pages.chokepoints) {
    table.rows.push_back({row.party(), row.party_name(), std::to_string(row.flows()),
                          std::to_string(row.recipients()), Index(row.share()),
                          row.all() ? "true" : "false", Joined(row.categories(), " ")});
  }
  return table;
}

std::string ChokepointsText(const ChokepointPages& pages, const std::string& target,
                            const Style& style, size_t width) {
  Table table;
  table.columns = {"party", "flows", "part", "recipients", "data"};
  for (const v1::Chokepoint& row : pages.chokepoints) {
    table.rows.push_back({Named(row.party_name(), row.party()), std::to_string(row.flows()),
                          row.all() ? "all" : Percent(row.share()),
                          std::to_string(row.recipients()), Joined(row.categories(), ", ")});
  }
  if (pages.flows == 0) {
    return "No data reach " + target + "\n" + StampText(pages.stamp) + "\n";
  }
  const std::string head = table.rows.empty() ? "" : TableText(table, width, style.utf8) + "\n";
  return head + "Data reach " + Count(pages.flows, "flow", "flows") + " among " + target + "; " +
         (table.rows.empty() ? "no party lies on all ways to any of them"
                             : "each party above lies on all ways to its part of them") +
         "\n" + StampText(pages.stamp) + "\n";
}

Table ConcentrationTable(const ConcentrationPages& pages) {
  Table table;
  table.columns = {"vendor",     "name",  "parties", "origins",
                   "activities", "flows", "lacking", "share"};
  for (const v1::VendorShare& row : pages.vendors) {
    table.rows.push_back({row.vendor(), row.vendor_name(), std::to_string(row.parties()),
                          std::to_string(row.origins()), std::to_string(row.activities()),
                          std::to_string(row.flows()), std::to_string(row.lacking()),
                          Index(row.share())});
  }
  return table;
}

std::string ConcentrationText(const ConcentrationPages& pages, const Style& style, size_t width) {
  Table table;
  table.columns = {"vendor", "parties", "origins", "part", "activities", "flows", "lacking"};
  for (const v1::VendorShare& row : pages.vendors) {
    table.rows.push_back({Named(row.vendor_name(), row.vendor()), std::to_string(row.parties()),
                          std::to_string(row.origins()), Percent(row.share()),
                          std::to_string(row.activities()), std::to_string(row.flows()),
                          std::to_string(row.lacking())});
  }
  const std::string head =
      table.rows.empty() ? "No recipients\n" : TableText(table, width, style.utf8) + "\n";
  return head + Count(pages.origins, "origin", "origins") + " of data; concentration of flows " +
         Index(pages.flow_concentration) + " (1: one vendor receives all)\n" +
         StampText(pages.stamp) + "\n";
}

}  // namespace

absl::StatusOr<ChokepointPages> FetchChokepoints(client::Client& client,
                                                 v1::ChokepointsRequest request) {
  ChokepointPages pages;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request),
      [&](const v1::ChokepointsRequest& asked) { return client.Chokepoints(asked); },
      [&](v1::ChokepointsResponse& page) {
        pages.stamp = page.stamp();
        pages.flows = page.flows();
        for (v1::Chokepoint& row : *page.mutable_chokepoints()) {
          pages.chokepoints.push_back(std::move(row));
        }
      }));
  return pages;
}

absl::StatusOr<ConcentrationPages> FetchConcentration(client::Client& client,
                                                      v1::ConcentrationRequest request) {
  ConcentrationPages pages;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request),
      [&](const v1::ConcentrationRequest& asked) { return client.Concentration(asked); },
      [&](v1::ConcentrationResponse& page) {
        pages.stamp = page.stamp();
        pages.origins = page.origins();
        pages.flow_concentration = page.flow_concentration();
        for (v1::VendorShare& row : *page.mutable_vendors()) {
          pages.vendors.push_back(std::move(row));
        }
      }));
  return pages;
}

Answer ChokepointsAnswer(const ChokepointPages& pages, const std::string& target,
                         const Style& style, size_t width) {
  Answer answer;
  answer.document = StampJson(pages.stamp);
  answer.document["flows"] = pages.flows;
  answer.document["chokepoints"] = Json::array();
  for (const v1::Chokepoint& row : pages.chokepoints) {
    answer.document["chokepoints"].push_back(exchange::ToJson(row, EmptyFields::kKeep));
    answer.lines.push_back(answer.document["chokepoints"].back());
  }
  answer.table = ChokepointsTable(pages);
  answer.text = ChokepointsText(pages, target, style, width);
  return answer;
}

Answer ConcentrationAnswer(const ConcentrationPages& pages, const Style& style, size_t width) {
  Answer answer;
  answer.document = StampJson(pages.stamp);
  answer.document["origins"] = pages.origins;
  answer.document["flowConcentration"] = pages.flow_concentration;
  answer.document["vendors"] = Json::array();
  for (const v1::VendorShare& row : pages.vendors) {
    answer.document["vendors"].push_back(exchange::ToJson(row, EmptyFields::kKeep));
    answer.lines.push_back(answer.document["vendors"].back());
  }
  answer.table = ConcentrationTable(pages);
  answer.text = ConcentrationText(pages, style, width);
  return answer;
}

}  // namespace onward::cli
