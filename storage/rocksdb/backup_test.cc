// P7: a backup verifies itself, and a restore is another incarnation.
#include "storage/rocksdb/backup.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "graph/base/error_detail.h"
#include "storage/rocksdb/backup_for_tests.h"
#include "tests/support/env.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(BackupTest, ARestoredStoreHoldsTheSameUnderAnotherIncarnation) {
  const auto made = backups_->Create(Request(), kQuiet);
  ONWARD_ASSERT_OK(made);
  EXPECT_EQ(made->info.number, 1);
  EXPECT_EQ(made->info.heads, (std::map<std::string, uint64_t>{{"a", 3}, {"empty", 0}}));
  EXPECT_EQ(made->info.incarnation, store_->incarnation());
  EXPECT_EQ(made->info.release, "1.2.3");
  EXPECT_EQ(made->info.bytes, made->info.new_bytes);
  EXPECT_EQ(made->revisions, 3);
  EXPECT_EQ(made->records, 3);
  const std::string digest = DigestOf(*store_, 3);
  Write(2);

  const auto restored = RestoreBackup(Folder(), 0, New("new"), {}, kQuiet);
  ONWARD_ASSERT_OK(restored);
  EXPECT_NE(restored->incarnation, store_->incarnation());
  auto again = OpenRocksDb(New("new"), {});
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ((*again)->incarnation(), restored->incarnation);
  EXPECT_EQ((*again)->GetHead("a")->revision, 3);
  EXPECT_EQ(DigestOf(**again, 3), digest);
  // It goes on as a store of its own, and is backed up and restored in its turn.
  ONWARD_ASSERT_OK((*again)->Commit("a", 3, {Put("x", "")}, Meta("other")));
  ONWARD_ASSERT_OK((*again)->CreateInventory("b", "", Time()));
  const auto second = OpenBackups(again->get(), New("backups2"));
  ONWARD_ASSERT_OK(second);
  ONWARD_ASSERT_OK((*second)->Create(Request(), kQuiet));
  const auto third = RestoreBackup(New("backups2"), 1, New("newer"), {}, kQuiet);
  ONWARD_ASSERT_OK(third);
  EXPECT_NE(third->incarnation, restored->incarnation);
  ONWARD_EXPECT_OK(OpenRocksDb(New("newer"), {}));
}

TEST_F(BackupTest, NothingIsCopiedTwice) {
  Write(50);
  const auto first = backups_->Create(Request(), kQuiet);
  ONWARD_ASSERT_OK(first);
  const uint64_t files = FilesInFolder();
  const auto same = backups_->Create(Request(), kQuiet);
  ONWARD_ASSERT_OK(same);
  // RocksDB may begin a new MANIFEST or write-ahead log; tables stay.
  EXPECT_LT(same->info.new_bytes, first->info.new_bytes / 2);
  EXPECT_LT(FilesInFolder(), 2 * files);
  Write(1);
  const auto more = backups_->Create(Request(), kQuiet);
  ONWARD_ASSERT_OK(more);
  EXPECT_LT(more->info.new_bytes, more->info.bytes);
  const auto list = backups_->List();
  ONWARD_ASSERT_OK(list);
  ASSERT_EQ(list->size(), 3);
  EXPECT_EQ(list->front(), more->info);
  for (const uint64_t number : {1, 2, 3}) {
    ONWARD_EXPECT_OK(backups_->Verify(number, kQuiet));
  }
}

TEST_F(BackupTest, KeepsTheNewestAndNeverUsesANumberTwice) {
  for (int i = 0; i < 4; ++i) {
    Write(1);
    ONWARD_ASSERT_OK(backups_->Create(Request(2), kQuiet));
  }
  const auto list = backups_->List();
  ONWARD_ASSERT_OK(list);
  ASSERT_EQ(list->size(), 2);
  EXPECT_EQ(list->front().number, 4);
  EXPECT_EQ(list->back().number, 3);
  ONWARD_EXPECT_OK(backups_->Verify(3, kQuiet));
  EXPECT_THAT(backups_->Verify(2, kQuiet), StatusIs(absl::StatusCode::kNotFound, _));
  fs::remove(Folder() + "/000004.backup");
  EXPECT_EQ(backups_->Create(Request(), kQuiet)->info.number, 5);
}

TEST_F(BackupTest, IsMadeWhileWritesGoOn) {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> acknowledged{store_->GetHead("a")->revision};
  std::thread writer([&] {
    while (!stop) {
      Write(1);
      acknowledged = store_->GetHead("a")->revision;
    }
  });
  for (uint64_t number = 1; number <= 3; ++number) {
    const uint64_t before = acknowledged;
    const auto made = backups_->Create(Request(), kQuiet);
    ONWARD_ASSERT_OK(made);
    EXPECT_GE(made->info.heads.at("a"), before);
    EXPECT_EQ(made->revisions, made->info.heads.at("a"));
  }
  stop = true;
  writer.join();
  const uint64_t head = backups_->List()->front().heads.at("a");
  ONWARD_ASSERT_OK(RestoreBackup(Folder(), 3, New("new"), {}, kQuiet));
  const auto restored = OpenRocksDb(New("new"), {});
  ONWARD_ASSERT_OK(restored);
  EXPECT_EQ(DigestOf(**restored, head), DigestOf(*store_, head));
}

