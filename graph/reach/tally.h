// Verdicts counted by what they have in common; counts go up and down. Internal to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/reach/summary.h"

namespace onward::reach {

class Tally {
 public:
  // The number of an id, a new one for a new id.
  uint32_t NumberOf(std::string_view id);
  // One more (`delta` 1) or one less (-1).
  void Add(uint32_t number, verdict::Verdict verdict, int delta) {
    counts_[number][static_cast<size_t>(verdict)] += delta;
  }
  // Those that count anything, the first `top` of them with the names that `name` gives.
  SummaryList Top(size_t top, const std::function<std::string(const std::string&)>& name) const;

 private:
  // By verdict.
  using Counts = std::array<int64_t, 6>;

  static int64_t Of(const Counts& counts, verdict::Verdict verdict) {
    return counts[static_cast<size_t>(verdict)];
  }
  static int64_t All(const Counts& counts);
  bool ComesBefore(uint32_t a, uint32_t b) const;
  SummaryEntry EntryOf(uint32_t number, std::string name) const;

  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::string> ids_;
  std::vector<Counts> counts_;
};

}  // namespace onward::reach
