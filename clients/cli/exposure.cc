#include "clients/cli/exposure.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
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
using Recipient = v1::ExposedRecipient;

constexpr size_t kIndent = 4;
constexpr size_t kNarrowest = 40;
constexpr size_t kNamesMax = 1'000;

std::string NameOr(const std::string& name, const std::string& id) {
  return OneLine(name.empty() ? id : name);
}

std::string Place(const Recipient& row) {
  return row.destination() == "UNKNOWN" ? "place unknown" : OneLine(row.destination());
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   const std::string& between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + OneLine(word);
  }
  return text;
}

std::string Data(const Recipient& row) {
  return row.categories_size() == 1 && row.categories(0) == "ALL" ? "data that nobody specified"
                                                                  : Joined(row.categories(), ", ");
}

// Acme → Vendor → Sub-processor; a flow whose ends are not known stands by its id.
std::string Chain(const Recipient& row, const FlowNames& names, const Style& style) {
  std::string text;
  std::string last;
  for (const std::string& flow : row.witness()) {
    const auto found = names.find(flow);
    if (found == names.end()) {
      text += (text.empty() ? "" : style.Arrow()) + ("[" + OneLine(flow) + "]");
      last.clear();
      continue;
    }
    const auto& [exporter, importer] = found->second;
    if (last != exporter) {
      text += (text.empty() ? "" : style.Arrow()) + OneLine(exporter);
    }
    text += style.Arrow() + OneLine(importer);
    last = importer;
  }
  return text;
}

std::vector<const Recipient*> WorstFirst(const ExposureList& list) {
  std::vector<const Recipient*> order;
  order.reserve(list.recipients.size());
  for (const Recipient& row : list.recipients) {
    order.push_back(&row);
  }
  const auto key = [](const Recipient* row) {
    return std::make_tuple(-Severity(row->verdict()), -Severity(row->worst_hop()));
  };
  std::stable_sort(order.begin(), order.end(),
                   [&key](const auto* a, const auto* b) { return key(a) < key(b); });
  return order;
}

std::string Row(const Recipient& row, const FlowNames& names, const Style& style, size_t width) {
  const std::string verdict = style.Symbol(row.verdict()) + " " + VerdictWord(row.verdict());
  std::string text = style.Of(row.verdict(), verdict) + "  " +
                     style.Bold(NameOr(row.recipient_name(), row.recipient())) + " (" + Place(row) +
                     ")" + style.Dot() + Data(row) + "\n";
  const auto add = [&](const std::string& line, bool dim) {
    for (const std::string& part : Wrap(line, width)) {
      text += std::string(kIndent, ' ') + (dim ? style.Dim(part) : part) + "\n";
    }
  };
  if (row.held()) {
    add("holds a copy of a flow that ended; nothing is transferred on the day", false);
  } else {
    add(ReasonWords(row.reason()) +
            (row.mechanism().empty() ? "" : " (" + OneLine(row.mechanism()) + ")"),
        false);
  }
  if (Severity(row.worst_hop()) > Severity(row.verdict())) {
    add("on the way there: " + VerdictWord(row.worst_hop()) + ", flow " +
            OneLine(row.worst_hop_flow()),
        false);
  }
  add(Count(row.hops(), "flow", "flows") + ": " + Chain(row, names, style), true);
  return text;
}

std::string Summary(const ExposureList& list, const Style& style) {
  std::string text = Count(list.recipients.size(), "recipient", "recipients") + " outside the EEA";
  if (list.origin.empty()) {
    text += " of data of " + Count(list.origins, "origin", "origins");
  }
  text += ": " + CountsText(list.summary, style);
  return text + "\n" + StampText(list.stamp) + "\n";
}

std::string ExposureText(const ExposureList& list, const FlowNames& names, const Style& style,
                         size_t width) {
  if (list.recipients.empty()) {
    return "No recipient outside the EEA is reached.\n" + StampText(list.stamp) + "\n";
  }
  const size_t room = width > kIndent + kNarrowest ? width - kIndent : kNarrowest;
  std::string text;
  for (const Recipient* row : WorstFirst(list)) {
    if (list.origin.empty()) {
      text += style.Dim("data of " + NameOr(row->origin_name(), row->origin())) + "\n";
    }
    text += Row(*row, names, style, room) + "\n";
  }
  return text + Summary(list, style);
}

