// Opening: new folders, folders of others, formats, locks; and writes after a storage error.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "graph/base/error_detail.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/digest.h"
#include "storage/law_log.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::IsOk;
using ::onward::testing::StatusIs;
using ::onward::testing::TempFolder;
using ::testing::_;
using ::testing::HasSubstr;

RecordWrite Put(const std::string& id) {
  model::Party party;
  party.id = id;
  return {{model::RecordKind::kParty, id}, party};
}

bool Has(const Store& store, const std::string& id, uint64_t revision) {
  const auto record = store.Get("a", {model::RecordKind::kParty, id}, revision);
  EXPECT_THAT(record, IsOk());
  return record.ok() && record->has_value();
}

TEST(OpenTest, MakesAFolderThatIsMissing) {
  const TempFolder folder;
  const std::string path = folder.path() + "/deep/er";
  ONWARD_ASSERT_OK(OpenRocksDb(path, {}));
  ONWARD_EXPECT_OK(OpenRocksDb(path, {}));
}

TEST(OpenTest, AFolderOfSomethingElseIsLeftAlone) {
  const TempFolder folder;
  std::ofstream(folder.path() + "/thesis.txt") << "mine";
  EXPECT_THAT(OpenRocksDb(folder.path(), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not empty")));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(OpenTest, AFirstStartThatWasCutShortIsFinished) {
  const TempFolder folder;
  std::ofstream(folder.path() + "/ONWARD-HEAD.new") << "half";
  fs::create_directory(folder.path() + "/lost+found");
  ONWARD_ASSERT_OK(OpenRocksDb(folder.path(), {}));

  const TempFolder anchored;
  ONWARD_ASSERT_OK(Anchor::Create(anchored.path(), NewState(NewIncarnation())));
  std::ofstream(anchored.path() + "/MANIFEST-000001") << "half";
  ONWARD_EXPECT_OK(OpenRocksDb(anchored.path(), {}));
}

TEST(OpenTest, AFolderIsOpenOnceAtATime) {
  const TempFolder folder;
  auto first = OpenRocksDb(folder.path(), {});
  ONWARD_ASSERT_OK(first);
  EXPECT_THAT(OpenRocksDb(folder.path(), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
  first->reset();
  ONWARD_EXPECT_OK(OpenRocksDb(folder.path(), {}));
}

TEST(OpenTest, AnotherProcessIsRefused) {
  const TempFolder folder;
  const auto store = OpenRocksDb(folder.path(), {});
  ONWARD_ASSERT_OK(store);
  const pid_t child = fork();
  if (child == 0) {
    _exit(OpenRocksDb(folder.path(), {}).status().code() == absl::StatusCode::kFailedPrecondition
              ? 0
              : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(OpenTest, ANewerFormatIsRefusedBeforeAnythingIsWritten) {
  const TempFolder folder;
  ONWARD_ASSERT_OK(OpenRocksDb(folder.path(), {}));
  const auto anchor = Anchor::Open(folder.path());
  ONWARD_ASSERT_OK(anchor);
  StoreState newer = (*anchor)->found();
  newer.format = kFormat + 1;
  ONWARD_ASSERT_OK((*anchor)->WriteBoth(newer));
  const auto written = [&folder] {
    fs::file_time_type newest{};
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      newest = std::max(newest, fs::last_write_time(entry.path()));
    }
    return newest;
  };
  const auto before = written();
  EXPECT_THAT(OpenRocksDb(folder.path(), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("newer release")));
  EXPECT_EQ(written(), before);
}

// Writes one entry of `meta` behind the store's back.
void Overwrite(const std::string& folder, const std::string& key, const std::string& value) {
  const auto db = Db::Open(folder, {}, Db::Mode::kExisting);
  ONWARD_ASSERT_OK(db);
  DbBatch batch;
  (*db)->Put(batch, Family::kMeta, key, value);
  ONWARD_ASSERT_OK((*db)->Write(batch));
}

StoreState StateIn(const std::string& folder) {
  const auto db = Db::Open(folder, {}, Db::Mode::kReadOnly);
  EXPECT_THAT(db, IsOk());
  return DecodeState(**(*db)->Get(Family::kMeta, keys::StoreState())).value();
}

void PutLaws(const std::string& folder) {
  const auto store = OpenRocksDb(folder, {});
  ONWARD_ASSERT_OK(store);
  ONWARD_ASSERT_OK((*store)->PutLaw("old", {"2026-12-01", "", Time(), "", ""}));
  ONWARD_ASSERT_OK((*store)->PutLaw("new", {"2026-12-02", "", Time(), "", ""}));
}

class OldFormatTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(OldFormatTest, IsReadAndRaisedByTheFirstWrite) {
  const TempFolder folder;
  {
    const auto store = OpenRocksDb(folder.path(), {});
    ONWARD_ASSERT_OK(store);
    ONWARD_ASSERT_OK((*store)->CreateInventory("a", "", Time()));
    ONWARD_ASSERT_OK((*store)->Commit("a", 0, {Put("one")}, {}));
  }
  StoreState first = StateIn(folder.path());
  first.format = GetParam();
  Overwrite(folder.path(), keys::StoreState(), EncodeState(first));
  ONWARD_ASSERT_OK((*Anchor::Open(folder.path()))->WriteBoth(first));
  {
    const auto store = OpenRocksDb(folder.path(), {});
    ONWARD_ASSERT_OK(store);
    EXPECT_TRUE(Has(**store, "one", 1));
    EXPECT_TRUE((*store)->ListLaws()->empty());
    EXPECT_EQ((*Anchor::Open(folder.path()))->found().format, GetParam());
    EXPECT_EQ((*store)->GetHead("a")->oldest, 1U);
    ONWARD_ASSERT_OK((*store)->PutLaw("law", {"2026-12-01", "", Time(), "", ""}));
  }
  EXPECT_EQ(StateIn(folder.path()).format, kFormat);
  EXPECT_EQ((*Anchor::Open(folder.path()))->found().format, kFormat);
  const auto store = OpenRocksDb(folder.path(), {});
  ONWARD_ASSERT_OK(store);
  EXPECT_EQ((*store)->GetLaw("2026-12-01")->bytes, "law");
}

INSTANTIATE_TEST_SUITE_P(Formats, OldFormatTest, ::testing::Range(1U, kFormat));

// One party in revisions 1 to `count`.
void WriteVersions(Store& store, uint64_t count) {
  ONWARD_ASSERT_OK(store.CreateInventory("a", "", Time()));
  for (uint64_t head = 0; head < count; ++head) {
    ONWARD_ASSERT_OK(store.Commit("a", head, {Put("one")}, {}));
  }
}

TEST(OpenTest, ATableThatIsLeftFromBeforeACompactionIsHarmless) {
  const TempFolder folder;
  WriteVersions(**OpenRocksDb(folder.path(), {}), 3);
  // Opening again writes what the log holds to tables.
  ONWARD_ASSERT_OK(OpenRocksDb(folder.path(), {}));
  const TempFolder kept;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".sst") {
      fs::copy(entry.path(), kept.path() + "/" + entry.path().filename().string());
    }
  }
  {
    const auto store = OpenRocksDb(folder.path(), {});
    ONWARD_ASSERT_OK(store);
    ONWARD_ASSERT_OK((*store)->Compact("a", 3, 3, {}));
    EXPECT_EQ(*(*store)->Forget("a", {}), 2U);
  }
  size_t left = 0;
  for (const auto& entry : fs::directory_iterator(kept.path())) {
    const fs::path back = fs::path(folder.path()) / entry.path().filename();
    left += fs::copy_file(entry.path(), back, fs::copy_options::skip_existing) ? 1 : 0;
  }
  EXPECT_GT(left, 0U);
  const auto store = OpenRocksDb(folder.path(), {});
  ONWARD_ASSERT_OK(store);
  EXPECT_TRUE(Has(**store, "one", 3));
  EXPECT_THAT((*store)->Get("a", {model::RecordKind::kParty, "one"}, 2),
              StatusIs(absl::StatusCode::kOutOfRange, _));
}

TEST(OpenTest, WhatACompactionLeftWhenItWasCutIsForgottenLater) {
  for (const char* const step : {"wal", "anchor", "publish"}) {
    const TempFolder folder;
    std::atomic<bool> failing{false};
    RocksDbOptions options;
    options.before_step = [&](std::string_view at) {
      return failing && at == step ? absl::UnavailableError("cut") : absl::OkStatus();
    };
    {
      const auto store = OpenRocksDb(folder.path(), options);
      ONWARD_ASSERT_OK(store);
      WriteVersions(**store, 3);
      ONWARD_ASSERT_OK((*store)->Compact("a", 3, 3, {}));
      failing = true;
      EXPECT_THAT((*store)->Forget("a", {}), StatusIs(absl::StatusCode::kUnavailable, _));
      failing = false;
      EXPECT_TRUE(Has(**store, "one", 4));
    }
    const auto store = OpenRocksDb(folder.path(), {});
    ONWARD_ASSERT_OK(store);
    EXPECT_EQ((*store)->GetHead("a")->oldest, 3U);
    // Where the write was kept although its caller was told otherwise, none are left.
    const auto rest = (*store)->Forget("a", {});
    ONWARD_ASSERT_OK(rest);
    EXPECT_EQ(*rest, std::string(step) == "wal" ? 2U : 0U);
    EXPECT_TRUE(Has(**store, "one", 3));
    EXPECT_EQ(*(*store)->Forget("a", {}), 0U);
  }
}

TEST(OpenTest, ADamagedLogOfLawRegistersIsRefusedByName) {
  const struct {
    std::string key;
    std::string value;
    std::string named;
  } cases[] = {
      {keys::LawEntry(1), "x", "log of law registers, entry 1"},
      {keys::LawEntry(2), "x", "log of law registers, entry 2"},
      {keys::LawEntry(3), "x", "log of law registers, entry 3"},
      {keys::LawEntry(2),
       EncodeLawEntry(NextLawEntry(1, "other", "new", {"2026-12-02", "", Time(), "", ""})).value(),
       "log of law registers, entry 2"},
      {keys::LawBytes(Sha256("new")), "forged", "law register 2026-12-02"}};
  for (const auto& one : cases) {
    const TempFolder folder;
    PutLaws(folder.path());
    Overwrite(folder.path(), one.key, one.value);
    const auto store = OpenRocksDb(folder.path(), {});
    EXPECT_THAT(store, StatusIs(absl::StatusCode::kDataLoss, HasSubstr(one.named)));
  }
}

TEST(OpenTest, AnOlderLawRegisterThatIsDamagedIsRefusedWhenRead) {
  const TempFolder folder;
  PutLaws(folder.path());
  Overwrite(folder.path(), keys::LawBytes(Sha256("old")), "forged");
  const auto store = OpenRocksDb(folder.path(), {});
  ONWARD_ASSERT_OK(store);
  EXPECT_THAT((*store)->GetLaw("2026-12-01"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("law register 2026-12-01")));
  EXPECT_EQ((*store)->GetLaw("2026-12-02")->bytes, "new");
}

TEST(OpenTest, NothingIsLoggedIntoTheFolder) {
  const TempFolder folder;
  ONWARD_ASSERT_OK(OpenRocksDb(folder.path(), {}));
  EXPECT_FALSE(fs::exists(folder.path() + "/LOG"));
}

// A store that fails at one step of the commit path from the moment that it is told to.
class FaultTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    options_.before_step = [this](std::string_view step) {
      return failing_ && step == GetParam() ? absl::UnavailableError("disk on fire")
                                            : absl::OkStatus();
    };
    Open();
    ONWARD_ASSERT_OK(store_->CreateInventory("a", "", Time()));
    ONWARD_ASSERT_OK(store_->Commit("a", 0, {Put("one")}, {}));
  }
  void Open() {
    store_.reset();
    auto store = OpenRocksDb(folder_.path(), options_);
    ONWARD_ASSERT_OK(store);
    store_ = *std::move(store);
  }

  const TempFolder folder_;
  RocksDbOptions options_;
  std::atomic<bool> failing_{false};
  std::unique_ptr<Store> store_;
};

TEST_P(FaultTest, TheFirstErrorSealsWritesAndReadsGoOn) {
  failing_ = true;
  CommitMeta meta;
  meta.request_id = "r";
  const auto failed = store_->Commit("a", 1, {Put("two"), {Put("one").ref, std::nullopt}}, meta);
  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("disk on fire")));
  failing_ = false;
  for (const absl::Status& status :
       {failed.status(), store_->Commit("a", 1, {Put("three")}, {}).status(),
        store_->CreateInventory("b", "", Time()).status(), store_->Writable()}) {
    EXPECT_TRUE(HasReason(status, "STORE_SEALED")) << status;
  }
  EXPECT_EQ(store_->GetHead("a")->revision, 1U);
  EXPECT_TRUE(Has(*store_, "one", 1));
  EXPECT_FALSE(Has(*store_, "two", 1));
  EXPECT_EQ(*store_->FindRequest("a", "r"), std::nullopt);
  int seen = 0;
  ONWARD_EXPECT_OK(store_->Scan("a", 1, [&seen](const StoredRecord& stored) {
    EXPECT_EQ(model::IdOf(stored.record), "one");
    ++seen;
    return true;
  }));
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(store_->History("a", std::nullopt, 0, 10)->size(), 1U);
  EXPECT_THAT(store_->Get("a", Put("two").ref, 2), StatusIs(absl::StatusCode::kOutOfRange, _));
}

