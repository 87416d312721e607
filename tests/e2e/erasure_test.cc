// Contacts that are erased as a user does it: from every revision, from the files, and the proofs still hold.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAddress = "nkatu 11 B, 00120";

class ErasureTest : public ::testing::Test {
 protected:
  static Outcome Ask(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server.address()});
    return RunOnward(arguments);
  }
  bool InFiles(const std::string& text) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data_)) {
      if (entry.is_regular_file() && ReadAll(entry.path()).find(text) != std::string::npos) {
        return true;
      }
    }
    return false;
  }

  const TempFolder folder_;
  const std::string data_ = folder_.File("data");
  const std::string bundle_ = folder_.File("bundle.json");
};

TEST_F(ErasureTest, OfAllRevisionsAndFilesAndTheChainStaysWhole) {
  {
    const ServerProcess server(data_, folder_.File("s"));
    ASSERT_TRUE(server.running()) << server.err();
    ASSERT_EQ(Ask(server, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
    EXPECT_TRUE(InFiles(kAddress));
    ASSERT_EQ(Ask(server, {"evidence", "create", "smartum-to-salesforce", "--as-of", "2020-12-09",
                           "-O", bundle_})
                  .exit_code,
              0);
    EXPECT_THAT(ReadAll(bundle_), Not(HasSubstr(kAddress)));
    const Outcome preview = Ask(server, {"contacts", "erase", "smartum", "--contact", "0"});
    EXPECT_EQ(preview.exit_code, 1) << preview.err;
    EXPECT_THAT(preview.out, HasSubstr("1 contact of party smartum in 1 version of it "
                                       "(contacts[0]) would be erased"));
    const Outcome erased = Ask(server, {"contacts", "erase", "smartum", "--contact", "0", "--yes"});
    EXPECT_EQ(erased.exit_code, 0) << erased.err;
    EXPECT_THAT(erased.out, HasSubstr("in revision 2."));
    EXPECT_THAT(erased.out, HasSubstr("No file of the store holds them any more."));
    EXPECT_THAT(erased.out, HasSubstr("backups made before"));
    EXPECT_FALSE(InFiles(kAddress));
    const Outcome again = Ask(server, {"contacts", "erase", "smartum", "--contact", "0", "--yes"});
    EXPECT_THAT(again.out, HasSubstr("Nothing of party smartum is left to erase."));
    const Outcome wrong = Ask(server, {"contacts", "erase", "smartum", "--contact", "9", "--yes"});
    EXPECT_EQ(wrong.exit_code, 3) << wrong.err;
    EXPECT_THAT(wrong.err, HasSubstr("party smartum has 2 contacts"));
    for (const char* const revision : {"1", "2"}) {
      const Outcome read = Ask(server, {"get", "party", "smartum", "--at-revision", revision});
      EXPECT_EQ(read.exit_code, 0) << read.err;
      EXPECT_THAT(read.out, HasSubstr("erasedAtRevision"));
      EXPECT_THAT(read.out, HasSubstr("Ombudsman"));
    }
    const Outcome verified = Ask(server, {"audit", "verify"});
    EXPECT_EQ(verified.exit_code, 0) << verified.out;
    EXPECT_THAT(verified.out, HasSubstr("contacts that were erased"));
    // As it was read, it is written back without a change.
    const std::string manifest = folder_.File("smartum.yaml");
    WriteAll(manifest, Ask(server, {"get", "party", "smartum"}).out);
    const Outcome same = Ask(server, {"apply", "--yes", "-f", manifest});
    EXPECT_EQ(same.exit_code, 0) << same.err << same.out;
    const Outcome history = Ask(server, {"history"});
    EXPECT_THAT(history.out, HasSubstr("erased contacts[0] of party/smartum"));
    EXPECT_THAT(history.out, Not(HasSubstr("\n3 ")));
  }
  EXPECT_EQ(RunOnward({"audit", "verify", "--data", data_}).exit_code, 0);
  EXPECT_EQ(RunOnward({"storage", "check", "--data", data_}).exit_code, 0);
  // Of before the erasure, and it still fits its chain.
  const Outcome checked = RunOnward({"evidence", "check", bundle_});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

}  // namespace
}  // namespace onward::e2e
