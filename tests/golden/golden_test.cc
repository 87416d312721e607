// P8: every format since the first that was kept is opened, with all that it holds; a newer one is refused
// before anything is written.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "storage/digest.h"
#include "storage/record.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/maintenance.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/schema.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::StatusIs;
using ::onward::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kAll = 1'000'000;
const Progress kQuiet = [](std::string_view, uint64_t, uint64_t) { return absl::OkStatus(); };

std::vector<uint32_t> Formats() {
  std::vector<uint32_t> formats;
  for (const auto& entry : fs::directory_iterator(ONWARD_GOLDEN)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory() && name.starts_with("format-")) {
      formats.push_back(static_cast<uint32_t>(std::stoul(name.substr(7))));
    }
  }
  std::sort(formats.begin(), formats.end());
  return formats;
}

std::string Hex(std::string_view bytes) {
  std::ostringstream out;
  for (const char byte : bytes) {
    out << std::hex << (static_cast<uint8_t>(byte) >> 4) << (static_cast<uint8_t>(byte) & 15);
  }
  return out.str();
}

int64_t Micros(Time time) { return time.time_since_epoch().count(); }

// What a revision made of a record.
std::string StateOf(const Store& store, const InventoryHead& head, const RevisionInfo& entry,
                    const RevisionInfo::Item& change) {
  if (change.deleted) {
    return "deleted";
  }
  const auto record = store.Get(head.id, change.ref, entry.revision);
  if (entry.revision < head.oldest) {
    EXPECT_THAT(record, StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("compacted")));
    return "compacted";
  }
  EXPECT_THAT(record, ::onward::testing::IsOk());
  if (!record->has_value()) {
    return "missing";
  }
  const auto bytes = EncodeRecord((*record)->record);
  EXPECT_THAT(bytes, ::onward::testing::IsOk());
  return Hex(Sha256(*bytes));
}

void WriteInventory(const Store& store, const InventoryHead& head, std::ostream& out) {
  out << "inventory " << head.id << " \"" << head.display_name << "\" head " << head.revision
      << " created " << Micros(head.created_at)
      << (head.oldest > 1 ? " oldest " + std::to_string(head.oldest) : "") << "\n";
  auto entries = store.History(head.id, std::nullopt, 0, kAll);
  ONWARD_ASSERT_OK(entries);
  std::reverse(entries->begin(), entries->end());
  for (const RevisionInfo& entry : *entries) {
    out << "revision " << entry.revision << " at " << Micros(entry.committed_at) << " by \""
        << entry.author << "\" because \"" << entry.comment << "\"\n";
    const auto request = store.FindRequest(head.id, entry.request_id);
    ONWARD_ASSERT_OK(request);
    EXPECT_TRUE(entry.request_id.empty() || request->has_value());
    for (const RevisionInfo::Item& change : entry.changes) {
      out << "  " << model::ToString(change.ref) << " " << StateOf(store, head, entry, change)
          << "\n";
    }
  }
}

// All that a reader can see, one line each.
std::string ContentsOf(const Store& store) {
  std::ostringstream out;
  const auto heads = store.ListInventories();
  EXPECT_THAT(heads, ::onward::testing::IsOk());
  for (const InventoryHead& head : *heads) {
    WriteInventory(store, head, out);
  }
  const auto laws = store.ListLaws();
  EXPECT_THAT(laws, ::onward::testing::IsOk());
  for (const LawInfo& law : *laws) {
    out << "law " << law.number << " " << law.meta.version << " \"" << law.meta.comment << "\" "
        << Hex(Sha256(store.GetLaw(law.meta.version)->bytes)) << "\n";
  }
  return out.str();
}

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Name to contents.
std::map<std::string, std::string> FilesOf(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename()] = Read(entry.path());
  }
  return files;
}

class GoldenTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  void SetUp() override {
    fs::copy(Golden(), Data(), fs::copy_options::recursive);
    fs::permissions(Data() + "/ONWARD-HEAD", fs::perms::owner_read | fs::perms::owner_write);
  }
  static std::string Golden() {
    return std::string(ONWARD_GOLDEN) + "/format-" + std::to_string(GetParam());
  }
  std::string Data() const { return folder_.path() + "/data"; }

  const TempFolder folder_;
};

