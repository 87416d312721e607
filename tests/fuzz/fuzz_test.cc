// Each target on what it accepts, on that with a few bytes changed, and on nonsense: short, without clang.
// `make fuzz` searches for longer. ONWARD_FUZZ_RUNS: mutations of each target. ONWARD_FUZZ_SECONDS: instead, as many as fit into
// that time, which all targets of the program share alike.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <random>
#include <string>

#include "tests/fuzz/targets.h"
#include "tests/support/env.h"

namespace onward::fuzz {
namespace {

class FuzzTest : public ::testing::TestWithParam<Target> {};

// A few bytes changed, taken out, doubled or added.
std::string Mutated(std::string bytes, std::mt19937_64& random) {
  for (uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
    const size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const size_t size = 1 + random() % 8;
    switch (random() % 5) {
      case 0:
        bytes.insert(at, 1, static_cast<char>(random()));
        break;
      case 1:
        bytes.erase(at, size);
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, size));
        break;
      case 3:
        bytes.resize(at);
        break;
      default:
        if (!bytes.empty()) {
          bytes[at] = static_cast<char>(random());
        }
    }
  }
  return bytes;
}

std::string Nonsense(std::mt19937_64& random) {
  std::string bytes(random() % 64, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random());
  }
  return bytes;
}

// The number of inputs.
uint64_t RunOnce(const Target& target, uint64_t runs, std::mt19937_64& random) {
  target.run("");
  for (const std::string& valid : target.seeds) {
    target.run(valid);
    for (uint64_t run = 0; run < runs; ++run) {
      target.run(Mutated(valid, random));
    }
  }
  for (uint64_t run = 0; run < runs; ++run) {
    target.run(Nonsense(random));
  }
  return 1 + target.seeds.size() * (1 + runs) + runs;
}

TEST_P(FuzzTest, NoBytesCrashIt) {
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const Target& target = GetParam();
  const uint64_t runs = ::onward::testing::NumberFromEnv("ONWARD_FUZZ_RUNS", 2'000) / target.cost;
  const uint64_t seconds = ::onward::testing::NumberFromEnv("ONWARD_FUZZ_SECONDS", 0);
  if (seconds == 0) {
    RunOnce(target, runs, random);
    return;
  }
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::milliseconds(seconds * 1'000 / ONWARD_FUZZ_TARGETS().size());
  uint64_t inputs = 0;
  do {
    inputs += RunOnce(target, 1 + 100 / target.cost, random);
  } while (std::chrono::steady_clock::now() < end);
  std::cout << target.name << ": " << inputs << " inputs, seed " << seed << std::endl;
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzTest, ::testing::ValuesIn(ONWARD_FUZZ_TARGETS()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace onward::fuzz
