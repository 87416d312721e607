// The exposure of one origin by trying everything. Slow, for small inventories.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "tests/reach/reach_case.h"

namespace onward::reach_test {

struct NaiveExposure {
  std::string origin;
  std::string recipient;
  std::string destination;
  Atoms categories = 0;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  std::string flow;
  verdict::Verdict worst_hop = verdict::Verdict::kUnspecified;
  std::string worst_hop_flow;
  std::vector<std::string> witness;
  bool held = false;
  friend bool operator==(const NaiveExposure&, const NaiveExposure&) = default;
};

// In order of recipient and destination.
std::vector<NaiveExposure> ExposureOf(const ReachCase& c, int origin);

}  // namespace onward::reach_test