TEST_P(FaultTest, AfterOpeningAgainTheWriteIsThereWhollyOrNotAtAll) {
  failing_ = true;
  CommitMeta meta;
  meta.request_id = "r";
  (void)store_->Commit("a", 1, {Put("two"), Put("three")}, meta);
  failing_ = false;
  Open();
  const uint64_t head = store_->GetHead("a")->revision;
  const bool kept = head == 2;
  EXPECT_EQ(kept, GetParam() != "wal");
  EXPECT_EQ(Has(*store_, "two", head), kept);
  EXPECT_EQ(Has(*store_, "three", head), kept);
  EXPECT_EQ(store_->FindRequest("a", "r")->has_value(), kept);
  ONWARD_EXPECT_OK(store_->Commit("a", head, {Put("four")}, {}));
}

TEST_P(FaultTest, ALawRegisterIsThereWhollyOrNotAtAllAfterOpeningAgain) {
  ONWARD_ASSERT_OK(store_->PutLaw("old", {"2026-12-01", "", Time(), "", ""}));
  failing_ = true;
  EXPECT_TRUE(HasReason(store_->PutLaw("new", {"2026-12-02", "", Time(), "", ""}).status(),
                        "STORE_SEALED"));
  failing_ = false;
  EXPECT_EQ(store_->ListLaws()->size(), 1U);
  EXPECT_EQ(store_->GetLaw("2026-12-02").status().code(), absl::StatusCode::kNotFound);
  Open();
  const bool kept = store_->ListLaws()->size() == 2;
  EXPECT_EQ(kept, GetParam() != "wal");
  EXPECT_EQ(store_->GetLaw("2026-12-02").ok(), kept);
  EXPECT_EQ(store_->GetLaw("2026-12-01")->bytes, "old");
  ONWARD_EXPECT_OK(store_->PutLaw("next", {"2026-12-03", "", Time(), "", ""}));
}

