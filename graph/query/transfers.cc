#include "graph/query/transfers.h"

#include <algorithm>
#include <tuple>

#include "graph/query/rows.h"

namespace onward::query {
namespace {

template <class T>
bool Selects(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// Answers what a filter selects of one snapshot.
class Selector {
 public:
  Selector(const Judgements& judgements, const TransferFilter& filter)
      : judged_(judgements), filter_(filter) {}

  bool Flow(uint32_t number) const {
    const model::Flow& flow = *judged_.snapshot().Flows()[number];
    const bool party = filter_.parties.empty() || Selects(filter_.parties, flow.exporter) ||
                       Selects(filter_.parties, flow.importer);
    return party && (filter_.data_categories.empty() || Category(number, flow));
  }
  bool Destination(const verdict::DestinationVerdict& destination) const {
    return Selects(filter_.verdicts, destination.verdict) &&
           Selects(filter_.destinations, destination.destination);
  }
  bool Lists(const verdict::DestinationVerdict& destination) const {
    return destination.verdict != verdict::Verdict::kNotATransfer ||
           filter_.include_not_a_transfer || !filter_.verdicts.empty();
  }

 private:
  // Data that is not named may be any.
  bool Category(uint32_t number, const model::Flow& flow) const {
    CategorySet carried;
    if (StatesCategories(flow)) {
      carried.ids = flow.data_categories;
    } else {
      carried = judged_.arrivals().Received(number);
    }
    if (carried.all || carried.empty()) {
      return true;
    }
    const Categories& tree = judged_.snapshot().categories();
    return std::any_of(carried.ids.begin(), carried.ids.end(), [&](const std::string& id) {
      return std::any_of(filter_.data_categories.begin(), filter_.data_categories.end(),
                         [&](const std::string& wanted) { return tree.Meets(id, wanted); });
    });
  }

  const Judgements& judged_;
  const TransferFilter& filter_;
};

// Whether the key (flow, destination) comes after the end of the page before.
bool ComesAfter(const std::string& flow, const std::string& destination,
                const std::optional<TransferKey>& after) {
  return !after.has_value() ||
         std::tie(flow, destination) > std::tie(after->flow, after->destination);
}

}  // namespace

void Count(verdict::Verdict verdict, VerdictCounts& counts) {
  switch (verdict) {
    case verdict::Verdict::kNotATransfer:
      ++counts.not_a_transfer;
      break;
    case verdict::Verdict::kCovered:
      ++counts.covered;
      break;
    case verdict::Verdict::kConditional:
      ++counts.conditional;
      break;
    case verdict::Verdict::kLacking:
      ++counts.lacking;
      break;
    case verdict::Verdict::kUndetermined:
    case verdict::Verdict::kUnspecified:
      ++counts.undetermined;
      break;
  }
}

TransferPage ListTransfers(const Judgements& judgements, const TransferFilter& filter,
                           const std::optional<TransferKey>& after, size_t limit) {
  TransferPage page;
  const Selector selector(judgements, filter);
  History history(judgements);
  bool more = false;
  for (uint32_t flow = 0; flow < judgements.snapshot().Flows().size(); ++flow) {
    const verdict::HopVerdict* const hop = judgements.Of(flow);
    if (hop == nullptr || !selector.Flow(flow)) {
      continue;
    }
    std::vector<TransferRow> rows;
    for (size_t i = 0; i < hop->destinations.size(); ++i) {
      const verdict::DestinationVerdict& destination = hop->destinations[i];
      if (!selector.Destination(destination)) {
        continue;
      }
      Count(destination.verdict, page.summary);
      if (!selector.Lists(destination) ||
          !ComesAfter(judgements.snapshot().Flows()[flow]->id, destination.destination, after)) {
        continue;
      }
      if (page.rows.size() == limit) {
        more = true;
        continue;
      }
      if (rows.empty()) {
        rows = RowsOf(judgements, flow, *hop, history);
      }
      page.rows.push_back(rows[i]);
    }
  }
  if (more && !page.rows.empty()) {
    page.next = TransferKey{page.rows.back().flow->id, page.rows.back().verdict->destination};
  }
  return page;
}

}  // namespace onward::query
