// Everything that a server exports, read when somebody asks.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "services/audit/auditor.h"
#include "services/commands/engine.h"
#include "services/commands/watch_hub.h"
#include "services/metrics/call_meter.h"
#include "services/metrics/families.h"
#include "services/metrics/verdict_counter.h"

namespace onward::metrics {

struct WorkerNumbers {
  size_t threads = 0;
  size_t busy = 0;
  size_t queued = 0;
  size_t queue_max = 0;
};

struct CertificateNumbers {
  // In seconds since 1970; 0: there is none.
  int64_t not_after = 0;
  uint64_t failures = 0;
};

// Where it is read. All of them must be there while somebody collects, and be thread-safe.
struct Sources {
  const commands::Engine* engine = nullptr;
  const CallMeter* calls = nullptr;
  VerdictCounter* verdicts = nullptr;
  const commands::WatchHub* watches = nullptr;
  const audit::Auditor* auditor = nullptr;
  std::function<WorkerNumbers()> workers;
  std::function<CertificateNumbers()> certificate;
  // Of the program.
  std::string version;
  // How many inventories are named, the first in order of id; all others are told together.
  size_t inventories_max = 0;
};

// What stands for the inventories that are not named.
inline constexpr const char* kOtherInventories = "(other)";

// Each metric of the catalogue once, but for those of the HTTP library. Waits for nothing that takes long.
std::vector<Family> Collect(const Sources& sources);

}  // namespace onward::metrics
