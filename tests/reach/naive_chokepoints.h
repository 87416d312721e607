// What data take with and without a party, found by taking the party away and letting data spread anew.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/reach/naive_moves.h"

namespace onward::reach_test {

inline constexpr int kNobody = -1;

// Data that start at some parties, followed until nothing changes.
struct NaiveStart {
  int origin = 0;
  // What of its own data; unexplained data count where `unexplained` says so.
  Atoms atoms = ~Atoms{0};
  bool unexplained = true;
};

// By move, what it carries of the data where party `without` is not there. What flows carry though nothing
// shows where from starts at the exporter.
std::vector<Atoms> SpreadWithout(const NaiveMoves& data, const NaiveStart& start, int without);

// Ids of flows in effect that data of the origin (kNobody: of any) take.
std::set<std::string> FlowsTaken(const NaiveMoves& data, int origin, int without);

}  // namespace onward::reach_test
