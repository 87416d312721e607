// onward watch as a user runs it: events handed to a command, and a server that restarts meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class Watch : public testing::Test {
 protected:
  fs::path Data() const { return folder_.path() / "data"; }
  fs::path Socket() const { return folder_.path() / "s"; }
  std::string File(const std::string& name) const { return folder_.File(name); }

  // One revision more.
  void WriteParty(const ServerProcess& server, const std::string& id) const {
    const std::string manifest = File(id + ".yaml");
    WriteAll(manifest, "kind: Party\nid: " + id + "\nestablishment: US\n");
    const Outcome outcome =
        RunOnward({"apply", "--yes", "-f", manifest, "--server", server.address()});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static Outcome RunWatch(const std::string& address, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"watch", "--server", address});
    return RunOnward(arguments);
  }
  // Ids of the records of each event.
  static std::vector<std::string> IdsOf(const std::string& lines) {
    std::vector<std::string> ids;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) {
      const Json event = Json::parse(line, nullptr, false);
      EXPECT_FALSE(event.is_discarded()) << line;
      ids.push_back(std::to_string(event["revision"].get<int>()) + " " +
                    event["records"][0]["ref"]["id"].get<std::string>());
    }
    return ids;
  }

  const TempFolder folder_;
};

TEST_F(Watch, HandsEachEventToTheCommand) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  WriteParty(server, "one");
  WriteParty(server, "two");
  const Outcome outcome =
      RunWatch(server.address(), {"--from", "1", "--until", "2", "--exec",
                                  "cat >> " + File("events") + "; echo >> " + File("events")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(IdsOf(ReadAll(File("events"))), testing::ElementsAre("1 one", "2 two"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("revision 1"), HasSubstr("party/two")));
}

TEST_F(Watch, ACommandThatFailsEndsItAndNothingIsLost) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  WriteParty(server, "one");
  WriteParty(server, "two");
  const Outcome failed = RunWatch(server.address(), {"--from", "1", "--exec", "exit 9"});
  EXPECT_EQ(failed.exit_code, 5) << failed.err;
  EXPECT_THAT(failed.err, AllOf(HasSubstr("ended with 9 on revision 1"), HasSubstr("--after ")));
  const size_t at = failed.err.find("--after ") + 8;
  const std::string token = failed.err.substr(at, failed.err.find_first_of(" \n", at) - at);
  const Outcome again =
      RunWatch(server.address(), {"--after", token, "--until", "2", "-o", "jsonl"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(IdsOf(again.out), testing::ElementsAre("1 one", "2 two"));
}

TEST_F(Watch, GoesOnByItselfWhenTheServerComesBack) {
  std::future<Outcome> watching;
  {
    ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    WriteParty(server, "one");
    // The command makes a file once the first event has come: the server is stopped only then.
    watching = std::async(std::launch::async, [this, address = server.address()] {
      return RunWatch(address, {"--from", "1", "--until", "2", "-o", "jsonl", "--exec",
                                "touch " + File("seen")});
    });
    for (int i = 2; !fs::exists(File("seen")) && i < 2'000; ++i) {
      RunOnward({"status", "--server", server.address()});
    }
    ASSERT_TRUE(fs::exists(File("seen")));
    EXPECT_EQ(server.Terminate(), 0);
  }
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  WriteParty(server, "two");
  const Outcome outcome = watching.get();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(IdsOf(outcome.out), testing::ElementsAre("1 one", "2 two"));
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("lost after revision 1"), HasSubstr("going on after revision 1")));
}

}  // namespace
}  // namespace onward::e2e
