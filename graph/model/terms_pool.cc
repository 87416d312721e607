#include "graph/model/terms_pool.h"

#include <string_view>
#include <utility>

#include "absl/hash/hash.h"

namespace onward::model {
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
  void Add(const Source& s) { All(s.document, s.section, s.retrieved_on, s.grade); }
  void Add(const Site& s) { All(s.location, s.country, s.operator_party, s.operation); }
  void Add(const Derogation& d) { All(d.instrument, d.repetitive, d.justification); }
  void Add(const CopyEnd& c) { All(c.outcome, c.on); }
  void Add(const Statement& s) { All(s.condition, s.met, s.interval, s.source); }
  void Add(const Labels& labels) {
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

template <class... Values>
size_t HashOf(const Values&... values) {
  Mixer mixer;
  mixer.All(values...);
  return mixer.sum();
}

constexpr uint8_t kStatedNo = 1;
constexpr uint8_t kStatedYes = 2;

uint8_t StatedNumber(std::optional<bool> stated) {
  if (!stated.has_value()) {
    return 0;
  }
  return *stated ? kStatedYes : kStatedNo;
}

std::optional<bool> StatedFrom(uint8_t number) {
  return number == 0 ? std::nullopt : std::optional(number == kStatedYes);
}

}  // namespace

TermsView TermsPool::At(uint32_t number) const {
  const Row& row = rows_[number];
  return {static_cast<Role>(row.exporter_role),
          static_cast<Role>(row.importer_role),
          StatedFrom(row.exporter_gdpr_subject),
          StatedFrom(row.importer_gdpr_subject),
          static_cast<Protection>(row.protection),
          static_cast<SubProcessorAuthorisation>(row.sub_processor_authorisation),
          static_cast<Collection>(row.collection),
          strings_[row.activities],
          strings_[row.on_behalf_of],
          strings_[row.data_categories],
          strings_[row.data_subject_categories],
          strings_[row.purposes],
          strings_[row.agreements],
          sites_[row.sites],
          derogations_[row.derogation],
          copy_ends_[row.copy_ends],
          statements_[row.statements],
          labels_[row.labels],
          sources_[row.sources]};
}

template <class T, class IsSame, class Make>
uint32_t TermsPoolBuilder::Numbers::Find(std::vector<T>& list, size_t hash, const IsSame& is_same,
                                         const Make& make) {
  const auto number = static_cast<uint32_t>(list.size());
  const auto [at, is_new] = first_.emplace(hash, number);
  next_.resize(number, 0);
  if (!is_new) {
    uint32_t known = at->second;
    while (!is_same(known)) {
      if (next_[known] == 0) {
        next_[known] = number;
        known = number;
        break;
      }
      known = next_[known];
    }
    if (known != number) {
      return known;
    }
  }
  list.push_back(make());
  next_.push_back(0);
  return number;
}

// The empty one has number 0.
template <class T>
uint32_t TermsPoolBuilder::Part(const T& value, bool is_empty, std::vector<T>& list,
                                Numbers& numbers) {
  if (is_empty) {
    return 0;
  }
  return numbers.Find(
      list, HashOf(value), [&](uint32_t known) { return list[known] == value; },
      [&]() -> const T& { return value; });
}

TermsPoolBuilder::TermsPoolBuilder() {
  made_.strings_.emplace_back();
  made_.sites_.emplace_back();
  made_.derogations_.emplace_back();
  made_.copy_ends_.emplace_back();
  made_.statements_.emplace_back();
  made_.labels_.emplace_back();
  made_.sources_.emplace_back();
}

uint32_t TermsPoolBuilder::Add(const TermsView& terms) {
  TermsPool& pool = made_;
  const auto strings = [&](const Strings& list) {
    return Part(list, list.empty(), pool.strings_, strings_);
  };
  TermsPool::Row row;
  row.activities = strings(terms.activities);
  row.on_behalf_of = strings(terms.on_behalf_of);
  row.data_categories = strings(terms.data_categories);
  row.data_subject_categories = strings(terms.data_subject_categories);
  row.purposes = strings(terms.purposes);
  row.agreements = strings(terms.agreements);
  row.sites = Part(terms.sites, terms.sites.empty(), pool.sites_, sites_);
  row.derogation =
      Part(terms.derogation, !terms.derogation.has_value(), pool.derogations_, derogations_);
  row.copy_ends = Part(terms.copy_ends, !terms.copy_ends.has_value(), pool.copy_ends_, copy_ends_);
  row.statements = Part(terms.statements, terms.statements.empty(), pool.statements_, statements_);
  row.labels = Part(terms.labels, terms.labels.empty(), pool.labels_, labels_);
  row.sources = Part(terms.sources, terms.sources.empty(), pool.sources_, sources_);
  row.exporter_role = static_cast<uint8_t>(terms.exporter_role);
  row.importer_role = static_cast<uint8_t>(terms.importer_role);
  row.exporter_gdpr_subject = StatedNumber(terms.exporter_gdpr_subject);
  row.importer_gdpr_subject = StatedNumber(terms.importer_gdpr_subject);
  row.protection = static_cast<uint8_t>(terms.protection);
  row.sub_processor_authorisation = static_cast<uint8_t>(terms.sub_processor_authorisation);
  row.collection = static_cast<uint8_t>(terms.collection);
  const size_t hash = absl::HashOf(
      row.activities, row.on_behalf_of, row.data_categories, row.data_subject_categories,
      row.purposes, row.agreements, row.sites, row.derogation, row.copy_ends, row.statements,
      row.labels, row.sources, row.exporter_role, row.importer_role, row.exporter_gdpr_subject,
      row.importer_gdpr_subject, row.protection, row.sub_processor_authorisation, row.collection);
  return rows_.Find(
      pool.rows_, hash, [&](uint32_t known) { return pool.rows_[known] == row; },
      [&]() -> const TermsPool::Row& { return row; });
}

TermsPool TermsPoolBuilder::Take() {
  made_.rows_.shrink_to_fit();
  made_.strings_.shrink_to_fit();
  made_.sites_.shrink_to_fit();
  made_.derogations_.shrink_to_fit();
  made_.copy_ends_.shrink_to_fit();
  made_.statements_.shrink_to_fit();
  made_.labels_.shrink_to_fit();
  made_.sources_.shrink_to_fit();
  return std::move(made_);
}

}  // namespace onward::model
