// What a noisy inventory does to a quiet one: heavy questions of both on one pool of workers, as the server has it.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "services/commands/engine.h"
#include "services/commands/list_transfers.h"
#include "services/commands/worker_pool.h"
#include "services/law_version.h"
#include "storage/memory/memory_store.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/generator/records.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr const char* kQuiet = "quiet";
constexpr const char* kNoisy = "noisy";
// What the noisy one may ask for in a second, and how much more it does.
constexpr uint64_t kQuota = 20;
constexpr uint64_t kTimes = 10;
constexpr microseconds kBetween(20'000);

// Two inventories alike, a pool with half the cores for each.
class Tenants {
 public:
  explicit Tenants(const Settings& settings) {
    GeneratorOptions options;
    options.tenants = 1;
    options.controllers = settings.is_short ? 10 : 100;
    options.flows_max = settings.is_short ? 500 : 5'000;
    options.seed = settings.seed;
    Fill(kQuiet, options);
    Fill(kNoisy, options);
    commands::EngineOptions engine_options;
    engine_options.inventory_quota.calls = kQuota;
    auto engine = commands::Engine::Open(
        {store_.get(), &clock_, services::MakeLawVersion(testing::TheLoadedRegister()),
         &services::LoadLawVersion},
        engine_options);
    if (!engine.ok()) {
      Fail("no engine: " + std::string(engine.status().message()));
    }
    engine_ = *std::move(engine);
    const size_t cores = std::max(1U, std::thread::hardware_concurrency());
    pool_ = std::make_unique<commands::WorkerPool>(
        commands::WorkerPoolOptions{std::max<size_t>(4, 2 * cores), 1'024, 256,
                                    [cores] { return std::max<size_t>(1, cores / 2); }});
  }

  // The 99th percentile of so many questions about the quiet one, in microseconds.
  double Ask(size_t questions, bool noise) {
    std::atomic<bool> over{false};
    std::thread noisy([&] {
      while (noise && !over) {
        (void)Submit(kNoisy, nullptr);
        Wait(microseconds(1'000'000 / (kQuota * kTimes)));
      }
    });
    std::vector<double> micros(questions);
    for (double& took : micros) {
      Finished finished;
      const auto began = steady_clock::now();
      if (!Submit(kQuiet, &finished)) {
        Fail("a question of the quiet inventory was refused");
      }
      finished.Wait();
      took = std::chrono::duration<double, std::micro>(steady_clock::now() - began).count();
      Wait(kBetween);
    }
    over = true;
    noisy.join();
    std::sort(micros.begin(), micros.end());
    return micros[micros.size() * 99 / 100];
  }

 private:
  class Finished {
   public:
    void Tell() {
      const std::lock_guard<std::mutex> lock(mutex_);
      told_ = true;
      changed_.notify_all();
    }
    void Wait() {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return told_; });
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool told_ = false;
  };

  static void Wait(microseconds time) {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock<std::mutex> lock(mutex);
    never.wait_for(lock, time, [] { return false; });
  }

  // False: refused. The quiet one keeps below the quota's rate and is not held to it here.
  bool Submit(const std::string& inventory, Finished* finished) {
    if (inventory == kNoisy && !engine_->residents().QuotaOf(inventory)->Take(clock_.Now()).ok()) {
      return false;
    }
    return pool_->Submit(inventory, [this, inventory, finished] {
      commands::ListTransfersRequest request;
      request.inventory = inventory;
      request.page.size = 1'000;
      if (!commands::ListTransfers(*engine_, request, commands::CallContext()).ok()) {
        Fail("a list of transfers failed");
      }
      if (finished != nullptr) {
        finished->Tell();
      }
    }) == commands::FairQueue::Pushed::kYes;
  }

  void Fill(const char* inventory, const GeneratorOptions& options) {
    std::vector<storage::RecordWrite> writes;
    for (model::Record& record : GenerateRecords(options)) {
      const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
      writes.push_back({ref, std::move(record)});
    }
    if (!store_->CreateInventory(inventory, "", {}).ok() ||
        !store_->Commit(inventory, 0, writes, {}).ok()) {
      Fail("the store could not be filled");
    }
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  SystemClock clock_;
  std::unique_ptr<commands::Engine> engine_;
  // Ends first: its work uses the engine.
  std::unique_ptr<commands::WorkerPool> pool_;
};

}  // namespace

void TakeTenantFigures(const Settings& settings, const Report& report) {
  Tenants tenants(settings);
  const size_t questions = settings.is_short ? 10 : 500;
  Figure figure = TakePairs(
      settings.Pairs(), [&] { return tenants.Ask(questions, true); },
      [&] { return tenants.Ask(questions, false); });
  figure.group = "a quiet inventory beside a noisy one";
  figure.name = "p99, the other at 10 x its quota / alone";
  figure.ours = "noisy";
  figure.other = "alone";
  figure.unit = "us";
  figure.target = "<= 1.2 x";
  report(figure);
}

}  // namespace onward::bench
