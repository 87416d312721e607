#include "graph/flow_columns.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "absl/hash/hash.h"

namespace onward::snapshot {
namespace {

// Mixes what is told into one number.
class Mixer {
 public:
  template <class... Values>
  void All(const Values&... values) {
    (Add(values), ...);
  }
  size_t sum() const { return sum_; }

 private:
  template <class T>
  void Mix(const T& value) {
    sum_ = absl::HashOf(sum_, value);
  }
  template <class T>
  void Add(const T& value) {
    Mix(value);
  }
  void Add(const std::string& text) { Mix(std::string_view(text)); }
  void Add(Date day) { Mix(day.days()); }
  void Add(const Interval& i) { All(i.from, i.until); }
  void Add(const model::Source& s) { All(s.document, s.section, s.retrieved_on, s.grade); }
  void Add(const model::Site& s) { All(s.location, s.country, s.operator_party, s.operation); }
  void Add(const model::Derogation& d) { All(d.instrument, d.repetitive, d.justification); }
  void Add(const model::CopyEnd& c) { All(c.outcome, c.on); }
  void Add(const model::Statement& s) { All(s.condition, s.met, s.interval, s.source); }
  void Add(const model::Labels& labels) {
    Mix(labels.size());
    for (const auto& [key, value] : labels) {
      All(key, value);
    }
  }
  template <class T>
  void Add(const std::optional<T>& value) {
    Mix(value.has_value());
    if (value.has_value()) {
      Add(*value);
    }
  }
  template <class T>
  void Add(const std::vector<T>& list) {
    Mix(list.size());
    for (const T& item : list) {
      Add(item);
    }
  }

  size_t sum_ = 0;
};

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

size_t FlowColumnsBuilder::Hash::operator()(const model::FlowTerms* terms) const {
  const model::FlowTerms& t = *terms;
  Mixer mixer;
  mixer.All(t.exporter_role, t.importer_role, t.exporter_gdpr_subject, t.importer_gdpr_subject,
            t.activities, t.on_behalf_of, t.data_categories, t.data_subject_categories, t.purposes,
            t.sites, t.protection, t.agreements, t.derogation, t.sub_processor_authorisation,
            t.collection, t.copy_ends, t.statements, t.labels, t.sources);
  return mixer.sum();
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

uint32_t FlowColumnsBuilder::TermsNumber(TermsPtr terms) {
  const auto [at, is_new] =
      terms_numbers_.emplace(terms.get(), static_cast<uint32_t>(made_.all_terms.size()));
  if (is_new) {
    made_.all_terms.push_back(std::move(terms));
  }
  return at->second;
}

uint32_t FlowColumnsBuilder::TermsNumber(const model::FlowTerms& terms) {
  const auto known = terms_numbers_.find(&terms);
  return known != terms_numbers_.end()
             ? known->second
             : TermsNumber(std::make_shared<const model::FlowTerms>(terms));
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
  made_.all_terms.shrink_to_fit();
  return std::move(made_);
}

}  // namespace onward::snapshot
