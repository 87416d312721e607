// A backup or a restore that is killed at any step leaves nothing half.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "storage/rocksdb/backup_for_tests.h"
#include "tests/support/env.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

class BackupKillTest : public BackupTest {};

// Kills this process at the n-th step of the work.
Progress KillAt(uint64_t step) {
  auto at = std::make_shared<uint64_t>(0);
  return [at, step](std::string_view, uint64_t, uint64_t) {
    if (++*at == step) {
      kill(getpid(), SIGKILL);
    }
    return absl::OkStatus();
  };
}

// Another process of this program does the work of BackupChildTest; returns whether it was killed. RocksDB's
// threads do not live on in a fork.
bool IsKilled(const char* work, const std::string& folder, uint64_t step) {
  const pid_t child = fork();
  if (child == 0) {
    // NOLINTBEGIN(concurrency-mt-unsafe): the only thread
    setenv("ONWARD_BACKUP_WORK", work, 1);
    setenv("ONWARD_BACKUP_FOLDER", folder.c_str(), 1);
    setenv("ONWARD_BACKUP_STEP", std::to_string(step).c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
    execl("/proc/self/exe", "child", "--gtest_filter=BackupChildTest.*", "--gtest_brief=1",
          nullptr);
    _exit(127);
  }
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) || status == 0) << status;
  return WIFSIGNALED(status);
}

TEST(BackupChildTest, DoesTheWorkItIsTold) {
  const char* const work = std::getenv("ONWARD_BACKUP_WORK");  // NOLINT(concurrency-mt-unsafe)
  if (work == nullptr) {
    GTEST_SKIP() << "run by the tests below";
  }
  const std::string folder = std::getenv("ONWARD_BACKUP_FOLDER");  // NOLINT(concurrency-mt-unsafe)
  const Progress progress = KillAt(::onward::testing::NumberFromEnv("ONWARD_BACKUP_STEP", 0));
  if (std::string_view(work) == "restore") {
    ONWARD_ASSERT_OK(RestoreBackup(folder + "/backups", 1, folder + "/new", {}, progress));
    return;
  }
  const auto store = OpenRocksDb(folder + "/data", {});
  ONWARD_ASSERT_OK(store);
  const uint64_t head = (*store)->GetHead("a")->revision;
  ONWARD_ASSERT_OK((*store)->Commit("a", head, {Put("child", "")}, {}));
  const auto backups = OpenBackups(store->get(), folder + "/backups");
  ONWARD_ASSERT_OK(backups);
  ONWARD_ASSERT_OK((*backups)->Create(Request(), progress));
}

// Killed at the n-th step, for every n: the backups before are whole, the store opens, the next backup is
// made and clears up. ONWARD_BACKUP_KILLS: at most so many.
TEST_F(BackupKillTest, AKillLeavesTheEarlierBackupsWhole) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  backups_.reset();
  store_.reset();
  const uint64_t most = ::onward::testing::NumberFromEnv("ONWARD_BACKUP_KILLS", 5);
  uint64_t kills = 0;
  while (kills < most && IsKilled("create", folder_.path(), kills + 1)) {
    ++kills;
    Open();
    const auto list = backups_->List();
    ONWARD_ASSERT_OK(list);
    for (const BackupInfo& info : *list) {
      ONWARD_EXPECT_OK(backups_->Verify(info.number, kQuiet));
    }
    backups_.reset();
    store_.reset();
  }
  EXPECT_GT(kills, 4);
  Open();
  Write(1);
  ONWARD_ASSERT_OK(backups_->Create(Request(1), kQuiet));
  EXPECT_FALSE(fs::exists(Data() + "/" + std::string(kCheckpointFolder)));
  EXPECT_LE(FilesInFolder(), BackupFolder::Open(Folder())->Read(0)->files.size());
  ONWARD_EXPECT_OK(backups_->Verify(0, kQuiet));
}

// Killed at the n-th step of a restore: never a store that opens with less than all of it.
TEST_F(BackupKillTest, AKillDuringARestoreLeavesNoStore) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  for (uint64_t step = 1; IsKilled("restore", folder_.path(), step); ++step) {
    if (fs::exists(New("new"))) {
      EXPECT_FALSE(OpenRocksDb(New("new"), {}).ok()) << step;
    }
  }
  const auto restored = OpenRocksDb(New("new"), {});
  ONWARD_ASSERT_OK(restored);
  EXPECT_EQ((*restored)->GetHead("a")->revision, 3);
}

}  // namespace
}  // namespace onward::storage
