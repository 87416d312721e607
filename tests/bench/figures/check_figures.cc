// Check over gRPC against a handler that does nothing, on servers that differ in nothing else.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "services/rpc/transfers_service.h"
#include "tests/bench/figures/check_world.h"
#include "tests/bench/figures/groups.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

constexpr size_t kInFlight = 64;

struct Load {
  double calls_a_second = 0;
  double p99_micros = 0;
};

// `calls` calls, so many in flight at any time that a new one begins where one ends.
class Caller {
 public:
  Caller(v1::Transfers::Stub& stub, const std::vector<v1::CheckRequest>& requests, size_t calls)
      : stub_(stub), requests_(requests), micros_(calls) {}

  Load Run() {
    const double seconds = Seconds([this] {
      for (size_t i = 0; i < std::min(kInFlight, micros_.size()); ++i) {
        Begin();
      }
      std::unique_lock lock(mutex_);
      all_done_.wait(lock, [this] { return done_ == micros_.size(); });
    });
    std::sort(micros_.begin(), micros_.end());
    return {static_cast<double>(micros_.size()) / seconds, micros_[micros_.size() * 99 / 100]};
  }

 private:
  struct One {
    grpc::ClientContext context;
    v1::CheckResponse response;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  };

  void Begin() {
    const size_t number = next_++;
    if (number >= micros_.size()) {
      return;
    }
    auto one = std::make_shared<One>();
    const v1::CheckRequest& request = requests_[number % requests_.size()];
    stub_.async()->Check(
        &one->context, &request, &one->response,
        [this, one, number](const grpc::Status& status) { End(*one, number, status); });
  }

  void End(const One& one, size_t number, const grpc::Status& status) {
    if (!status.ok()) {
      Fail("a check failed: " + status.error_message());
    }
    const std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - one.began;
    micros_[number] = took.count();
    Begin();
    const std::lock_guard lock(mutex_);
    if (++done_ == micros_.size()) {
      all_done_.notify_all();
    }
  }

  v1::Transfers::Stub& stub_;
  const std::vector<v1::CheckRequest>& requests_;
  // By call.
  std::vector<double> micros_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable all_done_;
  size_t done_ = 0;
};

}  // namespace

void TakeCheckFigures(const Settings& settings, const Report& report) {
  const testing::TempFolder folder;
  GeneratorOptions options;
  options.tenants = 1;
  options.controllers = settings.is_short ? 10 : 300;
  options.flows_max = settings.is_short ? 1'000 : options.flows_max;
  options.seed = settings.seed;
  CheckWorld world(options);
  rpc::TransfersService transfers(world.env());
  EmptyService empty(world.env());
  Served check(transfers, folder.path() + "/check");
  Served nothing(empty, folder.path() + "/empty");
  const size_t calls = settings.is_short ? 500 : 30'000;
  std::vector<double> p99;
  std::vector<double> empty_p99;
  const auto run = [&](Served& served, std::vector<double>& late) {
    const Load load = Caller(served.stub(), world.questions(), calls).Run();
    late.push_back(load.p99_micros);
    return load.calls_a_second;
  };
  Figure rate = TakePairs(
      settings.Pairs(), [&] { return run(check, p99); }, [&] { return run(nothing, empty_p99); });
  rate.group = "check over gRPC, 64 in flight";
  rate.name = "calls a second / empty handler";
  rate.ours = "Check";
  rate.other = "empty";
  rate.unit = "calls/s";
  rate.target = ">= 0.85 x";
  report(rate);

  Figure late = WithValues(rate, std::move(p99), std::move(empty_p99));
  late.name = "p99 / empty handler";
  late.unit = "us";
  late.target = "<= 1.3 x";
  report(late);
}

}  // namespace onward::bench
