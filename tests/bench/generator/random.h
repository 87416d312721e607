// Random numbers of the generator: SplitMix64, the same on every machine; the normal numbers may differ in
// their last bit where the mathematical library does.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace onward::bench {

// The output function of SplitMix64: as a hash of one number.
constexpr uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    return Mix(state_);
  }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  bool Chance(double share) { return Unit() < share; }
  size_t Below(size_t n) { return static_cast<size_t>(Unit() * static_cast<double>(n)); }
  double Normal() {
    const double radius = std::sqrt(-2 * std::log(1 - Unit()));
    return radius * std::cos(2 * M_PI * Unit());
  }

 private:
  uint64_t state_;
};

}  // namespace onward::bench
