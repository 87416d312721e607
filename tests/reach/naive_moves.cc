#include "tests/reach/naive_moves.h"

#include <algorithm>
#include <set>

namespace onward::reach_test {
namespace {

bool Names(const model::Strings& list, const std::string& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

bool SaysWhich(const model::Strings& categories) {
  return !categories.empty() && categories != model::Strings{"ALL_RECEIVED"};
}

bool IsController(model::Role role) {
  return role == model::Role::kController || role == model::Role::kJointController ||
         role == model::Role::kOtherRecipient;
}

template <class T>
std::vector<const T*> AllOf(const std::vector<model::Record>& records) {
  std::vector<const T*> all;
  for (const model::Record& record : records) {
    if (const T* const one = std::get_if<T>(&record); one != nullptr) {
      all.push_back(one);
    }
  }
  std::sort(all.begin(), all.end(), [](const T* a, const T* b) { return a->id < b->id; });
  return all;
}

bool HoldsCopy(const model::Flow& flow, Date day) {
  if (day < flow.interval.until || !flow.copy_ends.has_value()) {
    return false;
  }
  return flow.copy_ends->outcome == model::CopyOutcome::kKept ||
         (flow.copy_ends->on.has_value() && day < *flow.copy_ends->on);
}

}  // namespace

NaiveMoves::NaiveMoves(const std::vector<model::Record>& records, Date day) : records_(records) {
  for (const model::Party* party : AllOf<model::Party>(records)) {
    numbers_[party->id] = parties();
    ids_.push_back(party->id);
  }
  NameAtoms();
  AddMoves(day);
  unexplained_.assign(moves_.size(), 0);
  for (int past = 0; past < 2; ++past) {
    for (int party = 0; party < parties(); ++party) {
      holdings_[past].push_back(HoldingOf(party, past == 1));
    }
  }
  Explain(true);
  Explain(false);
  for (int origin = 0; origin < parties(); ++origin) {
    Spread spread = Follow(origin);
    at_.push_back(std::move(spread.at));
    carried_.push_back(std::move(spread.carried));
  }
}

void NaiveMoves::NameAtoms() {
  std::set<std::string> named;
  for (const model::Flow* flow : AllOf<model::Flow>(records_)) {
    if (SaysWhich(flow->data_categories)) {
      named.insert(flow->data_categories.begin(), flow->data_categories.end());
    }
  }
  for (const model::Activity* activity : AllOf<model::Activity>(records_)) {
    named.insert(activity->data_categories.begin(), activity->data_categories.end());
  }
  for (const model::Category* category : AllOf<model::Category>(records_)) {
    parents_[category->id] = category->parent;
  }
  names_.emplace_back();
  names_.insert(names_.end(), named.begin(), named.end());
}

bool NaiveMoves::LiesUnder(std::string id, const std::string& above) const {
  while (!id.empty() && id != above) {
    const auto parent = parents_.find(id);
    if (parent != parents_.end() && !parent->second.empty()) {
      id = parent->second;
    } else {
      const size_t dot = id.rfind('.');
      id = dot == std::string::npos ? "" : id.substr(0, dot);
    }
  }
  return !id.empty();
}

Atoms NaiveMoves::Under(const std::string& category) const {
  Atoms atoms = 0;
  for (size_t atom = 1; atom < names_.size(); ++atom) {
    if (LiesUnder(names_[atom], category)) {
      atoms |= Atoms{1} << atom;
    }
  }
  return atoms;
}

Atoms NaiveMoves::Declared(const model::Strings& categories) const {
  if (!SaysWhich(categories)) {
    return (Atoms{1} << names_.size()) - 1;
  }
  Atoms atoms = 0;
  for (const std::string& category : categories) {
    atoms |= Under(category);
  }
  return atoms;
}

void NaiveMoves::AddMoves(Date day) {
  for (const model::Flow* flow : AllOf<model::Flow>(records_)) {
    if (flow->collection == model::Collection::kDirectFromDataSubject) {
      continue;
    }
    const int from = numbers_.at(flow->exporter);
    const int to = numbers_.at(flow->importer);
    const Atoms declared = Declared(flow->data_categories);
    if (flow->interval.Contains(day)) {
      moves_.push_back({flow, {from, false}, {to, false}, declared});
    }
    if (HoldsCopy(*flow, day)) {
      moves_.push_back({flow, {from, true}, {to, false}, declared});
    }
    if (flow->interval.from <= day) {
      moves_.push_back({flow, {from, true}, {to, true}, declared});
    }
  }
}

// A copy that is held counts as a flow of its exporter now.
Atoms NaiveMoves::HoldingOf(int party, bool past) const {
  bool origin = false;
  bool out = false;
  bool in = false;
  Atoms own = 0;
  Atoms sent = 0;
  for (const model::Activity* activity : AllOf<model::Activity>(records_)) {
    if (activity->processor == IdOf(party) || Names(activity->controllers, IdOf(party))) {
      origin = true;
      for (const std::string& category : activity->data_categories) {
        own |= Under(category);
      }
    }
  }
  for (const Move& move : moves_) {
    if (move.to.past != past) {
      continue;
    }
    in = in || move.to.party == party;
    if (move.from.party == party) {
      out = true;
      origin = origin || IsController(move.flow->exporter_role);
      sent |= SaysWhich(move.flow->data_categories) ? move.declared : 0;
    }
  }
  if (!origin && (!out || in)) {
    return 0;
  }
  if (own != 0) {
    return own;
  }
  return sent != 0 ? sent : Declared({});
}

bool NaiveMoves::Allows(const Move& move, const std::string& origin) {
  return move.flow->on_behalf_of.empty() || Names(move.flow->on_behalf_of, origin);
}

bool NaiveMoves::CountsFor(const Move& move, int origin) const {
  return move.flow->on_behalf_of.empty() ? move.from.party == origin
                                         : Names(move.flow->on_behalf_of, IdOf(origin));
}

NaiveMoves::Spread NaiveMoves::Follow(int origin) const {
  Spread spread;
  spread.carried.assign(moves_.size(), 0);
  for (int party = 0; party < parties(); ++party) {
    for (const bool past : {false, true}) {
      spread.at[{party, past}] = HeldAt(origin, {party, past});
    }
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (size_t i = 0; i < moves_.size(); ++i) {
      const Move& move = moves_[i];
      Atoms carried = Unexplained(i, origin);
      if (Allows(move, IdOf(origin))) {
        carried |= spread.at[move.from] & move.declared;
      }
      grew = grew || (carried & ~spread.carried[i]) != 0;
      spread.carried[i] |= carried;
      spread.at[move.to] |= carried;
    }
  }
  return spread;
}

// What no party has that hands it on. A held copy holds what it held when it was made.
void NaiveMoves::Explain(bool past) {
  std::vector<Atoms> explained(moves_.size(), 0);
  for (int origin = 0; origin < parties(); ++origin) {
    const Spread spread = Follow(origin);
    for (size_t i = 0; i < moves_.size(); ++i) {
      explained[i] |= spread.carried[i];
    }
  }
  for (size_t i = 0; i < moves_.size(); ++i) {
    if (moves_[i].from.past == past && SaysWhich(moves_[i].flow->data_categories)) {
      unexplained_[i] = moves_[i].declared & ~explained[i];
    }
  }
}

bool NaiveMoves::IsSource(int party) const {
  for (int past = 0; past < 2; ++past) {
    if (holdings_[past][static_cast<size_t>(party)] != 0) {
      return true;
    }
  }
  for (size_t i = 0; i < moves_.size(); ++i) {
    if (Unexplained(i, party) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace onward::reach_test
