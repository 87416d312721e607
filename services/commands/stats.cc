#include "services/commands/stats.h"

namespace onward::commands {
namespace {

constexpr size_t kInventoriesMax = 1'000;

InventoryNumbers NumbersOf(const Engine& engine, const std::string& id) {
  InventoryNumbers numbers;
  numbers.id = id;
  if (const auto stored = engine.store().GetHead(id); stored.ok()) {
    numbers.head_revision = stored->revision;
    numbers.oldest_revision = stored->oldest;
  }
  const Residents::Counts counts = engine.residents().CountsOf(id);
  numbers.parties = counts.parties;
  numbers.flows = counts.flows;
  numbers.agreements = counts.agreements;
  numbers.activities = counts.activities;
  if (const auto quota = engine.residents().QuotaOf(id); quota != nullptr) {
    numbers.refused_calls = quota->refused();
  }
  if (const RuntimePtr inventory = engine.residents().Peek(id); inventory != nullptr) {
    const SnapshotPtr head = inventory->head();
    numbers.head_revision = head->revision();
    numbers.memory = head->memory();
    numbers.unfolded = head->unfolded();
    numbers.folds = inventory->folds();
    numbers.kept_verdicts = inventory->kept_verdicts();
    numbers.watches = inventory->watches();
    numbers.loaded = true;
  }
  return numbers;
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
  result.residents = engine.residents().numbers();
  for (const std::string& id : engine.residents().Ids()) {
    if (result.inventories.size() == kInventoriesMax) {
      break;
    }
    if (call.Sees(id)) {
      result.inventories.push_back(NumbersOf(engine, id));
    }
  }
  return result;
}

}  // namespace onward::commands
