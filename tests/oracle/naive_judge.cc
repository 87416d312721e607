#include "tests/oracle/naive_judge.h"

#include <algorithm>

#include "tests/oracle/naive_case.h"

namespace onward::oracle {
namespace {

using model::Role;
using verdict::Reason;
using verdict::Verdict;

bool ExporterCountryIsAdequate(const Facts& facts) {
  const auto& decisions = facts.law.DecisionsFor(facts.exporter.establishment);
  return std::any_of(decisions.begin(), decisions.end(), [&](const law::Decision* d) {
    return d->in_scope && d->IntervalKnownAt(facts.known_at).Contains(facts.day);
  });
}

// The reasons of every try that `filter` lets through.
template <typename Filter>
std::set<Reason> ReasonsOf(const std::vector<Try>& tries, Filter filter) {
  std::set<Reason> reasons;
  for (const Try& t : tries) {
    if (filter(t)) {
      reasons.insert(t.reasons.begin(), t.reasons.end());
    }
  }
  return reasons;
}

// Nothing carries: what is on file says why.
Answer Failed(const std::vector<Try>& tries) {
  for (const Try& t : tries) {
    if (t.verdict == Verdict::kUndetermined) {
      return {Verdict::kUndetermined, t.reasons};
    }
  }
  const bool any_documented =
      std::any_of(tries.begin(), tries.end(), [](const Try& t) { return t.documented; });
  Answer answer{Verdict::kLacking, ReasonsOf(tries, [any_documented](const Try& t) {
                  return t.documented || !any_documented;
                })};
  if (answer.reasons.empty()) {
    answer.reasons = {Reason::kNoMechanism};
  }
  return answer;
}

// The best try wins.
Answer Decide(const Facts& facts, const std::vector<Try>& tries) {
  for (const Verdict wanted : {Verdict::kCovered, Verdict::kConditional}) {
    Answer answer{wanted, ReasonsOf(tries, [wanted](const Try& t) { return t.verdict == wanted; })};
    if (!answer.reasons.empty()) {
      return answer;
    }
  }
  const bool local_rules_suffice =
      facts.world.policy.onward_after_adequacy != model::ContestedReading::kStrict;
  if (facts.onward && facts.arrival.only_under_adequacy && local_rules_suffice &&
      ExporterCountryIsAdequate(facts)) {
    return {Verdict::kConditional, {Reason::kOnwardByLocalRules}};
  }
  return Failed(tries);
}

Answer Judge(Facts facts) {
  const std::optional<bool> bound = Bound(facts);
  if (const std::optional<Answer> answer = Qualified(facts, bound)) {
    return *answer;
  }
  facts.onward = bound != true;
  facts.bound_unknown = !bound.has_value();
  std::vector<Try> tries;
  TryDecisions(facts, tries);
  TryAgreements(facts, tries);
  TryDerogation(facts, tries);
  return Decide(facts, tries);
}

}  // namespace

// A role that is not recorded: whatever it may be is tried.
Answer NaiveJudge(const World& world, const law::Register& law, const verdict::Question& question,
                  const verdict::Arrival& arrival) {
  const auto possible = [](Role role) {
    return role == Role::kUnspecified ? std::vector<Role>{Role::kController, Role::kProcessor}
                                      : std::vector<Role>{role};
  };
  std::set<Verdict> verdicts;
  std::map<Verdict, std::set<Reason>> reasons;
  for (const Role exporter : possible(world.flow.exporter_role)) {
    for (const Role importer : possible(world.flow.importer_role)) {
      World assumed = world;
      assumed.flow.exporter_role = exporter;
      assumed.flow.importer_role = importer;
      const Answer answer = Judge(Facts(assumed, law, question, arrival));
      verdicts.insert(answer.verdict);
      reasons[answer.verdict].insert(answer.reasons.begin(), answer.reasons.end());
    }
  }
  if (verdicts.size() == 1) {
    return {*verdicts.begin(), reasons[*verdicts.begin()]};
  }
  if (verdicts == std::set<Verdict>{Verdict::kCovered, Verdict::kConditional}) {
    return {Verdict::kConditional, reasons[Verdict::kConditional]};
  }
  return {Verdict::kUndetermined, {Reason::kRoleUnknown}};
}

}  // namespace onward::oracle
