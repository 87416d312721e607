// What was known when: history, differences, reverts and compaction, over the wire and a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using testing::HasSubstr;

class Revisions : public testing::Test {
 protected:
  std::filesystem::path Data() const { return folder_.path() / "data"; }
  std::filesystem::path Socket() const { return folder_.path() / "s"; }

  // Runs a command against the server.
  static Outcome Ask(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server.address()});
    return RunOnward(arguments);
  }
  static Json AskJson(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    const Outcome outcome = Ask(server, std::move(arguments));
    EXPECT_LE(outcome.exit_code, 1) << outcome.err;
    return Json::parse(outcome.out, nullptr, false);
  }
  // Revision 1: Smartum as its notice says. 2: its recipients under the Data Privacy Framework.
  static void WriteTwo(const ServerProcess& server) {
    for (const char* manifest : {"004-smartum", "../what-ifs/smartum-dpf.yaml"}) {
      const Outcome outcome = Ask(server, {"apply", "--yes", "--merge-sources", "--author", "dpo",
                                           "--comment", manifest, "-f", InventoryPath(manifest)});
      ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }
  }
  static std::string SalesforceAt(const ServerProcess& server, const std::string& revision) {
    return VerdictOf(
        AskJson(server, {"transfers", "--all", "--as-of", "2023-07-10", "--at-revision", revision}),
        "smartum-to-salesforce");
  }

  const TempFolder folder_;
};

TEST_F(Revisions, WhatWasKnownAtARevisionAboutADateAndWhatHasChangedSince) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  WriteTwo(server);
  EXPECT_EQ(SalesforceAt(server, "1"), "LACKING INVALIDATED adq-US-2016-1250");
  EXPECT_EQ(SalesforceAt(server, "2"), "COVERED ADEQUACY adq-US-2023-1795");

  const Json diff =
      AskJson(server, {"diff", "--from", "1", "--to", "2", "--verdicts", "--as-of", "2023-07-10"});
  ASSERT_FALSE(diff["records"].empty()) << diff;
  EXPECT_EQ(diff["records"][0]["ref"]["kind"], "PARTY");
  EXPECT_THAT(diff["records"][0]["fields"].dump(), HasSubstr("certifications"));
  EXPECT_THAT(diff["verdictChanges"].dump(), HasSubstr("smartum-to-salesforce"));
  EXPECT_EQ(Ask(server, {"diff", "--from", "2"}).exit_code, 0);

  const Json history = AskJson(server, {"history", "--fields"});
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0]["author"], "dpo");
  EXPECT_EQ(history[0]["changes"][0]["change"], "changed");
  EXPECT_THAT(history[0]["changes"][0]["fields"].dump(), HasSubstr("certifications"));
  EXPECT_EQ(history[1]["changes"][0]["change"], "created");
}

TEST_F(Revisions, ARevertIsANewRevisionThatLosesNothing) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  WriteTwo(server);
  EXPECT_EQ(Ask(server, {"revert", "--to", "1", "--dry-run"}).exit_code, 1);
  EXPECT_EQ(Ask(server, {"revert", "--to", "1", "--expected-head", "1"}).exit_code, 5);
  const Outcome reverted = Ask(server, {"revert", "--to", "1"});
  EXPECT_EQ(reverted.exit_code, 0) << reverted.err;
  EXPECT_EQ(Ask(server, {"diff", "--from", "1", "--to", "3"}).exit_code, 0);
  EXPECT_EQ(SalesforceAt(server, "2"), "COVERED ADEQUACY adq-US-2023-1795");
  EXPECT_EQ(SalesforceAt(server, "3"), "LACKING INVALIDATED adq-US-2016-1250");
  EXPECT_THAT(Ask(server, {"history"}).out, HasSubstr("back to revision 1"));
}

TEST_F(Revisions, ACompactionIsAskedForTwiceAndHoldsAfterARestart) {
  {
    const ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    WriteTwo(server);
    const Outcome preview = Ask(server, {"compact", "--keep-from", "2"});
    EXPECT_EQ(preview.exit_code, 1) << preview.err;
    EXPECT_THAT(preview.out, HasSubstr("Nothing was forgotten."));
    EXPECT_EQ(SalesforceAt(server, "1"), "LACKING INVALIDATED adq-US-2016-1250");
    const Outcome done =
        Ask(server, {"compact", "--keep-from", "2", "--yes", "--comment", "retention"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
  }
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  const Outcome refused = Ask(server, {"transfers", "--at-revision", "1"});
  EXPECT_GT(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("the oldest kept is 2"));
  EXPECT_GT(Ask(server, {"diff", "--from", "1"}).exit_code, 1);
  EXPECT_EQ(SalesforceAt(server, "2"), "COVERED ADEQUACY adq-US-2023-1795");
  const Json history = AskJson(server, {"history"});
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0]["comment"], "history before revision 2 forgotten: retention");
  const Json status = AskJson(server, {"status"});
  EXPECT_THAT(status["inventories"][0]["oldestRevision"].dump(), HasSubstr("2"));
}

}  // namespace
}  // namespace onward::e2e
