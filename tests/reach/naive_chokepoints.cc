#include "tests/reach/naive_chokepoints.h"

#include <map>

namespace onward::reach_test {

std::vector<Atoms> SpreadWithout(const NaiveMoves& data, const NaiveStart& start, int without) {
  std::map<Spot, Atoms> at;
  std::vector<Atoms> carried(data.moves().size(), 0);
  if (start.origin != without) {
    for (const bool past : {false, true}) {
      const Spot spot{start.origin, past};
      at[spot] = data.HeldAt(start.origin, spot) & start.atoms;
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < carried.size(); ++i) {
      const Move& move = data.moves()[i];
      if (move.from.party == without) {
        continue;
      }
      Atoms now = start.unexplained ? data.Unexplained(i, start.origin) : 0;
      if (NaiveMoves::Allows(move, data.IdOf(start.origin))) {
        now |= at[move.from] & move.declared;
      }
      changed = changed || (now & ~carried[i]) != 0;
      carried[i] |= now;
      if (move.to.party != without) {
        changed = changed || (carried[i] & ~at[move.to]) != 0;
        at[move.to] |= carried[i];
      }
    }
  }
  return carried;
}

std::set<std::string> FlowsTaken(const NaiveMoves& data, int origin, int without) {
  std::set<std::string> flows;
  for (int party = 0; party < data.parties(); ++party) {
    if (origin != kNobody && origin != party) {
      continue;
    }
    const std::vector<Atoms> carried = SpreadWithout(data, {party, ~Atoms{0}, true}, without);
    for (size_t i = 0; i < carried.size(); ++i) {
      if (carried[i] != 0 && data.moves()[i].IsActive()) {
        flows.insert(data.moves()[i].flow->id);
      }
    }
  }
  return flows;
}

}  // namespace onward::reach_test
