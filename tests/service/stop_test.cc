// A caller's deadline passes, or he goes: the work for him ends soon after, leaves nothing behind, and what is asked next is answered.
#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "services/logging.h"
#include "services/server.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/service/any_call.h"
#include "tests/service/graphs.h"
#include "tests/service/process.h"
#include "tests/service/requests.h"
#include "tests/support/env.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/temp_folder.h"

namespace onward::service_test {
namespace {

using google::protobuf::MethodDescriptor;
using std::chrono::system_clock;

constexpr std::chrono::milliseconds kDeadline(50);
constexpr size_t kCallers = 2;
// Days beyond those whose verdicts are kept, so that some calls begin without.
constexpr int kDays = 12;

// ONWARD_STOP_FLOWS and ONWARD_STOP_CALLS for other sizes.
uint64_t Flows() { return testing::NumberFromEnv("ONWARD_STOP_FLOWS", 2'000); }
uint64_t Calls() { return testing::NumberFromEnv("ONWARD_STOP_CALLS", 60); }
// Of the longest; what the promise is about are the usual ones, which are printed.
constexpr double kGoneMillisMax = 10'000;

// When the line of each call was written, which is when its work has ended.
class CallEnds final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // nullopt: it has not ended.
  std::optional<system_clock::time_point> EndOf(const std::string& call_id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto end = ends_.find(call_id);
    return end == ends_.end() ? std::nullopt : std::optional(end->second);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    constexpr std::string_view kField = "\"call_id\":\"";
    const std::string_view line(message.payload.data(), message.payload.size());
    const size_t at = line.find(kField);
    if (at == std::string_view::npos) {
      return;
    }
    const std::string_view rest = line.substr(at + kField.size());
    ends_.emplace(std::string(rest.substr(0, rest.find('"'))), system_clock::now());
  }
  void flush_() override {}

 private:
  std::map<std::string, system_clock::time_point> ends_;
};

struct Ended {
  std::string question;
  // After the deadline, or the cancellation; negative: it had been answered.
  double millis = 0;
};

class StopTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = storage::OpenRocksDb(folder_.path() + "/store", {});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    const Graph graph = RandomGraph(static_cast<uint32_t>(Flows()), seed_);
    ASSERT_TRUE(graph.Write(*store_, "graph"));
    words_ = WordsOf("graph", Graph::IdOf(0), Graph::IdOf(graph.parties() - 1));
    services::Options options;
    options.listen = "";
    options.workers = kCallers;
    options.metrics_listen = "127.0.0.1:0";
    options.slow_question_ms = 0;
    services::ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.log = &log_;
    auto server = services::Server::Start(options, deps);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = server_->InProcessChannel();
    // One row: of a large graph a hundred are more than a message may hold.
    const grpc::Status ready =
        AskWhole("Transfers.ListTransfers", R"(inventory: "{inventory}" page_size: 1)").status;
    ASSERT_TRUE(ready.ok()) << ready.error_code() << " " << ready.error_message();
  }

  Reply AskWhole(const char* method, const char* text) {
    grpc::ClientContext context;
    context.set_deadline(system_clock::now() + std::chrono::minutes(10));
    const MethodDescriptor& asked = MethodNamed(method);
    return CallAny(channel_, asked, {BytesOfText(*asked.input_type(), text, words_)}, context);
  }

