#include "graph/verdict/prepare_exporters.h"

#include <algorithm>

#include "graph/verdict/adequacy.h"
#include "graph/verdict/territory.h"

namespace onward::verdict {
namespace {

// Binds nobody, on no day, and no decision is about it.
bool IsNowhere(const law::Jurisdiction& place, const law::Register& law) {
  return place.kind == law::JurisdictionKind::kCountry && place.directive_95_46.empty() &&
         place.gdpr_territory.empty() && place.free_flow.empty() && !MayBeUnsettled(place) &&
         law.DecisionsFor(place.code).empty();
}

void Add(const Interval& interval, std::vector<Date>& dates) {
  dates.push_back(interval.from);
  dates.push_back(interval.until);
}

}  // namespace

ExporterTable::ExporterTable(const PartyTable& parties, const law::Register& law, Date law_known_at,
                             const model::Policy* policy, const Mechanisms& mechanisms)
    : parties_(parties),
      law_(law),
      law_known_at_(law_known_at),
      policy_(policy),
      mechanisms_(mechanisms) {
  for (const law::Jurisdiction& place : law.jurisdictions()) {
    if (nowhere_ == nullptr && IsNowhere(place, law)) {
      nowhere_ = &place;
    }
  }
}

uint32_t ExporterTable::NumberOf(EntityShape shape) {
  std::string key;
  FieldWriter writer(key);
  writer(shape);
  const auto [at, is_new] = numbers_.emplace(std::move(key), static_cast<uint32_t>(shapes_.size()));
  if (is_new) {
    shapes_.push_back(std::move(shape));
  }
  return at->second;
}

bool ExporterTable::IsSimple(const EntityShape& shape) const {
  if (nowhere_ == nullptr || shape.size() != 1) {
    return false;
  }
  const law::Jurisdiction* place = law_.FindJurisdiction(shape.front().establishment);
  return place != nullptr && !MayBeUnsettled(*place) && !IsAnywhere(*place);
}

uint32_t ExporterTable::Unplaced(uint32_t shape) {
  const auto [at, is_new] = unplaced_.emplace(shape, kNone);
  if (is_new && IsSimple(parties_.Shape(shape))) {
    EntityShape rest = parties_.Shape(shape);
    rest.front().establishment = nowhere_->code;
    rest.front().gdpr_subject.clear();
    rest.front().certifications.clear();
    at->second = NumberOf(std::move(rest));
  }
  return at->second;
}

uint32_t ExporterTable::Controller(uint32_t shape) {
  const auto [at, is_new] = controllers_.emplace(shape, kNone);
  if (is_new) {
    EntityShape rest = parties_.Shape(shape);
    for (model::Party& member : rest) {
      member.establishment.clear();
      member.gdpr_subject.clear();
      member.certifications.clear();
    }
    at->second = NumberOf(std::move(rest));
  }
  return at->second;
}

std::vector<Date> ExporterTable::DatesOf(const model::Party& party) const {
  std::vector<Date> dates = {Date::Min()};
  for (const Interval& interval : party.gdpr_subject) {
    Add(interval, dates);
  }
  const law::Jurisdiction& place = *law_.FindJurisdiction(party.establishment);
  for (const law::TerritoryInterval& interval : place.directive_95_46) {
    Add(interval.interval, dates);
  }
  for (const law::TerritoryInterval& interval : place.gdpr_territory) {
    Add(interval.interval, dates);
  }
  for (const law::Decision* decision : law_.DecisionsFor(party.establishment)) {
    Add(decision->IntervalKnownAt(law_known_at_), dates);
  }
  std::erase(dates, Date::Max());
  std::sort(dates.begin(), dates.end());
  dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
  return dates;
}

ExporterPhase ExporterTable::PhaseOn(const model::Party& party, std::optional<bool> stated,
                                     Date day) const {
  model::Flow flow;
  flow.exporter_gdpr_subject = stated;
  const verdict::Shape nobody;
  const ShapeView view(nobody, policy_);
  const Hop hop = {flow, view, law_, {day, law_known_at_}, {}, {&party}, {&party}};
  ExporterPhase phase;
  phase.from = day;
  phase.bound = BoundUnder(hop, Reading{}) == true;
  const law::Decision* decision = DecisionInForce(party.establishment, hop);
  if (decision != nullptr &&
      hop.Policy().onward_after_adequacy != model::ContestedReading::kStrict) {
    phase.local_rules = mechanisms_.find(decision->id)->second;
  }
  return phase;
}

const std::vector<ExporterPhase>& ExporterTable::Phases(uint32_t shape,
                                                        std::optional<bool> stated) {
  const auto [at, is_new] = phases_.try_emplace({shape, stated});
  if (is_new) {
    const model::Party& party = parties_.Shape(shape).front();
    for (const Date day : DatesOf(party)) {
      const ExporterPhase phase = PhaseOn(party, stated, day);
      const bool same = !at->second.empty() && at->second.back().bound == phase.bound &&
                        at->second.back().local_rules == phase.local_rules;
      if (!same) {
        at->second.push_back(phase);
      }
    }
  }
  return at->second;
}

}  // namespace onward::verdict
