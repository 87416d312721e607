// P1, P2, P3: eight clients write and read one inventory while the server is killed now and then and started
// again. The history of what they saw is checked (tests/crash/history.h).
//
// ONWARD_HISTORIES: how many histories (1); ONWARD_HISTORY_OPS: operations of each (400); ONWARD_SEED repeats the
// draws.
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "onward/v1/inventory_service.grpc.pb.h"
#include "tests/crash/history.h"
#include "tests/e2e/process.h"
#include "tests/support/env.h"

namespace onward::e2e {
namespace {

using Seen = crash::SeenOperation;

constexpr size_t kClients = 8;
constexpr uint64_t kKills = 4;
constexpr std::chrono::seconds kHistoryDeadline{60};

std::string CounterOf(size_t client) { return "client-" + std::to_string(client); }

// The server that runs now, and how many were before.
class Servers {
 public:
  explicit Servers(const TempFolder& folder) : folder_(folder) { Start(); }

  void KillAndStart() {
    server_->Kill();
    Start();
  }
  struct Running {
    std::shared_ptr<grpc::Channel> channel;
    uint64_t number = 0;
  };
  Running Now() {
    const std::lock_guard lock(mutex_);
    return running_;
  }
  // Waits until another one than `number` runs; false: none came.
  bool WaitForAnother(uint64_t number) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kHistoryDeadline, [&] {
      return running_.number != number || stopped_;
    }) && !stopped_;
  }

 private:
  void Start() {
    auto next = std::make_unique<ServerProcess>(folder_.File("data"), folder_.File("s"));
    EXPECT_TRUE(next->running()) << next->err();
    const std::lock_guard lock(mutex_);
    stopped_ = !next->running();
    server_ = std::move(next);
    running_ = {server_->channel(), running_.number + 1};
    changed_.notify_all();
  }

  const TempFolder& folder_;
  std::unique_ptr<ServerProcess> server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Running running_;
  bool stopped_ = false;
};

