// The groups of figures. Each takes its own inputs down when it ends.
#pragma once

#include "tests/bench/figures/figures.h"

namespace onward::bench {

// Exposure: labels of one origin.
void TakeReachFigures(const Settings& settings, const Report& report);
// Check over gRPC.
void TakeCheckFigures(const Settings& settings, const Report& report);
// One inventory: memory, judging, one changed flow.
void TakeInventoryFigures(const Settings& settings, const Report& report);
// Cold start and durable writes.
void TakeStorageFigures(const Settings& settings, const Report& report);
// Durable writes through the engine, Check at a steady rate, and a start.
void TakeLoadFigures(const Settings& settings, const Report& report);
// A noisy inventory beside a quiet one.
void TakeTenantFigures(const Settings& settings, const Report& report);
// From a write to the event of a watcher.
void TakeWatchFigures(const Settings& settings, const Report& report);
// The command line.
void TakeProgramFigures(const Settings& settings, const Report& report);

}  // namespace onward::bench
