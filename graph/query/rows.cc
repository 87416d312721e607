#include "graph/query/rows.h"

#include <utility>

namespace onward::query {

std::string PartyName(const Snapshot& snapshot, const std::string& party) {
  const model::Party* const record = snapshot.FindParty(party);
  if (record == nullptr) {
    return party;
  }
  if (!record->display_name.empty()) {
    return record->display_name;
  }
  return record->legal_name.empty() ? party : record->legal_name;
}

std::vector<std::string> CategoriesOf(const Judgements& judgements, uint32_t flow) {
  const model::TermsView record = judgements.snapshot().TermsOf(flow);
  if (record.data_categories.empty() || StatesCategories(record)) {
    return record.data_categories;
  }
  CategorySet received = judgements.arrivals().Received(flow);
  if (received.all || received.ids.empty()) {
    return record.data_categories;
  }
  return std::move(received.ids);
}

std::optional<std::vector<TransferRow>> RowsOf(const Judgements& judgements, uint32_t flow,
                                               const verdict::HopVerdict& hop, History& history,
                                               const std::function<bool()>& stop) {
  if (!history.Find(flow, stop)) {
    return std::nullopt;
  }
  const Snapshot& snapshot = judgements.snapshot();
  const auto record = std::make_shared<const model::Flow>(snapshot.FlowAt(flow));
  TransferRow row;
  row.flow = record;
  row.exporter_name = PartyName(snapshot, record->exporter);
  row.importer_name = PartyName(snapshot, record->importer);
  row.categories = CategoriesOf(judgements, flow);
  auto origins = judgements.arrivals().OriginsUnless(stop, flow);
  if (!origins.has_value()) {
    return std::nullopt;
  }
  row.origins = *std::move(origins);
  std::vector<TransferRow> rows;
  rows.reserve(hop.destinations.size());
  for (const verdict::DestinationVerdict& destination : hop.destinations) {
    row.verdict = &destination;
    Standing standing = history.Of(flow, destination.destination);
    row.since = standing.since;
    row.next_change = standing.next_change;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace onward::query
