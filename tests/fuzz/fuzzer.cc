// libFuzzer on one target, which ONWARD_FUZZ_TARGET names; scripts/fuzz.sh runs all of them.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/fuzz/targets.h"

namespace {

std::vector<onward::fuzz::Target> Targets() {
  std::vector<onward::fuzz::Target> all = onward::fuzz::StorageTargets();
  for (onward::fuzz::Target& target : onward::fuzz::ServiceTargets()) {
    all.push_back(std::move(target));
  }
  return all;
}

const onward::fuzz::Target& Chosen() {
  static const onward::fuzz::Target kChosen = [] {
    const char* const name = std::getenv("ONWARD_FUZZ_TARGET");  // NOLINT(concurrency-mt-unsafe)
    for (const onward::fuzz::Target& target : Targets()) {
      if (name != nullptr && target.name == name) {
        return target;
      }
    }
    std::fprintf(stderr, "ONWARD_FUZZ_TARGET names one of:\n");
    for (const onward::fuzz::Target& target : Targets()) {
      std::fprintf(stderr, "%s\n", target.name.c_str());
    }
    std::exit(2);  // NOLINT(concurrency-mt-unsafe)
  }();
  return kChosen;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Chosen().run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
