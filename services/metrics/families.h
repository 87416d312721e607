// Metrics as values, before somebody writes them down.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onward::metrics {

enum class Kind { kCounter, kGauge, kHistogram, kSummary };

// One line of the table that METRICS.md shows.
struct Metric {
  std::string_view name;
  Kind kind = Kind::kGauge;
  // Names of its labels, in the order in which samples have them.
  std::vector<std::string_view> labels;
  std::string_view help;
};

// How many durations were up to `bound` seconds, those of lower buckets included.
struct Bucket {
  double bound = 0;
  uint64_t count = 0;
};

struct Sample {
  std::vector<std::pair<std::string, std::string>> labels;
  // Of a histogram: the sum of all durations.
  double value = 0;
  // Of a histogram, the last bound infinite; else empty.
  std::vector<Bucket> buckets = {};
};

// Everything of one name. `metric` lives as long as the program.
struct Family {
  const Metric* metric = nullptr;
  std::vector<Sample> samples;
};

}  // namespace onward::metrics
