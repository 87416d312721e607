#include "tests/crash/history.h"

#include <algorithm>
#include <map>

namespace onward::crash {
namespace {

constexpr size_t kProblemsMax = 5;

using Problems = std::vector<std::string>;
using History = std::vector<SeenOperation>;

std::string Text(const SeenOperation& seen) {
  return "client " + std::to_string(seen.client) +
         (seen.write ? " wrote " + std::to_string(seen.number) : std::string(" read")) +
         " at revision " + std::to_string(seen.revision);
}

void Add(Problems& problems, size_t before, std::string problem) {
  if (problems.size() - before < kProblemsMax) {
    problems.push_back(std::move(problem));
  }
}

// Writes by revision.
std::map<uint64_t, SeenOperation> Writes(const History& history, Problems& problems) {
  const size_t before = problems.size();
  std::map<uint64_t, SeenOperation> writes;
  for (const SeenOperation& seen : history) {
    if (seen.write && !writes.emplace(seen.revision, seen).second) {
      Add(problems, before, Text(seen) + ", which is another's");
    }
  }
  uint64_t expected = 1;
  for (const auto& [revision, seen] : writes) {
    if (revision != expected) {
      Add(problems, before, "revision " + std::to_string(expected) + " is nobody's");
      expected = revision;
    }
    ++expected;
  }
  return writes;
}

void CheckRealTime(History history, Problems& problems) {
  const size_t before = problems.size();
  History by_end = history;
  std::sort(history.begin(), history.end(),
            [](const SeenOperation& a, const SeenOperation& b) { return a.began < b.began; });
  std::sort(by_end.begin(), by_end.end(),
            [](const SeenOperation& a, const SeenOperation& b) { return a.ended < b.ended; });
  uint64_t least = 0;
  auto ended = by_end.begin();
  for (const SeenOperation& seen : history) {
    for (; ended != by_end.end() && ended->ended < seen.began; ++ended) {
      least = std::max(least, ended->revision);
    }
    if (seen.revision < least + (seen.write ? 1 : 0)) {
      Add(problems, before,
          Text(seen) + ", after revision " + std::to_string(least) + " had been answered");
    }
  }
}

void CheckStates(History history, const std::map<uint64_t, SeenOperation>& writes, size_t clients,
                 Problems& problems) {
  const size_t before = problems.size();
  std::sort(history.begin(), history.end(),
            [](const SeenOperation& a, const SeenOperation& b) { return a.revision < b.revision; });
  std::vector<uint64_t> state(clients, 0);
  auto next = writes.begin();
  for (const SeenOperation& seen : history) {
    for (; next != writes.end() && next->first <= seen.revision; ++next) {
      uint64_t& last = state[next->second.client];
      if (next->second.number != last + 1) {
        Add(problems, before, Text(next->second) + ", out of its client's order");
      }
      last = next->second.number;
    }
    if (!seen.write && seen.state != state) {
      Add(problems, before, Text(seen) + " what is not the state of that revision");
    }
  }
}

}  // namespace

std::vector<std::string> HistoryProblems(const std::vector<SeenOperation>& history,
                                         size_t clients) {
  Problems problems;
  const std::map<uint64_t, SeenOperation> writes = Writes(history, problems);
  CheckRealTime(history, problems);
  CheckStates(history, writes, clients, problems);
  return problems;
}

}  // namespace onward::crash
