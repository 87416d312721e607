// Signing and sending: what the server does with its key.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "services/audit/auditor.h"
#include "services/audit/key_file.h"
#include "storage/audit/verify.h"
#include "storage/audit_source.h"
#include "storage/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::audit {
namespace {

using ::onward::testing::FakeClock;
using ::onward::testing::StatusIs;
using ::onward::testing::TempFolder;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Keeps what comes, or refuses it.
class FakeSink final : public Sink {
 public:
  struct Seen {
    bool refuse = false;
    std::vector<SignedCheckpoint> checkpoints;
  };
  explicit FakeSink(Seen& seen) : seen_(seen) {}
  const std::string& name() const override { return name_; }
  absl::Status Push(const SignedCheckpoint& checkpoint) override {
    if (seen_.refuse) {
      return absl::UnavailableError("refused");
    }
    seen_.checkpoints.push_back(checkpoint);
    return absl::OkStatus();
  }

 private:
  Seen& seen_;
  const std::string name_ = "fake";
};

class AuditorTest : public ::testing::Test {
 protected:
  AuditorTest() {
    ONWARD_EXPECT_OK(store_->CreateInventory("a", "", {}));
    ONWARD_EXPECT_OK(store_->CreateInventory("b", "", {}));
  }

  void Make(bool with_key = true) {
    AuditorOptions options;
    if (with_key) {
      options.key = *SigningKey::Generate();
    }
    options.name = "onward.test";
    std::vector<std::unique_ptr<Sink>> sinks;
    if (with_key) {
      sinks.push_back(std::make_unique<FakeSink>(seen_));
    }
    auto auditor = Auditor::Make(store_.get(), &clock_, std::move(options), std::move(sinks),
                                 [this](const std::string& what) { errors_.push_back(what); });
    ONWARD_ASSERT_OK(auditor);
    auditor_ = *std::move(auditor);
  }

