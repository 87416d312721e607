// Parties that data can go around in a circle between. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/base/stop_look.h"
#include "graph/snapshot.h"

namespace onward::query {

// The strong components of all flows, whatever their dates and categories.
struct Components {
  // By party. Numbers grow along flows: no flow goes from a component to a smaller one.
  std::vector<uint32_t> of;
  // By component: its parties, ascending.
  std::vector<std::vector<uint32_t>> parties;
};

// No recursion; linear. nullopt: stopped.
std::optional<Components> FindComponents(const Snapshot& snapshot, StopLook& look);

}  // namespace onward::query
