// Each target on what it accepts, on that with a few bytes changed, and on nonsense: short, without clang.
// `make fuzz` searches for longer. ONWARD_FUZZ_RUNS: mutations of each target.
#include <gtest/gtest.h>

#include <random>

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

TEST_P(FuzzTest, NoBytesCrashIt) {
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const Target& target = GetParam();
  const uint64_t runs = ::onward::testing::NumberFromEnv("ONWARD_FUZZ_RUNS", 2'000) / target.cost;
  target.run("");
  for (const std::string& valid : target.seeds) {
    target.run(valid);
    for (uint64_t run = 0; run < runs; ++run) {
      target.run(Mutated(valid, random));
    }
  }
  for (uint64_t run = 0; run < runs; ++run) {
    std::string nonsense(random() % 64, '\0');
    for (char& byte : nonsense) {
      byte = static_cast<char>(random());
    }
    target.run(nonsense);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzTest, ::testing::ValuesIn(ONWARD_FUZZ_TARGETS()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace onward::fuzz
