#include "graph/reach/exposure_rows.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "graph/base/status_macros.h"
#include "graph/reach/places.h"

namespace onward::reach {
namespace {

using query::DestinationOutcome;

// Strings by number, in their order.
std::vector<std::string> Sorted(const std::map<std::string, uint32_t>& numbers,
                                std::vector<uint32_t>& order) {
  std::vector<std::string> sorted;
  order.resize(numbers.size());
  for (const auto& [text, number] : numbers) {
    order[number] = static_cast<uint32_t>(sorted.size());
    sorted.push_back(text);
  }
  return sorted;
}

uint32_t NumberOf(const std::string& text, std::map<std::string, uint32_t>& numbers) {
  return numbers.emplace(text, static_cast<uint32_t>(numbers.size())).first->second;
}

// Finds the rows of one recipient after the other.
class RowFinder {
 public:
  RowFinder(const Labels& labels, const OutsidePlaces& places, ExposureTable& table)
      : labels_(labels), graph_(labels.graph()), places_(places), table_(table) {}

  void Find(uint32_t recipient) {
    const size_t begin = table_.rows.size();
    for (const uint32_t edge : graph_.In(recipient)) {
      const auto places = places_.Of(edge);
      if (places.empty() || !labels_.Carries(edge)) {
        continue;
      }
      for (const OutsidePlace& place : places) {
        Take(begin, recipient, edge, place);
      }
    }
  }

 private:
  void Take(size_t begin, uint32_t recipient, uint32_t edge, const OutsidePlace& place) {
    size_t at = begin;
    while (at < table_.rows.size() && table_.rows[at].code != place.code) {
      ++at;
    }
    if (at == table_.rows.size()) {
      table_.rows.push_back({labels_.origin(), recipient, place.code, edge, place.verdict,
                             place.reason, place.mechanism});
      table_.categories.resize(table_.categories.size() + graph_.words(), 0);
    } else if (Decides(edge, place, table_.rows[at])) {
      table_.rows[at] = {labels_.origin(), recipient,    place.code,     edge,
                         place.verdict,    place.reason, place.mechanism};
    }
    for (uint32_t word = 0; word < graph_.words(); ++word) {
      table_.categories[at * graph_.words() + word] |= labels_.Carried(edge, word);
    }
  }

  bool Decides(uint32_t edge, const OutsidePlace& place, const ExposureCore& row) const {
    const int badness = verdict::Badness(place.verdict);
    const int before = verdict::Badness(row.verdict);
    return badness != before ? badness > before
                             : graph_.snapshot().FlowId(graph_.FlowOf(edge)) <
                                   graph_.snapshot().FlowId(graph_.FlowOf(row.edge));
  }

  const Labels& labels_;
  const DayGraph& graph_;
  const OutsidePlaces& places_;
  ExposureTable& table_;
};

// Rows from `begin` on in order of recipient and destination.
void Sort(const DayGraph& graph, size_t begin, ExposureTable& table) {
  std::vector<uint32_t> order(table.rows.size() - begin);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const ExposureCore& left = table.rows[begin + a];
    const ExposureCore& right = table.rows[begin + b];
    return std::make_tuple(graph.RankOf(left.recipient), left.code) <
           std::make_tuple(graph.RankOf(right.recipient), right.code);
  });
  std::vector<ExposureCore> rows;
  std::vector<uint64_t> categories;
  rows.reserve(order.size());
  categories.reserve(order.size() * graph.words());
  for (const uint32_t at : order) {
    rows.push_back(table.rows[begin + at]);
    const auto words =
        table.categories.begin() + static_cast<std::ptrdiff_t>((begin + at) * graph.words());
    categories.insert(categories.end(), words, words + graph.words());
  }
  std::copy(rows.begin(), rows.end(), table.rows.begin() + static_cast<std::ptrdiff_t>(begin));
  std::copy(categories.begin(), categories.end(),
            table.categories.begin() + static_cast<std::ptrdiff_t>(begin * graph.words()));
}

}  // namespace

std::shared_ptr<const OutsidePlaces> OutsidePlaces::Of(const DayGraphPtr& graph) {
  return graph->judged().memo().Get<OutsidePlaces>([&] {
    auto made = std::make_shared<OutsidePlaces>();
    const query::Judgements& judged = graph->judged();
    const Date day = judged.question().as_of;
    std::map<std::string, uint32_t> codes;
    std::map<std::string, uint32_t> mechanisms;
    for (uint32_t edge = 0; edge < graph->edges(); ++edge) {
      made->begin_.push_back(static_cast<uint32_t>(made->places_.size()));
      if (graph->KindOf(edge) == DayGraph::Kind::kPast) {
        continue;
      }
      for (const DestinationOutcome& outcome : PlacesOf(*graph, edge)) {
        if (IsOutside(outcome.destination, judged.law(), day)) {
          made->places_.push_back({NumberOf(outcome.destination, codes),
                                   NumberOf(outcome.mechanism, mechanisms), outcome.verdict,
                                   outcome.reason});
        }
      }
    }
    made->begin_.push_back(static_cast<uint32_t>(made->places_.size()));
    std::vector<uint32_t> code_order;
    std::vector<uint32_t> mechanism_order;
    made->codes_ = Sorted(codes, code_order);
    made->mechanisms_ = Sorted(mechanisms, mechanism_order);
    for (OutsidePlace& place : made->places_) {
      place.code = code_order[place.code];
      place.mechanism = mechanism_order[place.mechanism];
    }
    return std::shared_ptr<const OutsidePlaces>(std::move(made));
  });
}

absl::Status AddRows(const Labels& labels, const OutsidePlaces& places, const ExposureCheck& check,
                     ExposureTable& table) {
  const DayGraph& graph = labels.graph();
  const size_t begin = table.rows.size();
  RowFinder finder(labels, places, table);
  size_t unchecked = 0;
  for (const uint32_t vertex : labels.reached()) {
    if (graph.IsPast(vertex)) {
      continue;
    }
    finder.Find(vertex);
    unchecked += graph.In(vertex).size();
    if (unchecked >= kEdgesPerCheck) {
      unchecked = 0;
      ONWARD_RETURN_IF_ERROR(check(table.rows.size()));
    }
  }
  Sort(graph, begin, table);
  return check(table.rows.size());
}

}  // namespace onward::reach
