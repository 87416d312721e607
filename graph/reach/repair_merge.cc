#include "graph/reach/repair_merge.h"

#include <algorithm>

namespace onward::reach {
namespace {

template <class T>
void AddMissing(const std::vector<T>& more, std::vector<T>& list) {
  for (const T& item : more) {
    if (std::find(list.begin(), list.end(), item) == list.end()) {
      list.push_back(item);
    }
  }
}

// Lists that limit what an agreement is about: empty means all.
void Widen(const model::Strings& more, model::Strings& list) {
  if (more.empty() || list.empty()) {
    list.clear();
    return;
  }
  AddMissing(more, list);
}

model::Record Merge(const model::Agreement& record, const model::Agreement& other) {
  model::Agreement merged = record;
  AddMissing(other.parties, merged.parties);
  AddMissing(other.sides, merged.sides);
  AddMissing(other.instruments, merged.instruments);
  AddMissing(other.tias, merged.tias);
  AddMissing(other.statements, merged.statements);
  Widen(other.data_categories, merged.data_categories);
  Widen(other.data_subject_categories, merged.data_subject_categories);
  Widen(other.purposes, merged.purposes);
  merged.interval.until = std::max(merged.interval.until, other.interval.until);
  return merged;
}

model::Record Merge(const model::Party& record, const model::Party& other) {
  model::Party merged = record;
  AddMissing(other.certifications, merged.certifications);
  AddMissing(other.statements, merged.statements);
  return merged;
}

model::Record Merge(const model::Flow* base, const model::Flow& record, const model::Flow& other) {
  model::Flow merged = record;
  AddMissing(other.statements, merged.statements);
  AddMissing(other.agreements, merged.agreements);
  if (base == nullptr || other.derogation != base->derogation) {
    merged.derogation = other.derogation;
  }
  return merged;
}

}  // namespace

model::Record MergeRecords(const model::Record* base, const model::Record& record,
                           const model::Record& other) {
  if (const auto* agreement = std::get_if<model::Agreement>(&record)) {
    return Merge(*agreement, std::get<model::Agreement>(other));
  }
  if (const auto* party = std::get_if<model::Party>(&record)) {
    return Merge(*party, std::get<model::Party>(other));
  }
  if (const auto* flow = std::get_if<model::Flow>(&record)) {
    return Merge(base == nullptr ? nullptr : &std::get<model::Flow>(*base), *flow,
                 std::get<model::Flow>(other));
  }
  return other;
}

}  // namespace onward::reach
