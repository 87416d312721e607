// What a noisy inventory does to a quiet one: calls to a server as it starts, but for the quotas that README.md shows.
#include <grpcpp/grpcpp.h>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/base/date.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/logging.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/figures/stored.h"
#include "tests/bench/generator/records.h"
#include "tests/support/law.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr const char* kQuiet = "quiet";
constexpr const char* kNoisy = "noisy";
// What each may ask for in a second; the quiet one makes fewer calls, the noisy one so many times as many.
constexpr uint64_t kQuota = 200;
constexpr uint64_t kWorkMs = 500;
constexpr uint64_t kTimes = 10;
constexpr size_t kDays = 2'999;
constexpr microseconds kBetweenQuiet(5'600);
// A noisy call that is not answered by then is given up.
constexpr std::chrono::milliseconds kNoisyDeadline(250);

void PauseUntil(steady_clock::time_point time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock<std::mutex> lock(mutex);
  never.wait_until(lock, time, [] { return false; });
}

// What both ask in turn: a page of all transfers, which takes a worker, and a check, which is answered at once. Every fourth call of the
// noisy one is a page on a day of its own, for which all flows are judged.
struct Questions {
  v1::ListTransfersRequest list;
  v1::CheckRequest check;
};

// Calls at a steady rate, whether they are answered or not, for as long as it lives.
class Noise {
 public:
  Noise(v1::Transfers::Stub& stub, const Questions& questions, uint64_t calls_per_second)
      : stub_(stub),
        questions_(questions),
        between_(1'000'000 / calls_per_second),
        thread_([this] { Run(); }) {}
  ~Noise() {
    over_ = true;
    thread_.join();
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return under_way_ == 0; });
  }
  Noise(const Noise&) = delete;
  Noise& operator=(const Noise&) = delete;

  size_t made() const { return made_; }
  size_t refused() const { return refused_; }
  size_t late() const { return late_; }

 private:
  template <class Request, class Answer>
  struct One {
    grpc::ClientContext context;
    Request request;
    Answer answer;
  };

  template <class Request, class Answer>
  static std::shared_ptr<One<Request, Answer>> Make() {
    auto one = std::make_shared<One<Request, Answer>>();
    one->context.set_deadline(std::chrono::system_clock::now() + kNoisyDeadline);
    return one;
  }

  void Run() {
    steady_clock::time_point next = steady_clock::now();
    for (; !over_; next += between_) {
      PauseUntil(next);
      {
        const std::lock_guard lock(mutex_);
        ++under_way_;
      }
      const size_t number = made_++;
      if (number % 2 == 1) {
        Check();
      } else {
        List(number % 4 == 0 ? "" : DayOfItsOwn(number));
      }
    }
  }

  static std::string DayOfItsOwn(size_t number) {
    return Date(Date::Of(2026, 1, 1).days() + static_cast<int>(number % kDays)).ToString();
  }

  void List(const std::string& as_of) {
    auto one = Make<v1::ListTransfersRequest, v1::ListTransfersResponse>();
    one->request = questions_.list;
    one->request.set_as_of(as_of);
    stub_.async()->ListTransfers(&one->context, &one->request, &one->answer,
                                 [this, one](const grpc::Status& status) { Answered(status); });
  }

  void Check() {
    auto one = Make<v1::CheckRequest, v1::CheckResponse>();
    one->request = questions_.check;
    stub_.async()->Check(&one->context, &one->request, &one->answer,
                         [this, one](const grpc::Status& status) { Answered(status); });
  }

  void Answered(const grpc::Status& status) {
    switch (status.error_code()) {
      case grpc::StatusCode::OK:
        break;
      case grpc::StatusCode::RESOURCE_EXHAUSTED:
        ++refused_;
        break;
      case grpc::StatusCode::DEADLINE_EXCEEDED:
        ++late_;
        break;
      default:
        Fail("a call of the noisy inventory failed: " + status.error_message());
    }
    const std::lock_guard lock(mutex_);
    if (--under_way_ == 0) {
      answered_.notify_all();
    }
  }

  v1::Transfers::Stub& stub_;
  const Questions& questions_;
  const microseconds between_;
  std::atomic<bool> over_{false};
  std::atomic<size_t> made_{0};
  std::atomic<size_t> refused_{0};
  std::atomic<size_t> late_{0};
  std::mutex mutex_;
  std::condition_variable answered_;
  size_t under_way_ = 0;
  std::thread thread_;
};

// Of one measurement, in microseconds.
struct Late {
  double list = 0;
  double check = 0;
};

double LateOf(std::vector<double>& micros) {
  std::sort(micros.begin(), micros.end());
  return micros[micros.size() * 99 / 100];
}

// Two inventories alike on one server; each has a connection of its own.
class Tenants {
 public:
  explicit Tenants(const Settings& settings) {
    GeneratorOptions options;
    options.tenants = 1;
    options.controllers = settings.is_short ? 10 : 100;
    options.flows_max = settings.is_short ? 500 : 5'000;
    options.seed = settings.seed;
    Fill(kQuiet, options, quiet_);
    Fill(kNoisy, options, noisy_);
    services::Options server;
    server.store = "memory";
    server.listen = "unix:" + folder_.path() + "/server";
    server.inventory_calls_per_second_max = kQuota;
    server.inventory_work_ms_per_second_max = kWorkMs;
    services::ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.log = &log_;
    auto started = services::Server::Start(server, deps);
    if (!started.ok()) {
      Fail("no server: " + std::string(started.status().message()));
    }
    server_ = *std::move(started);
    quiet_stub_ = Connect(kQuiet);
    noisy_stub_ = Connect(kNoisy);
  }

