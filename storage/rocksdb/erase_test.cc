// Erased contacts and the files: no byte of them is left, also after a cut; what holds old files is waited for.
#include "storage/rocksdb/erase.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/audit/verify.h"
#include "storage/commitment.h"
#include "storage/export_file.h"
#include "storage/memory/memory_store.h"
#include "storage/record.h"
#include "storage/rocksdb/maintenance.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::TempFolder;
using ::testing::IsEmpty;
using ::testing::Not;

// Random letters, which no compression shortens.
const char* const kName = "Qzvxkwjpty Hgbfdrlmnc";
const char* const kEmail = "wqzjxkvbpy@gfhdtrlmnc.example";
const char* const kKept = "Vbnmkjhgfq Zxcpoiuytr";

model::Record PartyNamed(const std::string& name, const std::string& display_name) {
  model::Party party;
  party.id = "acme";
  party.display_name = display_name;
  model::Contact contact;
  contact.name = name;
  contact.email = name == kName ? kEmail : "";
  model::Contact kept;
  kept.name = kKept;
  party.contacts = {contact, kept};
  model::Record record = party;
  ONWARD_EXPECT_OK(AddSalts(record));
  return record;
}

const model::RecordRef kAcme{model::RecordKind::kParty, "acme"};

std::string BytesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Names of the files that hold the text.
std::vector<std::string> FilesWith(const std::string& folder, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && BytesOf(entry.path()).find(text) != std::string::npos) {
      found.push_back(entry.path().filename().string());
    }
  }
  return found;
}

// Tables of these names cannot be deleted for the time being.
class KeepingFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit KeepingFiles(std::vector<std::string> names)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), names_(std::move(names)) {}
  const char* Name() const override { return "KeepingFiles"; }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const std::string name = fs::path(path).filename().string();
    if (!released_ && name.ends_with(".sst") &&
        std::find(names_.begin(), names_.end(), name) != names_.end()) {
      return rocksdb::IOStatus::IOError("kept");
    }
    return FileSystemWrapper::DeleteFile(path, options, debug);
  }
  void Release() { released_ = true; }

 private:
  const std::vector<std::string> names_;
  std::atomic<bool> released_{false};
};

class EraseTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open(const RocksDbOptions& options = {}) {
    store_.reset();
    auto store = OpenRocksDb(folder_.path(), options);
    ONWARD_ASSERT_OK(store);
    store_ = *std::move(store);
  }

  // Three versions with the contact, some in tables and the last in the log.
  void Write() {
    ONWARD_ASSERT_OK(store_->CreateInventory("a", "", {}));
    CommitMeta meta;
    meta.request_id = "first";
    meta.payload_digest = "Kfjdhgurty-digest";
    ONWARD_ASSERT_OK(store_->Commit("a", 0, {{kAcme, PartyNamed(kName, "1")}}, meta));
    Open();
    ONWARD_ASSERT_OK(store_->Commit("a", 1, {{kAcme, PartyNamed(kName, "2")}}, {}));
    Open();
    ONWARD_ASSERT_OK(store_->Commit("a", 2, {{kAcme, PartyNamed(kName, "3")}}, {}));
    for (const char* const text : {kName, kEmail, kKept, "Kfjdhgurty-digest"}) {
      ASSERT_THAT(FilesWith(folder_.path(), text), Not(IsEmpty())) << text;
    }
  }
  void Erase() {
    const auto erased = store_->EraseContacts("a", 3, {"acme", {0}, 0}, {});
    ONWARD_ASSERT_OK(erased);
    ASSERT_EQ(erased->revision, 4U);
  }
  bool Scrub() {
    const auto scrubbed = store_->Scrub("a", {});
    ONWARD_EXPECT_OK(scrubbed);
    return scrubbed.value_or(false);
  }
  void ExpectGone() {
    for (const char* const text : {kName, kEmail, "Kfjdhgurty-digest"}) {
      EXPECT_THAT(FilesWith(folder_.path(), text), IsEmpty()) << text;
    }
    EXPECT_THAT(FilesWith(folder_.path(), kKept), Not(IsEmpty()));
  }
  audit::Verification Verify() {
    const auto source = store_->Audit("a");
    auto verification = audit::Verify(**source, {});
    ONWARD_EXPECT_OK(verification);
    return *std::move(verification);
  }

  const TempFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(EraseTest, NoByteIsLeftInAnyFile) {
  Write();
  Erase();
  EXPECT_TRUE(Scrub());
  ExpectGone();
  const audit::Verification verification = Verify();
  EXPECT_FALSE(verification.problem.has_value());
  EXPECT_EQ(verification.versions, 4U);
  EXPECT_EQ(verification.versions_erased, 4U);
  Open();
  ExpectGone();
  store_.reset();
  const auto report =
      CheckStoreFolder(folder_.path(), {}, [](const auto&...) { return absl::OkStatus(); });
  ONWARD_ASSERT_OK(report);
  EXPECT_THAT(report->problems, IsEmpty());
}

TEST_F(EraseTest, WhatACutLeftInTheFilesIsTakenOutAfterTheNextStart) {
  Write();
  Open();
  Erase();
  // Looked at while it is closed: an open database may merge its tables at any time.
  store_.reset();
  EXPECT_THAT(FilesWith(folder_.path(), kEmail), Not(IsEmpty()));
  Open();
  EXPECT_FALSE(Verify().problem.has_value());
  EXPECT_TRUE(Scrub());
  ExpectGone();
}