INSTANTIATE_TEST_SUITE_P(Steps, FaultTest, ::testing::Values("wal", "anchor", "publish"),
                         [](const auto& step) { return step.param; });

// Counts down; fails at zero and ever after. Below zero: never.
bool FailsNow(std::atomic<int>& fail_in) {
  if (fail_in < 0) {
    return false;
  }
  if (fail_in > 0) {
    --fail_in;
    return false;
  }
  return true;
}

rocksdb::IOStatus MadeToFail() { return rocksdb::IOStatus::IOError("made to fail"); }

// Files whose writes or syncs fail from the moment that they are told to.
class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::atomic<int>& fail_in)
      : FSWritableFileOwnerWrapper(std::move(file)), fail_in_(fail_in) {}

  // The analyzer loses track of the text inside an IOStatus.
  // NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks)
  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    return FailsNow(fail_in_) ? MadeToFail()
                              : FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return FailsNow(fail_in_) ? MadeToFail() : FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  // NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

 private:
  std::atomic<int>& fail_in_;
};

// The write-ahead log, once it is made.
class FailingLog final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FailingLog(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::atomic<int>& fail_in)
      : FSRandomRWFileOwnerWrapper(std::move(file)), fail_in_(fail_in) {}
  rocksdb::IOStatus Write(uint64_t offset, const rocksdb::Slice& data,
                          const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return FailsNow(fail_in_) ? MadeToFail()
                              : FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return FailsNow(fail_in_) ? MadeToFail() : FSRandomRWFileOwnerWrapper::Sync(options, debug);
  }

 private:
  std::atomic<int>& fail_in_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FailingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &file, debug);
    if (status.ok()) {
      *result = std::make_unique<FailingFile>(std::move(file), fail_in);
    }
    return status;
  }

  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    rocksdb::IOStatus status = FileSystemWrapper::NewRandomRWFile(name, options, &file, debug);
    if (status.ok() && name.ends_with(".log")) {
      file = std::make_unique<FailingLog>(std::move(file), fail_in);
    }
    *result = std::move(file);
    return status;
  }

  // Below zero: nothing fails.
  std::atomic<int> fail_in{-1};
};

