// A data race on purpose: two threads write one counter without a lock. Built with ThreadSanitizer only,
// where ctest expects the report to name PlantedRace. If it ever passes silently, the other green
// ThreadSanitizer tests prove nothing.
#include <cstdio>
#include <thread>

namespace {

int unguarded = 0;

__attribute__((noinline)) void PlantedRace() { ++unguarded; }

}  // namespace

int main() {
  std::thread first(PlantedRace);
  std::thread second(PlantedRace);
  first.join();
  second.join();
  std::printf("counted %d\n", unguarded);
  return 0;
}
