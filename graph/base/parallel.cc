#include "graph/base/parallel.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX

namespace onward {
namespace {

std::chrono::microseconds ThreadTime() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

std::chrono::microseconds& HelpedTime() {
  thread_local std::chrono::microseconds helped{0};
  return helped;
}

}  // namespace

std::chrono::microseconds WorkTime() { return ThreadTime() + HelpedTime(); }

void AddHelpedTime(std::chrono::microseconds time) { HelpedTime() += time; }

}  // namespace onward
