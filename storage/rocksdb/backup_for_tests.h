// A store with a folder of backups beside it.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "storage/digest.h"
#include "storage/record.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/backup_folder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {

inline const Progress kQuiet = [](std::string_view, uint64_t, uint64_t) {
  return absl::OkStatus();
};

inline RecordWrite Put(const std::string& id, const std::string& name) {
  model::Party party;
  party.id = id;
  party.display_name = name;
  return {{model::RecordKind::kParty, id}, party};
}

inline CommitMeta Meta(const std::string& request) {
  CommitMeta meta;
  meta.author = "ada";
  meta.comment = "why";
  meta.request_id = request;
  return meta;
}

inline BackupRequest Request(uint64_t keep = 0) {
  BackupRequest request;
  request.comment = "before the upgrade";
  request.release = "1.2.3";
  request.keep = keep;
  return request;
}

class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Open();
    ONWARD_ASSERT_OK(store_->CreateInventory("a", "A", Time()));
    ONWARD_ASSERT_OK(store_->CreateInventory("empty", "", Time()));
    LawMeta law;
    law.version = "1";
    ONWARD_ASSERT_OK(store_->PutLaw("a register", law));
    Write(3);
  }

  void Open() {
    auto store = OpenRocksDb(Data(), options_);
    ONWARD_ASSERT_OK(store);
    store_ = *std::move(store);
    auto backups = OpenBackups(store_.get(), Folder());
    ONWARD_ASSERT_OK(backups);
    backups_ = *std::move(backups);
  }

  std::string Data() const { return folder_.path() + "/data"; }
  std::string Folder() const { return folder_.path() + "/backups"; }
  std::string New(const std::string& name) const { return folder_.path() + "/" + name; }

  void Write(int commits) {
    for (int i = 0; i < commits; ++i) {
      const uint64_t head = store_->GetHead("a")->revision;
      const std::string name(200, static_cast<char>('a' + head % 26));
      ONWARD_ASSERT_OK(store_->Commit("a", head, {Put("p" + std::to_string(head % 7), name)},
                                      Meta("r" + std::to_string(head))));
    }
  }

  // Everything that a reader can see, as one digest.
  static std::string DigestOf(const Store& store, uint64_t head) {
    DigestInput input("test");
    for (uint64_t revision = 1; revision <= head; ++revision) {
      const auto entry = store.History("a", std::nullopt, revision + 1, 1);
      EXPECT_THAT(entry, ::onward::testing::IsOk());
      input.Number(revision).Text(entry->at(0).request_id).Text(entry->at(0).author);
      EXPECT_THAT(store.Scan("a", revision,
                             [&input](const StoredRecord& record) {
                               input.Text(*EncodeRecord(record.record));
                               return true;
                             }),
                  ::onward::testing::IsOk());
    }
    const auto laws = store.ListLaws();
    EXPECT_THAT(laws, ::onward::testing::IsOk());
    for (const LawInfo& law : *laws) {
      input.Text(law.meta.version).Text(store.GetLaw(law.meta.version)->bytes);
    }
    return input.Digest();
  }

  uint64_t FilesInFolder() const {
    return static_cast<uint64_t>(
        std::distance(std::filesystem::directory_iterator(Folder() + "/files"),
                      std::filesystem::directory_iterator()));
  }

  const ::onward::testing::TempFolder folder_;
  RocksDbOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Backups> backups_;
};

}  // namespace onward::storage
