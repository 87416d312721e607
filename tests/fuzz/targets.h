// What is fuzzed: each decoder of bytes that come from a disk, a file or a client. No bytes may crash one,
// and what one accepts must be what its encoder writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onward::fuzz {

struct Target {
  std::string name;
  // Ends the program where something is wrong.
  void (*run)(std::string_view bytes);
  // Bytes that it accepts, to begin with.
  std::vector<std::string> seeds;
};

// Ends the program, saying so, unless it holds.
void Require(bool holds, const char* what);

std::vector<Target> StorageTargets();
std::vector<Target> TokenTargets();

}  // namespace onward::fuzz