  struct Heavy {
    const char* method;
    const char* text;
  };
  static const std::vector<Heavy>& Questions() {
    static const std::vector<Heavy> kQuestions = {
        {"Transfers.FindPaths",
         R"(inventory: "{inventory}" as_of: "{day}" from: "{from}" to: "{to}" max_hops: 64 max_paths: 10000
            max_steps: 10000000)"},
        {"Transfers.Exposure", R"(inventory: "{inventory}" as_of: "{day}" page_size: 100)"},
        {"Transfers.Exposure",
         R"(inventory: "{inventory}" as_of: "{day}" origin: "{from}" page_size: 1000)"},
        {"Transfers.Impact",
         R"(inventory: "{inventory}" as_of: "{day}" country: "US" page_size: 100)"},
        {"Transfers.Chokepoints", R"(inventory: "{inventory}" as_of: "{day}" page_size: 100)"},
        {"Transfers.Concentration",
         R"(inventory: "{inventory}" as_of: "{day}" by: CONCENTRATION_BY_PARTY page_size: 100)"},
        {"Transfers.Repair", R"(inventory: "{inventory}" as_of: "{day}" kind: REPAIR_KIND_SIGN)"},
        {"Transfers.Repair", R"(inventory: "{inventory}" as_of: "{day}" kind: REPAIR_KIND_STOP)"},
        {"Transfers.Simulate",
         R"(inventory: "{inventory}" as_of: "{day}" page_size: 100
            what_if { mutations { delete { kind: RECORD_KIND_FLOW id: "{flow}" } } })"},
        {"Transfers.Summary",
         R"(inventory: "{inventory}" dates: "2023-01-01" dates: "{day}" top: 10)"},
        {"Transfers.Timeline",
         R"(inventory: "{inventory}" as_of: "{day}" from: "2022-01-01" until: "2028-01-01" page_size: 100)"},
        {"Transfers.ExposureTimeline",
         R"(inventory: "{inventory}" as_of: "{day}" origin: "{from}" from: "2022-01-01" until: "2028-01-01")"},
        {"Transfers.ListFindings", R"(inventory: "{inventory}" as_of: "{day}" page_size: 100)"},
        {"Transfers.ListTransfers", R"(inventory: "{inventory}" as_of: "{day}" page_size: 100)"},
    };
    return kQuestions;
  }

  // Every other call has a deadline; the others go after a while.
  Ended CallOnce(uint64_t number, std::mt19937_64& random) {
    const Heavy& question = Questions()[random() % Questions().size()];
    Words words = words_;
    const int day = random() % 2 == 0 ? 0 : static_cast<int>(1 + random() % kDays);
    words["day"] = Date::Of(2026, 1, 1).Plus(day).ToString();
    words["flow"] = absl::StrCat("f", random() % Flows());
    const MethodDescriptor& method = MethodNamed(question.method);
    const std::string request = BytesOfText(*method.input_type(), question.text, words);
    const std::string id = absl::StrCat("call-", number);
    grpc::ClientContext context;
    context.AddMetadata("x-request-id", id);
    system_clock::time_point stop = system_clock::now() + kDeadline;
    Event over;
    std::thread goes;
    if (number % 2 == 0) {
      context.set_deadline(stop);
    } else {
      stop = system_clock::now() + std::chrono::milliseconds(1 + random() % 50);
      context.set_deadline(system_clock::now() + std::chrono::minutes(10));
      goes = std::thread([&] {
        if (!over.WaitUntil(stop)) {
          stop = system_clock::now();
          context.TryCancel();
        }
      });
    }
    (void)CallAny(channel_, method, {request}, context);
    over.Tell();
    if (goes.joinable()) {
      goes.join();
    }
    // The caller does not see when the worker is free.
    return {absl::StrCat(question.method, number % 2 == 0 ? ", deadline" : ", gone"),
            std::chrono::duration<double, std::milli>(AwaitEnd(id).value_or(stop) - stop).count()};
  }
  // nullopt: the call never came to the server, since it was cancelled before.
  std::optional<system_clock::time_point> AwaitEnd(const std::string& id) {
    constexpr int kLooks = 100;
    for (int look = 1;; ++look) {
      if (const auto end = ends_->EndOf(id); end.has_value()) {
        return end;
      }
      if (look % kLooks == 0 && Metric("onward_rpc_in_flight") == 0) {
        return ends_->EndOf(id);
      }
      std::this_thread::yield();
    }
  }

