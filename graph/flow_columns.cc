#include "graph/flow_columns.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace onward::snapshot {
namespace {

template <class T>
void Permute(const std::vector<uint32_t>& order, std::vector<T>& column) {
  std::vector<T> sorted;
  sorted.reserve(column.size());
  for (const uint32_t from : order) {
    sorted.push_back(column[from]);
  }
  column = std::move(sorted);
}

}  // namespace

uint32_t TextList::LowerBound(std::string_view text) const {
  uint32_t low = 0;
  for (uint32_t high = size(); low < high;) {
    const uint32_t middle = low + (high - low) / 2;
    if (At(middle) < text) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void TextList::Shrink() {
  bytes_.shrink_to_fit();
  begins_.shrink_to_fit();
  blocks_.shrink_to_fit();
}

FlowColumnsBuilder::FlowColumnsBuilder(size_t flows) {
  made_.exporters.reserve(flows);
  made_.importers.reserve(flows);
  made_.intervals.reserve(flows);
  made_.terms.reserve(flows);
}

uint32_t FlowColumnsBuilder::PartyNumber(std::string_view id) {
  const auto known = party_numbers_.find(id);
  if (known != party_numbers_.end()) {
    return known->second;
  }
  const auto number = static_cast<uint32_t>(parties_.size());
  party_numbers_.emplace(parties_.emplace_back(id), number);
  return number;
}

void FlowColumnsBuilder::Add(std::string_view id, uint32_t exporter, uint32_t importer,
                             const Interval& interval, uint32_t terms) {
  const uint32_t flows = made_.ids.size();
  ascending_ = ascending_ && (flows == 0 || made_.ids.At(flows - 1) < id);
  made_.ids.Add(id);
  made_.exporters.push_back(exporter);
  made_.importers.push_back(importer);
  made_.intervals.push_back(interval);
  made_.terms.push_back(terms);
}

void FlowColumnsBuilder::Append(FlowColumnsBuilder other) {
  if (made_.size() == 0 && parties_.empty() && pool_.empty()) {
    *this = std::move(other);
    return;
  }
  std::vector<uint32_t> parties;
  parties.reserve(other.parties_.size());
  for (const std::string& id : other.parties_) {
    parties.push_back(PartyNumber(id));
  }
  const model::TermsPool pool = other.pool_.Take();
  std::vector<uint32_t> terms;
  terms.reserve(pool.size());
  for (uint32_t number = 0; number < pool.size(); ++number) {
    terms.push_back(pool_.Add(pool.At(number)));
  }
  const FlowColumns& more = other.made_;
  for (uint32_t flow = 0; flow < more.size(); ++flow) {
    Add(more.ids.At(flow), parties[more.exporters[flow]], parties[more.importers[flow]],
        more.intervals[flow], terms[more.terms[flow]]);
  }
}

void FlowColumnsBuilder::Sort() {
  std::vector<uint32_t> order(made_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return made_.ids.At(a) < made_.ids.At(b); });
  TextList ids;
  for (const uint32_t from : order) {
    ids.Add(made_.ids.At(from));
  }
  made_.ids = std::move(ids);
  Permute(order, made_.exporters);
  Permute(order, made_.importers);
  Permute(order, made_.intervals);
  Permute(order, made_.terms);
}

size_t FlowColumns::bytes() const {
  return (exporters.capacity() + importers.capacity() + terms.capacity()) * sizeof(uint32_t) +
         intervals.capacity() * sizeof(Interval);
}

FlowColumns FlowColumnsBuilder::Take(const std::vector<uint32_t>& numbers) {
  if (!ascending_) {
    Sort();
  }
  for (std::vector<uint32_t>* const ends : {&made_.exporters, &made_.importers}) {
    for (uint32_t& end : *ends) {
      end = numbers[end];
    }
  }
  made_.ids.Shrink();
  made_.exporters.shrink_to_fit();
  made_.importers.shrink_to_fit();
  made_.intervals.shrink_to_fit();
  made_.terms.shrink_to_fit();
  made_.pool = pool_.Take();
  return std::move(made_);
}

}  // namespace onward::snapshot
