// A server under everything at once for a while: writes, all questions, watches, files that are read again, backups, exports,
// contacts that are erased, history that is compacted. Memory, open files and threads stay what they are, and nothing fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "services/identity/authenticator.h"
#include "services/server.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/service/any_call.h"
#include "tests/service/graphs.h"
#include "tests/service/process.h"
#include "tests/service/requests.h"
#include "tests/support/env.h"
#include "tests/support/law.h"
#include "tests/support/temp_folder.h"

namespace onward::service_test {
namespace {

using google::protobuf::MethodDescriptor;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr uint32_t kFlows = 600;
// Parties that are written again and again.
constexpr uint64_t kWritten = 200;
// Small, so that what fills up to a bound does so early, and what has none is seen.
storage::RocksDbOptions SmallCaches() {
  storage::RocksDbOptions options;
  options.block_cache_bytes = 4 << 20;
  options.write_buffer_bytes = 1 << 20;
  options.tables_open_max = 20;
  options.upkeep_every_ms = 1'000;
  return options;
}
// For so long what the figures are compared with is not taken yet, as a share of the whole.
constexpr double kWarmShare = 0.4;

seconds Length() { return seconds(testing::NumberFromEnv("ONWARD_SOAK_SECONDS", 6)); }

constexpr char kSoakPolicy[] = R"(kind: AccessPolicy
callers:
- {spiffe: "spiffe://test/soak", grants: [{role: INVENTORY_ADMIN, inventories: ["*"]}, {role: OPERATOR}]}
)";

class OneCaller final : public identity::Authenticator {
 public:
  absl::StatusOr<identity::PrincipalPtr> Authenticate(
      const identity::Evidence& /*evidence*/) const override {
    return std::make_shared<const identity::Principal>(
        identity::Principal{identity::Proof::kCertificate, "spiffe://test/soak"});
  }
};

// One look at the process.
struct Look {
  double hours = 0;
  double mebibytes = 0;
  uint64_t files = 0;
  uint64_t threads = 0;
  // What the program itself counts: of the heap, of states and verdicts, and table files on disk.
  double heap = 0;
  double counted = 0;
  uint64_t tables = 0;
};

// Of the line through the looks, in MiB an hour.
double SlopeOf(const std::vector<Look>& looks) {
  double hours = 0;
  double mebibytes = 0;
  for (const Look& look : looks) {
    hours += look.hours / static_cast<double>(looks.size());
    mebibytes += look.mebibytes / static_cast<double>(looks.size());
  }
  double above = 0;
  double below = 0;
  for (const Look& look : looks) {
    above += (look.hours - hours) * (look.mebibytes - mebibytes);
    below += (look.hours - hours) * (look.hours - hours);
  }
  return below > 0 ? above / below : 0;
}

// At most so much is what this share of the looks saw.
template <class Get>
double QuantileOf(std::vector<Look> looks, double share, const Get& get) {
  std::sort(looks.begin(), looks.end(),
            [&](const Look& a, const Look& b) { return get(a) < get(b); });
  const auto at = static_cast<size_t>(share * static_cast<double>(looks.size()));
  return static_cast<double>(get(looks[at]));
}
template <class Get>
double MedianOf(const std::vector<Look>& looks, const Get& get) {
  return QuantileOf(looks, 0.5, get);
}
// Of memory: what stays between two backups, which hold what they read while they last.
template <class Get>
double FloorOf(const std::vector<Look>& looks, const Get& get) {
  return QuantileOf(looks, 0.1, get);
}

class SoakTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = storage::OpenRocksDb(folder_.path() + "/store", SmallCaches());
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    auto backups = storage::OpenBackups(store_.get(), folder_.path() + "/backups");
    ASSERT_TRUE(backups.ok()) << backups.status();
    backups_ = *std::move(backups);
    const Graph graph = RandomGraph(kFlows, seed_);
    ASSERT_TRUE(graph.Write(*store_, "soak"));
    words_ = WordsOf("soak", Graph::IdOf(0), Graph::IdOf(graph.parties() - 1));
    std::ofstream(PolicyPath()) << kSoakPolicy;
    services::Options options;
    options.listen = "";
    options.access_policy = PolicyPath();
    options.metrics_listen = "127.0.0.1:0";
    services::ServerDeps deps;
    deps.store = store_.get();
    deps.backups = backups_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.authenticator = &caller_;
    auto server = services::Server::Start(options, deps);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = server_->InProcessChannel();
  }
  std::string PolicyPath() const { return folder_.path() + "/access.yaml"; }

  void Fail(const std::string& what, const grpc::Status& status) {
    if (errors_++ == 0) {
      ADD_FAILURE() << what << ": " << status.error_code() << " " << status.error_message();
    }
  }
  Reply Ask(const MethodDescriptor& method, const std::string& request,
            size_t messages_max = kAllMessages) {
    grpc::ClientContext context;
    context.set_deadline(system_clock::now() + std::chrono::minutes(5));
    return CallAny(channel_, method, {request}, context, messages_max);
  }
  Reply AskText(const char* name, const std::string& text) {
    const MethodDescriptor& method = MethodNamed(name);
    return Ask(method, BytesOfText(*method.input_type(), text, words_));
  }
  // Asks, and it has to go well.
  void Do(const char* name, const std::string& text) {
    const Reply reply = AskText(name, text);
    ++done_[name];
    if (!reply.status.ok()) {
      Fail(name, reply.status);
    }
  }

  // Goes on until the others have ended, whose watches wait for it.
  void Write() {
    for (uint64_t i = 0; !others_over_; ++i) {
      Do("Inventory.Apply",
         absl::StrCat(R"(inventory: "{inventory}" request_id: "w)", i,
                      R"(" mutations { upsert { party { id: "w)", i % kWritten,
                      R"(" display_name: "name )", i, R"(" establishment: ")",
                      i % 2 == 0 ? "US" : "DE", R"(" } } }
                        mutations { upsert { flow { id: "wf)",
                      i % kWritten, R"(" exporter: "p0" importer: "w)", i % kWritten,
                      R"(" exporter_role: ROLE_CONTROLLER importer_role: ROLE_PROCESSOR
                        data_categories: "contact.email" } } })"));
    }
  }
  // Every method that reads, in an order of its own.
  void Question(uint64_t seed) {
    const std::map<std::string, int> not_here = {
        {"Inventory.Apply", 0},       {"Inventory.Watch", 0},       {"Inventory.Diff", 0},
        {"Inventory.Revert", 0},      {"Law.PutRegister", 0},       {"Admin.CreateInventory", 0},
        {"Admin.ImportInventory", 0}, {"Admin.EraseContacts", 0},   {"Admin.CompactHistory", 0},
        {"Admin.GetCheckpoint", 0},   {"Admin.ProveEntry", 0},      {"Admin.CreateBackup", 0},
        {"Admin.VerifyBackup", 0},    {"Admin.ExportInventory", 0}, {"Admin.VerifyAudit", 0}};
    std::mt19937_64 random(seed);
    const std::vector<const MethodDescriptor*> methods = Methods();
    while (!over_) {
      const MethodDescriptor& method = *methods[random() % methods.size()];
      if (not_here.count(NameOf(method)) > 0) {
        continue;
      }
      Words words = words_;
      words["flow"] = absl::StrCat("f", random() % kFlows);
      const Reply reply = Ask(method, *RequestFor(method, words));
      ++questions_;
      if (!reply.status.ok()) {
        Fail(NameOf(method), reply.status);
      }
    }
  }
  // Comes, is told some revisions, and goes.
  void Watch() {
    const MethodDescriptor& method = MethodNamed("Inventory.Watch");
    while (!over_) {
      v1::WatchRequest request;
      request.set_inventory("soak");
      request.set_records(true);
      request.set_verdicts(watches_ % 2 == 0);
      const Reply reply = Ask(method, request.SerializeAsString(), 20);
      ++watches_;
      if (!reply.enough) {
        Fail("Inventory.Watch", reply.status);
      }
    }
  }
  // What happens now and then.
  void Manage() {
    for (uint64_t round = 1; !over_; ++round) {
      std::ofstream(PolicyPath()) << kSoakPolicy << "# round " << round << "\n";
      server_->Reload();
      (void)server_->Metrics();
      Do("Inventory.Apply",
         absl::StrCat(R"(inventory: "{inventory}" request_id: "c)", round,
                      R"(" mutations { upsert { party { id: "contact" establishment: "FI"
                        contacts { role: CONTACT_ROLE_DPO name: "person )",
                      round, R"(" email: "a@example.test" } } } })"));
      Do("Admin.EraseContacts", absl::StrCat(R"(inventory: "{inventory}" party: "contact"
                                                request_id: "e)",
                                             round, "\""));
      Compact();
      Do("Admin.ExportInventory", R"(inventory: "{inventory}")");
      Do("Admin.CreateBackup", "keep: 2");
      Do("Admin.VerifyAudit", R"(inventory: "{inventory}")");
      over_event_.WaitFor(std::chrono::milliseconds(500));
    }
  }
  void Compact() {
    v1::StatsResponse stats;
    const Reply reply = AskText("Admin.Stats", "");
    if (!reply.status.ok() || !stats.ParseFromString(reply.messages.front())) {
      Fail("Admin.Stats", reply.status);
      return;
    }
    constexpr uint64_t kKept = 500;
    for (const v1::InventoryStats& inventory : stats.inventories()) {
      if (inventory.id() == "soak" &&
          inventory.head_revision() > kKept + inventory.oldest_revision()) {
        Do("Admin.CompactHistory", absl::StrCat(R"(inventory: "{inventory}" oldest_revision: )",
                                                inventory.head_revision() - kKept));
      }
    }
  }

  double CountedMebibytes() {
    v1::StatsResponse stats;
    const Reply reply = AskText("Admin.Stats", "");
    if (!reply.status.ok() || !stats.ParseFromString(reply.messages.front())) {
      Fail("Admin.Stats", reply.status);
    }
    return static_cast<double>(stats.loaded_bytes()) / (1 << 20);
  }
  uint64_t Tables() const {
    std::error_code error;
    uint64_t count = 0;
    for (std::filesystem::directory_iterator at(folder_.path() + "/store", error), end;
         at != end && !error; at.increment(error)) {
      count += at->path().extension() == ".sst" ? 1 : 0;
    }
    return count;
  }

  std::vector<Look> Soak() {
    std::vector<std::thread> threads;
    threads.emplace_back([this] { Write(); });
    threads.emplace_back([this] { Question(seed_); });
    threads.emplace_back([this] { Question(seed_ + 1); });
    threads.emplace_back([this] { Watch(); });
    threads.emplace_back([this] { Manage(); });
    std::vector<Look> looks;
    const auto began = system_clock::now();
    const auto between =
        std::max(std::chrono::milliseconds(50), std::chrono::milliseconds(Length()) / 300);
    while (system_clock::now() - began < Length() && errors_ == 0) {
      const std::chrono::duration<double, std::ratio<3600>> since = system_clock::now() - began;
      looks.push_back({since.count(), static_cast<double>(ResidentBytes()) / (1 << 20),
                       EntriesOf("fd"), EntriesOf("task"),
                       static_cast<double>(HeapBytes()) / (1 << 20), CountedMebibytes(), Tables()});
      over_event_.WaitFor(between);
    }
    over_ = true;
    over_event_.Tell();
    for (size_t i = 1; i < threads.size(); ++i) {
      threads[i].join();
    }
    others_over_ = true;
    threads.front().join();
    return looks;
  }

  const uint64_t seed_ = testing::Seed();
  const testing::TempFolder folder_;
  const SystemClock clock_{};
  const OneCaller caller_{};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::Backups> backups_;
  std::unique_ptr<services::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  Words words_;
  std::atomic<bool> over_{false};
  std::atomic<bool> others_over_{false};
  Event over_event_;
  std::atomic<uint64_t> errors_{0};
  std::atomic<uint64_t> questions_{0};
  std::atomic<uint64_t> watches_{0};
  // Each by one thread.
  std::map<std::string, std::atomic<uint64_t>> done_;
};

