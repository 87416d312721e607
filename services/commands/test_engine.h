// An engine on a store and a clock that stands still, and records to write with it: for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "graph/base/error_detail.h"
#include "services/commands/apply.h"
#include "services/commands/engine.h"
#include "services/commands/errors.h"
#include "services/commands/lossy_store.h"
#include "services/law_register.h"
#include "services/law_version.h"
#include "storage/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"

namespace onward::commands {

inline model::Party PartyOf(const std::string& id, const std::string& establishment) {
  model::Party party;
  party.id = id;
  party.display_name = id;
  party.establishment = establishment;
  return party;
}

inline model::Flow FlowOf(const std::string& id, const std::string& exporter,
                          const std::string& importer) {
  model::Flow flow;
  flow.id = id;
  flow.exporter = exporter;
  flow.importer = importer;
  flow.exporter_role = model::Role::kController;
  flow.importer_role = model::Role::kProcessor;
  flow.data_categories = {"contact.email"};
  return flow;
}

inline model::Mutation Upsert(model::Record record) {
  model::Mutation mutation;
  mutation.ref = {model::KindOf(record), model::IdOf(record)};
  mutation.record = std::move(record);
  return mutation;
}

inline model::Mutation Delete(model::RecordKind kind, const std::string& id) {
  model::Mutation mutation;
  mutation.ref = {kind, id};
  return mutation;
}

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() { Reopen(); }

  // A new engine on the same store.
  void Reopen(const EngineOptions& options = EngineOptions()) {
    auto engine =
        Engine::Open({store_.get(), &clock_, services::MakeLawVersion(testing::TheLoadedRegister()),
                      &services::LoadLawVersion},
                     options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  Engine& engine() { return *engine_; }
  storage::Store& store() { return *store_; }
  // See LossyStore.
  void LoseNextAnswer() { store_->LoseNext(); }
  void HideNextWrite() { store_->HideNext(kDefaultInventory); }
  testing::FakeClock& clock() { return clock_; }

  // A request with an id of its own.
  ApplyRequest RequestOf(std::vector<model::Mutation> mutations) {
    ApplyRequest request;
    request.inventory = kDefaultInventory;
    request.mutations = std::move(mutations);
    request.request_id = "test-" + std::to_string(++requests_);
    return request;
  }
  absl::StatusOr<ApplyResult> Write(std::vector<model::Mutation> mutations) {
    return Apply(engine(), RequestOf(std::move(mutations)), CallContext());
  }
  // Two parties, one in Finland, one in the United States, and a flow between them.
  void WriteSmallInventory() {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "US")),
                            Upsert(FlowOf("acme-to-vendor", "acme", "vendor"))}));
  }
  uint64_t Head() { return engine().Find(kDefaultInventory).value()->head()->revision(); }

 private:
  std::unique_ptr<LossyStore> store_ = std::make_unique<LossyStore>(storage::NewMemoryStore());
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<Engine> engine_;
  int requests_ = 0;
};

// The detail of an error; empty where there is none.
template <class T>
ErrorDetail DetailIn(const absl::StatusOr<T>& result) {
  return DetailOf(result.status()).value_or(ErrorDetail());
}

}  // namespace onward::commands
