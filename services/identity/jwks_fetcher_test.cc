// The key set over HTTPS, from a server of this test on loopback.
#include "services/identity/jwks_fetcher.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "services/identity/test_certificates.h"
#include "services/identity/test_tokens.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::identity {
namespace {

using ::onward::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Answers each connection with the text that is set, and closes it.
class HttpsServer {
 public:
  explicit HttpsServer(const TestPair& pair) : context_(SSL_CTX_new(TLS_server_method())) {
    Use(pair);
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 16);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~HttpsServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
    SSL_CTX_free(context_);
  }
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/keys"; }
  int calls() const { return calls_; }
  void Answer(const std::string& status, const std::string& body, const std::string& more = "") {
    const std::lock_guard<std::mutex> lock(mutex_);
    answer_ = "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + more +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void Use(const TestPair& pair) {
    BIO* chain = BIO_new_mem_buf(pair.chain.data(), static_cast<int>(pair.chain.size()));
    X509* certificate = PEM_read_bio_X509(chain, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, certificate);
    X509_free(certificate);
    BIO_free_all(chain);
    BIO* text = BIO_new_mem_buf(pair.key.data(), static_cast<int>(pair.key.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context_, key);
    EVP_PKEY_free(key);
    BIO_free_all(text);
  }

  void Run() {
    while (true) {
      const int connection = accept(socket_, nullptr, nullptr);
      if (connection < 0) {
        return;
      }
      Serve(connection);
      close(connection);
    }
  }

  void Serve(int connection) {
    SSL* tls = SSL_new(context_);
    SSL_set_fd(tls, connection);
    char request[4'096];
    if (SSL_accept(tls) == 1 && SSL_read(tls, request, sizeof(request)) > 0) {
      ++calls_;
      const std::lock_guard<std::mutex> lock(mutex_);
      SSL_write(tls, answer_.data(), static_cast<int>(answer_.size()));
      SSL_shutdown(tls);
    }
    SSL_free(tls);
    ERR_clear_error();
  }

  SSL_CTX* context_;
  int socket_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> calls_{0};
  std::mutex mutex_;
  std::string answer_;
  std::thread thread_;
};

std::string KeySetText(const std::string& kid) {
  const EvpPtr key = NewEc("P-256");
  return JwksOf({JwkOf(key.get(), kid, "ES256")});
}

class JwksFetcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // A client that is gone must not end the test.
    std::signal(SIGPIPE, SIG_IGN);
    std::ofstream(source_.ca_file) << authority_.pem();
  }

  testing::TempFolder folder_;
  TestAuthority authority_;
  HttpsServer server_{authority_.Issue({"server", {"IP:127.0.0.1"}})};
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  JwksSource source_{.url = server_.url(), .ca_file = folder_.path() + "/ca.crt"};
};

TEST_F(JwksFetcherTest, TakesAKeySetAndNothingElse) {
  server_.Answer("200 OK", KeySetText("a"));
  ONWARD_EXPECT_OK(FetchJwks(source_));
  server_.Answer("302 Found", "", "Location: " + server_.url() + "\r\n");
  EXPECT_THAT(FetchJwks(source_), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("302")));
  server_.Answer("500 Internal Server Error", KeySetText("a"));
  EXPECT_THAT(FetchJwks(source_), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("500")));
  server_.Answer("200 OK", std::string(kJwksBytesMax + 1, ' '));
  EXPECT_THAT(FetchJwks(source_), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bytes")));
  JwksSource plain = source_;
  plain.url = "http" + source_.url.substr(5);
  EXPECT_FALSE(FetchJwks(plain).ok());
  const TestAuthority others("others");
  std::ofstream(source_.ca_file) << others.pem();
  server_.Answer("200 OK", KeySetText("a"));
  EXPECT_THAT(FetchJwks(source_), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("https://")));
}

// What a fetcher has told.
class Told {
 public:
  JwksFetcher::Tell Listener() {
    return [this](const absl::Status& status, size_t /*keys*/) {
      const std::lock_guard<std::mutex> lock(mutex_);
      told_.push_back(status.ok());
      changed_.notify_all();
    };
  }
  // Waits for that many; whether each one was good.
  std::vector<bool> Wait(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return told_.size() >= count; });
    return told_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<bool> told_;
};

