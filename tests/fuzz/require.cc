#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.h"

namespace onward::fuzz {

void Require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
  }
}

}  // namespace onward::fuzz
