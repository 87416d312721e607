// P1, P2, P5: kill -9 while eight writers apply: no acknowledged write and no revision is lost.
//
// The oracle lives in this process. Each write creates a party and sets its writer's counter in one
// Apply, with the request id as its comment. ONWARD_TEST_CRASH_CYCLES sets the number of cycles (50),
// ONWARD_TEST_SEED the seed (printed).
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "onward/v1/inventory_service.grpc.pb.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

constexpr int kWriters = 8;
constexpr std::chrono::seconds kDeadline{30};

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread so far.
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
}

// A write that was sent: writer and number in its line.
struct Write {
  int writer = 0;
  uint64_t number = 0;

  std::string RequestId() const {
    return "w" + std::to_string(writer) + "-" + std::to_string(number);
  }
  std::string Counter() const { return "counter-" + std::to_string(writer); }
  friend bool operator<(const Write& a, const Write& b) {
    return std::tie(a.writer, a.number) < std::tie(b.writer, b.number);
  }
};

void AddParty(const std::string& id, const std::string& name, v1::ApplyRequest& request) {
  v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
  party->set_id(id);
  party->set_display_name(name);
}

v1::ApplyRequest RequestOf(const Write& write) {
  v1::ApplyRequest request;
  request.set_inventory("default");
  request.set_request_id(write.RequestId());
  request.set_comment(write.RequestId());
  AddParty(write.RequestId(), write.RequestId(), request);
  AddParty(write.Counter(), std::to_string(write.number), request);
  return request;
}

// What was acknowledged, and what was sent without an answer.
class Oracle {
 public:
  void Acknowledge(const Write& write, uint64_t revision) {
    const std::lock_guard lock(mutex_);
    acknowledged_[write] = revision;
    last_[write.writer] = write.number;
    ++count_;
    changed_.notify_all();
  }
  void LeaveOpen(const Write& write) {
    const std::lock_guard lock(mutex_);
    open_[write.writer] = write;
  }
  void AWriterEnded() {
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_all();
  }
  // Returns once `count` further writes were acknowledged, or every writer gave up.
  void WaitForMore(uint64_t count) {
    std::unique_lock lock(mutex_);
    const uint64_t goal = count_ + count;
    changed_.wait(lock, [&] { return count_ >= goal || ended_ == kWriters; });
  }
  void NextCycle() {
    const std::lock_guard lock(mutex_);
    ended_ = 0;
    open_.clear();
  }
  uint64_t count() const { return count_; }
  const std::map<Write, uint64_t>& acknowledged() const { return acknowledged_; }
  const std::map<int, Write>& open() const { return open_; }
  uint64_t LastOf(int writer) const {
    const auto found = last_.find(writer);
    return found == last_.end() ? 0 : found->second;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Write, uint64_t> acknowledged_;
  std::map<int, uint64_t> last_;
  std::map<int, Write> open_;
  uint64_t count_ = 0;
  int ended_ = 0;
};

// Applies one write after the other until a call fails.
void WriteUntilItFails(const std::shared_ptr<grpc::Channel>& channel, int writer, uint64_t number,
                       Oracle& oracle) {
  const auto stub = v1::Inventory::NewStub(channel);
  for (;; ++number) {
    const Write write{writer, number};
    v1::ApplyResponse response;
    grpc::ClientContext context;
    SetDeadline(context);
    const grpc::Status status = stub->Apply(&context, RequestOf(write), &response);
    if (!status.ok()) {
      oracle.LeaveOpen(write);
      break;
    }
    oracle.Acknowledge(write, response.stamp().revision());
  }
  oracle.AWriterEnded();
}

// Comment of each revision, by revision.
std::map<uint64_t, std::string> History(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::Inventory::NewStub(channel);
  std::map<uint64_t, std::string> revisions;
  v1::HistoryRequest request;
  request.set_inventory("default");
  request.set_page_size(1000);
  do {
    v1::HistoryResponse response;
    grpc::ClientContext context;
    SetDeadline(context);
    const grpc::Status status = stub->History(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Revision& revision : response.revisions()) {
      EXPECT_TRUE(revisions.emplace(revision.revision(), revision.comment()).second)
          << "revision " << revision.revision() << " twice";
    }
    request.set_page_token(status.ok() ? response.next_page_token() : "");
  } while (!request.page_token().empty());
  return revisions;
}

// Display name of each party, by id.
std::map<std::string, std::string> Parties(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::Inventory::NewStub(channel);
  std::map<std::string, std::string> parties;
  v1::ListRequest request;
  request.set_inventory("default");
  request.set_kind(v1::RECORD_KIND_PARTY);
  request.set_page_size(1000);
  do {
    v1::ListResponse response;
    grpc::ClientContext context;
    SetDeadline(context);
    const grpc::Status status = stub->List(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Record& record : response.records()) {
      parties[record.party().id()] = record.party().display_name();
    }
    request.set_page_token(status.ok() ? response.next_page_token() : "");
  } while (!request.page_token().empty());
  return parties;
}

void ExpectGapless(const std::map<uint64_t, std::string>& history) {
  uint64_t expected = 1;
  for (const auto& [revision, comment] : history) {
    ASSERT_EQ(revision, expected) << "a revision is missing";
    ++expected;
  }
}

void ExpectNothingLost(const std::shared_ptr<grpc::Channel>& channel, const Oracle& oracle) {
  const std::map<uint64_t, std::string> history = History(channel);
  const std::map<std::string, std::string> parties = Parties(channel);
  ExpectGapless(history);
  for (const auto& [write, revision] : oracle.acknowledged()) {
    const auto found = history.find(revision);
    ASSERT_TRUE(found != history.end()) << write.RequestId() << " lost its revision " << revision;
    ASSERT_EQ(found->second, write.RequestId()) << "revision " << revision << " is another's";
    ASSERT_EQ(parties.count(write.RequestId()), 1U) << write.RequestId() << " is lost";
  }
  // An Apply is all or nothing: the counter stands at the last write whose party exists.
  for (int writer = 0; writer < kWriters; ++writer) {
    const uint64_t last = oracle.LastOf(writer);
    const Write next{writer, last + 1};
    const uint64_t stored = parties.count(next.RequestId()) == 1 ? last + 1 : last;
    if (stored > 0) {
      ASSERT_EQ(parties.at(next.Counter()), std::to_string(stored));
    }
  }
}

// A write that got no answer is sent again with its request id: it must count once.
void RepeatOpenWrites(const std::shared_ptr<grpc::Channel>& channel, Oracle& oracle) {
  const auto stub = v1::Inventory::NewStub(channel);
  for (const auto& [writer, write] : oracle.open()) {
    v1::ApplyResponse response;
    grpc::ClientContext context;
    SetDeadline(context);
    const grpc::Status status = stub->Apply(&context, RequestOf(write), &response);
    ASSERT_TRUE(status.ok()) << write.RequestId() << ": " << status.error_message();
    oracle.Acknowledge(write, response.stamp().revision());
  }
  oracle.NextCycle();
}

void WriteAndKill(ServerProcess& server, uint64_t writes, Oracle& oracle) {
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back(
        [&oracle, channel = server.channel(), writer, next = oracle.LastOf(writer) + 1] {
          WriteUntilItFails(channel, writer, next, oracle);
        });
  }
  oracle.WaitForMore(writes);
  server.Kill();
  for (std::thread& writer : writers) {
    writer.join();
  }
}

