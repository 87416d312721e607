#include "clients/cpp/connect.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "onward/v1/inventory_service.grpc.pb.h"

namespace onward::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Remembers what each call says of its caller.
class ListeningInventory final : public v1::Inventory::Service {
 public:
  grpc::Status Get(grpc::ServerContext* context, const v1::GetRequest* /*request*/,
                   v1::GetResponse* /*response*/) override {
    Hear(*context);
    return grpc::Status::OK;
  }
  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* /*request*/,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    Hear(*context);
    v1::WatchResponse mark;
    mark.mutable_progress();
    mark.mutable_stamp()->set_token("token");
    writer->Write(mark);
    return {grpc::StatusCode::UNAVAILABLE, "away"};
  }

  std::vector<std::string> heard;

 private:
  void Hear(const grpc::ServerContext& context) {
    const auto found = context.client_metadata().find("authorization");
    heard.emplace_back(found == context.client_metadata().end()
                           ? ""
                           : std::string(found->second.data(), found->second.size()));
  }
};

class ConnectTest : public ::testing::Test {
 protected:
  ConnectTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&inventory_);
    server_ = builder.BuildAndStart();
    std::string name = (std::filesystem::temp_directory_path() / "onward-token-XXXXXX").string();
    file_ = mkdtemp(name.data());
  }
  ~ConnectTest() override { std::filesystem::remove_all(file_); }

  std::string Write(const std::string& name, const std::string& text) const {
    const std::string path = file_ + "/" + name;
    std::ofstream(path + ".new") << text;
    std::rename((path + ".new").c_str(), path.c_str());
    return path;
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  ListeningInventory inventory_;
  int port_ = 0;
  std::string file_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ConnectTest, ATokenIsReadAgainWhenItsFileChanges) {
  const std::string path = Write("token", "first\n");
  const auto channel = Connect(address(), {.token_file = path});
  ASSERT_TRUE(channel.ok()) << channel.status();
  Client client(*channel);
  ASSERT_TRUE(client.Get({}).ok());
  Write("token", "second");
  ASSERT_TRUE(client.Get({}).ok());
  Write("token", "");
  ASSERT_TRUE(client.Get({}).ok());
  EXPECT_THAT(inventory_.heard, ElementsAre("Bearer first", "Bearer second", "Bearer second"));
}

TEST_F(ConnectTest, AWatchThatIsAskedForAgainBringsTheTokenOfThen) {
  const auto channel = Connect(address(), {.token_file = Write("token", "first")});
  ASSERT_TRUE(channel.ok()) << channel.status();
  Watcher watcher(*channel, {}, {.first_pause = std::chrono::milliseconds(1)});
  ASSERT_TRUE(watcher.Next().ok());
  Write("token", "second");
  ASSERT_TRUE(watcher.Next().ok());
  EXPECT_THAT(inventory_.heard, ElementsAre("Bearer first", "Bearer second"));
}

TEST_F(ConnectTest, WithoutATokenNoneIsSent) {
  Client client(Connect(address()));
  ASSERT_TRUE(client.Get({}).ok());
  EXPECT_THAT(inventory_.heard, ElementsAre(""));
}

TEST_F(ConnectTest, WhatCannotBeMeantIsRefused) {
  const std::string token = Write("token", "a");
  const auto error = [](const std::string& address, const ConnectOptions& options) {
    return std::string(Connect(address, options).status().message());
  };
  EXPECT_THAT(error("example.org:7430", {.token_file = token}), HasSubstr("in the clear"));
  EXPECT_THAT(error("127.example.org:7430", {.token_file = token}), HasSubstr("in the clear"));
  EXPECT_EQ(error("unix:/nowhere/sock", {.token_file = token}), "");
  EXPECT_THAT(error("a:1", {.tls_cert = token}), HasSubstr("go together"));
  EXPECT_THAT(error("a:1", {.tls_cert = token, .tls_key = token}), HasSubstr("--tls-ca"));
  EXPECT_THAT(error("a:1", {.tls_ca = "/nowhere/ca"}), HasSubstr("/nowhere/ca"));
  EXPECT_THAT(error(address(), {.token_file = Write("two", "a b")}), HasSubstr("no token"));
}

}  // namespace
}  // namespace onward::client
