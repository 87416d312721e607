// A watcher against a server that follows a script: parts, lost connections, repeats, ends.
#include "clients/cpp/watch.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"

namespace onward::client {
namespace {

using ::testing::ElementsAre;

v1::WatchResponse Mark(uint64_t revision) {
  v1::WatchResponse response;
  response.mutable_progress()->set_revision(revision);
  response.mutable_stamp()->set_revision(revision);
  response.mutable_stamp()->set_token("token-" + std::to_string(revision));
  return response;
}

v1::WatchResponse Event(uint64_t revision, const std::string& id, bool more = false,
                        v1::WatchCause cause = v1::WATCH_CAUSE_WRITE) {
  v1::WatchResponse response;
  response.mutable_event()->set_revision(revision);
  response.mutable_event()->set_cause(cause);
  response.mutable_event()->set_more(more);
  response.mutable_event()->add_records()->mutable_ref()->set_id(id);
  response.mutable_stamp()->set_revision(revision);
  if (!more) {
    response.mutable_stamp()->set_token("token-" + std::to_string(revision));
  }
  return response;
}

grpc::Status Error(grpc::StatusCode code, const std::string& reason) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  details.add_details()->PackFrom(info);
  return {code, reason, details.SerializeAsString()};
}

grpc::Status Slow() { return Error(grpc::StatusCode::RESOURCE_EXHAUSTED, "SLOW_CONSUMER"); }

// One entry a stream: what it tells, and how it ends.
struct Scripted {
  std::vector<v1::WatchResponse> responses;
  grpc::Status end;
};

class ScriptedServer final : public v1::Inventory::Service {
 public:
  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    asked.push_back(*request);
    if (script.empty()) {
      writer->Write(Mark(0));
      while (!context->IsCancelled()) {
        std::this_thread::yield();
      }
      return grpc::Status::CANCELLED;
    }
    const Scripted now = script.front();
    script.pop_front();
    for (const v1::WatchResponse& response : now.responses) {
      writer->Write(response);
    }
    return now.end;
  }

  std::deque<Scripted> script;
  std::vector<v1::WatchRequest> asked;
};

class WatcherTest : public ::testing::Test {
 protected:
  WatcherTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&inventory_);
    server_ = builder.BuildAndStart();
  }
  Watcher WatcherFrom(uint64_t revision) {
    v1::WatchRequest request;
    request.set_from_revision(revision);
    WatchOptions options;
    options.first_pause = std::chrono::milliseconds(1);
    options.on_reconnect = [this](const Reconnect& lost) {
      told_.push_back("lost after " + std::to_string(lost.revision));
    };
    options.on_resumed = [this](uint64_t revision_now) {
      told_.push_back("back after " + std::to_string(revision_now));
    };
    return Watcher(server_->InProcessChannel({}), request, options);
  }
  // "mark 3", "4 a b", or the code of the error.
  static std::string Next(Watcher& watcher) {
    const auto next = watcher.Next();
    if (!next.ok()) {
      return absl::StatusCodeToString(next.status().code());
    }
    if (next->has_progress()) {
      return "mark " + std::to_string(next->progress().revision());
    }
    std::string text = std::to_string(next->event().revision());
    for (const v1::WatchedRecord& record : next->event().records()) {
      text += " " + record.ref().id();
    }
    return text;
  }

  ScriptedServer inventory_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::string> told_;
};

const grpc::Status kAway(grpc::StatusCode::UNAVAILABLE, "away");

TEST_F(WatcherTest, PutsPartsTogether) {
  inventory_.script = {{{Mark(0), Event(1, "a", true), Event(1, "b", true), Event(1, "c")}, kAway}};
  Watcher watcher = WatcherFrom(1);
  EXPECT_EQ(Next(watcher), "mark 0");
  EXPECT_EQ(Next(watcher), "1 a b c");
  EXPECT_EQ(watcher.revision(), 1U);
  EXPECT_EQ(watcher.token(), "token-1");
}