TEST(CrashTest, NoAcknowledgedWriteAndNoRevisionIsLost) {
  constexpr uint64_t kWritesMax = 60;
  const uint64_t cycles = FromEnvironment("ONWARD_TEST_CRASH_CYCLES", 50);
  const uint64_t seed = FromEnvironment("ONWARD_TEST_SEED", std::random_device()());
  SCOPED_TRACE("ONWARD_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const TempFolder folder;
  Oracle oracle;
  for (uint64_t cycle = 0; cycle < cycles; ++cycle) {
    SCOPED_TRACE("cycle " + std::to_string(cycle));
    ServerProcess server(folder.path() / "data", folder.path() / "s");
    ASSERT_TRUE(server.running()) << server.err();
    ExpectNothingLost(server.channel(), oracle);
    if (HasFatalFailure()) {
      return;
    }
    RepeatOpenWrites(server.channel(), oracle);
    if (HasFatalFailure()) {
      return;
    }
    const uint64_t before = oracle.count();
    WriteAndKill(server, 1 + random() % kWritesMax, oracle);
    ASSERT_GT(oracle.count(), before) << "nothing was written: " << server.err();
  }
  const ServerProcess server(folder.path() / "data", folder.path() / "s");
  ASSERT_TRUE(server.running()) << server.err();
  ExpectNothingLost(server.channel(), oracle);
  std::printf("%s kills, %s writes acknowledged\n", std::to_string(cycles).c_str(),
              std::to_string(oracle.count()).c_str());
}

}  // namespace
}  // namespace onward::e2e
