// Every question about what reaches whom against a naive answer, on small random graphs. ONWARD_REACH_SEED repeats a graph,
// ONWARD_REACH_GRAPHS sets how many there are.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/reach/random_graphs.h"
#include "tests/reach/reach_case.h"
#include "tests/support/env.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

// All checks see each graph. A new one is a line here and a declaration in reach_case.h.
struct Check {
  const char* name;
  void (*run)(const ReachCase& c);
};
constexpr std::array kChecks = {Check{"labels", &CheckLabels}, Check{"exposure", &CheckExposure}};

#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr uint64_t kGraphs = 100'000;
#else
constexpr uint64_t kGraphs = 2'000;
#endif

void RunChecks(uint64_t seed) {
  std::mt19937_64 random(seed);
  RandomGraphs graphs(random);
  const std::vector<model::Record> records = graphs.Next();
  const Date day = graphs.NextDay();
  const NaiveMoves data(records, day);
  const query::JudgementsPtr judged = query::Judgements::Make(
      Snapshot::Build(1, records), testing::TheRegister(), {day, Date::Max()});
  const ReachCase c{records, day, judged, reach::DayGraph::Of(judged), data, random};
  for (const Check& check : kChecks) {
    SCOPED_TRACE(check.name);
    check.run(c);
  }
}

TEST(ReachOracle, QuestionsAgreeWithANaiveAnswer) {
  const uint64_t first = testing::NumberFromEnv("ONWARD_REACH_SEED", 20261122);
  const uint64_t graphs = testing::NumberFromEnv("ONWARD_REACH_GRAPHS", kGraphs);
  for (uint64_t seed = first; seed < first + graphs && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("ONWARD_REACH_SEED=" + std::to_string(seed) + " ONWARD_REACH_GRAPHS=1");
    RunChecks(seed);
  }
}

}  // namespace
}  // namespace onward::reach_test
