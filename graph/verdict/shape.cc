#include "graph/verdict/shape.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace onward::verdict {
namespace {

template <class T>
const T* FindIn(const std::vector<T>& list, std::string_view id) {
  for (const T& item : list) {
    if (item.id == id) {
      return &item;
    }
  }
  return nullptr;
}

template <class T>
const std::vector<const T*>& NoneOf() {
  static const std::vector<const T*> kNone;
  return kNone;
}

// What a judgement reads of a place, but for its code and name.
auto TreatmentOf(const law::Jurisdiction& place, const law::Register& law) {
  const auto spans = [](const std::vector<law::TerritoryInterval>& intervals) {
    std::vector<std::pair<Date, Date>> list;
    list.reserve(intervals.size());
    for (const law::TerritoryInterval& interval : intervals) {
      list.emplace_back(interval.interval.from, interval.interval.until);
    }
    return list;
  };
  return std::make_tuple(static_cast<int>(place.kind), spans(place.directive_95_46),
                         spans(place.gdpr_territory), spans(place.free_flow),
                         law.DecisionsFor(place.code));
}

void Normalise(std::vector<Date>& dates) {
  std::sort(dates.begin(), dates.end());
  dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
}

class DateCollector {
 public:
  void Add(Date date) {
    if (!date.IsOpen()) {
      dates_.insert(date);
    }
  }
  void Add(const std::optional<Date>& date) {
    if (date.has_value()) {
      Add(*date);
    }
  }
  void Add(const Interval& interval) {
    Add(interval.from);
    Add(interval.until);
  }
  void Add(const std::vector<law::TerritoryInterval>& intervals) {
    for (const law::TerritoryInterval& interval : intervals) {
      Add(interval.interval);
    }
  }
  std::vector<Date> Sorted() const { return {dates_.begin(), dates_.end()}; }

 private:
  std::set<Date> dates_;
};

void AddDates(const law::Decision& decision, DateCollector& dates) {
  dates.Add(decision.adopted);
  dates.Add(decision.interval);
  for (const law::Exclusion& exclusion : decision.exclusions) {
    dates.Add(exclusion.interval);
  }
  for (const law::KnownEnd& end : decision.history) {
    dates.Add(end.known_from);
    dates.Add(end.until);
  }
}

void AddDates(const law::Instrument& instrument, DateCollector& dates) {
  dates.Add(instrument.interval);
  dates.Add(instrument.earliest_use);
  dates.Add(instrument.tia.from);
  if (instrument.legacy.has_value()) {
    dates.Add(instrument.legacy->contract_before);
    dates.Add(instrument.legacy->until);
  }
}

}  // namespace

bool MayBeUnsettled(const law::Jurisdiction& place) {
  return place.split_status || place.contested_from.has_value() || place.settled_from.has_value();
}

ShapeView::ShapeView(const Shape& shape, const model::Policy* policy)
    : shape_(shape), policy_(policy), feeding_(shape.feeding.size()) {
  std::iota(feeding_.begin(), feeding_.end(), 0);
}

const model::Party* ShapeView::FindParty(std::string_view id) const {
  return FindIn(shape_.parties, id);
}
const model::Location* ShapeView::FindLocation(std::string_view /*id*/) const { return nullptr; }
const model::Agreement* ShapeView::FindAgreement(std::string_view id) const {
  return FindIn(shape_.agreements, id);
}
// The flow of a shape names its agreements, and nobody else runs its sites.
std::span<const model::Agreement* const> ShapeView::AgreementsOf(std::string_view /*party*/) const {
  return {};
}
std::span<const uint32_t> ShapeView::FlowsFrom(std::string_view /*party*/) const { return {}; }
std::span<const uint32_t> ShapeView::FlowsInto(std::string_view party) const {
  return party == shape_.flow.exporter ? std::span<const uint32_t>(feeding_)
                                       : std::span<const uint32_t>();
}
model::FlowView ShapeView::ViewAt(uint32_t flow) const {
  return model::ViewOf(shape_.feeding[flow]);
}
const model::Policy* ShapeView::FindPolicy() const { return policy_; }

