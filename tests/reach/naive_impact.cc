#include "tests/reach/naive_impact.h"

#include <algorithm>
#include <map>
#include <set>

namespace onward::reach_test {
namespace {

using reach::ImpactKind;
using verdict::Verdict;

struct Depends {
  bool sole = false;
};

class Model {
 public:
  Model(const ReachCase& c, const reach::ImpactSubject& subject) : c_(c), subject_(subject) {}

  NaiveImpact Run() {
    NaiveImpact impact;
    for (const model::Record& record : c_.records) {
      if (const auto* const flow = std::get_if<model::Flow>(&record)) {
        Judge(*flow);
      }
    }
    for (const auto& [id, depends] : flows_) {
      ++impact.flows;
      impact.sole_footing += depends.sole ? 1 : 0;
    }
    AddUnknown(impact);
    std::set<std::string> activities;
    for (int origin = 0; origin < c_.data.parties(); ++origin) {
      const std::vector<Atoms> carried = Follow(origin, true);
      NaiveDependent row;
      row.origin = c_.data.IdOf(origin);
      const Atoms atoms = AddFlows(carried, row);
      if (atoms != 0) {
        Finish(atoms, row);
        activities.insert(row.activities.begin(), row.activities.end());
        impact.dependents.push_back(row);
      }
    }
    impact.activities = activities.size();
    return impact;
  }

 private:
  uint32_t NumberOf(const std::string& flow) const {
    return c_.judged->snapshot().FlowNumber(flow).value();
  }

  bool IsDecision(const std::string& mechanism) const {
    const law::Decision* const decision = c_.judged->law().FindDecision(mechanism);
    return decision != nullptr && decision->scheme == subject_.id;
  }

  bool Rests(const verdict::Candidate& candidate) const {
    switch (subject_.kind) {
      case ImpactKind::kAgreement:
        return candidate.record == "agreement/" + subject_.id;
      case ImpactKind::kInstrument:
      case ImpactKind::kDecision:
        return candidate.mechanism == subject_.id;
      case ImpactKind::kScheme:
        return IsDecision(candidate.mechanism);
      case ImpactKind::kParty:
      case ImpactKind::kCountry:
        break;
    }
    return false;
  }

  void Judge(const model::Flow& flow) {
    const auto proof = c_.judged->Proof(NumberOf(flow.id));
    if (!proof.has_value()) {
      return;
    }
    bool depends = subject_.kind == ImpactKind::kParty &&
                   (flow.exporter == subject_.id || flow.importer == subject_.id);
    for (const model::Site& site : flow.sites) {
      depends =
          depends || (subject_.kind == ImpactKind::kParty && site.operator_party == subject_.id);
    }
    bool sole = false;
    for (const verdict::DestinationVerdict& destination : proof->destinations) {
      depends = depends ||
                (subject_.kind == ImpactKind::kCountry && destination.destination == subject_.id);
      int resting = 0;
      int passing = 0;
      for (const verdict::Candidate& candidate : destination.candidates) {
        const Verdict outcome = verdict::VerdictOf(candidate.outcome);
        if (outcome == Verdict::kCovered || outcome == Verdict::kConditional) {
          ++passing;
          resting += Rests(candidate) ? 1 : 0;
        }
      }
      depends = depends || resting > 0;
      sole = sole || (resting > 0 && resting == passing);
    }
    if (depends) {
      flows_[flow.id] = {sole};
    }
  }

  // What each move carries of an origin's own data, or of data that only an unlimited flow declares.
  std::vector<Atoms> Follow(int origin, bool known) const {
    std::map<Spot, Atoms> at;
    if (known) {
      for (const bool past : {false, true}) {
        at[{origin, past}] = c_.data.HeldAt(origin, {origin, past});
      }
    }
    std::vector<Atoms> carried(c_.data.moves().size(), 0);
    for (bool grew = true; grew;) {
      grew = false;
      for (size_t number = 0; number < carried.size(); ++number) {
        const Move& move = c_.data.moves()[number];
        const bool limited = !move.flow->on_behalf_of.empty();
        Atoms now = limited == known ? c_.data.Unexplained(number, origin) : 0;
        if (NaiveMoves::Allows(move, c_.data.IdOf(origin))) {
          now |= at[move.from] & move.declared;
        }
        grew = grew || (now & ~carried[number]) != 0;
        carried[number] |= now;
        at[move.to] |= now;
      }
    }
    return carried;
  }

