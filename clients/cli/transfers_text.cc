#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "clients/cli/text.h"
#include "clients/cli/transfers.h"

namespace onward::cli {
namespace {

constexpr size_t kVerdictWidth = 18;
constexpr size_t kGap = 2;
constexpr size_t kPlaceMax = 30;
constexpr size_t kNarrowest = 40;

std::string NameOr(const std::string& name, const std::string& id) {
  return OneLine(name.empty() ? id : name);
}

std::string Parties(const v1::Transfer& t, const Style& style) {
  return NameOr(t.exporter_name(), t.exporter()) + style.Arrow() +
         NameOr(t.importer_name(), t.importer());
}

// Columns behind the verdict.
struct Columns {
  size_t parties = 0;
  size_t place = 0;
  size_t data = 0;
  size_t all = 0;
};

std::string Data(const v1::Transfer& t, size_t width, const Style& style) {
  std::vector<std::string> words;
  for (const std::string& category : t.categories()) {
    words.push_back(category == "ALL_RECEIVED" ? "whatever it received" : OneLine(category));
  }
  return words.empty() ? "not recorded" : JoinShort(words, width, style.utf8);
}

Columns Measure(const TransferList& list, const PlaceNames& names, const Style& style,
                size_t width) {
  Columns columns;
  columns.all = width > kVerdictWidth + kNarrowest ? width - kVerdictWidth : kNarrowest;
  columns.parties = 20;
  columns.place = 8;
  size_t data = 4;
  for (const v1::Transfer& t : list.transfers) {
    columns.parties = std::max(columns.parties, DisplayWidth(Parties(t, style)));
    columns.place = std::max(columns.place, DisplayWidth(PlaceText(t.destination(), names)));
    data = std::max(data, DisplayWidth(Data(t, columns.all, style)));
  }
  columns.place = std::min(columns.place, std::min(kPlaceMax, columns.all / 3));
  const size_t left = columns.all - columns.place - 2 * kGap;
  columns.parties = std::min(columns.parties, left - std::min(data, left / 3));
  columns.data = left - columns.parties;
  return columns;
}

std::vector<const v1::Transfer*> WorstFirst(const TransferList& list) {
  std::vector<const v1::Transfer*> order;
  for (const v1::Transfer& transfer : list.transfers) {
    order.push_back(&transfer);
  }
  const auto key = [](const v1::Transfer* t) {
    return std::make_tuple(-Severity(t->verdict()), std::cref(t->exporter()), t->reason(),
                           std::cref(t->importer()));
  };
  std::stable_sort(order.begin(), order.end(),
                   [&key](const auto* a, const auto* b) { return key(a) < key(b); });
  return order;
}

// since ... · from ... lacking (EXPIRED) · onward, data of ...
std::string When(const v1::Transfer& t, const Style& style) {
  std::string text;
  const auto add = [&](const std::string& part) {
    text += (text.empty() ? "" : style.Dot()) + part;
  };
  if (!t.since().empty()) {
    add("since " + t.since());
  }
  if (t.has_next_change()) {
    add("from " + t.next_change().date() + " " + VerdictWord(t.next_change().verdict()) + " (" +
        ReasonWords(t.next_change().reason()) + ")");
  }
  if (t.kind() == v1::HOP_KIND_ONWARD_TRANSFER) {
    std::vector<std::string> origins(t.origins().begin(), t.origins().end());
    add("onward transfer" +
        (origins.empty() ? "" : " of data of " + JoinShort(origins, 40, style.utf8)));
  }
  return text;
}

std::string Row(const v1::Transfer& t, const PlaceNames& names, const Columns& columns,
                const Style& style) {
  const std::string verdict = style.Symbol(t.verdict()) + " " + VerdictWord(t.verdict());
  std::string text =
      style.Of(t.verdict(), verdict) +
      std::string(kVerdictWidth - std::min(kVerdictWidth, DisplayWidth(verdict)), ' ');
  text += style.Bold(Shorten(Parties(t, style), columns.parties, style.utf8));
  const size_t used = std::min(columns.parties, DisplayWidth(Parties(t, style)));
  text += std::string(columns.parties - used + kGap, ' ');
  text += Pad(Shorten(PlaceText(t.destination(), names), columns.place, style.utf8),
              columns.place + kGap);
  text += Data(t, columns.data, style) + "\n";
  const std::string reason =
      t.explanation().empty() ? ReasonWords(t.reason()) : OneLine(t.explanation());
  const std::string indent(kVerdictWidth, ' ');
  for (const std::string& line : Wrap(reason, columns.all)) {
    text += indent + line + "\n";
  }
  for (const std::string& line : Wrap(When(t, style), columns.all)) {
    text += indent + style.Dim(line) + "\n";
  }
  return text;
}

std::string Summary(const TransferList& list, const Style& style) {
  std::set<std::string_view> flows;
  for (const v1::Transfer& transfer : list.transfers) {
    flows.insert(transfer.flow());
  }
  std::string text = Count(flows.size(), "flow", "flows");
  if (flows.size() != list.transfers.size()) {
    text += " to " + std::to_string(list.transfers.size()) + " destinations";
  }
  text += ": " + CountsText(list.summary, style);
  return text + "\n" + StampText(list.stamp) + "\n";
}

std::string LackingText(const v1::VerdictCounts& counts) {
  return std::to_string(counts.lacking()) + " lacking";
}

std::string OthersText(const v1::VerdictCounts& counts) {
  return ", " + std::to_string(counts.undetermined()) + " undetermined, " +
         std::to_string(counts.conditional()) + " conditional, " +
         std::to_string(counts.covered()) + " covered";
}

}  // namespace

std::string CountsText(const v1::VerdictCounts& counts) {
  return LackingText(counts) + OthersText(counts);
}

std::string CountsText(const v1::VerdictCounts& counts, const Style& style) {
  const bool lacking = counts.lacking() > 0;
  std::string text =
      style.Of(lacking ? v1::VERDICT_LACKING : v1::VERDICT_UNSPECIFIED, LackingText(counts)) +
      OthersText(counts);
  if (counts.not_a_transfer() > 0) {
    text += ", " + std::to_string(counts.not_a_transfer()) + " not a transfer";
  }
  return text;
}

std::string TransfersText(const TransferList& list, const PlaceNames& names, const Style& style,
                          size_t width) {
  if (list.transfers.empty()) {
    return "No transfers found.\n" + StampText(list.stamp) + "\n";
  }
  const Columns columns = Measure(list, names, style, width);
  std::string text = style.Dim(Pad("VERDICT", kVerdictWidth) +
                               Pad("FROM" + style.Arrow() + "TO", columns.parties + kGap) +
                               Pad("PLACE", columns.place + kGap) + "DATA") +
                     "\n";
  for (const v1::Transfer* transfer : WorstFirst(list)) {
    text += Row(*transfer, names, columns, style) + "\n";
  }
  return text + Summary(list, style);
}

}  // namespace onward::cli