PlaceClasses::PlaceClasses(const law::Register& law) {
  std::map<decltype(TreatmentOf(law.jurisdictions().front(), law)), size_t> numbers;
  for (const law::Jurisdiction& place : law.jurisdictions()) {
    if (MayBeUnsettled(place)) {
      continue;
    }
    const size_t number = numbers.emplace(TreatmentOf(place, law), classes_.size()).first->second;
    if (number == classes_.size()) {
      classes_.emplace_back();
    }
    classes_[number].push_back(&place.code);
    class_of_.emplace(place.code, number);
  }
}

const std::vector<const std::string*>* PlaceClasses::ClassOf(const std::string& code) const {
  const auto at = class_of_.find(code);
  return at == class_of_.end() ? nullptr : &classes_[at->second];
}

const std::string& PlaceClasses::AnyLike(const std::string& code) const {
  const auto* like = ClassOf(code);
  return like == nullptr ? code : *like->front();
}

const std::string& PlaceClasses::AnotherLike(const std::string& code,
                                             const std::string& other) const {
  const std::string& any = AnyLike(code);
  // Two different codes with one representative: their class has at least two.
  return any == other ? *(*ClassOf(code))[1] : any;
}

DateClasses::DateClasses(const law::Register& law) {
  DateCollector dates;
  dates.Add(law.starts_on());
  for (const law::Jurisdiction& place : law.jurisdictions()) {
    dates.Add(place.directive_95_46);
    dates.Add(place.gdpr_territory);
    dates.Add(place.free_flow);
    dates.Add(place.contested_from);
    dates.Add(place.settled_from);
  }
  for (const law::Decision& decision : law.decisions()) {
    AddDates(decision, dates);
  }
  for (const law::Scheme& scheme : law.schemes()) {
    dates.Add(scheme.listable);
  }
  for (const law::Instrument& instrument : law.instruments()) {
    AddDates(instrument, dates);
  }
  law_ = dates.Sorted();
  DateCollector silent;
  silent.Add(law.starts_on());
  for (const law::Instrument& instrument : law.instruments()) {
    if (instrument.legacy.has_value()) {
      silent.Add(instrument.legacy->contract_before);
    }
  }
  silent_ = silent.Sorted();
}

DateClasses::Originals DateClasses::Replace(const std::vector<Date>& boundaries,
                                            Shape& shape) const {
  std::vector<Date> fixed = silent_;
  std::copy_if(boundaries.begin(), boundaries.end(), std::back_inserter(fixed),
               [this](Date date) { return std::binary_search(law_.begin(), law_.end(), date); });
  Normalise(fixed);
  std::vector<Date> dates;
  const auto collect = [&](const Date& date) {
    if (!date.IsOpen() && !std::binary_search(fixed.begin(), fixed.end(), date)) {
      dates.push_back(date);
    }
  };
  DateVisitor collector(collect);
  Fields(collector, shape);
  Normalise(dates);
  // Each takes the first free day after the fixed one before it. Before all of those there is room without
  // end.
  Originals originals;
  const auto at_first = std::lower_bound(dates.begin(), dates.end(), fixed.front());
  Date next = fixed.front().Plus(-static_cast<int32_t>(at_first - dates.begin()));
  for (const Date date : dates) {
    const auto after = std::upper_bound(fixed.begin(), fixed.end(), date);
    if (after != fixed.begin()) {
      next = std::max(next, (after - 1)->Plus(1));
    }
    originals.emplace_back(next, date);
    next = next.Plus(1);
  }
  const auto replace = [&](Date& date) {
    for (const auto& [replaced, original] : originals) {
      if (original == date) {
        date = replaced;
        return;
      }
    }
  };
  DateVisitor replacer(replace);
  Fields(replacer, shape);
  return originals;
}

Date OriginalOf(Date replaced, const DateClasses::Originals& originals) {
  for (const auto& [date, original] : originals) {
    if (date == replaced) {
      return original;
    }
  }
  return replaced;
}

}  // namespace onward::verdict
