#include "graph/reach/tally.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace onward::reach {

using verdict::Verdict;

uint32_t Tally::NumberOf(std::string_view id) {
  const auto [at, is_new] = numbers_.emplace(std::string(id), static_cast<uint32_t>(ids_.size()));
  if (is_new) {
    ids_.emplace_back(id);
    counts_.emplace_back();
  }
  return at->second;
}

int64_t Tally::All(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

bool Tally::ComesBefore(uint32_t a, uint32_t b) const {
  const Counts& one = counts_[a];
  const Counts& other = counts_[b];
  for (const Verdict verdict : {Verdict::kLacking, Verdict::kUndetermined, Verdict::kConditional}) {
    if (Of(one, verdict) != Of(other, verdict)) {
      return Of(one, verdict) > Of(other, verdict);
    }
  }
  return All(one) != All(other) ? All(one) > All(other) : ids_[a] < ids_[b];
}

SummaryEntry Tally::EntryOf(uint32_t number, std::string name) const {
  const auto of = [&](Verdict verdict) {
    return static_cast<uint64_t>(Of(counts_[number], verdict));
  };
  return {ids_[number],
          std::move(name),
          {of(Verdict::kNotATransfer), of(Verdict::kCovered), of(Verdict::kConditional),
           of(Verdict::kLacking), of(Verdict::kUndetermined)}};
}

SummaryList Tally::Top(size_t top,
                       const std::function<std::string(const std::string&)>& name) const {
  std::vector<uint32_t> numbers;
  for (uint32_t number = 0; number < counts_.size(); ++number) {
    if (All(counts_[number]) > 0) {
      numbers.push_back(number);
    }
  }
  SummaryList list;
  list.count = numbers.size();
  const auto end = numbers.begin() + static_cast<std::ptrdiff_t>(std::min(top, numbers.size()));
  std::partial_sort(numbers.begin(), end, numbers.end(),
                    [this](uint32_t a, uint32_t b) { return ComesBefore(a, b); });
  for (auto at = numbers.begin(); at != end; ++at) {
    list.entries.push_back(EntryOf(*at, name(ids_[*at])));
  }
  return list;
}

}  // namespace onward::reach
