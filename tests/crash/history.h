// What clients of one inventory saw while it was killed or its files failed, and whether that can be one line of
// revisions. Knows neither store nor server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace onward::crash {

// An operation that was answered, as its client saw it. Each client's writes are numbered from 1 in their order.
struct SeenOperation {
  bool write = false;
  size_t client = 0;
  // Of a write.
  uint64_t number = 0;
  // On one clock that all clients share, which never shows the same time twice.
  uint64_t began = 0;
  uint64_t ended = 0;
  uint64_t revision = 0;
  // Of a read: the number of the last write of each client.
  std::vector<uint64_t> state;
};

// What is wrong; empty: nothing. At most a few of each kind.
// - Writes have revisions 1, 2, 3 ... without a gap, each its own.
// - Who begins after another has ended sees at least what that one did or saw, and a write comes behind it: order
//   in real time, and with it reads of one's own writes and revisions that never go back.
// - What is read is the state of the revision that the answer names.
// Every write must have been answered in the end.
std::vector<std::string> HistoryProblems(const std::vector<SeenOperation>& history, size_t clients);

}  // namespace onward::crash