TEST_F(JwksFetcherTest, KeepsTheLastGoodSetAndComesBackWhenAKeyIsWanted) {
  server_.Answer("503 Not Yet", "");
  source_.refresh = std::chrono::hours(1);
  source_.retry = std::chrono::milliseconds(5);
  source_.between_wanted = std::chrono::milliseconds(0);
  KeyRing ring;
  Told told;
  JwksFetcher fetcher(source_, &ring, &clock_, told.Listener());
  EXPECT_THAT(told.Wait(1), ElementsAre(false));
  EXPECT_EQ(ring.keys(), nullptr);
  server_.Answer("200 OK", KeySetText("first"));
  EXPECT_THAT(told.Wait(2), ElementsAre(false, true));
  ASSERT_NE(ring.keys(), nullptr);
  EXPECT_NE(ring.keys()->Find("first"), nullptr);
  server_.Answer("200 OK", "no keys");
  fetcher.Want();
  EXPECT_THAT(told.Wait(3), ElementsAre(false, true, false));
  EXPECT_NE(ring.keys()->Find("first"), nullptr);
  server_.Answer("200 OK", KeySetText("second"));
  EXPECT_THAT(told.Wait(4), ElementsAre(false, true, false, true)) << "a failure is told once";
  EXPECT_NE(ring.keys()->Find("second"), nullptr);
  EXPECT_EQ(ring.keys()->Find("first"), nullptr);
}

class KeptKeysTest : public JwksFetcherTest {
 protected:
  KeptKeysTest() {
    source_.kept = {folder_.path() + "/" + kKeptKeysFile, source_.url, std::chrono::hours(24)};
    source_.refresh = source_.retry = std::chrono::hours(1);
  }
  // Keys of a process that starts now, once it has asked its issuer; 0: none.
  size_t KeysOfAStart() {
    KeyRing ring;
    Told told;
    const JwksFetcher fetcher(source_, &ring, &clock_, told.Listener());
    told.Wait(1);
    return ring.keys() == nullptr ? 0 : ring.keys()->size();
  }
  void IssuerGoes() { server_.Answer("503 Away", ""); }
};

TEST_F(KeptKeysTest, AStartWhileTheIssuerIsAwayGoesOnWithTheKeysThatItGaveLast) {
  IssuerGoes();
  EXPECT_EQ(KeysOfAStart(), 0U);
  server_.Answer("200 OK", KeySetText("first"));
  EXPECT_EQ(KeysOfAStart(), 1U);
  struct stat info {};
  ASSERT_EQ(stat(source_.kept.path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  IssuerGoes();
  EXPECT_EQ(KeysOfAStart(), 1U);
  clock_.Advance(std::chrono::hours(24));
  EXPECT_EQ(KeysOfAStart(), 1U);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(KeysOfAStart(), 0U) << "older than is allowed";
}

TEST_F(KeptKeysTest, OnlyWhatThisIssuerGaveIsUsed) {
  server_.Answer("200 OK", KeySetText("first"));
  EXPECT_EQ(KeysOfAStart(), 1U);
  const auto now = clock_.Now();
  ONWARD_EXPECT_OK(source_.kept.Read(now));
  KeptKeys other = source_.kept;
  other.url += "/of/another";
  EXPECT_THAT(other.Read(now),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another")));
  EXPECT_THAT(source_.kept.Read(now - std::chrono::seconds(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("-1 seconds")));
  chmod(source_.kept.path.c_str(), 0644);
  EXPECT_THAT(source_.kept.Read(now),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
  std::ofstream(source_.kept.path) << "{\"keys\": []}";
  chmod(source_.kept.path.c_str(), 0600);
  EXPECT_THAT(source_.kept.Read(now),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("damaged")));
  IssuerGoes();
  EXPECT_EQ(KeysOfAStart(), 0U);
}

TEST_F(KeptKeysTest, NothingIsKeptWhereThatIsNotWanted) {
  source_.kept.most = std::chrono::seconds(0);
  server_.Answer("200 OK", KeySetText("first"));
  EXPECT_EQ(KeysOfAStart(), 1U);
  EXPECT_TRUE(absl::IsNotFound(source_.kept.Read(clock_.Now()).status()));
}

}  // namespace
}  // namespace onward::identity
