// All simple paths along which data go, found by trying every one. For small inventories.
#pragma once

#include <string>
#include <vector>

#include "tests/reach/reach_case.h"

namespace onward::reach_test {

// As reach::PathsQuestion, by id. Empty lists select all; neither `to` nor `country`: a destination outside the EEA.
struct NaivePathsQuestion {
  std::string from;
  std::string to;
  std::string country;
  std::vector<verdict::Verdict> verdicts;
  std::vector<std::string> data_categories;
  std::vector<std::string> through;
  std::vector<std::string> not_through;
};

struct NaivePath {
  std::vector<std::string> flows;
  // Topmost ids; ALL: unspecified data.
  std::vector<std::string> categories;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  std::string worst_flow;
  std::string destination;
  friend bool operator==(const NaivePath&, const NaivePath&) = default;
};

// Of any length; fewer hops first, then by flow ids.
std::vector<NaivePath> NaivePaths(const ReachCase& c, const NaivePathsQuestion& question);

}  // namespace onward::reach_test