TEST_F(EraseTest, AScrubThatIsCutAtAnyStepIsFinishedLater) {
  Write();
  Erase();
  for (const char* const step : {"wal", "anchor", "publish"}) {
    std::atomic<bool> failing{false};
    RocksDbOptions options;
    options.before_step = [&](std::string_view at) {
      return failing && at == step ? absl::UnavailableError("cut") : absl::OkStatus();
    };
    Open(options);
    failing = true;
    store_->Scrub("a", {}).status().IgnoreError();
    failing = false;
    store_.reset();
  }
  Open();
  EXPECT_TRUE(Scrub());
  ExpectGone();
  EXPECT_FALSE(Verify().problem.has_value());
}

TEST_F(EraseTest, AReadUnderWayIsWaitedForByALaterCall) {
  Write();
  bool scrubbed = true;
  const auto visit = [&](const StoredRecord&) {
    if (store_->GetHead("a")->revision == 3) {
      Erase();
      scrubbed = Scrub();
    }
    return true;
  };
  ONWARD_ASSERT_OK(store_->Scan("a", 3, visit));
  EXPECT_FALSE(scrubbed);
  EXPECT_TRUE(Scrub());
  ExpectGone();
}

TEST_F(EraseTest, TablesThatNothingUsesButThatAreStillThereAreWaitedFor) {
  Write();
  Erase();
  store_.reset();
  const auto files = std::make_shared<KeepingFiles>(FilesWith(folder_.path(), kEmail));
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  RocksDbOptions options;
  options.env = env.get();
  Open(options);
  const auto at_once = [] { return true; };
  for (int i = 0; i < 2; ++i) {
    const auto scrubbed = store_->Scrub("a", at_once);
    ONWARD_ASSERT_OK(scrubbed);
    EXPECT_FALSE(*scrubbed);
    EXPECT_THAT(FilesWith(folder_.path(), kEmail), Not(IsEmpty()));
  }
  files->Release();
  EXPECT_TRUE(Scrub());
  ExpectGone();
  store_.reset();
}

TEST_F(EraseTest, WithNothingToScrubNothingIsWritten) {
  Write();
  EXPECT_TRUE(Scrub());
  Erase();
  EXPECT_TRUE(Scrub());
  const std::vector<std::string> before = FilesWith(folder_.path(), "");
  EXPECT_TRUE(Scrub());
  EXPECT_EQ(FilesWith(folder_.path(), ""), before);
}

TEST_F(EraseTest, TablesThatAreLeftFromBeforeAreNotTakenForLostWrites) {
  Write();
  Open();
  const TempFolder kept;
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    if (entry.path().extension() == ".sst") {
      fs::copy(entry.path(), kept.path() + "/" + entry.path().filename().string());
    }
  }
  Erase();
  EXPECT_TRUE(Scrub());
  store_.reset();
  size_t left = 0;
  for (const auto& entry : fs::directory_iterator(kept.path())) {
    const fs::path back = fs::path(folder_.path()) / entry.path().filename();
    left += fs::copy_file(entry.path(), back, fs::copy_options::skip_existing) ? 1 : 0;
  }
  EXPECT_GT(left, 0U);
  Open();
  EXPECT_FALSE(Verify().problem.has_value());
}

TEST_F(EraseTest, AnExportHasItAsErasedAndIsImportedSo) {
  Write();
  Erase();
  std::string file;
  const auto source = store_->Audit("a");
  ONWARD_ASSERT_OK(WriteExport(**source,
                               [&file](std::string_view bytes) {
                                 file.append(bytes);
                                 return absl::OkStatus();
                               },
                               {}));
  EXPECT_EQ(file.find(kEmail), std::string::npos);
  EXPECT_NE(file.find(kKept), std::string::npos);
  const std::unique_ptr<Store> other = NewMemoryStore();
  ExportReader reader([&other](const StoredHead& head) { return other->BeginImport(head); });
  ONWARD_ASSERT_OK(reader.Add(file));
  ONWARD_ASSERT_OK(reader.Finish());
  const auto imported = other->Audit("a");
  const auto verification = audit::Verify(**imported, {});
  ONWARD_ASSERT_OK(verification);
  EXPECT_FALSE(verification->problem.has_value());
  EXPECT_EQ(verification->versions_erased, 4U);
}

TEST_F(EraseTest, AContactThatSomebodyElseTookAwayIsNamed) {
  Write();
  store_.reset();
  {
    auto db = Db::Open(folder_.path(), {}, Db::Mode::kExisting);
    ONWARD_ASSERT_OK(db);
    const keys::InventoryKeys keys(1);
    const auto value = (*db)->Get(Family::kHistory, keys.History(kAcme, 2));
    ONWARD_ASSERT_OK(value);
    ASSERT_TRUE(value->has_value());
    model::Party party = std::get<model::Party>(**DecodeVersion(**value, kAcme));
    model::Contact erased;
    erased.commitment = CommitmentOf(party.contacts[0], party.contacts[0].salt);
    erased.erased_at = 3;
    party.contacts[0] = erased;
    DbBatch batch;
    (*db)->Put(batch, Family::kHistory, keys.History(kAcme, 2),
               EncodeVersion(*EncodeRecord(party)));
    ONWARD_ASSERT_OK((*db)->Write(batch));
  }
  Open();
  const audit::Verification verification = Verify();
  ASSERT_TRUE(verification.problem.has_value());
  EXPECT_EQ(verification.problem->revision, 2U);
  EXPECT_EQ(verification.problem->record, kAcme);
  EXPECT_EQ(verification.problem->text, "a contact is missing that no erasure took away");
}

}  // namespace
}  // namespace onward::storage
