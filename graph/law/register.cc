#include "graph/law/register.h"

#include <algorithm>
#include <utility>

namespace onward::law {
namespace {

const TerritoryInterval* FindOn(const std::vector<TerritoryInterval>& intervals, Date day) {
  const auto it = std::find_if(intervals.begin(), intervals.end(), [&](const TerritoryInterval& t) {
    return t.interval.Contains(day);
  });
  return it == intervals.end() ? nullptr : &*it;
}

template <typename Entry, typename Key>
void SortBy(std::vector<Entry>& entries, Key key) {
  std::sort(entries.begin(), entries.end(),
            [&](const Entry& a, const Entry& b) { return a.*key < b.*key; });
}

template <typename Entry, typename Key, typename Index>
void IndexBy(const std::vector<Entry>& entries, Key key, Index& index) {
  for (const Entry& entry : entries) {
    index.emplace(entry.*key, &entry);
  }
}

template <typename Index>
typename Index::mapped_type Lookup(const Index& index, std::string_view key) {
  const auto it = index.find(key);
  return it == index.end() ? nullptr : it->second;
}

using ConditionTexts = std::map<std::string, std::string, std::less<>>;

// One id may be asked for in several words (necessary: for this contract, for that claim): all are kept.
void AddCondition(const std::string& id, const std::string& text, ConditionTexts& texts) {
  if (id.empty()) {
    return;
  }
  const auto [it, is_new] = texts.emplace(id, text);
  if (!is_new && it->second.find(text) == std::string::npos) {
    it->second += " / " + text;
  }
}

void AddConditions(const Decision& decision, ConditionTexts& texts) {
  for (const Condition& condition : decision.conditions) {
    AddCondition(condition.id, condition.requirement, texts);
  }
  for (const Exclusion& exclusion : decision.exclusions) {
    AddCondition(exclusion.id, exclusion.excludes, texts);
  }
}

void AddConditions(const Instrument& instrument, ConditionTexts& texts) {
  for (const Condition& condition : instrument.conditions) {
    AddCondition(condition.id, condition.requirement, texts);
  }
  AddCondition(instrument.tia.condition, instrument.tia.note, texts);
  if (instrument.legacy && instrument.legacy->condition) {
    AddCondition(instrument.legacy->condition->id, instrument.legacy->condition->requirement,
                 texts);
  }
}

}  // namespace

bool Jurisdiction::BindsExporter(Date day) const {
  return FindOn(directive_95_46, day) != nullptr || FindOn(gdpr_territory, day) != nullptr;
}

const TerritoryInterval* Jurisdiction::FreeFlowOn(Date day) const { return FindOn(free_flow, day); }

bool Jurisdiction::UnsettledOn(Date day) const {
  return split_status || (contested_from && *contested_from <= day) ||
         (settled_from && day < *settled_from);
}

Interval Decision::IntervalKnownAt(Date known_at) const {
  if (known_at < adopted) {
    return {interval.from, interval.from};
  }
  Interval known{interval.from, history.empty() ? interval.until : Date::Max()};
  for (const KnownEnd& end : history) {
    if (end.known_from <= known_at) {
      known.until = end.until;
    }
  }
  return known;
}

Register::Register(RegisterParts parts) : parts_(std::move(parts)) {
  SortBy(parts_.jurisdictions, &Jurisdiction::code);
  SortBy(parts_.decisions, &Decision::id);
  SortBy(parts_.schemes, &Scheme::id);
  SortBy(parts_.instruments, &Instrument::id);
  IndexBy(parts_.jurisdictions, &Jurisdiction::code, jurisdictions_by_code_);
  IndexBy(parts_.decisions, &Decision::id, decisions_by_id_);
  IndexBy(parts_.schemes, &Scheme::id, schemes_by_id_);
  IndexBy(parts_.instruments, &Instrument::id, instruments_by_id_);
  for (const Decision& decision : parts_.decisions) {
    AddConditions(decision, conditions_);
    for (const std::string& code : decision.codes) {
      decisions_by_code_[code].push_back(&decision);
    }
  }
  for (auto& [code, decisions] : decisions_by_code_) {
    std::stable_sort(decisions.begin(), decisions.end(), [](const Decision* a, const Decision* b) {
      return a->interval.from < b->interval.from;
    });
  }
  for (const Instrument& instrument : parts_.instruments) {
    AddConditions(instrument, conditions_);
  }
}

const Jurisdiction* Register::FindJurisdiction(std::string_view code) const {
  return Lookup(jurisdictions_by_code_, code);
}

const Decision* Register::FindDecision(std::string_view id) const {
  return Lookup(decisions_by_id_, id);
}

const Scheme* Register::FindScheme(std::string_view id) const { return Lookup(schemes_by_id_, id); }

const Instrument* Register::FindInstrument(std::string_view id) const {
  return Lookup(instruments_by_id_, id);
}

const std::string* Register::FindCondition(std::string_view id) const {
  const auto it = conditions_.find(id);
  return it == conditions_.end() ? nullptr : &it->second;
}

const std::vector<const Decision*>& Register::DecisionsFor(std::string_view code) const {
  static const std::vector<const Decision*> kNone;
  const auto it = decisions_by_code_.find(code);
  return it == decisions_by_code_.end() ? kNone : it->second;
}

}  // namespace onward::law