Table ExposureTable(const ExposureList& list) {
  Table table;
  table.columns = {"origin", "recipient", "destination", "categories", "verdict",
                   "reason", "mechanism", "flow",        "worstHop",   "worstHopFlow",
                   "hops",   "witness",   "held",        "originName", "recipientName"};
  for (const Recipient& r : list.recipients) {
    table.rows.push_back({r.origin(), r.recipient(), r.destination(), Joined(r.categories(), " "),
                          NameOf(r.verdict()), NameOf(r.reason()), r.mechanism(), r.flow(),
                          NameOf(r.worst_hop()), r.worst_hop_flow(), std::to_string(r.hops()),
                          Joined(r.witness(), " "), r.held() ? "true" : "false", r.origin_name(),
                          r.recipient_name()});
  }
  return table;
}

Json ExposureJson(const ExposureList& list) {
  Json document = StampJson(list.stamp);
  if (!list.origin.empty()) {
    document["origin"] = list.origin;
  }
  if (!list.activity.empty()) {
    document["activity"] = list.activity;
  }
  document["origins"] = list.origins;
  document["recipients"] = Json::array();
  for (const Recipient& row : list.recipients) {
    document["recipients"].push_back(exchange::ToJson(row, EmptyFields::kKeep));
  }
  document["summary"] = CountsJson(list.summary);
  return document;
}

}  // namespace

absl::StatusOr<ExposureList> FetchExposure(client::Client& client, v1::ExposureRequest request) {
  ExposureList list;
  list.origin = request.origin();
  list.activity = request.activity();
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request), [&](const v1::ExposureRequest& asked) { return client.Exposure(asked); },
      [&](v1::ExposureResponse& page) {
        list.stamp = page.stamp();
        list.summary = page.summary();
        list.origins = page.origins();
        for (Recipient& row : *page.mutable_recipients()) {
          list.recipients.push_back(std::move(row));
        }
      }));
  return list;
}

FlowNames FetchFlowNames(client::Client& client, const std::string& inventory,
                         const ExposureList& list) {
  std::set<std::string> flows;
  for (const Recipient& row : list.recipients) {
    flows.insert(row.witness().begin(), row.witness().end());
  }
  const auto get = [&](v1::RecordKind kind, const std::string& id) {
    v1::GetRequest request;
    request.set_inventory(inventory);
    request.mutable_ref()->set_kind(kind);
    request.mutable_ref()->set_id(id);
    request.mutable_consistency()->set_at_revision(list.stamp.revision());
    return client.Get(std::move(request));
  };
  std::map<std::string, std::string> parties;
  const auto name_of = [&](const std::string& party) {
    const auto [at, is_new] = parties.emplace(party, party);
    if (is_new) {
      const auto found = get(v1::RECORD_KIND_PARTY, party);
      if (found.ok() && !found->record().party().display_name().empty()) {
        at->second = found->record().party().display_name();
      }
    }
    return at->second;
  };
  FlowNames names;
  for (const std::string& flow : flows) {
    if (names.size() == kNamesMax) {
      break;
    }
    const auto found = get(v1::RECORD_KIND_FLOW, flow);
    if (found.ok()) {
      const v1::Flow& record = found->record().flow();
      names[flow] = {name_of(record.exporter()), name_of(record.importer())};
    }
  }
  return names;
}

Answer ExposureAnswer(const ExposureList& list, const FlowNames& names, const Style& style,
                      size_t width) {
  Answer answer;
  answer.document = ExposureJson(list);
  for (const Json& row : answer.document["recipients"]) {
    answer.lines.push_back(row);
  }
  answer.table = ExposureTable(list);
  answer.text = ExposureText(list, names, style, width);
  return answer;
}

}  // namespace onward::cli