  void Commit(const std::string& inventory) {
    const uint64_t head = store_->GetHead(inventory)->revision;
    ONWARD_EXPECT_OK(store_->Commit(inventory, head, {}, {}));
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  FakeClock clock_{Date(20'513)};
  FakeSink::Seen seen_;
  std::vector<std::string> errors_;
  std::unique_ptr<Auditor> auditor_;
};

TEST_F(AuditorTest, ACheckpointIsTheRootOfTheChain) {
  Make();
  for (int i = 0; i < 5; ++i) {
    Commit("a");
    const auto made = auditor_->CheckpointOf("a");
    ONWARD_ASSERT_OK(made);
    const auto opened = OpenCheckpoint(made->note, auditor_->public_key());
    ONWARD_ASSERT_OK(opened);
    const auto verified = Verify(**store_->Audit("a"), {});
    ONWARD_ASSERT_OK(verified);
    EXPECT_EQ(opened->root, verified->root);
    EXPECT_EQ(opened->chain_hash, verified->chain_hash);
    EXPECT_EQ(opened->tree_size, static_cast<uint64_t>(i + 1));
    EXPECT_EQ(opened->origin, "onward.test/a");
    EXPECT_EQ(opened->time, std::chrono::floor<std::chrono::seconds>(clock_.Now()));
  }
}

TEST_F(AuditorTest, SignsWhatMoved) {
  Make();
  Commit("a");
  ONWARD_EXPECT_OK(auditor_->SignMoved());
  EXPECT_EQ(auditor_->stats().checkpoints, 2U);
  ONWARD_EXPECT_OK(auditor_->SignMoved());
  EXPECT_EQ(auditor_->stats().checkpoints, 2U);
  Commit("b");
  ONWARD_EXPECT_OK(auditor_->SignMoved());
  EXPECT_EQ(auditor_->stats().checkpoints, 3U);
  EXPECT_EQ(auditor_->stats().sinks[0].waiting, 3U);
}

TEST_F(AuditorTest, TheEndSignsAndSendsWhatIsLeft) {
  Make();
  auditor_->Start();
  Commit("a");
  Commit("b");
  auditor_->Stop();
  ASSERT_FALSE(seen_.checkpoints.empty());
  uint64_t newest_a = 0;
  for (const SignedCheckpoint& checkpoint : seen_.checkpoints) {
    newest_a = checkpoint.inventory == "a" ? checkpoint.tree_size : newest_a;
    ONWARD_EXPECT_OK(OpenCheckpoint(checkpoint.note, auditor_->public_key()));
  }
  EXPECT_EQ(newest_a, 1U);
}

TEST_F(AuditorTest, WithoutAKeyNothingIsSigned) {
  Make(false);
  Commit("a");
  auditor_->Start();
  ONWARD_EXPECT_OK(auditor_->SignMoved());
  const auto made = auditor_->CheckpointOf("a");
  ONWARD_ASSERT_OK(made);
  EXPECT_TRUE(made->note.empty());
  EXPECT_EQ(made->checkpoint.tree_size, 1U);
  EXPECT_FALSE(auditor_->stats().signing);
  EXPECT_THAT(auditor_->CheckpointOf("none"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(AuditorTest, NamesAndSinksAreChecked) {
  AuditorOptions bad;
  bad.name = "two words";
  EXPECT_THAT(Auditor::Make(store_.get(), &clock_, bad, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(std::make_unique<FakeSink>(seen_));
  EXPECT_THAT(Auditor::Make(store_.get(), &clock_, {}, std::move(sinks)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--audit-key")));
  for (const char* spec : {"", "file:", "ftp://x", "Stdout", "/var/log/x"}) {
    EXPECT_THAT(MakeSink(spec), StatusIs(absl::StatusCode::kInvalidArgument, _)) << spec;
  }
}

TEST(DeliveryTest, PausesGrow) {
  using std::chrono::seconds;
  EXPECT_EQ(PauseAfter(0), seconds(0));
  EXPECT_EQ(PauseAfter(1), seconds(1));
  EXPECT_EQ(PauseAfter(2), seconds(2));
  EXPECT_EQ(PauseAfter(5), seconds(16));
  EXPECT_EQ(PauseAfter(10), seconds(300));
  EXPECT_EQ(PauseAfter(UINT64_MAX), seconds(300));
}

TEST(DeliveryTest, TriesAgainAfterAPause) {
  FakeClock clock(Date(20'513));
  FakeSink::Seen seen;
  Delivery delivery(std::make_unique<FakeSink>(seen), &clock);
  delivery.Add({"a", 1, "first"});
  delivery.Add({"a", 2, "second"});
  seen.refuse = true;
  EXPECT_FALSE(delivery.Step());
  EXPECT_EQ(delivery.stats().failures, 1U);
  EXPECT_EQ(delivery.stats().last_error, "refused");
  // Not yet.
  seen.refuse = false;
  EXPECT_FALSE(delivery.Step());
  clock.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(delivery.Step());
  EXPECT_TRUE(delivery.Step());
  EXPECT_FALSE(delivery.Step());
  ASSERT_THAT(seen.checkpoints, SizeIs(2));
  EXPECT_EQ(seen.checkpoints[0].note, "first");
  EXPECT_EQ(delivery.stats().delivered, 2U);
  EXPECT_EQ(delivery.stats().waiting, 0U);
  EXPECT_EQ(delivery.stats().last_error, "");
}

TEST(DeliveryTest, KeepsTheNewest) {
  FakeClock clock(Date(20'513));
  FakeSink::Seen seen;
  Delivery delivery(std::make_unique<FakeSink>(seen), &clock);
  for (uint64_t i = 1; i <= Delivery::kWaitingMax + 5; ++i) {
    delivery.Add({"a", i, ""});
  }
  EXPECT_EQ(delivery.stats().waiting, Delivery::kWaitingMax);
  EXPECT_EQ(delivery.stats().dropped, 5U);
  EXPECT_TRUE(delivery.Step());
  EXPECT_EQ(seen.checkpoints[0].tree_size, 6U);
}

TEST(SinkTest, AFileIsAddedTo) {
  const TempFolder folder;
  const std::string path = folder.path() + "/checkpoints";
  auto sink = MakeSink("file:" + path);
  ONWARD_ASSERT_OK(sink);
  ONWARD_EXPECT_OK((*sink)->Push({"a", 1, "one\n\"x\"\n"}));
  ONWARD_EXPECT_OK((*sink)->Push({"a", 2, "two\n"}));
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(),
            "{\"inventory\":\"a\",\"treeSize\":1,\"note\":\"one\\n\\\"x\\\"\\n\"}\n"
            "{\"inventory\":\"a\",\"treeSize\":2,\"note\":\"two\\n\"}\n");
  auto nowhere = MakeSink("file:" + folder.path() + "/none/x");
  EXPECT_THAT((*nowhere)->Push({}), StatusIs(absl::StatusCode::kUnavailable, _));
}

// Answers one request with a status line, and keeps it.
class HttpServer {
 public:
  explicit HttpServer(std::string answer) : answer_(std::move(answer)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 4), 0);
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~HttpServer() {
    Join();
    close(listener_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  const std::string& request() {
    Join();
    return request_;
  }

 private:
  void Join() {
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  void Serve() {
    const int peer = accept(listener_, nullptr, nullptr);
    char buffer[4096];
    while (request_.find("end of note") == std::string::npos) {
      const ssize_t size = read(peer, buffer, sizeof(buffer));
      if (size <= 0) {
        break;
      }
      request_.append(buffer, static_cast<size_t>(size));
    }
    const std::string answer = "HTTP/1.1 " + answer_ + "\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(write(peer, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
    close(peer);
  }

  const std::string answer_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::string request_;
  std::thread thread_;
};

TEST(HttpSinkTest, PostsTheNote) {
  HttpServer server("204 No Content");
  auto sink = MakeSink(server.url() + "/in?token=secret");
  ONWARD_ASSERT_OK(sink);
  EXPECT_EQ((*sink)->name(), server.url() + "/in");
  ONWARD_EXPECT_OK((*sink)->Push({"a", 1, "a note\nend of note"}));
  EXPECT_THAT(server.request(), HasSubstr("POST /in?token=secret HTTP/1.1\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("\r\n\r\na note\nend of note"));
}

TEST(HttpSinkTest, OtherAnswersAreFailures) {
  for (const char* answer : {"500 Internal Server Error", "301 Moved Permanently"}) {
    HttpServer server(answer);
    auto sink = MakeSink(server.url());
    EXPECT_THAT((*sink)->Push({"a", 1, "end of note"}),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr(std::string(answer, 3))));
  }
  auto nobody = MakeSink("http://127.0.0.1:1/");
  EXPECT_THAT((*nobody)->Push({"a", 1, ""}), StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_EQ((*MakeSink("https://me:word@example.org/x"))->name(), "https://example.org/x");
}

TEST(KeyFileTest, IsForItsOwnerAlone) {
  const TempFolder folder;
  const std::string path = folder.path() + "/key";
  const auto made = WriteNewKey(path);
  ONWARD_ASSERT_OK(made);
  const auto read = ReadKeyFile(path);
  ONWARD_ASSERT_OK(read);
  EXPECT_EQ(read->public_key(), *made);
  EXPECT_EQ(*ReadPublicKeyFile(path + ".pub"), *made);
  EXPECT_THAT(WriteNewKey(path), StatusIs(absl::StatusCode::kAlreadyExists, _));
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_THAT(ReadKeyFile(path),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("chmod 600")));
  EXPECT_THAT(ReadKeyFile(path + ".pub"), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(ReadPublicKeyFile(path), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(ReadKeyFile(folder.path() + "/none"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("none")));
}

}  // namespace
}  // namespace onward::audit