  std::vector<Ended> CallMany(uint64_t first, uint64_t calls) {
    std::vector<std::vector<Ended>> ended(kCallers);
    std::vector<std::thread> callers;
    for (size_t caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        std::mt19937_64 random(seed_ + first + caller);
        for (uint64_t i = caller; i < calls; i += kCallers) {
          ended[caller].push_back(CallOnce(first + i, random));
        }
      });
    }
    std::vector<Ended> all;
    for (size_t caller = 0; caller < kCallers; ++caller) {
      callers[caller].join();
      all.insert(all.end(), ended[caller].begin(), ended[caller].end());
    }
    return all;
  }

  // The sum of its samples.
  double Metric(std::string_view name) const {
    double sum = 0;
    for (const metrics::Family& family : server_->Metrics()) {
      if (family.metric->name == name) {
        for (const metrics::Sample& sample : family.samples) {
          sum += sample.value;
        }
      }
    }
    return sum;
  }

  const uint64_t seed_ = testing::Seed();
  const testing::TempFolder folder_;
  const testing::FakeClock clock_{Date::Of(2026, 1, 1)};
  const std::shared_ptr<CallEnds> ends_ = std::make_shared<CallEnds>();
  const services::Log log_{"json", "debug", ends_};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<services::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  Words words_;
};

void Print(std::vector<Ended> ended) {
  std::sort(ended.begin(), ended.end(),
            [](const Ended& a, const Ended& b) { return a.millis < b.millis; });
  const auto answered =
      std::count_if(ended.begin(), ended.end(), [](const Ended& one) { return one.millis < 0; });
  const auto promised =
      std::count_if(ended.begin(), ended.end(), [](const Ended& one) { return one.millis <= 20; });
  const auto at = [&](size_t percent) { return ended[(ended.size() - 1) * percent / 100].millis; };
  std::cout << "stopped: " << ended.size() << " calls on " << Flows() << " flows, " << answered
            << " answered before; gone after the deadline or the caller: p50 " << at(50)
            << " ms, p95 " << at(95) << " ms, p99 " << at(99) << " ms, most " << at(100) << " ms; "
            << promised * 100 / static_cast<int64_t>(ended.size()) << " % within 20 ms"
            << std::endl;
  std::map<std::string, double> most;
  for (const Ended& one : ended) {
    most[one.question] = std::max(most[one.question], one.millis);
  }
  for (const auto& [question, millis] : most) {
    std::cout << "  " << question << ": most " << millis << " ms" << std::endl;
  }
}

TEST_F(StopTest, TheWorkEndsSoonAfterAndLeavesNothing) {
  SCOPED_TRACE(absl::StrCat("ONWARD_SEED=", seed_));
  const uint64_t before = Calls() / 5;
  (void)CallMany(0, before);
  const uint64_t resident = ResidentBytes();
  const std::vector<Ended> ended = CallMany(before, Calls());
  const uint64_t later = ResidentBytes();
  for (const Ended& one : ended) {
    EXPECT_LE(one.millis, kGoneMillisMax) << one.question;
  }
  Print(ended);
  std::cout << "  resident memory " << (resident >> 20) << " MiB, then " << (later >> 20) << " MiB"
            << std::endl;
  // Wide: what is kept for some days takes the place of what was kept for others.
  EXPECT_TRUE(!kMemoryIsOurs || later <= resident + resident / 5 + (uint64_t{64} << 20));
  // The last line of the log comes before the worker is told free.
  while (Metric("onward_workers_busy") > 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Metric("onward_worker_queue"), 0);
  EXPECT_EQ(Metric("onward_rpc_in_flight"), 0);
  const grpc::Status next =
      AskWhole("Transfers.ListTransfers", R"(inventory: "{inventory}" page_size: 1)").status;
  EXPECT_TRUE(next.ok()) << next.error_code() << " " << next.error_message();
}

}  // namespace
}  // namespace onward::service_test