// Appends and syncs of the write-ahead log fail at the n-th call: nothing more is acknowledged, nothing
// acknowledged is lost, and the one under way is there wholly or not at all.
TEST(FailingFilesTest, TheNthFileOperationFails) {
  for (int n = 0; n < 12; ++n) {
    SCOPED_TRACE(n);
    const TempFolder folder;
    const auto files = std::make_shared<FailingFileSystem>();
    const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
    RocksDbOptions options;
    options.env = env.get();
    uint64_t acknowledged = 0;
    {
      const auto store = OpenRocksDb(folder.path(), options);
      ONWARD_ASSERT_OK(store);
      ONWARD_ASSERT_OK((*store)->CreateInventory("a", "", Time()));
      files->fail_in = n;
      absl::StatusOr<uint64_t> done = 0;
      while ((done = (*store)->Commit("a", acknowledged, {Put(std::to_string(acknowledged))}, {}))
                 .ok()) {
        acknowledged = *done;
        ASSERT_LT(acknowledged, 100U);
      }
      EXPECT_TRUE(HasReason(done.status(), "STORE_SEALED")) << done.status();
      EXPECT_EQ((*store)->GetHead("a")->revision, acknowledged);
      EXPECT_FALSE((*store)->Commit("a", acknowledged, {}, {}).ok());
    }
    files->fail_in = -1;
    const auto store = OpenRocksDb(folder.path(), options);
    ONWARD_ASSERT_OK(store);
    const uint64_t head = (*store)->GetHead("a")->revision;
    EXPECT_GE(head, acknowledged);
    EXPECT_LE(head, acknowledged + 1);
    for (uint64_t i = 0; i < head; ++i) {
      EXPECT_TRUE(Has(**store, std::to_string(i), i + 1));
    }
  }
}

}  // namespace
}  // namespace onward::storage
