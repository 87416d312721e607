// Imports that are killed: nothing of them is seen, and what they left goes with the next one.
#include <gmock/gmock.h>

#include <filesystem>

#include "graph/base/error_detail.h"
#include "storage/audit_source.h"
#include "storage/export_file.h"
#include "storage/export_for_tests.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/maintenance.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::IsOk;
using ::onward::testing::TempFolder;
using ::testing::IsEmpty;

const Progress kQuiet = [](std::string_view, uint64_t, uint64_t) { return absl::OkStatus(); };

std::unique_ptr<Store> OpenStore(const std::string& folder) {
  auto store = OpenRocksDb(folder, {});
  EXPECT_THAT(store, IsOk());
  return *std::move(store);
}

// Inventory `a`: 3,000 versions of records, more than one write of an import.
void Fill(Store& store) {
  ONWARD_ASSERT_OK(store.CreateInventory("a", "", {}));
  for (uint64_t revision = 0; revision < 3; ++revision) {
    std::vector<RecordWrite> writes;
    for (int i = 0; i < 1'000; ++i) {
      model::Party party;
      party.id = "p" + std::to_string(i);
      party.display_name = std::to_string(revision);
      writes.push_back({{model::RecordKind::kParty, party.id}, party});
    }
    ONWARD_ASSERT_OK(store.Commit("a", revision, writes, {}));
  }
}

// Entries of records in a folder of a store that is closed.
size_t EntriesIn(const std::string& folder) {
  size_t entries = 0;
  const auto db = Db::Open(folder, {}, Db::Mode::kReadOnly);
  EXPECT_THAT(db, IsOk());
  for (uint32_t number = 1; number < 10; ++number) {
    ONWARD_EXPECT_OK((*db)->Scan(Family::kHistory, keys::InventoryKeys(number).All(), nullptr,
                                 [&entries](std::string_view, std::string_view) {
                                   ++entries;
                                   return absl::StatusOr<bool>(true);
                                 }));
  }
  return entries;
}

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() {
    const auto store = OpenStore(folder_.path() + "/from");
    Fill(*store);
    bytes_ = ExportOf(*store, "a");
  }
  static BeginImport Into(Store& store) {
    return [&store](const StoredHead& head) { return store.BeginImport(head); };
  }

  const TempFolder folder_;
  const std::string data_ = folder_.path() + "/data";
  const std::string killed_ = folder_.path() + "/killed";
  std::string bytes_;
};

TEST_F(ImportTest, AKilledOneLeavesNothingThatIsSeen) {
  {
    const auto store = OpenStore(data_);
    ExportReader reader(Into(*store));
    ONWARD_ASSERT_OK(reader.Add(std::string_view(bytes_).substr(0, bytes_.size() / 10 * 9)));
    // What a process that is killed now leaves on disk.
    fs::copy(data_, killed_, fs::copy_options::recursive);
  }
  EXPECT_EQ(EntriesIn(data_), 0U);
  EXPECT_GT(EntriesIn(killed_), 1'000U);
  const auto report = CheckStoreFolder(killed_, {}, kQuiet);
  ONWARD_ASSERT_OK(report);
  EXPECT_THAT(report->problems, IsEmpty());
  {
    const auto store = OpenStore(killed_);
    EXPECT_THAT(*store->ListInventories(), IsEmpty());
    // One that is made now does not get its records.
    ONWARD_ASSERT_OK(store->CreateInventory("b", "", {}));
    EXPECT_FALSE(store->Get("b", {model::RecordKind::kParty, "p1"}, 0)->has_value());
    ExportReader reader(Into(*store));
    ONWARD_ASSERT_OK(reader.Add(bytes_));
    ONWARD_ASSERT_OK(reader.Finish());
    EXPECT_EQ(ExportOf(*store, "a"), bytes_);
  }
  EXPECT_EQ(EntriesIn(killed_), 3'000U);
  const auto again = CheckStoreFolder(killed_, {}, kQuiet);
  ONWARD_ASSERT_OK(again);
  EXPECT_THAT(again->problems, IsEmpty());
}

TEST_F(ImportTest, OneAtATime) {
  const auto store = OpenStore(data_);
  {
    ExportReader first(Into(*store));
    ONWARD_ASSERT_OK(first.Add(std::string_view(bytes_).substr(0, 1'000)));
    ExportReader second(Into(*store));
    EXPECT_TRUE(HasReason(second.Add(bytes_), "IMPORT_UNDER_WAY"));
  }
  ExportReader third(Into(*store));
  ONWARD_ASSERT_OK(third.Add(bytes_));
  ONWARD_ASSERT_OK(third.Finish());
}

TEST_F(ImportTest, AStorageErrorLeavesNothing) {
  RocksDbOptions options;
  int steps = 0;
  options.before_step = [&steps](std::string_view step) {
    return step == "anchor" && ++steps > 1 ? absl::InternalError("no more") : absl::OkStatus();
  };
  {
    const auto store = OpenRocksDb(data_, options);
    ONWARD_ASSERT_OK(store);
    ExportReader reader(Into(**store));
    EXPECT_TRUE(HasReason(reader.Add(bytes_), "STORE_SEALED"));
  }
  const auto store = OpenStore(data_);
  EXPECT_THAT(*store->ListInventories(), IsEmpty());
  ExportReader reader(Into(*store));
  ONWARD_ASSERT_OK(reader.Add(bytes_));
  ONWARD_ASSERT_OK(reader.Finish());
  EXPECT_EQ(store->GetHead("a")->revision, 3U);
}

}  // namespace
}  // namespace onward::storage
