// One inventory as a file, and elsewhere again.
#include <gmock/gmock.h>

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "onward/v1/admin_service.grpc.pb.h"
#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using ::testing::HasSubstr;

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class ExportTest : public ::testing::Test {
 protected:
  static Outcome Ask(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server.address()});
    return RunOnward(arguments);
  }
  static std::string HistoryOf(const ServerProcess& server, const std::string& inventory) {
    return Ask(server, {"history", "--inventory", inventory, "-o", "json"}).out;
  }

  const TempFolder folder_;
  const std::string file_ = folder_.File("default.onward");
  const std::string again_ = folder_.File("again.onward");
  ServerProcess from_{folder_.File("from"), folder_.File("s1")};
};

TEST_F(ExportTest, IsExportedVerifiedImportedAndExportedAgain) {
  ASSERT_TRUE(from_.running()) << from_.err();
  ASSERT_EQ(Ask(from_, {"apply", "--yes", "-f", InventoryPath("004-smartum"), "--comment", "first"})
                .exit_code,
            0);
  ASSERT_EQ(Ask(from_, {"apply", "--yes", "-f", InventoryPath("003-lumoa"), "--comment", "second"})
                .exit_code,
            0);
  const Outcome exported = Ask(from_, {"inventories", "export", "default", "-O", file_});
  ASSERT_EQ(exported.exit_code, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("2 revisions"));
  EXPECT_THAT(RunOnward({"inventories", "verify", file_}).out, HasSubstr("is whole"));
  const std::string transfers = Ask(from_, {"transfers", "--as-of", "2020-12-09", "-o", "csv"}).out;

  const ServerProcess to(folder_.File("to"), folder_.File("s2"));
  ASSERT_TRUE(to.running()) << to.err();
  const Outcome there = Ask(to, {"inventories", "import", file_});
  EXPECT_EQ(there.exit_code, 5) << there.out << there.err;
  const Outcome imported = Ask(to, {"inventories", "import", file_, "--as", "copy"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_EQ(Ask(to, {"transfers", "--inventory", "copy", "--as-of", "2020-12-09", "-o", "csv"}).out,
            transfers);
  EXPECT_THAT(HistoryOf(to, "copy"), HasSubstr("second"));
  EXPECT_EQ(Ask(to, {"audit", "verify", "--inventory", "copy"}).exit_code, 0);
  ASSERT_EQ(Ask(to, {"inventories", "export", "copy", "-O", again_}).exit_code, 0);
  // The id differs, nothing else: as long as ids have one length, so do the files.
  EXPECT_EQ(RunOnward({"inventories", "verify", again_}).exit_code, 0);
}

TEST_F(ExportTest, ABrokenFileIsRefusedAndNothingIsImported) {
  ASSERT_EQ(Ask(from_, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
  ASSERT_EQ(Ask(from_, {"inventories", "export", "default", "-O", file_}).exit_code, 0);
  const std::string bytes = Read(file_);
  std::filesystem::resize_file(file_, bytes.size() - 10);
  for (const char* action : {"verify", "import"}) {
    const Outcome cut = Ask(from_, {"inventories", action, file_});
    EXPECT_NE(cut.exit_code, 0);
    EXPECT_THAT(cut.err, HasSubstr("cut"));
  }
  // Past the command line, which would not send it.
  const auto admin = v1::Admin::NewStub(from_.channel());
  grpc::ClientContext context;
  v1::ImportInventoryResponse response;
  const auto writer = admin->ImportInventory(&context, &response);
  v1::ImportInventoryRequest piece;
  piece.set_inventory("copy");
  piece.set_data(Read(file_));
  writer->Write(piece);
  writer->WritesDone();
  const grpc::Status refused = writer->Finish();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_THAT(refused.error_message(), HasSubstr("after revision 1 of 1"));
  EXPECT_THAT(Ask(from_, {"inventories", "list", "-o", "csv"}).out, Not(HasSubstr("copy")));
}

TEST_F(ExportTest, AnImportThatIsCancelledLeavesNothing) {
  ASSERT_EQ(Ask(from_, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
  ASSERT_EQ(Ask(from_, {"inventories", "export", "default", "-O", file_}).exit_code, 0);
  const std::string bytes = Read(file_);
  {
    const auto admin = v1::Admin::NewStub(from_.channel());
    grpc::ClientContext context;
    v1::ImportInventoryResponse response;
    const auto writer = admin->ImportInventory(&context, &response);
    v1::ImportInventoryRequest piece;
    piece.set_inventory("copy");
    piece.set_data(bytes.substr(0, bytes.size() / 2));
    ASSERT_TRUE(writer->Write(piece));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // The store takes one at a time; that of the cancelled call ends by itself.
  Outcome imported = Ask(from_, {"inventories", "import", file_, "--as", "copy"});
  for (int i = 0; i < 50 && imported.exit_code == 5; ++i) {
    imported = Ask(from_, {"inventories", "import", file_, "--as", "copy"});
  }
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
}

TEST_F(ExportTest, UsageNamesWhatIsMissing) {
  EXPECT_EQ(Ask(from_, {"inventories", "export", "default"}).exit_code, 3);
  EXPECT_EQ(Ask(from_, {"inventories", "import"}).exit_code, 3);
  EXPECT_NE(Ask(from_, {"inventories", "export", "none", "-O", file_}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(std::filesystem::exists(file_ + ".part"));
}

}  // namespace
}  // namespace onward::e2e
