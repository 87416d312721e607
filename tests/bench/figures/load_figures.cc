// What a server does for many callers: durable writes one by one and by the thousand, Check at a steady rate, and its start. Beside
// the same bytes or calls without Onward's work, where that can be had.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/commands/apply.h"
#include "services/rpc/transfers_service.h"
#include "tests/bench/figures/check_world.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/figures/stored.h"
#include "tests/bench/sample_inventory.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

constexpr const char* kLoadGroup = "load";
constexpr size_t kVendors = 1'000;
constexpr double kCallsASecond = 2'000;

std::string InventoryOf(size_t writer) { return absl::StrCat("writer-", writer); }

// Writes of flows as Inventory.Apply does them, gRPC left out: checked, committed, published. Each writer to an inventory of its own.
class Applies {
 public:
  Applies(const std::string& folder, size_t writers) : store_(OpenStore(folder)), next_(writers) {
    for (size_t writer = 0; writer < writers; ++writer) {
      StoreRecords(*store_, InventoryOf(writer), SampleInventory(kVendors));
    }
    engine_ = OpenEngine(*store_, clock_);
  }

  void Write(size_t writer, size_t flows) {
    uint64_t& number = next_[writer];
    commands::ApplyRequest request;
    request.inventory = InventoryOf(writer);
    request.request_id = absl::StrCat("request-", number);
    request.mutations.reserve(flows);
    for (size_t i = 0; i < flows; ++i) {
      model::Mutation mutation;
      model::Flow flow = SampleFlow((number + i) % kVendors, absl::StrCat(number));
      mutation.ref = {model::RecordKind::kFlow, flow.id};
      mutation.record = std::move(flow);
      request.mutations.push_back(std::move(mutation));
    }
    const auto applied = commands::Apply(*engine_, request, commands::CallContext());
    Check(applied.ok(), "a write failed");
    ++number;
  }

 private:
  const std::unique_ptr<storage::Store> store_;
  const SystemClock clock_;
  std::unique_ptr<commands::Engine> engine_;
  // By writer.
  std::vector<uint64_t> next_;
};

void TakeApplies(size_t writers, size_t flows, const char* target, const Settings& settings,
                 const Report& report) {
  const testing::TempFolder folder;
  Applies ours(folder.path() + "/store", writers);
  RawFlows raw(folder.path() + "/raw", writers);
  const size_t each = settings.is_short ? 3 : 2'000 / (writers * (flows > 1 ? 50 : 1));
  const auto rate = [&](auto& side) {
    return static_cast<double>(flows) *
           WriteRate(writers, each, [&](size_t writer, size_t) { side.Write(writer, flows); });
  };
  Figure figure = TakePairs(
      settings.Pairs(), [&] { return rate(ours); }, [&] { return rate(raw); });
  figure.group = kLoadGroup;
  figure.name = absl::StrCat("writes of ", flows, flows == 1 ? " flow, " : " flows, ", writers,
                             writers == 1 ? " writer" : " writers", " / raw synced batches");
  figure.ours = "writes";
  figure.other = "batches";
  figure.unit = "flows/s";
  figure.target = target;
  report(figure);
}

// Calls that come at a steady rate, whether those before were answered or not. How late an answer is counts from when its call
// was due, so that a server that stands still is seen.
class PacedCaller {
 public:
  PacedCaller(v1::Transfers::Stub& stub, const std::vector<v1::CheckRequest>& requests)
      : stub_(stub), requests_(requests) {}