TEST_F(SoakTest, NothingGrowsAndNothingFails) {
  SCOPED_TRACE(absl::StrCat("ONWARD_SEED=", seed_));
  for (const char* name : {"Inventory.Apply", "Admin.EraseContacts", "Admin.CompactHistory",
                           "Admin.ExportInventory", "Admin.CreateBackup", "Admin.VerifyAudit"}) {
    done_[name] = 0;
  }
  const std::vector<Look> looks = Soak();
  EXPECT_EQ(errors_, 0U);
  ASSERT_GT(looks.size(), 10U);
  const auto warm =
      looks.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(looks.size()) * kWarmShare);
  const auto middle = warm + (looks.end() - warm) / 2;
  const std::vector<Look> first(warm, middle);
  const std::vector<Look> second(middle, looks.end());
  const auto files = [](const Look& look) { return look.files; };
  const auto threads = [](const Look& look) { return look.threads; };
  const auto memory = [](const Look& look) { return look.mebibytes; };
  const auto tables = [](const Look& look) { return look.tables; };
  std::cout << "soak: " << Length().count() << " s, ";
  for (const auto& [name, count] : done_) {
    std::cout << count << " " << name << ", ";
  }
  const double slope = SlopeOf(std::vector<Look>(warm, looks.end()));
  std::cout << questions_ << " questions, " << watches_ << " watches, " << errors_
            << " errors; resident memory " << std::fixed << std::setprecision(1)
            << MedianOf(first, memory) << " MiB, then " << MedianOf(second, memory) << " MiB ("
            << slope << " MiB an hour, " << 100 * slope / MedianOf(first, memory)
            << " % an hour), between backups " << FloorOf(first, memory) << " MiB, then "
            << FloorOf(second, memory) << " MiB; open files " << MedianOf(first, files) << ", then "
            << MedianOf(second, files) << "; tables " << MedianOf(first, tables) << ", then "
            << MedianOf(second, tables) << "; threads " << MedianOf(first, threads) << ", then "
            << MedianOf(second, threads) << std::endl;
  constexpr size_t kTenths = 10;
  for (size_t tenth = 0; tenth < kTenths; ++tenth) {
    const Look& look = looks[(looks.size() - 1) * (tenth + 1) / kTenths];
    std::cout << "  after " << 3600 * look.hours << " s: " << look.mebibytes << " MiB resident, "
              << look.heap << " MiB of the heap in use, " << look.counted
              << " MiB of states and verdicts, " << look.files << " files open, " << look.tables
              << " tables on disk, " << look.threads << " threads" << std::endl;
  }
  // A short run is not warm yet: a leak of what each call takes would be more.
  constexpr seconds kLong(60);
  const double memory_most =
      Length() < kLong ? 1.25 * FloorOf(first, memory) + 8 : 1.1 * FloorOf(first, memory) + 4;
  EXPECT_TRUE(!kMemoryIsOurs || FloorOf(second, memory) <= memory_most);
  EXPECT_LE(MedianOf(second, files), MedianOf(first, files) + 16);
  EXPECT_LE(MedianOf(second, tables), MedianOf(first, tables) + 16);
  EXPECT_LE(MedianOf(second, threads), MedianOf(first, threads) + 8);
}

}  // namespace
}  // namespace onward::service_test
