#include "graph/query/transfers.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "graph/base/ending.h"
#include "graph/base/status_macros.h"
#include "graph/query/looks.h"
#include "graph/query/rows.h"

namespace onward::query {
namespace {

template <class T, class Like>
bool Selects(const std::vector<T>& list, const Like& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// Answers what a filter selects of one snapshot.
class Selector {
 public:
  Selector(const Judgements& judgements, const TransferFilter& filter)
      : judged_(judgements), filter_(filter) {}

  bool Flow(uint32_t number) const {
    const Snapshot& graph = judged_.snapshot();
    const bool party = filter_.parties.empty() || IsParty(graph.ExporterOf(number)) ||
                       IsParty(graph.ImporterOf(number));
    return party && (filter_.data_categories.empty() || Category(number, graph.TermsOf(number)));
  }
  bool Destination(const DestinationOutcome& destination) const {
    return Selects(filter_.verdicts, destination.verdict) &&
           Selects(filter_.destinations, destination.destination);
  }
  bool Lists(const DestinationOutcome& destination) const {
    return destination.verdict != verdict::Verdict::kNotATransfer ||
           filter_.include_not_a_transfer || !filter_.verdicts.empty();
  }

 private:
  bool IsParty(uint32_t party) const {
    return Selects(filter_.parties, judged_.snapshot().PartyId(party));
  }
  // Data that is not named may be any.
  bool Category(uint32_t number, const model::TermsView& flow) const {
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
bool ComesAfter(std::string_view flow, const std::string& destination,
                const std::optional<TransferKey>& after) {
  return !after.has_value() ||
         std::pair<std::string_view, std::string_view>(flow, destination) >
             std::pair<std::string_view, std::string_view>(after->flow, after->destination);
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

namespace {

struct PageRoom {
  size_t rows = 0;
  size_t origin_bytes = 0;
};

size_t OriginBytes(const TransferRow& row) {
  size_t bytes = 0;
  for (const std::string& origin : row.origins) {
    bytes += origin.size();
  }
  return bytes;
}

// Puts the rows of one page together: proofs are made for those alone.
class PageMaker {
 public:
  PageMaker(const Judgements& judgements, const std::optional<TransferKey>& after, PageRoom room,
            const std::function<bool()>& stop)
      : judged_(judgements), after_(after), room_(room), stop_(stop), history_(judgements) {}

  // Takes those of a flow's destinations that are `listed`, by their places in the list. False: stopped.
  bool Take(uint32_t flow, const std::vector<DestinationOutcome>& places,
            const std::vector<size_t>& listed) {
    std::vector<TransferRow> rows;
    for (const size_t i : listed) {
      if (!ComesAfter(judged_.snapshot().FlowId(flow), places[i].destination, after_)) {
        continue;
      }
      if (IsFull()) {
        more_ = true;
        return true;
      }
      if (rows.empty()) {
        page_.proofs.push_back(std::make_shared<const verdict::HopVerdict>(*judged_.Proof(flow)));
        auto made = RowsOf(judged_, flow, *page_.proofs.back(), history_, stop_);
        if (!made.has_value()) {
          return false;
        }
        rows = *std::move(made);
      }
      origin_bytes_ += OriginBytes(rows[i]);
      page_.rows.push_back(std::move(rows[i]));
    }
    return true;
  }

  TransferPage Finish(const VerdictCounts& summary) {
    page_.summary = summary;
    if (more_ && !page_.rows.empty()) {
      const TransferRow& last = page_.rows.back();
      page_.next = TransferKey{last.flow->id, last.verdict->destination};
    }
    return std::move(page_);
  }

 private:
  bool IsFull() const {
    return page_.rows.size() == room_.rows ||
           (!page_.rows.empty() && origin_bytes_ >= room_.origin_bytes);
  }

  const Judgements& judged_;
  const std::optional<TransferKey>& after_;
  const PageRoom room_;
  const std::function<bool()>& stop_;
  History history_;
  TransferPage page_;
  size_t origin_bytes_ = 0;
  bool more_ = false;
};

}  // namespace

TransferPage ListTransfers(const Judgements& judgements, const TransferFilter& filter,
                           const std::optional<TransferKey>& after, size_t limit) {
  return *ListTransfers(judgements, filter, after, limit, {});
}

absl::StatusOr<TransferPage> ListTransfers(const Judgements& judgements,
                                           const TransferFilter& filter,
                                           const std::optional<TransferKey>& after, size_t limit,
                                           const std::function<absl::Status()>& check,
                                           size_t origin_bytes_max) {
  const Selector selector(judgements, filter);
  Ending ended(check);
  const std::function<bool()> stop = std::ref(ended);
  PageMaker page(judgements, after, {limit, origin_bytes_max}, stop);
  VerdictCounts summary;
  std::vector<size_t> listed;
  uint32_t looked = 0;
  for (const uint32_t flow : judgements.snapshot().FlowsInOrder()) {
    // A row may be dear: how its verdict changes over time is computed for it.
    if (check && (looked++ % kFlowsPerLook == 0 || !listed.empty())) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    if (!judgements.arrivals().InEffect(flow) || !selector.Flow(flow)) {
      continue;
    }
    const std::vector<DestinationOutcome> places = judgements.PlacesOf(flow);
    listed.clear();
    for (size_t i = 0; i < places.size(); ++i) {
      if (selector.Destination(places[i])) {
        Count(places[i].verdict, summary);
        if (selector.Lists(places[i])) {
          listed.push_back(i);
        }
      }
    }
    if (!page.Take(flow, places, listed)) {
      return ended.status();
    }
  }
  return page.Finish(summary);
}

}  // namespace onward::query
