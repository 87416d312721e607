// Creating and listing inventories.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

// Whether one may be made. INVALID_REQUEST, LIMIT_EXCEEDED (inventories_max).
absl::Status CheckNewInventory(const Engine& engine, const std::string& id,
                               const std::string& display_name);

// An empty inventory, durably. INVALID_REQUEST, INVENTORY_EXISTS, LIMIT_EXCEEDED (inventories_max).
absl::StatusOr<storage::InventoryHead> CreateInventory(Engine& engine, const std::string& id,
                                                       const std::string& display_name);

struct InventoryPage {
  std::vector<storage::InventoryHead> inventories;
  // Id to go on after; empty: no more.
  std::string next_after;
};

// In order of id, those after `after` that the caller may know of.
absl::StatusOr<InventoryPage> ListInventories(Engine& engine, const std::string& after,
                                              size_t page_size, const CallContext& call = {});

}  // namespace onward::commands