TEST_F(BackupTest, IsRestoredIntoAnEmptyFolderOnly) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  fs::create_directory(New("used"));
  std::ofstream(New("used") + "/thesis.txt") << "mine";
  EXPECT_THAT(RestoreBackup(Folder(), 1, New("used"), {}, kQuiet),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not empty")));
  EXPECT_THAT(RestoreBackup(Folder(), 1, Data(), {}, kQuiet),
              StatusIs(absl::StatusCode::kFailedPrecondition, _));
  EXPECT_THAT(RestoreBackup(Folder(), 7, New("new"), {}, kQuiet),
              StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_THAT(RestoreBackup(New("none"), 1, New("new"), {}, kQuiet),
              StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_FALSE(fs::exists(New("new")));
}

// The volume was full before the first byte.
TEST_F(BackupTest, ARestoreThatWroteNothingCanBeBegunAgain) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  fs::create_directory(New("new"));
  std::ofstream(New("new") + "/ONWARD-RESTORING.new") << "a back";
  ONWARD_EXPECT_OK(RestoreBackup(Folder(), 1, New("new"), {}, kQuiet));
  ONWARD_EXPECT_OK(OpenRocksDb(New("new"), {}));
}

TEST_F(BackupTest, AFolderOfSomethingElseIsLeftAlone) {
  fs::create_directory(Folder());
  std::ofstream(Folder() + "/thesis.txt") << "mine";
  EXPECT_THAT(backups_->Create(Request(), kQuiet),
              StatusIs(absl::StatusCode::kFailedPrecondition, _));
  EXPECT_TRUE(fs::exists(Folder() + "/thesis.txt"));
  EXPECT_THAT(*backups_->List(), IsEmpty());
}

// Each file of the folder in turn is changed, cut or deleted: whatever is left is refused, and said why.
TEST_F(BackupTest, DamageIsRefusedByName) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const uint64_t rounds = ::onward::testing::NumberFromEnv("ONWARD_BACKUP_DAMAGES", 12);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(Folder())) {
    if (entry.is_regular_file() && entry.path().filename() != "ONWARD-BACKUPS") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (uint64_t round = 0; round < rounds; ++round) {
    const fs::path& file = files[round % files.size()];
    SCOPED_TRACE(file);
    fs::copy_file(file, New("saved"), fs::copy_options::overwrite_existing);
    const uint64_t size = fs::file_size(file);
    switch (size == 0 ? 2 : random() % 3) {
      case 0: {
        std::fstream changed(file, std::ios::in | std::ios::out | std::ios::binary);
        const auto at = static_cast<std::streamoff>(random() % size);
        changed.seekg(at);
        const char byte = static_cast<char>(changed.get() ^ static_cast<int>(1 + random() % 255));
        changed.seekp(at);
        changed.put(byte);
        break;
      }
      case 1:
        fs::resize_file(file, random() % size);
        break;
      default:
        fs::remove(file);
    }
    const auto verified = backups_->Verify(1, kQuiet);
    const bool manifest_gone = !fs::exists(Folder() + "/000001.backup");
    EXPECT_THAT(
        verified,
        StatusIs(manifest_gone ? absl::StatusCode::kNotFound : absl::StatusCode::kDataLoss, _));
    if (!manifest_gone) {
      EXPECT_EQ(DetailOf(verified.status())->reason, "BACKUP_DAMAGED");
    }
    EXPECT_FALSE(RestoreBackup(Folder(), 1, New("new"), {}, kQuiet).ok());
    EXPECT_FALSE(fs::exists(New("new")));
    fs::copy_file(New("saved"), file, fs::copy_options::overwrite_existing);
  }
  ONWARD_EXPECT_OK(backups_->Verify(1, kQuiet));
}

// A file that rotted in the folder is copied anew when the store still has it.
TEST_F(BackupTest, TheNextBackupMendsWhatTheStoreStillHas) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  const auto folder = BackupFolder::Open(Folder());
  const auto manifest = folder->Read(1);
  ONWARD_ASSERT_OK(manifest);
  const auto table =
      std::find_if(manifest->files.begin(), manifest->files.end(),
                   [](const BackupFile& file) { return file.name.ends_with(".sst"); });
  ASSERT_NE(table, manifest->files.end());
  fs::resize_file(folder->PathOf(table->digest), 10);
  EXPECT_THAT(backups_->Verify(1, kQuiet), StatusIs(absl::StatusCode::kDataLoss, _));
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  ONWARD_EXPECT_OK(backups_->Verify(1, kQuiet));
  ONWARD_EXPECT_OK(backups_->Verify(2, kQuiet));
}

TEST_F(BackupTest, AnUnreadableManifestHidesNothingAndLosesNothing) {
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  Write(1);
  ONWARD_ASSERT_OK(backups_->Create(Request(), kQuiet));
  fs::copy_file(Folder() + "/000001.backup", New("saved"));
  fs::resize_file(Folder() + "/000001.backup", 30);
  EXPECT_THAT(backups_->List(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("000001.backup")));
  // What the first one needs is not known, so nothing goes.
  ONWARD_ASSERT_OK(backups_->Create(Request(1), kQuiet));
  fs::copy_file(New("saved"), Folder() + "/000001.backup", fs::copy_options::overwrite_existing);
  for (const uint64_t number : {1, 2, 3}) {
    ONWARD_EXPECT_OK(backups_->Verify(number, kQuiet));
  }
}

TEST_F(BackupTest, AnErrorOfTheListenerEndsTheWork) {
  const auto cancelled = [](std::string_view step, uint64_t, uint64_t) {
    return step == "copy" ? absl::CancelledError("enough") : absl::OkStatus();
  };
  EXPECT_THAT(backups_->Create(Request(), cancelled), StatusIs(absl::StatusCode::kCancelled, _));
  EXPECT_THAT(*backups_->List(), IsEmpty());
  ONWARD_EXPECT_OK(backups_->Create(Request(), kQuiet));
}

}  // namespace
}  // namespace onward::storage