TEST_F(WatcherTest, GoesOnAfterTheLastWholeEvent) {
  inventory_.script = {{{Mark(0), Event(1, "a"), Event(2, "b", true)}, kAway},
                       {{}, kAway},
                       {{Mark(1), Event(2, "b", true), Event(2, "c"), Event(3, "d")}, Slow()},
                       {{Mark(3), Event(3, "d"), Event(4, "e")}, kAway}};
  Watcher watcher = WatcherFrom(1);
  std::vector<std::string> got(7);
  for (std::string& text : got) {
    text = Next(watcher);
  }
  EXPECT_THAT(got, ElementsAre("mark 0", "1 a", "mark 1", "2 b c", "3 d", "mark 3", "4 e"));
  EXPECT_THAT(told_, ElementsAre("lost after 1", "lost after 1", "back after 1", "lost after 3",
                                 "back after 3"));
  ASSERT_GE(inventory_.asked.size(), 4U);
  EXPECT_EQ(inventory_.asked[0].from_revision(), 1U);
  for (size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(inventory_.asked[i].from_revision(), 0U);
    EXPECT_EQ(inventory_.asked[i].after_token(), "token-1");
  }
  EXPECT_EQ(inventory_.asked[3].after_token(), "token-3");
}

TEST_F(WatcherTest, GoesOnWithAFreshTokenAndEndsWhereThatIsNotAcceptedEither) {
  inventory_.script = {
      {{Mark(0), Event(1, "a")}, Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_EXPIRED")},
      {{Mark(1), Event(2, "b")}, Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_EXPIRED")},
      {{}, Error(grpc::StatusCode::UNAUTHENTICATED, "UNAUTHENTICATED")}};
  Watcher watcher = WatcherFrom(1);
  std::vector<std::string> got(5);
  for (std::string& text : got) {
    text = Next(watcher);
  }
  EXPECT_THAT(got, ElementsAre("mark 0", "1 a", "mark 1", "2 b", "UNAUTHENTICATED"));
  ASSERT_EQ(inventory_.asked.size(), 3U);
  EXPECT_EQ(inventory_.asked[1].after_token(), "token-1");
  EXPECT_EQ(inventory_.asked[2].after_token(), "token-2");
}

// A law that is put makes another event of a revision that was told.
TEST_F(WatcherTest, ALawIsNoRepeat) {
  inventory_.script = {
      {{Mark(0), Event(1, "a"), Event(1, "law", false, v1::WATCH_CAUSE_LAW)}, kAway}};
  Watcher watcher = WatcherFrom(1);
  EXPECT_EQ(Next(watcher), "mark 0");
  EXPECT_EQ(Next(watcher), "1 a");
  EXPECT_EQ(Next(watcher), "1 law");
}

TEST_F(WatcherTest, OtherErrorsAreTheEnd) {
  inventory_.script = {{{Mark(0)}, {grpc::StatusCode::OUT_OF_RANGE, "compacted"}}};
  Watcher watcher = WatcherFrom(1);
  EXPECT_EQ(Next(watcher), "mark 0");
  EXPECT_EQ(Next(watcher), "OUT_OF_RANGE");
  EXPECT_THAT(told_, ElementsAre());
}

TEST_F(WatcherTest, CancelEndsAWaitingNext) {
  Watcher watcher = WatcherFrom(0);
  EXPECT_EQ(Next(watcher), "mark 0");
  std::thread canceller([&] { watcher.Cancel(); });
  EXPECT_EQ(Next(watcher), "CANCELLED");
  canceller.join();
  EXPECT_EQ(Next(watcher), "CANCELLED");
}

TEST(WatcherDeadline, AServerThatWasNeverThereIsAnError) {
  Client client(Connect("unix:/nonexistent/onward.sock"),
                {.deadline = std::chrono::milliseconds(300)});
  const auto watcher = client.Watch({});
  EXPECT_EQ(watcher->Next().status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace onward::client