TEST_P(GoldenTest, HoldsWhatItHeld) {
  const auto store = OpenRocksDb(Data(), {});
  ONWARD_ASSERT_OK(store);
  const std::string contents = ContentsOf(**store);
  const std::string expected = Golden() + ".txt";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets variables
  if (std::getenv("ONWARD_GOLDEN_WRITE") != nullptr && !fs::exists(expected)) {
    std::ofstream(expected) << contents;
  }
  EXPECT_EQ(contents, Read(expected));
}

TEST_P(GoldenTest, IsWholeAndIsLeftAsItIs) {
  const auto before = FilesOf(Data());
  const auto report = CheckStoreFolder(Data(), {}, kQuiet);
  ONWARD_ASSERT_OK(report);
  EXPECT_THAT(report->problems, IsEmpty());
  EXPECT_EQ(report->format, GetParam());
  EXPECT_EQ(report->newest_format, kFormat);
  EXPECT_GT(report->revisions, 0);
  const auto dry = MigrateStoreFolder(Data(), {}, true, kQuiet);
  ONWARD_ASSERT_OK(dry);
  EXPECT_EQ(dry->from, GetParam());
  EXPECT_EQ(FilesOf(Data()), before);
}

TEST_P(GoldenTest, IsRaisedToTheNewestFormat) {
  std::string contents;
  {
    const auto store = OpenRocksDb(Data(), {});
    ONWARD_ASSERT_OK(store);
    contents = ContentsOf(**store);
  }
  const auto raised = MigrateStoreFolder(Data(), {}, false, kQuiet);
  ONWARD_ASSERT_OK(raised);
  EXPECT_EQ(raised->to, kFormat);
  const auto report = CheckStoreFolder(Data(), {}, kQuiet);
  ONWARD_ASSERT_OK(report);
  EXPECT_EQ(report->format, kFormat);
  EXPECT_THAT(report->problems, IsEmpty());
  const auto store = OpenRocksDb(Data(), {});
  ONWARD_ASSERT_OK(store);
  EXPECT_EQ(ContentsOf(**store), contents);
}

TEST_P(GoldenTest, IsBackedUpAndRestored) {
  const auto store = OpenRocksDb(Data(), {});
  ONWARD_ASSERT_OK(store);
  const auto backups = OpenBackups(store->get(), folder_.path() + "/backups");
  ONWARD_ASSERT_OK(backups);
  ONWARD_ASSERT_OK((*backups)->Create({}, kQuiet));
  ONWARD_ASSERT_OK(
      RestoreBackup(folder_.path() + "/backups", 0, folder_.path() + "/new", {}, kQuiet));
  const auto restored = OpenRocksDb(folder_.path() + "/new", {});
  ONWARD_ASSERT_OK(restored);
  EXPECT_EQ(ContentsOf(**restored), ContentsOf(**store));
}

TEST_P(GoldenTest, ANewerFormatIsRefusedUntouched) {
  {
    const auto anchor = Anchor::Open(Data());
    ONWARD_ASSERT_OK(anchor);
    StoreState newer = (*anchor)->found();
    newer.format = kFormat + 1;
    ONWARD_ASSERT_OK((*anchor)->WriteBoth(newer));
  }
  const auto before = FilesOf(Data());
  const auto refused = StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("newer release"));
  EXPECT_THAT(OpenRocksDb(Data(), {}), refused);
  EXPECT_THAT(CheckStoreFolder(Data(), {}, kQuiet), refused);
  EXPECT_THAT(MigrateStoreFolder(Data(), {}, false, kQuiet), refused);
  EXPECT_EQ(FilesOf(Data()), before);
}

INSTANTIATE_TEST_SUITE_P(Formats, GoldenTest, ::testing::ValuesIn(Formats()),
                         [](const auto& test) { return "Format" + std::to_string(test.param); });

}  // namespace
}  // namespace onward::storage