class HistoryTest : public ::testing::Test {
 protected:
  // Until it is answered; false: no server answers any more.
  template <class Call>
  bool Ask(Call call) {
    while (true) {
      const Servers::Running now = servers_->Now();
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + kHistoryDeadline);
      const grpc::Status status = call(v1::Inventory::NewStub(now.channel).get(), context);
      if (status.ok()) {
        return true;
      }
      // A connection that breaks while an answer comes is UNKNOWN.
      EXPECT_THAT(status.error_code(),
                  ::testing::AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::UNKNOWN))
          << status.error_message();
      if (!servers_->WaitForAnother(now.number)) {
        ADD_FAILURE() << "no server after an error: " << status.error_message();
        return false;
      }
    }
  }

  Seen Write(size_t client, uint64_t number, std::string& token) {
    Seen seen{true, client, number, ++time_, 0, 0, {}};
    v1::ApplyRequest request;
    request.set_inventory("default");
    request.set_request_id(CounterOf(client) + "-" + std::to_string(number));
    v1::Party* const party = request.add_mutations()->mutable_upsert()->mutable_party();
    party->set_id(CounterOf(client));
    party->set_display_name(std::to_string(number));
    v1::ApplyResponse response;
    Ask([&](v1::Inventory::Stub* stub, grpc::ClientContext& context) {
      return stub->Apply(&context, request, &response);
    });
    seen.ended = ++time_;
    seen.revision = response.stamp().revision();
    token = response.stamp().token();
    return seen;
  }
  // With a token: at least as fresh as that.
  Seen Read(size_t client, std::string& token, bool fully_consistent) {
    Seen seen{false, client, 0, ++time_, 0, 0, std::vector<uint64_t>(kClients, 0)};
    v1::ListRequest request;
    request.set_inventory("default");
    request.set_kind(v1::RECORD_KIND_PARTY);
    if (fully_consistent) {
      request.mutable_consistency()->set_fully_consistent(true);
    } else if (!token.empty()) {
      request.mutable_consistency()->set_at_least_as_fresh(token);
    }
    v1::ListResponse response;
    Ask([&](v1::Inventory::Stub* stub, grpc::ClientContext& context) {
      return stub->List(&context, request, &response);
    });
    seen.ended = ++time_;
    seen.revision = response.stamp().revision();
    token = response.stamp().token();
    for (const v1::Record& record : response.records()) {
      for (size_t other = 0; other < kClients; ++other) {
        if (record.party().id() == CounterOf(other)) {
          seen.state[other] = std::stoull(record.party().display_name());
        }
      }
    }
    return seen;
  }

  std::vector<Seen> RunClient(size_t client, uint64_t seed, uint64_t operations) {
    std::mt19937_64 random(seed);
    std::vector<Seen> log;
    std::string token;
    uint64_t number = 0;
    for (uint64_t i = 0; i < operations && !::testing::Test::HasFailure(); ++i) {
      const uint64_t drawn = random() % 6;
      if (drawn == 0) {
        token.clear();
      }
      log.push_back(drawn < 3 ? Write(client, ++number, token) : Read(client, token, drawn == 3));
      const std::lock_guard lock(mutex_);
      ++done_;
      progress_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    ++ended_;
    progress_.notify_all();
    return log;
  }

  // Kills the server after every so many operations.
  void KillNowAndThen(uint64_t operations) {
    for (uint64_t kill = 1; kill <= kKills; ++kill) {
      const uint64_t at = operations * kill / (kKills + 1) - random_() % 20;
      {
        std::unique_lock lock(mutex_);
        progress_.wait(lock, [&] { return done_ >= at || ended_ == kClients; });
        if (ended_ == kClients) {
          return;
        }
      }
      servers_->KillAndStart();
      ++kills_;
    }
  }

  std::vector<Seen> OneHistory(uint64_t operations) {
    const TempFolder folder;
    Servers servers(folder);
    servers_ = &servers;
    done_ = 0;
    ended_ = 0;
    std::vector<std::vector<Seen>> logs(kClients);
    std::vector<std::thread> clients;
    for (size_t client = 0; client < kClients; ++client) {
      clients.emplace_back([this, client, log = &logs[client], seed = random_(), operations] {
        *log = RunClient(client, seed, operations / kClients);
      });
    }
    KillNowAndThen(operations);
    std::vector<Seen> all;
    for (size_t client = 0; client < kClients; ++client) {
      clients[client].join();
      all.insert(all.end(), logs[client].begin(), logs[client].end());
    }
    return all;
  }

  const uint64_t seed_ = ::onward::testing::Seed();
  std::mt19937_64 random_{seed_};
  Servers* servers_ = nullptr;
  std::atomic<uint64_t> time_{0};
  uint64_t kills_ = 0;
  std::mutex mutex_;
  std::condition_variable progress_;
  // Of this history; guarded by mutex_.
  uint64_t done_ = 0;
  size_t ended_ = 0;
};

TEST_F(HistoryTest, IsOneLineThatNobodySeesGoBack) {
  const uint64_t histories = ::onward::testing::NumberFromEnv("ONWARD_HISTORIES", 1);
  const uint64_t operations = ::onward::testing::NumberFromEnv("ONWARD_HISTORY_OPS", 400);
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  size_t checked = 0;
  size_t writes = 0;
  for (uint64_t i = 0; i < histories; ++i) {
    SCOPED_TRACE("history " + std::to_string(i));
    const std::vector<Seen> history = OneHistory(operations);
    ASSERT_THAT(crash::HistoryProblems(history, kClients), ::testing::IsEmpty());
    checked += history.size();
    for (const Seen& seen : history) {
      writes += seen.write ? 1 : 0;
    }
  }
  EXPECT_GT(kills_, 0U);
  std::printf("%zu operations in %s histories, %zu writes acknowledged, %s kills\n", checked,
              std::to_string(histories).c_str(), writes, std::to_string(kills_).c_str());
}

}  // namespace
}  // namespace onward::e2e
