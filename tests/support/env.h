// Numbers that a person gives to a test run: seeds, sizes.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace onward::testing {

// The number in an environment variable; `otherwise` where it is not set.
inline uint64_t NumberFromEnv(const char* name, uint64_t otherwise) {
  const char* given = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

// ONWARD_SEED, which repeats a run, or a random one. Print it with SCOPED_TRACE.
inline uint64_t Seed() { return NumberFromEnv("ONWARD_SEED", std::random_device{}()); }

}  // namespace onward::testing
