// What the records state, and on which days an agreement stands.
#include <algorithm>

#include "tests/oracle/naive_case.h"

namespace onward::oracle {
namespace {

using model::Agreement;
using model::AgreementSide;

std::optional<bool> In(const std::vector<model::Statement>& statements, const std::string& id,
                       Date day) {
  for (const model::Statement& s : statements) {
    if (s.condition == id && s.interval.Contains(day)) {
      return s.met;
    }
  }
  return std::nullopt;
}

// What the agreements that count state together; where they disagree, `cautious`.
std::optional<bool> Agreed(const Facts& facts, const std::string& id, const Agreement* only,
                           bool every_one_in_force, bool cautious) {
  std::optional<bool> agreed;
  for (const Agreement& a : facts.world.agreements) {
    if (&a != only && !(every_one_in_force && InForce(facts, a))) {
      continue;
    }
    if (const auto v = In(a.statements, id, facts.day)) {
      agreed = agreed.has_value() && *agreed != *v ? cautious : *v;
    }
  }
  return agreed;
}

// The days on which the agreement binds a party on a side.
std::vector<Interval> Terms(const Agreement& a, const std::string& party, AgreementSide side) {
  Interval term = a.interval;
  term.from = std::max(term.from, a.signed_on.value_or(term.from));
  bool has_entry = false;
  std::vector<Interval> terms;
  for (const model::AgreementParty& p : a.sides) {
    if (p.party != party) {
      continue;
    }
    has_entry = true;
    if (p.side == side || p.side == AgreementSide::kBoth) {
      terms.push_back(term.Meet(p.interval));
    }
  }
  if (!has_entry) {
    terms.push_back(term);
  }
  return terms;
}

bool AnyContains(const std::vector<Interval>& terms, Date day) {
  return std::any_of(terms.begin(), terms.end(),
                     [day](const Interval& i) { return i.Contains(day); });
}

}  // namespace

std::optional<bool> Stated(const Facts& facts, const std::string& id, Of of,
                           const Agreement* agreement) {
  if (const auto v = In(facts.flow.statements, id, facts.day)) {
    return v;
  }
  if (const auto v = Agreed(facts, id, agreement, of == Of::kAdequacy, false)) {
    return v;
  }
  const auto importer = In(facts.importer.statements, id, facts.day);
  const auto exporter = In(facts.exporter.statements, id, facts.day);
  if (of == Of::kAdequacy) {
    return importer;
  }
  const auto& speaker = of == Of::kSafeguard ? importer : exporter;
  const auto& other = of == Of::kSafeguard ? exporter : importer;
  return other == false ? other : speaker;
}

bool ExclusionApplies(const Facts& facts, const std::string& id) {
  if (const auto v = In(facts.flow.statements, id, facts.day)) {
    return *v;
  }
  if (const auto v = Agreed(facts, id, nullptr, true, true)) {
    return *v;
  }
  return In(facts.importer.statements, id, facts.day) == true;
}

bool StatedAsNot(const Facts& facts, const std::string& id, const Agreement& agreement) {
  for (const auto* statements : {&facts.flow.statements, &agreement.statements}) {
    if (const auto v = In(*statements, id, facts.day)) {
      return !*v;
    }
  }
  return In(facts.exporter.statements, id, facts.day) != true &&
         In(facts.importer.statements, id, facts.day) == false;
}

std::optional<bool> Conditions(const Facts& facts, const std::vector<law::Condition>& conditions,
                               Of of, const Agreement* agreement) {
  bool open = false;
  for (const law::Condition& c : conditions) {
    const std::optional<bool> met = Stated(facts, c.id, of, agreement);
    if (met == false || (!met.has_value() && c.if_unstated == law::ConditionDefault::kNotMet)) {
      return false;
    }
    open = open || (!met.has_value() && c.if_unstated == law::ConditionDefault::kOpen);
  }
  return open ? std::nullopt : std::optional<bool>(true);
}

bool InForce(const Facts& facts, const Agreement& a) {
  return AnyContains(Terms(a, facts.exporter.id, AgreementSide::kExporter), facts.day) &&
         AnyContains(Terms(a, facts.importer.id, AgreementSide::kImporter), facts.day);
}

}  // namespace onward::oracle
