// Backups as an operator makes and uses them (P7).
#include <gmock/gmock.h>

#include <grpcpp/grpcpp.h>

#include <cstdlib>

#include "onward/v1/inventory_service.grpc.pb.h"
#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using ::testing::HasSubstr;

class BackupTest : public ::testing::Test {
 protected:
  static Outcome Ask(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server.address()});
    return RunOnward(arguments);
  }
  static Json AskJson(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    const Outcome outcome = Ask(server, arguments);
    EXPECT_LE(outcome.exit_code, 1) << outcome.err;
    return Json::parse(outcome.out, nullptr, false);
  }

  // Lists parties at least as fresh as the token; the answer's token.
  static grpc::Status List(const ServerProcess& server, std::string& token) {
    grpc::ClientContext context;
    v1::ListRequest request;
    request.set_inventory("default");
    request.set_kind(v1::RECORD_KIND_PARTY);
    if (!token.empty()) {
      request.mutable_consistency()->set_at_least_as_fresh(token);
    }
    v1::ListResponse response;
    grpc::Status status =
        v1::Inventory::NewStub(server.channel())->List(&context, request, &response);
    token = response.stamp().token();
    return status;
  }

  const TempFolder folder_;
  const std::string backups_ = folder_.File("backups");
  const std::string restored_ = folder_.File("restored");
  const std::vector<std::string> with_backups_ = {"--backup-dir", backups_};
};

TEST_F(BackupTest, IsMadeListedVerifiedAndRestored) {
  std::string before;
  std::string token;
  {
    ServerProcess server(folder_.File("data"), folder_.File("s"), with_backups_);
    ASSERT_TRUE(server.running()) << server.err();
    ASSERT_EQ(Ask(server, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
    before = Ask(server, {"transfers", "--as-of", "2020-12-09", "-o", "csv"}).out;
    const Json made = AskJson(server, {"backup", "create", "-m", "before the upgrade"});
    EXPECT_EQ(made["number"], 1);
    EXPECT_EQ(made["heads"]["default"], 1);
    const Json again = AskJson(server, {"backup", "create"});
    EXPECT_LT(again["newBytes"].get<uint64_t>(), again["bytes"].get<uint64_t>());
    EXPECT_EQ(AskJson(server, {"backup", "list"}).size(), 2);
    EXPECT_THAT(Ask(server, {"backup", "verify"}).out, HasSubstr("Backup 2 is whole"));
    EXPECT_EQ(Ask(server, {"backup", "verify", "--number", "9"}).exit_code, 3);
    ASSERT_TRUE(List(server, token).ok());
    server.Kill();
  }
  EXPECT_THAT(RunOnward({"backup", "verify", "--from", backups_, "--number", "1"}).out,
              HasSubstr("Backup 1 is whole"));
  const Outcome restored =
      RunOnward({"backup", "restore", "--from", backups_, "--number", "1", "--data", restored_});
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_EQ(RunOnward({"backup", "restore", "--from", backups_, "--data", restored_}).exit_code, 5);
  EXPECT_THAT(RunOnward({"storage", "check", "--data", restored_}).out, HasSubstr("is whole"));
  const ServerProcess server(restored_, folder_.File("s2"));
  ASSERT_TRUE(server.running()) << server.err();
  EXPECT_EQ(Ask(server, {"transfers", "--as-of", "2020-12-09", "-o", "csv"}).out, before);
  const grpc::Status refused = List(server, token);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::ABORTED) << refused.error_message();
}

TEST_F(BackupTest, ADamagedBackupIsRefusedAndNothingIsMade) {
  {
    const ServerProcess server(folder_.File("data"), folder_.File("s"), with_backups_);
    ASSERT_EQ(Ask(server, {"backup", "create"}).exit_code, 0);
  }
  for (const auto& file : std::filesystem::directory_iterator(backups_ + "/files")) {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) + 1);
  }
  const Outcome verified = RunOnward({"backup", "verify", "--from", backups_});
  EXPECT_NE(verified.exit_code, 0);
  EXPECT_THAT(verified.err, HasSubstr("damaged"));
  EXPECT_NE(RunOnward({"backup", "restore", "--from", backups_, "--data", restored_}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(restored_));
}

TEST_F(BackupTest, WithoutAFolderItSaysWhichOptionIsMissing) {
  const ServerProcess server(folder_.File("data"), folder_.File("s"));
  const Outcome refused = Ask(server, {"backup", "create"});
  EXPECT_EQ(refused.exit_code, 5);
  EXPECT_THAT(refused.err, HasSubstr("--backup-dir"));
}

TEST_F(BackupTest, StorageCheckNamesWhatIsDamaged) {
  {
    ServerProcess server(folder_.File("data"), folder_.File("s"), with_backups_);
    ASSERT_EQ(Ask(server, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
    EXPECT_EQ(RunOnward({"storage", "check", "--data", folder_.File("data")}).exit_code, 5);
    server.Terminate();
  }
  EXPECT_EQ(RunOnward({"storage", "check", "--data", folder_.File("data")}).exit_code, 0);
  const Outcome same = RunOnward({"storage", "migrate", "--data", folder_.File("data")});
  EXPECT_THAT(same.out, HasSubstr("already"));
  std::filesystem::remove(folder_.File("data/CURRENT"));
  const Outcome damaged = RunOnward({"storage", "check", "--data", folder_.File("data")});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_THAT(damaged.out, HasSubstr("CURRENT"));
}

}  // namespace
}  // namespace onward::e2e