  // Microseconds, in order.
  std::vector<double> Run(size_t calls) {
    using std::chrono::steady_clock;
    micros_.assign(calls, 0);
    done_ = 0;
    const auto began = steady_clock::now();
    const std::chrono::duration<double> between(1 / kCallsASecond);
    for (size_t number = 0; number < calls; ++number) {
      const auto due = began + std::chrono::duration_cast<steady_clock::duration>(
                                   between * static_cast<double>(number));
      WaitUntil(due);
      auto one = std::make_shared<One>();
      stub_.async()->Check(&one->context, &requests_[number % requests_.size()], &one->response,
                           [this, one, number, due](const grpc::Status& status) {
                             Check(status.ok(), "a check failed");
                             End(number, steady_clock::now() - due);
                           });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done_ == calls; });
    std::sort(micros_.begin(), micros_.end());
    return micros_;
  }

 private:
  struct One {
    grpc::ClientContext context;
    v1::CheckResponse response;
  };

  void WaitUntil(std::chrono::steady_clock::time_point due) {
    std::unique_lock lock(mutex_);
    // Nobody says so: it ends with the time.
    changed_.wait_until(lock, due, [due] { return std::chrono::steady_clock::now() >= due; });
  }
  void End(size_t number, std::chrono::duration<double, std::micro> took) {
    const std::lock_guard lock(mutex_);
    micros_[number] = took.count();
    if (++done_ == micros_.size()) {
      changed_.notify_all();
    }
  }

  v1::Transfers::Stub& stub_;
  const std::vector<v1::CheckRequest>& requests_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<double> micros_;
  size_t done_ = 0;
};

void TakeSteadyChecks(const Settings& settings, const Report& report) {
  const testing::TempFolder folder;
  GeneratorOptions options = *PresetOptions("S");
  options.flows_max = settings.is_short ? 1'000 : 100'000;
  options.seed = settings.seed;
  CheckWorld world(options);
  rpc::TransfersService transfers(world.env());
  EmptyService empty(world.env());
  Served check(transfers, folder.path() + "/check");
  Served nothing(empty, folder.path() + "/empty");
  const size_t calls = settings.is_short ? 200 : 10'000;
  struct Late {
    std::vector<double> p50;
    std::vector<double> p99;
  };
  Late ours;
  Late others;
  const auto run = [&](Served& served, Late& late) {
    const std::vector<double> micros = PacedCaller(served.stub(), world.questions()).Run(calls);
    late.p50.push_back(micros[micros.size() / 2]);
    late.p99.push_back(micros[micros.size() * 99 / 100]);
    return late.p99.back();
  };
  const Figure pairs = TakePairs(
      settings.Pairs(), [&] { return run(check, ours); }, [&] { return run(nothing, others); });
  const auto tell = [&](const char* name, const char* target, std::vector<double> Late::*part) {
    Figure figure = WithValues(pairs, ours.*part, others.*part);
    figure.group = kLoadGroup;
    figure.name = absl::StrCat("Check at 2,000 a second, ", name, " / empty handler");
    figure.ours = "Check";
    figure.other = "empty";
    figure.unit = "us";
    figure.target = target;
    figure.note = absl::StrCat(world.questions().size(), " flows");
    report(figure);
  };
  tell("p50", "<= 1000 us", &Late::p50);
  tell("p99", "<= 10000 us", &Late::p99);
}

void TakeStart(const Settings& settings, const Report& report) {
  const testing::TempFolder folder;
  const std::string store = folder.path() + "/store";
  GeneratorOptions options = *PresetOptions("X", settings.is_short ? kShortScale : 0.1);
  options.seed = settings.seed;
  const size_t flows = FillStore(store, options);
  Figure figure = TakeAlone(settings.is_short ? 1 : std::min<size_t>(settings.pairs, 3),
                            [&] { return Seconds([&] { StartCold(store); }); });
  figure.group = kLoadGroup;
  figure.name = "start of a server";
  figure.ours = "start";
  figure.unit = "s";
  figure.target = "<= 15 s";
  figure.note = absl::StrCat(flows, " flows, in the system's file cache");
  report(figure);
}

}  // namespace

void TakeLoadFigures(const Settings& settings, const Report& report) {
  TakeApplies(8, 1, ">= 3000 flows/s", settings, report);
  TakeApplies(1, 1, "", settings, report);
  TakeApplies(1, 1'000, ">= 50000 flows/s", settings, report);
  TakeSteadyChecks(settings, report);
  TakeStart(settings, report);
}

}  // namespace onward::bench
