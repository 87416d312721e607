#include "services/commands/inventories.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

constexpr size_t kDisplayNameMax = 256;

}  // namespace

absl::Status CheckNewInventory(const Engine& engine, const std::string& id,
                               const std::string& display_name) {
  model::Violations violations;
  if (!model::IsValidId(id)) {
    violations.Add("id", "must match [a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?");
  }
  if (display_name.size() > kDisplayNameMax) {
    violations.Add("display_name", "has more than 256 bytes");
  }
  if (!violations.empty()) {
    return InvalidRequest(violations);
  }
  const size_t max = engine.options().inventories_max;
  if (const size_t present = engine.inventories(); present >= max) {
    return LimitExceeded("inventories_max", max, present + 1);
  }
  return absl::OkStatus();
}

absl::StatusOr<storage::InventoryHead> CreateInventory(Engine& engine, const std::string& id,
                                                       const std::string& display_name) {
  ONWARD_RETURN_IF_ERROR(CheckNewInventory(engine, id, display_name));
  ONWARD_ASSIGN_OR_RETURN(storage::InventoryHead head,
                          engine.store().CreateInventory(id, display_name, engine.Now()));
  engine.Add(head);
  return head;
}

absl::StatusOr<InventoryPage> ListInventories(Engine& engine, const std::string& after,
                                              size_t page_size, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(std::vector<storage::InventoryHead> all,
                          engine.store().ListInventories());
  InventoryPage page;
  for (storage::InventoryHead& head : all) {
    if (head.id <= after || !call.Sees(head.id)) {
      continue;
    }
    if (page.inventories.size() == page_size) {
      page.next_after = page.inventories.back().id;
      break;
    }
    page.inventories.push_back(std::move(head));
  }
  return page;
}

}  // namespace onward::commands
