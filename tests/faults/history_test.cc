// P1, P2, P3: eight clients write and read one inventory through the engine while files fail now and then and the
// store is opened again; in the end, every other time, the power goes. The history of what they saw, and of what the
// store holds afterwards, is checked (tests/crash/history.h).
// ONWARD_HISTORIES: how many histories; ONWARD_HISTORY_OPS: operations of each; ONWARD_SEED repeats a run.
#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "services/commands/apply.h"
#include "services/commands/engine.h"
#include "services/law_version.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/crash/history.h"
#include "tests/faults/fault_files.h"
#include "tests/support/env.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/temp_folder.h"

namespace onward::faults {
namespace {

using ::onward::testing::TempFolder;
using Seen = crash::SeenOperation;

constexpr size_t kClients = 8;

// A number that tells nothing of its neighbours'.
uint64_t Mixed(uint64_t number) {
  number += 0x9E3779B97F4A7C15U;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9U;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EBU;
  return number ^ (number >> 31);
}

std::string PartyId(size_t client) { return "client-" + std::to_string(client); }

class HistoryTest : public ::testing::Test {
 protected:
  void Open(const std::string& folder) {
    storage::RocksDbOptions options;
    options.env = env_.get();
    options.write_buffer_bytes = 64 << 10;
    options.wal_bytes_max = 128 << 10;
    options.upkeep_every_ms = 1;
    auto store = storage::OpenRocksDb(folder, options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    auto engine = commands::Engine::Open(
        {store_.get(), &clock_, services::MakeLawVersion(testing::TheLoadedRegister()),
         &services::LoadLawVersion},
        {});
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }
  void Close() {
    engine_.reset();
    store_.reset();
  }

  // One operation on files in so many fails from now on, each for itself: at regular distances one could fail in
  // each opening of the store, for ever.
  void FailOneIn(uint64_t operations, uint64_t seed) {
    failing_ = true;
    files_->SetDecide([this, operations, seed](const std::string& operation) {
      const bool fails = failing_ && !operation.ends_with(".read") &&
                         Mixed(++operations_ + seed) % operations == 0;
      failures_ += fails ? 1 : 0;
      return fails ? Outcome::kFails : Outcome::kDone;
    });
  }

  // Ends what runs, with loss of power or without, and reads what is there then.
  Seen ReadAgain(const std::string& folder, bool power_goes) {
    failing_ = false;
    if (power_goes) {
      files_->CutPower();
    }
    Close();
    if (power_goes) {
      files_->Lose(random_);
    }
    Open(folder);
    return HasFatalFailure() ? Seen() : Read(0);
  }

  // Until it is answered: with its request id it counts once.
  Seen Write(size_t client, uint64_t number) {
    Seen seen{true, client, number, ++time_, 0, 0, {}};
    model::Party party;
    party.id = PartyId(client);
    party.display_name = std::to_string(number);
    commands::ApplyRequest request;
    request.inventory = commands::kDefaultInventory;
    request.request_id = party.id + "-" + party.display_name;
    model::Mutation mutation;
    mutation.ref = {model::RecordKind::kParty, party.id};
    mutation.record = std::move(party);
    request.mutations = {std::move(mutation)};
    while (true) {
      const auto done = commands::Apply(*engine_, request, commands::CallContext());
      if (done.ok()) {
        seen.revision = done->basis.revision;
        seen.ended = ++time_;
        return seen;
      }
      EXPECT_TRUE(absl::IsUnavailable(done.status())) << done.status();
      std::this_thread::yield();
    }
  }
  Seen Read(size_t client) {
    Seen seen{false, client, 0, ++time_, 0, 0, {}};
    const auto reading =
        engine_->Read(commands::kDefaultInventory, commands::Freshness(), commands::CallContext());
    EXPECT_TRUE(reading.ok()) << reading.status();
    seen.revision = reading->revision();
    for (size_t other = 0; other < kClients; ++other) {
      const model::Party* const party = reading->snapshot->FindParty(PartyId(other));
      seen.state.push_back(party == nullptr ? 0 : std::stoull(party->display_name));
    }
    seen.ended = ++time_;
    return seen;
  }

  std::vector<Seen> RunClients(size_t operations) {
    std::vector<std::vector<Seen>> logs(kClients);
    std::vector<std::thread> threads;
    for (size_t client = 0; client < kClients; ++client) {
      threads.emplace_back([&, client, log = &logs[client], seed = random_()] {
        std::mt19937_64 random(seed);
        uint64_t number = 0;
        for (size_t i = 0; i < operations / kClients; ++i) {
          log->push_back(random() % 2 == 0 ? Write(client, ++number) : Read(client));
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    std::vector<Seen> all;
    for (const std::vector<Seen>& log : logs) {
      all.insert(all.end(), log.begin(), log.end());
    }
    return all;
  }

  const uint64_t seed_ = ::onward::testing::Seed();
  std::mt19937_64 random_{seed_};
  const TempFolder trash_;
  const std::shared_ptr<FaultFiles> files_ = std::make_shared<FaultFiles>(trash_.path());
  const std::unique_ptr<rocksdb::Env> env_ = NewFaultEnv(files_);
  const testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::atomic<bool> failing_{false};
  std::atomic<uint64_t> operations_{0};
  std::atomic<uint64_t> failures_{0};
  std::atomic<uint64_t> time_{0};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<commands::Engine> engine_;
};

TEST_F(HistoryTest, IsOneLineThatNobodySeesGoBack) {
  const uint64_t histories = ::onward::testing::NumberFromEnv("ONWARD_HISTORIES", 2);
  const uint64_t operations = ::onward::testing::NumberFromEnv("ONWARD_HISTORY_OPS", 400);
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  size_t checked = 0;
  for (uint64_t i = 0; i < histories; ++i) {
    SCOPED_TRACE("history " + std::to_string(i));
    const TempFolder folder;
    files_->SetDecide(nullptr);
    files_->power().Forget();
    Open(folder.path() + "/data");
    if (HasFatalFailure()) {
      return;
    }
    FailOneIn(80 + random_() % 80, random_());
    std::vector<Seen> history = RunClients(operations);
    history.push_back(ReadAgain(folder.path() + "/data", i % 2 == 0));
    EXPECT_THAT(crash::HistoryProblems(history, kClients), ::testing::IsEmpty());
    checked += history.size();
    Close();
    if (HasFatalFailure()) {
      return;
    }
  }
  std::printf("%zu operations in %s histories, %s operations on files failed\n", checked,
              std::to_string(histories).c_str(), std::to_string(failures_.load()).c_str());
  EXPECT_GT(failures_.load(), 0U);
}

}  // namespace
}  // namespace onward::faults
