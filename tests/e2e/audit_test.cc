// The audit chain as an auditor uses it: signed by the server, checked without it.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

using ::testing::HasSubstr;

class AuditTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(RunOnward({"audit", "key", "--new", key_}).exit_code, 0); }

  static Outcome Ask(const ServerProcess& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server.address()});
    return RunOnward(arguments);
  }
  static std::string Read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  }
  // The text with the first `from` replaced.
  static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }

  const TempFolder folder_;
  const std::string key_ = folder_.File("key");
  const std::string public_key_ = key_ + ".pub";
  const std::string sink_ = folder_.File("checkpoints");
  const std::string data_ = folder_.File("data");
  const std::vector<std::string> signed_ = {"--audit-key", key_,           "--audit-name",
                                            "onward.test", "--audit-sink", "file:" + sink_};
};

TEST_F(AuditTest, TheServerSignsAndAnybodyChecks) {
  const std::string proof = folder_.File("proof.json");
  {
    ServerProcess server(data_, folder_.File("s"), signed_);
    ASSERT_TRUE(server.running()) << server.err();
    ASSERT_EQ(Ask(server, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
    const Outcome whole = Ask(server, {"audit", "verify"});
    EXPECT_EQ(whole.exit_code, 0) << whole.err;
    EXPECT_THAT(whole.out, HasSubstr("default: whole: 1 entries"));
    const Outcome note = Ask(server, {"audit", "checkpoint"});
    EXPECT_THAT(note.out, HasSubstr("onward.test/default\n1\n"));
    Write(folder_.File("note"), note.out);
    EXPECT_EQ(Ask(server, {"audit", "prove", "1", "-O", proof}).exit_code, 0);
    EXPECT_EQ(Ask(server, {"audit", "prove", "2", "-O", folder_.File("none")}).exit_code, 3);
    EXPECT_EQ(Ask(server, {"audit", "verify", "--checkpoint", folder_.File("note"), "--public-key",
                           public_key_})
                  .exit_code,
              0);
    EXPECT_EQ(server.Terminate(), 0);
  }
  const Outcome proven = RunOnward({"audit", "check-proof", proof, "--public-key", public_key_});
  EXPECT_EQ(proven.exit_code, 0) << proven.out;
  Write(proof, Replaced(Read(proof), "\"revision\": \"1\"", "\"revision\": \"2\""));
  const Outcome refused = RunOnward({"audit", "check-proof", proof, "--public-key", public_key_});
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  // The end of the server signed what it had, and the sink has it.
  for (const std::string& kept : {sink_, folder_.File("note")}) {
    const Outcome offline = RunOnward(
        {"audit", "verify", "--data", data_, "--checkpoint", kept, "--public-key", public_key_});
    EXPECT_EQ(offline.exit_code, 0) << kept << offline.out << offline.err;
    EXPECT_THAT(offline.out, HasSubstr("are those of the checkpoint"));
  }
}

TEST_F(AuditTest, AHistoryThatWasWrittenAnewIsFound) {
  const std::string other = folder_.File("other");
  for (const std::string& data : {data_, other}) {
    ServerProcess server(data, folder_.File("s"), signed_);
    ASSERT_TRUE(server.running()) << server.err();
    ASSERT_EQ(Ask(server, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
    if (data == data_) {
      Write(folder_.File("note"), Ask(server, {"audit", "checkpoint"}).out);
    }
  }
  // As whole as the first, but another one.
  EXPECT_EQ(RunOnward({"audit", "verify", "--data", other}).exit_code, 0);
  const Outcome found = RunOnward({"audit", "verify", "--data", other, "--checkpoint",
                                   folder_.File("note"), "--public-key", public_key_});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, HasSubstr("history was rewritten"));
  const std::string stranger = folder_.File("stranger");
  ASSERT_EQ(RunOnward({"audit", "key", "--new", stranger}).exit_code, 0);
  EXPECT_EQ(RunOnward({"audit", "verify", "--data", data_, "--checkpoint", folder_.File("note"),
                       "--public-key", stranger + ".pub"})
                .exit_code,
            4);
}

TEST_F(AuditTest, EvidenceIsCheckedWithoutAServer) {
  const std::string explained = folder_.File("explained.json");
  const std::string exposed = folder_.File("exposed.json");
  {
    ServerProcess server(data_, folder_.File("s"), signed_);
    ASSERT_TRUE(server.running()) << server.err();
    ASSERT_EQ(Ask(server, {"apply", "--yes", "-f", InventoryPath("004-smartum")}).exit_code, 0);
    const Outcome made = Ask(server, {"evidence", "create", "smartum-to-salesforce", "--as-of",
                                      "2020-12-09", "-O", explained});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const Outcome exposure = Ask(server, {"evidence", "create", "--origin", "smartum", "--as-of",
                                          "2020-12-09", "-O", exposed});
    ASSERT_EQ(exposure.exit_code, 0) << exposure.err;
  }
  for (const std::string& bundle : {explained, exposed}) {
    const Outcome checked = RunOnward({"evidence", "check", bundle, "--public-key", public_key_});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("the same, byte for byte"));
  }
  const std::string text = Read(explained);
  const struct {
    const char* from;
    const char* to;
    const char* what;
  } changes[] = {
      {"\"displayName\": \"Salesforce\"", "\"displayName\": \"Sailforce\"",
       "is not the record that the chain names"},
      {"\"verdict\": \"VERDICT_", "\"verdict\": \"VERDICT_NOT_A_TRANSFER\", \"reason\": \"", ""},
      {"\"asOf\": \"2020-12-09\"", "\"asOf\": \"2020-07-01\"", "the answer is another one"},
  };
  for (const auto& change : changes) {
    const std::string changed = folder_.File("changed.json");
    Write(changed, Replaced(text, change.from, change.to));
    const Outcome checked = RunOnward({"evidence", "check", changed, "--public-key", public_key_});
    EXPECT_NE(checked.exit_code, 0) << change.from << checked.out;
    EXPECT_THAT(checked.out, HasSubstr(change.what));
  }
}

TEST_F(AuditTest, WithoutAKeyItSaysWhichOptionIsMissing) {
  const ServerProcess server(data_, folder_.File("s"));
  const Outcome refused = Ask(server, {"audit", "checkpoint"});
  EXPECT_EQ(refused.exit_code, 5);
  EXPECT_THAT(refused.err, HasSubstr("--audit-key"));
}

}  // namespace
}  // namespace onward::e2e
