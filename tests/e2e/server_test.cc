// The server and the command line together: apply, ask, restart, damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/inventories.h"
#include "tests/e2e/process.h"

namespace onward::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Server : public testing::Test {
 protected:
  fs::path Data() const { return folder_.path() / "data"; }
  fs::path Socket() const { return folder_.path() / "s"; }

  static void Apply(const ServerProcess& server, const std::vector<std::string>& manifests) {
    std::vector<std::string> arguments = {"apply", "--yes", "--merge-sources", "--server",
                                          server.address()};
    for (const std::string& manifest : manifests) {
      arguments.insert(arguments.end(), {"-f", manifest});
    }
    const Outcome outcome = RunOnward(arguments);
    ASSERT_LE(outcome.exit_code, 1) << outcome.err << outcome.out;
  }

  static void ApplyAllFive(const ServerProcess& server) {
    for (const std::string name :
         {"000-livestorm-fi", "001-livestorm-sv", "002-liana", "003-lumoa", "004-smartum"}) {
      Apply(server, {InventoryPath(name)});
    }
  }

  static Json Transfers(const ServerProcess& server, const std::string& as_of) {
    const Outcome outcome = RunOnward(
        {"assess", "--server", server.address(), "--as-of", as_of, "--all", "-o", "json"});
    EXPECT_LE(outcome.exit_code, 1) << outcome.err;
    Json answer = Json::parse(outcome.out, nullptr, false);
    EXPECT_FALSE(answer.is_discarded()) << outcome.out;
    return answer.is_discarded() ? Json::object() : answer;
  }

  const TempFolder folder_;
};

TEST_F(Server, SmartumOnThreeDatesOverTheWire) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  Apply(server, {InventoryPath("004-smartum")});
  EXPECT_EQ(VerdictOf(Transfers(server, "2020-07-15"), "smartum-to-salesforce"),
            "COVERED ADEQUACY adq-US-2016-1250");
  EXPECT_EQ(VerdictOf(Transfers(server, "2020-12-09"), "smartum-to-salesforce"),
            "LACKING INVALIDATED adq-US-2016-1250");
  EXPECT_EQ(VerdictOf(Transfers(server, "2026-11-22"), "smartum-to-mailchimp"),
            "LACKING INVALIDATED adq-US-2016-1250");
}

TEST_F(Server, WhatIfByDryRunShowsTheChangeAndWritesNothing) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  Apply(server, {InventoryPath("004-smartum")});
  const Json before = Transfers(server, "2023-07-10");
  const Outcome preview =
      RunOnward({"apply", "--dry-run", "--as-of", "2023-07-10", "-f",
                 InventoryPath("../what-ifs/smartum-dpf.yaml"), "--server", server.address()});
  EXPECT_LE(preview.exit_code, 1) << preview.err;
  EXPECT_THAT(preview.out + preview.err,
              testing::AllOf(HasSubstr("smartum-to-salesforce"), HasSubstr("covered (adequacy)")));
  EXPECT_EQ(Transfers(server, "2023-07-10"), before);

  Apply(server, {InventoryPath("../what-ifs/smartum-dpf.yaml")});
  EXPECT_EQ(VerdictOf(Transfers(server, "2023-07-09"), "smartum-to-salesforce"),
            "LACKING INVALIDATED adq-US-2016-1250");
  EXPECT_EQ(VerdictOf(Transfers(server, "2023-07-10"), "smartum-to-salesforce"),
            "COVERED ADEQUACY adq-US-2023-1795");
}

TEST_F(Server, TwoNoticesAppliedOneAfterTheOtherKeepBothSources) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  Apply(server, {InventoryPath("000-livestorm-fi")});
  Apply(server, {InventoryPath("001-livestorm-sv")});
  const Outcome outcome =
      RunOnward({"get", "party", "livestorm", "-o", "json", "--server", server.address()});
  EXPECT_THAT(outcome.out, testing::AllOf(HasSubstr("000_ba4d79e79bf22050.txt"),
                                          HasSubstr("001_e948764a035aa3d7.txt")))
      << outcome.err;
  EXPECT_EQ(CountVerdict(Transfers(server, "2026-11-22"), "UNDETERMINED"), 10);
}

