// One inventory on one day, judged once, as every check of a question sees it.
#pragma once

#include <random>
#include <vector>

#include "graph/reach/day_graph.h"
#include "tests/reach/naive_moves.h"

namespace onward::reach_test {

struct ReachCase {
  std::vector<model::Record> records;
  Date day;
  query::JudgementsPtr judged;
  reach::DayGraphPtr graph;
  // What moves, found without the engine.
  const NaiveMoves& data;
  // For what a check draws itself.
  std::mt19937_64& random;
};

// A question's answer against a naive one; failures are GoogleTest's. One file for each.
void CheckLabels(const ReachCase& c);
void CheckExposure(const ReachCase& c);

}  // namespace onward::reach_test
