// Every question of the service on shapes that are known to hurt: it is answered, or a limit is reached and named; and it holds little
// memory meanwhile. tests/reach/shapes_test.cc asks the same of the questions themselves, and how soon they stop.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "onward/v1/transfers_service.pb.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/service/any_call.h"
#include "tests/service/graphs.h"
#include "tests/service/process.h"
#include "tests/service/requests.h"
#include "tests/support/env.h"
#include "tests/support/fake_clock.h"
#include "tests/support/grpc_error.h"
#include "tests/support/law.h"

namespace onward::service_test {
namespace {

using google::protobuf::MethodDescriptor;

constexpr uint64_t kMemoryMax = uint64_t{64} << 20;
// In place of the minutes that some take at their full size.
constexpr std::chrono::seconds kDeadline(5);

// Sizes are divided by this. ONWARD_SHAPES_DIVISOR=1 for the whole of them.
uint64_t Divisor() {
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  constexpr uint64_t kUsual = 500;
#else
  constexpr uint64_t kUsual = 2'000;
#endif
  return std::max<uint64_t>(1, testing::NumberFromEnv("ONWARD_SHAPES_DIVISOR", kUsual));
}

struct Question {
  std::string name;
  const MethodDescriptor* method = nullptr;
  std::string request;
};

// Those of the table, and what it has no room for.
std::vector<Question> QuestionsOf(const Words& words) {
  std::vector<Question> questions;
  for (const MethodDescriptor* method : Methods()) {
    if (method->service()->name() == "Transfers" &&
        NameOf(*method) != "Transfers.ListFindingKinds") {
      questions.push_back({method->name(), method, RequestFor(*method, words).value_or("")});
    }
  }
  const auto more = [&](const char* method, const char* what, const char* text) {
    const MethodDescriptor& asked = MethodNamed(method);
    questions.push_back({absl::StrCat(asked.name(), " ", what), &asked,
                         BytesOfText(*asked.input_type(), text, words)});
  };
  more("Transfers.Exposure", "of all", R"(inventory: "{inventory}" page_size: 100)");
  more("Transfers.Repair", "by stopping", R"(inventory: "{inventory}" kind: REPAIR_KIND_STOP)");
  more("Transfers.FindPaths", "outside the EEA",
       R"(inventory: "{inventory}" from: "{from}" outside_eea: true max_hops: 8 max_paths: 1000)");
  more("Transfers.FindPaths", "to what is not reached",
       R"(inventory: "{inventory}" from: "{to}" to: "{from}" max_hops: 64 max_paths: 100)");
  more("Transfers.Timeline", "of all",
       R"(inventory: "{inventory}" from: "2022-01-01" until: "2028-01-01" page_size: 100)");
  return questions;
}

// The limit that ended the answer; empty: there was none, or it is a plain error of the request.
std::string LimitOf(const Question& question, const Reply& reply) {
  if (reply.status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return "the caller's deadline";
  }
  if (reply.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    const auto info = testing::DetailOf<google::rpc::ErrorInfo>(reply.status);
    const auto limit = info.metadata().find("limit");
    EXPECT_TRUE(limit != info.metadata().end()) << "a limit without a name";
    return limit != info.metadata().end() ? limit->second : "";
  }
  if (reply.messages.empty()) {
    return "";
  }
  if (question.method->name() == "FindPaths") {
    v1::FindPathsResponse last;
    EXPECT_TRUE(last.ParseFromString(reply.messages.back()));
    EXPECT_TRUE(last.has_end()) << "paths that do not say whether they are all";
    EXPECT_EQ(last.end().truncated(), last.end().limit() != v1::PATHS_LIMIT_UNSPECIFIED);
    return last.end().truncated() ? v1::PathsLimit_Name(last.end().limit()) : "";
  }
  if (question.method->name() == "Repair") {
    v1::RepairResponse answer;
    EXPECT_TRUE(answer.ParseFromString(reply.messages.front()));
    for (const v1::RepairPlan& plan : answer.plans()) {
      EXPECT_NE(plan.exact(), !plan.limit().empty()) << "a plan that is not the least and not why";
      if (!plan.exact()) {
        return plan.limit();
      }
    }
  }
  return "";
}

// The slowest and the largest of several questions.
struct Worst {
  double seconds = 0;
  uint64_t bytes = 0;
  std::string slow;
  std::string large;
  uint64_t questions = 0;
  uint64_t bounded = 0;
  uint64_t over_200_ms = 0;