  Atoms AddFlows(const std::vector<Atoms>& carried, NaiveDependent& row) const {
    Atoms all = 0;
    for (size_t number = 0; number < carried.size(); ++number) {
      const Move& move = c_.data.moves()[number];
      const bool counts = move.IsActive() && flows_.contains(move.flow->id);
      if (counts && carried[number] != 0) {
        all |= carried[number];
        row.flows.push_back(move.flow->id);
      }
    }
    return all;
  }

  void AddUnknown(NaiveImpact& impact) {
    Atoms atoms = 0;
    NaiveDependent row;
    std::set<std::string> unknown;
    std::set<std::string> carries;
    for (int origin = 0; origin < c_.data.parties(); ++origin) {
      NaiveDependent part;
      atoms |= AddFlows(Follow(origin, false), part);
      unknown.insert(part.flows.begin(), part.flows.end());
      carries.insert(part.flows.begin(), part.flows.end());
      NaiveDependent of_origin;
      AddFlows(Follow(origin, true), of_origin);
      carries.insert(of_origin.flows.begin(), of_origin.flows.end());
    }
    for (const auto& [id, depends] : flows_) {
      if (!carries.contains(id)) {
        unknown.insert(id);
        const model::Flow flow = *c_.judged->snapshot().FindFlow(id);
        if (flow.collection == model::Collection::kDirectFromDataSubject) {
          atoms |= Declared(flow);
        }
      }
    }
    if (!unknown.empty()) {
      row.flows.assign(unknown.begin(), unknown.end());
      Finish(atoms, row);
      row.activities.clear();
      impact.dependents.push_back(row);
    }
  }

  Atoms Declared(const model::Flow& flow) const {
    if (flow.data_categories.empty() || flow.data_categories.front() == "ALL_RECEIVED") {
      return (Atoms{1} << c_.data.atoms()) - 1;
    }
    Atoms atoms = 0;
    for (const std::string& id : flow.data_categories) {
      atoms |= c_.data.Under(id);
    }
    return atoms;
  }

  void Finish(Atoms atoms, NaiveDependent& row) const {
    std::sort(row.flows.begin(), row.flows.end());
    for (const std::string& id : row.flows) {
      row.sole_footing += flows_.at(id).sole ? 1 : 0;
      const Verdict verdict = c_.judged->VerdictOf(NumberOf(id));
      row.verdict =
          verdict::Badness(verdict) > verdict::Badness(row.verdict) ? verdict : row.verdict;
    }
    for (const model::Activity* activity : c_.judged->snapshot().ActivitiesOf(row.origin)) {
      bool uses = activity->data_categories.empty() || (atoms & 1U) != 0;
      for (const std::string& id : activity->data_categories) {
        uses = uses || (c_.data.Under(id) & atoms) != 0;
      }
      if (uses) {
        row.activities.push_back(activity->id);
      }
    }
    if ((atoms & 1U) != 0) {
      row.categories = {"ALL"};
      return;
    }
    for (size_t atom = 1; atom < c_.data.atoms(); ++atom) {
      bool top = (atoms >> atom & 1U) != 0;
      for (size_t other = 1; other < c_.data.atoms(); ++other) {
        top = top && (other == atom || (atoms >> other & 1U) == 0 ||
                      (c_.data.Under(c_.data.NameOf(other)) >> atom & 1U) == 0);
      }
      if (top) {
        row.categories.push_back(c_.data.NameOf(atom));
      }
    }
    std::sort(row.categories.begin(), row.categories.end());
  }

  const ReachCase& c_;
  const reach::ImpactSubject& subject_;
  std::map<std::string, Depends> flows_;
};

}  // namespace

NaiveImpact FindNaiveImpact(const ReachCase& c, const reach::ImpactSubject& subject) {
  return Model(c, subject).Run();
}

}  // namespace onward::reach_test
