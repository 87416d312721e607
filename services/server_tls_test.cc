// Certificates and the Unix socket as the server meets them: who is let in, as whom, and what happens when files are replaced.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <openssl/ssl.h>

#include <fstream>

#include "absl/strings/str_replace.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "services/identity/test_certificates.h"
#include "services/identity/test_tokens.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using identity::TestAuthority;
using identity::TestPair;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kTlsPolicy[] = R"(kind: AccessPolicy
callers:
- {spiffe: "spiffe://acme.example/ci", grants: [{role: VIEWER, inventories: [default]}]}
- {claim: groups, value: privacy, grants: [{role: VIEWER, inventories: [default]}]}
- {local: true, grants: [{role: OPERATOR}]}
)";

class ServerTlsTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) const {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  void WritePair(const TestPair& pair) const {
    Write("tls.crt", pair.chain);
    Write("tls.key", pair.key);
  }
  TestPair ServerPair() { return authority_.Issue({"server", {"DNS:localhost", "IP:127.0.0.1"}}); }

  Options TlsOptions() {
    WritePair(ServerPair());
    Options options;
    options.store = "memory";
    options.listen = "127.0.0.1:0";
    options.tls_cert = folder_.path() + "/tls.crt";
    options.tls_key = folder_.path() + "/tls.key";
    options.tls_client_ca = Write("clients.crt", clients_.pem());
    options.access_policy = Write("access.yaml", kTlsPolicy);
    return options;
  }
  absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options) {
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    return Server::Start(options, std::move(deps));
  }

  std::shared_ptr<grpc::Channel> Dial(const std::string& address, const TestPair& pair) const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = authority_.pem();
    tls.pem_cert_chain = pair.chain;
    tls.pem_private_key = pair.key;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments);
  }
  using Metadata = std::vector<std::pair<std::string, std::string>>;
  static grpc::Status List(const std::shared_ptr<grpc::Channel>& channel,
                           std::vector<std::string>* ids = nullptr, const Metadata& metadata = {}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    for (const auto& [key, value] : metadata) {
      context.AddMetadata(key, value);
    }
    v1::ListInventoriesResponse response;
    const grpc::Status status =
        v1::Admin::NewStub(channel)->ListInventories(&context, {}, &response);
    for (const auto& inventory : response.inventories()) {
      if (ids != nullptr) {
        ids->push_back(inventory.id());
      }
    }
    return status;
  }

  testing::TempFolder folder_;
  TestAuthority authority_;
  TestAuthority clients_{"clients"};
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
};

