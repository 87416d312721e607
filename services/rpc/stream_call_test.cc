// Streams: slow readers and senders, those that go, deadlines, errors.
#include "services/rpc/stream_call.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <future>

#include "graph/base/error_detail.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/rpc/upload_call.h"

namespace onward::rpc {
namespace {

using Request = v1::FindPathsRequest;
using Response = v1::FindPathsResponse;

// What the handlers of the tests tell; one test at a time.
struct Told {
  std::atomic<uint64_t> written{0};
  std::promise<absl::Status> ended;
};
Told* told = nullptr;

Response Message(size_t bytes) {
  Response response;
  response.mutable_path()->add_flows(std::string(bytes, 'x'));
  return response;
}

// As many messages as max_paths says, of max_steps bytes each. Tells the end of endless ones.
absl::Status WriteMany(const ServiceEnv& /*env*/, const Request& request,
                       StreamWriter<Response>& writer, const commands::CallContext& /*call*/) {
  absl::Status status;
  for (uint32_t i = 0; i < request.max_paths() && status.ok(); ++i) {
    status = writer.Write(Message(request.max_steps()));
    told->written += status.ok() ? 1 : 0;
  }
  if (request.max_paths() == UINT32_MAX) {
    told->ended.set_value(status);
  }
  return status;
}

absl::Status WriteOneThenFail(const ServiceEnv& /*env*/, const Request& /*request*/,
                              StreamWriter<Response>& writer,
                              const commands::CallContext& /*call*/) {
  const absl::Status status = writer.Write(Message(1));
  return status.ok() ? commands::InvalidRequest("from", "is no good") : status;
}

class Service final : public v1::Transfers::CallbackService {
 public:
  Service(const ServiceEnv& env, StreamHandler<Request, Response> handler)
      : env_(env), handler_(handler) {}
  grpc::ServerWriteReactor<Response>* FindPaths(grpc::CallbackServerContext* context,
                                                const Request* request) override {
    return OnWorker(env_, context, "Transfers.FindPaths", request, handler_);
  }

 private:
  const ServiceEnv& env_;
  StreamHandler<Request, Response> handler_;
};

using Piece = v1::ImportInventoryRequest;
using Taken = v1::ImportInventoryResponse;

// Tells how many bytes came.
absl::Status TakeAll(const ServiceEnv& /*env*/, UploadReader<Piece>& reader, Taken* taken,
                     const commands::CallContext& /*call*/) {
  while (true) {
    const absl::StatusOr<const Piece*> piece = reader.Read();
    if (!piece.ok() || *piece == nullptr) {
      return piece.status();
    }
    taken->mutable_info()->set_bytes(taken->info().bytes() + (*piece)->data().size());
  }
}

class Uploads final : public v1::Admin::CallbackService {
 public:
  explicit Uploads(const ServiceEnv& env) : env_(env) {}
  grpc::ServerReadReactor<Piece>* ImportInventory(grpc::CallbackServerContext* context,
                                                  Taken* taken) override {
    return OnWorker(env_, context, "Admin.ImportInventory", taken, &TakeAll);
  }

 private:
  const ServiceEnv& env_;
};

class StreamCallTest : public ::testing::Test {
 protected:
  void Serve(StreamHandler<Request, Response> handler, size_t queue_max = 4) {
    told = &told_;
    workers_ = std::make_unique<commands::WorkerPool>(
        commands::WorkerPoolOptions{1, queue_max, queue_max});
    streams_ = std::make_unique<commands::WorkerPool>(commands::WorkerPoolOptions{4, 4, 4});
    env_.workers = workers_.get();
    env_.streams = streams_.get();
    env_.observe_successes = [] { return false; };
    service_ = std::make_unique<Service>(env_, handler);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    builder.RegisterService(&uploads_);
    server_ = builder.BuildAndStart();
    stub_ = v1::Transfers::NewStub(server_->InProcessChannel({}));
    admin_ = v1::Admin::NewStub(server_->InProcessChannel({}));
  }
  void TearDown() override {
    server_->Shutdown();
    server_->Wait();
  }

  static Request Ask(uint32_t messages, uint64_t bytes) {
    Request request;
    request.set_max_paths(messages);
    request.set_max_steps(bytes);
    return request;
  }
  using Reader = grpc::ClientReader<Response>;

