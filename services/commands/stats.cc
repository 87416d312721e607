#include "services/commands/stats.h"

namespace onward::commands {
namespace {

constexpr size_t kInventoriesMax = 1'000;

InventoryNumbers NumbersOf(const Engine& engine, const InventoryRuntime& inventory) {
  const SnapshotPtr head = inventory.head();
  const auto stored = engine.store().GetHead(inventory.identity().id);
  const auto count = [&](model::RecordKind kind) { return head->RecordCount(kind); };
  return {inventory.identity().id,
          head->revision(),
          stored.ok() ? stored->oldest : 1,
          count(model::RecordKind::kParty),
          count(model::RecordKind::kFlow),
          count(model::RecordKind::kAgreement),
          count(model::RecordKind::kActivity),
          head->memory(),
          head->unfolded(),
          inventory.folds(),
          inventory.kept_verdicts(),
          inventory.watches()};
}

}  // namespace

StatsResult Stats(const Engine& engine, const CallContext& call) {
  StatsResult result;
  const LawPtr law = engine.law();
  result.law_version = law->version();
  result.law_knowledge_cutoff = law->domain->knowledge_cutoff();
  result.store_backend = std::string(engine.store().backend());
  const absl::Status writable = engine.store().Writable();
  result.writable = writable.ok();
  result.sealed_because = std::string(writable.message().data(), writable.message().size());
  result.space = engine.store().Space();
  result.started_at = engine.started_at();
  for (const auto& inventory : engine.Runtimes(SIZE_MAX)) {
    if (result.inventories.size() == kInventoriesMax) {
      break;
    }
    if (call.Sees(inventory->identity().id)) {
      result.inventories.push_back(NumbersOf(engine, *inventory));
    }
  }
  return result;
}

}  // namespace onward::commands