TEST_F(Server, OfflineAndServerAnswerAlike) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  Apply(server, {InventoryPath("004-smartum")});
  const Json offline = Assess({InventoryPath("004-smartum")}, "2020-12-09", 1, {"--all"});
  EXPECT_EQ(Transfers(server, "2020-12-09")["transfers"], offline["transfers"]);
}

TEST_F(Server, TheSameAnswersAfterKillAndAfterAGracefulStop) {
  const std::vector<std::string> dates = {"2020-07-15", "2020-12-09", "2026-11-22"};
  std::vector<Json> first;
  {
    ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    ApplyAllFive(server);
    for (const std::string& date : dates) {
      first.push_back(Transfers(server, date));
    }
    server.Kill();
  }
  for (const bool graceful : {true, false}) {
    ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    for (size_t i = 0; i < dates.size(); ++i) {
      EXPECT_EQ(Transfers(server, dates[i]), first[i]) << dates[i];
    }
    if (graceful) {
      EXPECT_EQ(server.Terminate(), 0) << server.err();
    }
  }
}

TEST_F(Server, ASecondServerOnTheSameFolderIsRefused) {
  const ServerProcess server(Data(), Socket());
  ASSERT_TRUE(server.running()) << server.err();
  const ServerProcess second(Data(), folder_.path() / "t");
  EXPECT_FALSE(second.running());
  EXPECT_NE(second.exit_code(), 0);
  EXPECT_THAT(second.err(), HasSubstr(Data().string()));
}

// Files that hold the records; the store's own log and lock hold none.
std::vector<fs::path> StoreFiles(const fs::path& data) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    const std::string name = entry.path().filename().string();
    const bool bears = name == "CURRENT" || name.rfind("MANIFEST-", 0) == 0 ||
                       entry.path().extension() == ".log" || entry.path().extension() == ".sst";
    if (entry.is_regular_file() && bears && entry.file_size() > 0) {
      files.push_back(fs::relative(entry.path(), data));
    }
  }
  return files;
}

// Turns over the bits of 64 bytes in the middle of what the file holds; the zeros behind a log hold nothing.
void Damage(const fs::path& file) {
  constexpr size_t kDamaged = 64;
  std::string bytes = ReadAll(file);
  const size_t size = bytes.find_last_not_of('\0') + 1;
  const size_t begin = size / 2 - std::min(kDamaged / 2, size / 2);
  for (size_t i = begin; i < std::min(begin + kDamaged, size); ++i) {
    bytes[i] = static_cast<char>(~bytes[i]);
  }
  WriteAll(file, bytes);
}

TEST_F(Server, ADamagedFolderIsRefusedAndTheFileNamed) {
  {
    ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    ApplyAllFive(server);
    server.Kill();
  }
  {
    // Opened once more, so that the records of the first run lie in table files.
    ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    Apply(server, {InventoryPath("../what-ifs/smartum-dpf.yaml")});
    server.Kill();
  }
  const std::vector<fs::path> files = StoreFiles(Data());
  ASSERT_GE(files.size(), 3U);
  std::set<std::string> kinds;
  for (const fs::path& file : files) {
    kinds.insert(file.extension().string());
    const fs::path copy = folder_.path() / "copy";
    fs::remove_all(copy);
    fs::copy(Data(), copy, fs::copy_options::recursive);
    Damage(copy / file);
    const ServerProcess server(copy, folder_.path() / "c");
    EXPECT_FALSE(server.running()) << file << " is damaged, and the server serves";
    EXPECT_NE(server.exit_code(), 0) << file;
    EXPECT_THAT(server.err(), HasSubstr(file.filename().string()));
  }
  EXPECT_TRUE(kinds.count(".sst") == 1 || kinds.count(".log") == 1);
}

TEST_F(Server, AMissingFileIsRefused) {
  {
    ServerProcess server(Data(), Socket());
    ASSERT_TRUE(server.running()) << server.err();
    Apply(server, {InventoryPath("004-smartum")});
    server.Kill();
  }
  for (const fs::path& file : StoreFiles(Data())) {
    const fs::path copy = folder_.path() / "copy";
    fs::remove_all(copy);
    fs::copy(Data(), copy, fs::copy_options::recursive);
    fs::remove(copy / file);
    const ServerProcess server(copy, folder_.path() / "c");
    EXPECT_FALSE(server.running()) << file << " is missing, and the server serves";
  }
}

}  // namespace
}  // namespace onward::e2e