  // The 99th percentile of what questions of each kind about the quiet one took, asked at a steady rate for so long, while the
  // other one asks so many times what it may.
  Late Ask(microseconds time, uint64_t times) {
    std::unique_ptr<Noise> beside;
    if (times > 0) {
      beside = std::make_unique<Noise>(*noisy_stub_, noisy_, times * kQuota);
    }
    std::vector<double> lists;
    std::vector<double> checks;
    const steady_clock::time_point began = steady_clock::now();
    for (size_t i = 0; i < 2 || steady_clock::now() < began + time; ++i) {
      PauseUntil(began + i * kBetweenQuiet);
      (i % 2 == 0 ? lists : checks).push_back(i % 2 == 0 ? List() : Check());
    }
    if (times == kTimes) {
      made_ += beside->made();
      refused_ += beside->refused();
      late_ += beside->late();
      noisy_seconds_ += std::chrono::duration<double>(steady_clock::now() - began).count();
    }
    return {LateOf(lists), LateOf(checks)};
  }

  // What became of the noisy one's calls.
  std::string Noisy() const {
    return absl::StrCat(static_cast<uint64_t>(static_cast<double>(made_) / noisy_seconds_),
                        " of its calls a second, ", 100 * refused_ / std::max<size_t>(1, made_),
                        " % refused, ", 100 * late_ / std::max<size_t>(1, made_),
                        " % not answered in 250 ms");
  }

 private:
  std::unique_ptr<v1::Transfers::Stub> Connect(const char* whose) const {
    grpc::ChannelArguments own;
    own.SetString("onward.whose", whose);
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::Transfers::NewStub(
        grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), own));
  }

  template <class Call>
  static double Micros(const Call& call) {
    const steady_clock::time_point began = steady_clock::now();
    if (const grpc::Status status = call(); !status.ok()) {
      Fail("a call of the quiet inventory failed: " + status.error_message());
    }
    return std::chrono::duration<double, std::micro>(steady_clock::now() - began).count();
  }
  double List() {
    grpc::ClientContext context;
    v1::ListTransfersResponse answer;
    return Micros([&] { return quiet_stub_->ListTransfers(&context, quiet_.list, &answer); });
  }
  double Check() {
    grpc::ClientContext context;
    v1::CheckResponse answer;
    return Micros([&] { return quiet_stub_->Check(&context, quiet_.check, &answer); });
  }

  void Fill(const char* inventory, const GeneratorOptions& options, Questions& questions) {
    std::vector<model::Record> records = GenerateRecords(options);
    for (const model::Record& record : records) {
      if (const auto* flow = std::get_if<model::Flow>(&record)) {
        questions.check.mutable_question()->set_from(flow->exporter);
        questions.check.mutable_question()->set_to(flow->importer);
      }
    }
    questions.check.set_inventory(inventory);
    questions.check.mutable_question()->add_data_categories("contact.email");
    questions.list.set_inventory(inventory);
    questions.list.set_page_size(200);
    StoreRecords(*store_, inventory, std::move(records));
  }

  const testing::TempFolder folder_;
  const services::Log log_{"text", "info", std::make_shared<spdlog::sinks::null_sink_mt>()};
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  SystemClock clock_;
  Questions quiet_;
  Questions noisy_;
  std::unique_ptr<services::Server> server_;
  std::unique_ptr<v1::Transfers::Stub> quiet_stub_;
  std::unique_ptr<v1::Transfers::Stub> noisy_stub_;
  size_t made_ = 0;
  size_t refused_ = 0;
  size_t late_ = 0;
  double noisy_seconds_ = 0;
};

}  // namespace

// With nine pairs 40 measurements of 2.5 s: two minutes.
void TakeTenantFigures(const Settings& settings, const Report& report) {
  Tenants tenants(settings);
  const microseconds time(settings.is_short ? 100'000 : 2'500'000);
  for (const uint64_t times : {uint64_t{0}, uint64_t{1}}) {
    std::vector<double> noisy_checks;
    std::vector<double> other_checks;
    const auto ask = [&](uint64_t asked, std::vector<double>& checks) {
      const Late late = tenants.Ask(time, asked);
      checks.push_back(late.check);
      return late.list;
    };
    const std::string against = times == 0 ? "alone" : "the other at its quota";
    Figure lists = TakePairs(
        settings.Pairs(), [&] { return ask(kTimes, noisy_checks); },
        [&] { return ask(times, other_checks); });
    lists.group = "a quiet inventory beside a noisy one";
    lists.name = absl::StrCat("ListTransfers p99, the other at 10 x its quota / ", against);
    lists.ours = "noisy";
    lists.other = times == 0 ? "alone" : "at quota";
    lists.unit = "us";
    lists.target = "<= 1.2 x";
    lists.note = tenants.Noisy();
    report(lists);
    Figure checks = WithValues(lists, std::move(noisy_checks), std::move(other_checks));
    checks.name = absl::StrCat("Check p99, the other at 10 x its quota / ", against);
    report(checks);
  }
}

}  // namespace onward::bench