  // The stream of the context of the test.
  std::unique_ptr<Reader> Open(uint32_t messages, uint64_t bytes) {
    return stub_->FindPaths(&context_, Ask(messages, bytes));
  }
  // One that never ends by itself.
  std::unique_ptr<Reader> OpenEndless() { return Open(UINT32_MAX, 10'000); }
  static uint64_t ReadAll(Reader& reader) {
    Response response;
    uint64_t read = 0;
    while (reader.Read(&response)) {
      ++read;
    }
    return read;
  }
  // Messages of another call; fewer than asked for where it did not end in time.
  uint64_t Asked(uint32_t messages) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const auto reader = stub_->FindPaths(&context, Ask(messages, 10'000));
    const uint64_t read = ReadAll(*reader);
    (void)reader->Finish();
    return read;
  }
  // The beginning of an upload, which then stands still.
  std::unique_ptr<grpc::ClientWriter<Piece>> OpenUpload() {
    auto writer = admin_->ImportInventory(&context_, &taken_);
    EXPECT_TRUE(writer->Write(FiveBytes()));
    return writer;
  }
  static Piece FiveBytes() {
    Piece piece;
    piece.set_data("12345");
    return piece;
  }
  static void ExpectError(const grpc::Status& status, grpc::StatusCode code, const char* reason) {
    EXPECT_EQ(status.error_code(), code);
    EXPECT_NE(status.error_details().find(reason), std::string::npos);
  }
  absl::Status Ended() { return told_.ended.get_future().get(); }

  Told told_;
  ServiceEnv env_;
  std::unique_ptr<commands::WorkerPool> workers_;
  // Ends first: it takes turns of the workers.
  std::unique_ptr<commands::WorkerPool> streams_;
  std::unique_ptr<Service> service_;
  Uploads uploads_{env_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Transfers::Stub> stub_;
  std::unique_ptr<v1::Admin::Stub> admin_;
  grpc::ClientContext context_;
  Taken taken_;
};

TEST_F(StreamCallTest, EveryMessageComesInOrderThenTheEnd) {
  Serve(&WriteMany);
  const auto reader = Open(3'000, 100);
  EXPECT_EQ(ReadAll(*reader), 3'000U);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(StreamCallTest, WorkWaitsForASlowReader) {
  Serve(&WriteMany);
  constexpr uint64_t kBytes = 100'000;
  constexpr uint64_t kMessages = 400;
  const auto reader = Open(kMessages, kBytes);
  // Beyond the buffer: one under way, one that was let in, and what the transport itself holds.
  constexpr uint64_t kAheadMax = kStreamBufferBytes / kBytes + 30;
  Response response;
  for (uint64_t read = 1; read <= kMessages; ++read) {
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_LE(told_.written.load(), read + kAheadMax);
  }
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(StreamCallTest, AReaderThatGoesStopsTheWork) {
  Serve(&WriteMany);
  {
    const auto reader = OpenEndless();
    Response response;
    ASSERT_TRUE(reader->Read(&response));
    context_.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_EQ(Ended().code(), absl::StatusCode::kCancelled);
}

TEST_F(StreamCallTest, TheDeadlineStopsTheWorkThoughNobodyReads) {
  Serve(&WriteMany);
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
  const auto reader = OpenEndless();
  const absl::StatusCode code = Ended().code();
  EXPECT_TRUE(code == absl::StatusCode::kDeadlineExceeded || code == absl::StatusCode::kCancelled)
      << code;
  ReadAll(*reader);
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

// There is one worker, and both ask about the same inventory.
TEST_F(StreamCallTest, AReaderThatStandsStillHoldsNoWorker) {
  Serve(&WriteMany);
  const auto still = OpenEndless();
  Response response;
  ASSERT_TRUE(still->Read(&response));
  EXPECT_EQ(Asked(3), 3U);
  EXPECT_EQ(Asked(400), 400U);
  context_.TryCancel();
  (void)still->Finish();
  EXPECT_EQ(Ended().code(), absl::StatusCode::kCancelled);
}

TEST_F(StreamCallTest, AReaderThatStandsStillIsCutAndToldWhy) {
  env_.stream_stall = std::chrono::milliseconds(50);
  Serve(&WriteMany);
  const auto still = OpenEndless();
  EXPECT_EQ(Ended().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(ReadAll(*still), told_.written.load()) << "what waited was dropped";
  ExpectError(still->Finish(), grpc::StatusCode::RESOURCE_EXHAUSTED, "STREAM_STALLED");
}

TEST_F(StreamCallTest, ASenderThatStandsStillHoldsNoWorker) {
  Serve(&WriteMany);
  const auto still = OpenUpload();
  EXPECT_EQ(Asked(400), 400U);
  ASSERT_TRUE(still->Write(FiveBytes()));
  still->WritesDone();
  EXPECT_TRUE(still->Finish().ok());
  EXPECT_EQ(taken_.info().bytes(), 10U);
}

TEST_F(StreamCallTest, ASenderThatStandsStillIsCut) {
  env_.stream_stall = std::chrono::milliseconds(50);
  Serve(&WriteMany);
  const auto still = OpenUpload();
  ExpectError(still->Finish(), grpc::StatusCode::RESOURCE_EXHAUSTED, "STREAM_STALLED");
}

TEST_F(StreamCallTest, AnErrorComesAfterTheMessagesBeforeIt) {
  Serve(&WriteOneThenFail);
  const auto reader = Open(0, 0);
  Response response;
  EXPECT_TRUE(reader->Read(&response));
  EXPECT_FALSE(reader->Read(&response));
  ExpectError(reader->Finish(), grpc::StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST");
}

TEST_F(StreamCallTest, AFullQueueIsSaidAtOnce) {
  Serve(&WriteMany, 0);
  const auto reader = Open(1, 1);
  Response response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(PushedStatusTest, NamesTheLimitThatIsReached) {
  const commands::WorkerPool pool({1, 20, 10});
  const auto named = [&](commands::FairQueue::Pushed pushed) {
    const absl::Status status = PushedStatus(pool, pushed);
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    const auto metadata = DetailOf(status).value_or(ErrorDetail()).metadata;
    return metadata.at("limit") + " " + metadata.at("max");
  };
  EXPECT_TRUE(PushedStatus(pool, commands::FairQueue::Pushed::kYes).ok());
  EXPECT_EQ(named(commands::FairQueue::Pushed::kFull), "worker_queue_max 20");
  EXPECT_EQ(named(commands::FairQueue::Pushed::kKeyFull), "inventory_queue_max 10");
}

}  // namespace
}  // namespace onward::rpc
