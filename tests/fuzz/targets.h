// What is fuzzed: each decoder of bytes that come from a disk, a file or a client, and each method of the server. No bytes may
// crash one, and what a decoder accepts must be what its encoder writes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace onward::fuzz {

struct Target {
  std::string name;
  // Ends the program where something is wrong.
  std::function<void(std::string_view bytes)> run;
  // Bytes that it accepts, to begin with.
  std::vector<std::string> seeds;
  // How many times dearer than a decoder one run is; the short test runs it as much less often.
  uint64_t cost = 1;
};

// Ends the program, saying so, unless it holds.
void Require(bool holds, const char* what);

std::vector<Target> StorageTargets();
std::vector<Target> TokenTargets();
// Text from outside: manifests, files of changes, access policies, bearer tokens and their keys.
std::vector<Target> TextTargets();
// Each method of the four services, in process.
std::vector<Target> RpcTargets();
// The last three.
std::vector<Target> ServiceTargets();

}  // namespace onward::fuzz