  void Add(double took, uint64_t held, const std::string& name) {
    constexpr double kTarget = 0.2;
    ++questions;
    over_200_ms += took > kTarget ? 1 : 0;
    if (took > seconds) {
      seconds = took;
      slow = name;
    }
    if (held > bytes) {
      bytes = held;
      large = name;
    }
  }
  std::string Text() const {
    return absl::StrCat("at most ", static_cast<int>(seconds * 1'000), " ms (", slow, "), ",
                        bytes >> 20, " MiB (", large, ")");
  }
};

class ServiceShapes : public ::testing::TestWithParam<size_t> {
 protected:
  static void TearDownTestSuite() {
    std::cout << "shapes: " << of_all_.questions << " questions, " << of_all_.bounded
              << " bounded by a limit that is named, " << of_all_.over_200_ms << " over 200 ms; "
              << of_all_.Text() << std::endl;
  }

  void Start(const Shape& shape) {
    Graph graph;
    shape.draw(graph);
    ASSERT_TRUE(graph.Write(*store_, "shape"));
    flows_ = graph.flows();
    words_ = WordsOf("shape", Graph::IdOf(0),
                     Graph::IdOf(graph.parties() == 0 ? 0 : graph.parties() - 1));
    services::Options options;
    options.store = "memory";
    options.listen = "";
    options.workers = 2;
    services::ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    auto server = services::Server::Start(options, deps);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  Reply Ask(const MethodDescriptor& method, const std::string& request,
            std::chrono::seconds deadline) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    return CallAny(server_->InProcessChannel(), method, {request}, context);
  }

  const testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<services::Server> server_;
  Words words_;
  uint32_t flows_ = 0;
  static inline Worst of_all_;
};

TEST_P(ServiceShapes, EveryQuestionIsAnsweredOrSaysWhyNot) {
  const Shape shape = Shapes(Divisor())[GetParam()];
  SCOPED_TRACE(shape.name);
  ASSERT_NO_FATAL_FAILURE(Start(shape));
  // The verdicts of the day, which all questions share.
  const MethodDescriptor& list = MethodNamed("Transfers.ListTransfers");
  ASSERT_TRUE(Ask(list, *RequestFor(list, words_), std::chrono::seconds(600)).status.ok());
  Worst worst;
  std::string bounded;
  for (const Question& question : QuestionsOf(words_)) {
    SCOPED_TRACE(question.name);
    HeapWatch heap;
    const auto began = std::chrono::steady_clock::now();
    const Reply reply = Ask(*question.method, question.request, kDeadline);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const uint64_t bytes = heap.Stop();
    const std::string limit = LimitOf(question, reply);
    const grpc::StatusCode code = reply.status.error_code();
    // What the smallest shapes do not have.
    const bool not_there = flows_ < 2 && (code == grpc::StatusCode::NOT_FOUND ||
                                          code == grpc::StatusCode::INVALID_ARGUMENT ||
                                          code == grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_TRUE(reply.status.ok() || not_there || !limit.empty())
        << code << " " << reply.status.error_message();
    EXPECT_LE(bytes, kMemoryMax);
    if (!limit.empty()) {
      ++of_all_.bounded;
      absl::StrAppend(&bounded, bounded.empty() ? "; bounded: " : ", ", question.name, " (", limit,
                      ")");
    }
    worst.Add(seconds, bytes, question.name);
    of_all_.Add(seconds, bytes, absl::StrCat(question.name, " on ", shape.name));
  }
  std::cout << shape.name << ", " << flows_ << " flows: " << worst.Text() << bounded << std::endl;
}

INSTANTIATE_TEST_SUITE_P(Fifty, ServiceShapes, ::testing::Range<size_t>(0, 50));

TEST(ServiceShapesTest, ThereAreFifty) { EXPECT_EQ(Shapes(1).size(), 50U); }

}  // namespace
}  // namespace onward::service_test