TEST_F(ServerTlsTest, ACallerIsTheUriInItsCertificate) {
  auto server = Start(TlsOptions());
  ONWARD_ASSERT_OK(server);
  const auto code = [&](const std::vector<std::string>& names, const std::string& common_name) {
    return List(Dial((*server)->address(), clients_.Issue({common_name, names}))).error_code();
  };
  std::vector<std::string> ids;
  const auto good = clients_.Issue({"x", {"DNS:ci.acme.example", "URI:spiffe://acme.example/ci"}});
  const grpc::Status status = List(Dial((*server)->address(), good), &ids);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(ids, ElementsAre("default"));
  // The common name counts for nothing.
  EXPECT_EQ(code({}, "spiffe://acme.example/ci"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(code({"DNS:acme.example"}, "x"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(code({"URI:spiffe://acme.example/ci", "URI:spiffe://acme.example/other"}, "x"),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(code({"URI:spiffe://acme.example/other"}, "x"), grpc::StatusCode::PERMISSION_DENIED);
  // Of another authority, expired, or none at all: no handshake.
  TestAuthority others("others");
  const auto foreign = others.Issue({"x", {"URI:spiffe://acme.example/ci"}});
  EXPECT_EQ(List(Dial((*server)->address(), foreign)).error_code(), grpc::StatusCode::UNAVAILABLE);
  const auto old = clients_.Issue({"x", {"URI:spiffe://acme.example/ci"}, -7'200, -3'600});
  EXPECT_EQ(List(Dial((*server)->address(), old)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(List(Dial((*server)->address(), {})).error_code(), grpc::StatusCode::UNAVAILABLE);
  const auto plain = grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials());
  EXPECT_EQ(List(plain).error_code(), grpc::StatusCode::UNAVAILABLE);
  // A header of the edge is nothing here.
  EXPECT_EQ(List(Dial((*server)->address(), clients_.Issue({"x", {"DNS:a"}})), nullptr,
                 {{"x-onward-client-cert", absl::StrReplaceAll(good.chain, {{"\n", "%0A"}})}})
                .error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ServerTlsTest, ReplacedFilesAreTakenUpIfTheyFitEachOther) {
  auto server = Start(TlsOptions());
  ONWARD_ASSERT_OK(server);
  const TestPair client = clients_.Issue({"x", {"URI:spiffe://acme.example/ci"}});
  const auto open = Dial((*server)->address(), client);
  ASSERT_TRUE(List(open).ok());
  const int64_t before = (*server)->certificate_not_after();

  const TestPair longer =
      authority_.Issue({"server", {"DNS:localhost", "IP:127.0.0.1"}, -10, 200'000});
  Write("tls.crt", longer.chain);
  (*server)->Reload();
  EXPECT_EQ((*server)->certificate_not_after(), before) << "the key is not that of the certificate";
  EXPECT_EQ((*server)->certificate_failures(), 1U);
  EXPECT_TRUE(List(Dial((*server)->address(), client)).ok());
  Write("tls.key", longer.key);
  (*server)->Reload();
  EXPECT_GT((*server)->certificate_not_after(), before);
  EXPECT_TRUE(List(Dial((*server)->address(), client)).ok());
  EXPECT_TRUE(List(open).ok()) << "an open connection goes on";

  WritePair(authority_.Issue({"server", {"IP:127.0.0.1"}, -7'200, -3'600}));
  (*server)->Reload();
  EXPECT_EQ((*server)->certificate_failures(), 2U);
  EXPECT_TRUE(List(Dial((*server)->address(), client)).ok()) << "an expired one was taken up";

  // Other authorities of clients: who was let in is not any more.
  TestAuthority others("others");
  Write("clients.crt", others.pem());
  WritePair(ServerPair());
  (*server)->Reload();
  EXPECT_EQ(List(Dial((*server)->address(), client)).error_code(), grpc::StatusCode::UNAVAILABLE);
  const TestPair other = others.Issue({"x", {"URI:spiffe://acme.example/ci"}});
  EXPECT_TRUE(List(Dial((*server)->address(), other)).ok());
}

TEST_F(ServerTlsTest, ATokenIsItsSubjectAndAForgedOneIsNobody) {
  const int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  const identity::TestIssuer issuer(now);
  Options options = TlsOptions();
  options.jwt_keys = Write("keys.json", issuer.Jwks());
  options.jwt_issuer = identity::kTestIssuer;
  options.jwt_audience = identity::kTestAudience;
  auto server = Start(options);
  ONWARD_ASSERT_OK(server);
  const auto channel = Dial((*server)->address(), {});
  const auto code = [&](const std::string& value) {
    return List(channel, nullptr, {{"authorization", value}}).error_code();
  };
  std::vector<std::string> ids;
  EXPECT_TRUE(List(channel, &ids, {{"authorization", "Bearer " + issuer.Good("ec")}}).ok());
  EXPECT_THAT(ids, ElementsAre("default"));
  EXPECT_EQ(code("bearer " + issuer.Good("rsa")), grpc::StatusCode::OK);
  EXPECT_EQ(code("Basic " + issuer.Good("rsa")), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(List(channel).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(List(channel, nullptr,
                 {{"authorization", "Bearer " + issuer.Good("rsa")},
                  {"authorization", "Bearer " + issuer.Good("ec")}})
                .error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  // A good certificate does not make up for a token that is not good.
  const auto certified =
      Dial((*server)->address(), clients_.Issue({"x", {"URI:spiffe://acme.example/ci"}}));
  EXPECT_TRUE(List(certified).ok());
  for (const auto& [what, token] : issuer.Forged()) {
    // Neither is sent as it is.
    if (token.find('\n') == std::string::npos && what != "a blank behind it") {
      EXPECT_EQ(List(certified, nullptr, {{"authorization", "Bearer " + token}}).error_code(),
                grpc::StatusCode::UNAUTHENTICATED)
          << what;
    }
  }
  // Keys that are withdrawn.
  const identity::EvpPtr other = identity::NewRsa(2'048);
  Write("keys.json", "no keys");
  (*server)->Reload();
  EXPECT_EQ(code("Bearer " + issuer.Good("rsa")), grpc::StatusCode::OK)
      << "the last good ones stay";
  Write("keys.json", identity::JwksOf({identity::JwkOf(other.get(), "rsa", "RS256")}));
  (*server)->Reload();
  EXPECT_EQ(code("Bearer " + issuer.Good("rsa")), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ServerTlsTest, TheOldestVersionIsTls12) {
  auto server = Start(TlsOptions());
  ONWARD_ASSERT_OK(server);
  const auto connects = [&](int version) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
    BIO* bio = BIO_new_ssl_connect(context);
    BIO_set_conn_hostname(bio, (*server)->address().c_str());
    const bool done = BIO_do_connect(bio) == 1 && BIO_do_handshake(bio) == 1;
    BIO_free_all(bio);
    SSL_CTX_free(context);
    return done;
  };
  EXPECT_FALSE(connects(TLS1_VERSION));
  EXPECT_FALSE(connects(TLS1_1_VERSION));
  // The certificate of the client is asked for after a handshake of TLS 1.3, from the client's point of view.
  EXPECT_TRUE(connects(TLS1_3_VERSION));
}

TEST_F(ServerTlsTest, OnTheUnixSocketTheEdgeIsBelievedOnlyIfToldSo) {
  Options options;
  options.store = "memory";
  options.listen = "unix:" + folder_.path() + "/onward.sock";
  options.access_policy = Write("access.yaml", kTlsPolicy);
  const auto good = clients_.Issue({"x", {"URI:spiffe://acme.example/ci"}});
  const std::string header =
      absl::StrReplaceAll(good.chain, {{"\n", "%0A"}, {" ", "%20"}, {"+", "%2B"}});
  for (const bool trusted : {false, true}) {
    SCOPED_TRACE(trusted);
    options.trust_edge_client_cert = trusted;
    auto server = Start(options);
    ONWARD_ASSERT_OK(server);
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel = grpc::CreateCustomChannel((*server)->address(),
                                                   grpc::InsecureChannelCredentials(), arguments);
    std::vector<std::string> ids;
    EXPECT_TRUE(List(channel, &ids).ok());
    EXPECT_TRUE(ids.empty()) << "the local operator sees no inventory";
    // Who comes through the edge is not local.
    EXPECT_EQ(List(channel, nullptr, {{"x-forwarded-for", "192.0.2.1"}}).error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
    const grpc::Status named =
        List(channel, &ids, {{"x-onward-client-cert", header}, {"x-forwarded-for", "192.0.2.1"}});
    EXPECT_EQ(named.error_code(),
              trusted ? grpc::StatusCode::OK : grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(ids.size(), trusted ? 1U : 0U);
    for (const std::string& wrong : {std::string("%zz"), std::string("no certificate"),
                                     header + header, std::string(100'000, 'a').substr(0, 9'000)}) {
      EXPECT_EQ(List(channel, nullptr, {{"x-onward-client-cert", wrong}}).error_code(),
                grpc::StatusCode::UNAUTHENTICATED);
    }
    (*server)->Shutdown(std::chrono::milliseconds(0));
  }
}

TEST_F(ServerTlsTest, OptionsThatCannotBeMeantAreRefused) {
  const Options good = TlsOptions();
  const auto error = [&](const std::function<void(Options&)>& change) {
    Options options = good;
    change(options);
    return std::string(Start(options).status().message());
  };
  EXPECT_THAT(error([](Options& o) { o.tls_key.clear(); }), HasSubstr("go together"));
  EXPECT_THAT(error([](Options& o) { o.tls_cert.clear(), o.tls_key.clear(); }),
              HasSubstr("--tls-client-ca"));
  EXPECT_THAT(error([](Options& o) { o.tls_client_ca.clear(); }), HasSubstr("nobody could prove"));
  EXPECT_THAT(error([](Options& o) { o.trust_edge_client_cert = true; }), HasSubstr("unix:PATH"));
  EXPECT_THAT(error([](Options& o) { o.listen = "unix:/nowhere/s"; }), HasSubstr("--tls-cert"));
  EXPECT_THAT(error([](Options& o) { o.jwt_keys = "keys.json"; }), HasSubstr("go together"));
  EXPECT_THAT(error([](Options& o) { o.jwt_issuer = "a", o.jwt_audience = "b"; }),
              HasSubstr("go together"));
  EXPECT_THAT(error([](Options& o) {
                o.jwt_keys = "http://id.example/keys", o.jwt_issuer = "a", o.jwt_audience = "b";
              }),
              HasSubstr("https://"));
  EXPECT_THAT(error([](Options& o) { o.tls_key = o.tls_cert; }), HasSubstr("private key"));
  EXPECT_THAT(error([](Options& o) { o.tls_cert = "/nowhere/tls.crt"; }), HasSubstr("/nowhere"));
  EXPECT_THAT(error([](Options& o) { o.access_policy = o.tls_cert; }), HasSubstr("tls.crt"));
  EXPECT_THAT(error([](Options& o) {
                o.listen = "0.0.0.0:0";
                o.access_policy.clear();
              }),
              HasSubstr("--insecure-allow-remote"));
}

}  // namespace
}  // namespace onward::services
