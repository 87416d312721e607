// What depends on something, found by following the data of each origin through everything. For small inventories.
#pragma once

#include <string>
#include <vector>

#include "graph/reach/impact.h"
#include "tests/reach/reach_case.h"

namespace onward::reach_test {

struct NaiveDependent {
  std::string origin;
  std::vector<std::string> activities;
  // Topmost ids; ALL: unspecified data.
  std::vector<std::string> categories;
  std::vector<std::string> flows;
  uint64_t sole_footing = 0;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  friend bool operator==(const NaiveDependent&, const NaiveDependent&) = default;
};

struct NaiveImpact {
  std::vector<NaiveDependent> dependents;
  uint64_t flows = 0;
  uint64_t sole_footing = 0;
  uint64_t activities = 0;
};

NaiveImpact FindNaiveImpact(const ReachCase& c, const reach::ImpactSubject& subject);

}  // namespace onward::reach_test
