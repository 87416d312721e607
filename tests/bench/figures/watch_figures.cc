// From the acknowledgement of a write until a watcher has its event, at a thousand writes a second.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/base/clock.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "services/commands/engine.h"
#include "services/commands/watch_hub.h"
#include "services/rpc/call.h"
#include "services/rpc/inventory_service.h"
#include "storage/memory/memory_store.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/figures/stored.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

using std::chrono::system_clock;

constexpr size_t kWriters = 4;
constexpr size_t kWritesASecond = 1'000;

// An empty inventory behind a Unix socket.
class Served {
 public:
  explicit Served(const std::string& socket) {
    engine_ = OpenEngine(*store_, clock_);
    hub_ = std::make_unique<commands::WatchHub>(*engine_);
    env_.engine = engine_.get();
    env_.workers = &workers_;
    env_.watches = hub_.get();
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      Fail("a server could not be started");
    }
    stub_ = v1::Inventory::NewStub(
        grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials()));
  }
  ~Served() {
    hub_->Stop();
    server_->Shutdown();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  v1::Inventory::Stub& stub() { return *stub_; }

 private:
  SystemClock clock_;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<commands::Engine> engine_;
  std::unique_ptr<commands::WatchHub> hub_;
  commands::WorkerPool workers_{{4, 1'024, 1'024}};
  rpc::ServiceEnv env_;
  rpc::InventoryService service_{env_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Inventory::Stub> stub_;
};

// When each revision was acknowledged, and when its event came; by revision.
struct Times {
  explicit Times(size_t revisions) : acknowledged(revisions + 1), received(revisions + 1) {}

  std::vector<system_clock::time_point> acknowledged;
  std::vector<system_clock::time_point> received;
};

void WaitUntil(system_clock::time_point time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock<std::mutex> lock(mutex);
  never.wait_until(lock, time, [] { return false; });
}

// Its share of the writes, each at its time.
void WritePaced(v1::Inventory::Stub& stub, size_t writer, size_t writes,
                system_clock::time_point start, Times& times) {
  for (size_t i = writer; i < writes; i += kWriters) {
    WaitUntil(start + std::chrono::microseconds(i * 1'000'000 / kWritesASecond));
    v1::ApplyRequest request;
    request.set_inventory(commands::kDefaultInventory);
    request.set_request_id(absl::StrCat("w", i));
    v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
    party->set_id(absl::StrCat("p", i));
    party->set_establishment("US");
    grpc::ClientContext context;
    v1::ApplyResponse response;
    const grpc::Status status = stub.Apply(&context, request, &response);
    if (!status.ok()) {
      Fail("a write failed: " + status.error_message());
    }
    times.acknowledged.at(response.stamp().revision()) = system_clock::now();
  }
}

void ReadAll(grpc::ClientReader<v1::WatchResponse>& reader, Times& times) {
  v1::WatchResponse response;
  while (reader.Read(&response)) {
    const uint64_t revision = response.stamp().revision();
    if (response.has_event()) {
      times.received.at(revision) = system_clock::now();
      if (revision + 1 == times.received.size()) {
        return;
      }
    }
  }
  Fail("the watch ended: " + reader.Finish().error_message());
}

// Milliseconds from acknowledgement to event, in order; 0 where the event came first.
std::vector<double> Lags(size_t writes) {
  const testing::TempFolder folder;
  Served served(folder.path() + "/watch");
  Times times(writes);
  v1::WatchRequest request;
  request.set_inventory(commands::kDefaultInventory);
  request.set_from_revision(1);
  grpc::ClientContext context;
  const auto reader = served.stub().Watch(&context, request);
  std::thread watcher([&] { ReadAll(*reader, times); });
  std::vector<std::thread> writers;
  const system_clock::time_point start = system_clock::now();
  for (size_t i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] { WritePaced(served.stub(), i, writes, start, times); });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  watcher.join();
  context.TryCancel();
  reader->Finish();
  std::vector<double> lags;
  for (size_t i = 1; i <= writes; ++i) {
    const std::chrono::duration<double, std::milli> lag = times.received[i] - times.acknowledged[i];
    lags.push_back(std::max(0.0, lag.count()));
  }
  std::sort(lags.begin(), lags.end());
  return lags;
}

}  // namespace

void TakeWatchFigures(const Settings& settings, const Report& report) {
  const size_t writes = settings.is_short ? 200 : 5'000;
  std::vector<double> p99;
  Figure half = TakeAlone(settings.Pairs(), [&] {
    const std::vector<double> lags = Lags(writes);
    p99.push_back(lags[lags.size() * 99 / 100]);
    return lags[lags.size() / 2];
  });
  half.name = "from an acknowledged write to its event, p50";
  Figure late = half;
  late.name = "from an acknowledged write to its event, p99";
  late.ours_value = late.ratio = SpreadOf(p99);
  late.target = "<= 50 ms";
  for (Figure* figure : {&half, &late}) {
    figure->group = "watch, 1,000 writes a second";
    figure->ours = "lag";
    figure->unit = "ms";
    report(*figure);
  }
}

}  // namespace onward::bench
