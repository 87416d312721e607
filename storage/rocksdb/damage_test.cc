// P6: a damaged folder is refused, the file is named and nothing is changed; or the damage is harmless and
// everything acknowledged is there. Never anything between.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "graph/base/error_detail.h"
#include "storage/digest.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/env.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kRevisions = 60;
constexpr auto kCopyAll = fs::copy_options::recursive | fs::copy_options::overwrite_existing;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteFile(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// Name of each file with the digest of its bytes.
std::map<std::string, std::string> ContentOf(const std::string& folder) {
  std::map<std::string, std::string> content;
  for (const auto& entry : fs::directory_iterator(folder)) {
    content[entry.path().filename().string()] = Sha256(ReadFile(entry.path()));
  }
  return content;
}

// Names of files that are new, gone or different.
std::vector<std::string> Changed(const std::map<std::string, std::string>& before,
                                 const std::string& folder) {
  const std::map<std::string, std::string> after = ContentOf(folder);
  std::vector<std::string> names;
  for (const auto& [name, digest] : before) {
    if (after.count(name) == 0 || after.at(name) != digest) {
      names.push_back(name);
    }
  }
  for (const auto& [name, digest] : after) {
    if (before.count(name) == 0) {
      names.push_back("new " + name);
    }
  }
  return names;
}

std::vector<std::string> FilesLike(const std::string& folder, std::string_view part) {
  std::vector<std::string> names;
  for (const auto& [name, digest] : ContentOf(folder)) {
    if (name.find(part) != std::string::npos) {
      names.push_back(name);
    }
  }
  return names;
}

model::Record PartyOf(uint64_t revision) {
  model::Party party;
  party.id = "p" + std::to_string(revision % 7);
  party.display_name = std::to_string(revision) + std::string(300, 'x');
  return party;
}

// Every so many revisions a law register is put.
constexpr uint64_t kRevisionsPerLaw = 9;

std::string LawOf(uint64_t revision) { return std::to_string(revision) + std::string(700, 'y'); }

// Commits revisions up to `last` on top of what is there, all acknowledged.
void Fill(const std::string& folder, uint64_t last, uint64_t write_buffer_bytes) {
  RocksDbOptions options;
  options.write_buffer_bytes = write_buffer_bytes;
  auto store = OpenRocksDb(folder, options);
  ASSERT_TRUE(store.ok()) << store.status();
  (void)(*store)->CreateInventory("acme", "", Time());
  for (uint64_t next = (*store)->GetHead("acme")->revision + 1; next <= last; ++next) {
    const model::Record record = PartyOf(next);
    ASSERT_TRUE((*store)
                    ->Commit("acme", next - 1,
                             {{{model::RecordKind::kParty, model::IdOf(record)}, record}}, {})
                    .ok());
    if (next % kRevisionsPerLaw == 0) {
      ASSERT_TRUE((*store)->PutLaw(LawOf(next), {std::to_string(next), "", Time(), "", ""}).ok());
    }
  }
}

absl::Status CheckLaws(const Store& store) {
  const auto laws = store.ListLaws();
  EXPECT_TRUE(laws.ok() && laws->size() == kRevisions / kRevisionsPerLaw);
  for (uint64_t at = kRevisionsPerLaw; at <= kRevisions; at += kRevisionsPerLaw) {
    const auto law = store.GetLaw(std::to_string(at));
    if (!law.ok()) {
      return law.status();
    }
    EXPECT_EQ(law->bytes, LawOf(at));
  }
  return absl::OkStatus();
}

// Everything acknowledged is there, revision by revision.
absl::Status CheckEverything(const Store& store) {
  if (absl::Status laws = CheckLaws(store); !laws.ok()) {
    return laws;
  }
  const auto history = store.History("acme", std::nullopt, 0, kRevisions + 10);
  if (!history.ok()) {
    return history.status();
  }
  EXPECT_EQ(history->size(), kRevisions);
  EXPECT_EQ(store.GetHead("acme")->revision, kRevisions);
  for (uint64_t revision = 1; revision <= kRevisions; ++revision) {
    const model::Record expected = PartyOf(revision);
    const auto record =
        store.Get("acme", {model::RecordKind::kParty, model::IdOf(expected)}, revision);
    if (!record.ok()) {
      return record.status();
    }
    EXPECT_TRUE(record->has_value() && (*record)->record == expected) << revision;
  }
  size_t seen = 0;
  absl::Status scanned = store.Scan("acme", kRevisions, [&seen](const StoredRecord&) {
    ++seen;
    return true;
  });
  EXPECT_TRUE(!scanned.ok() || seen == 7U);
  return scanned;
}

class DamageTest : public ::testing::Test {
 protected:
  // Half of the revisions in table files, half in write-ahead logs. A copy of an earlier state is kept.
  void SetUp() override {
    Fill(folder_.path(), kRevisions / 2, 64 << 10);
    CopyTo(earlier_);
    Fill(folder_.path(), kRevisions - 10, 64 << 10);
    Fill(folder_.path(), kRevisions, 16 << 20);
    CopyTo(whole_);
  }

  void CopyTo(const TempFolder& to) const { fs::copy(folder_.path(), to.path(), kCopyAll); }
  // Puts the undamaged files back.
  void Restore() const {
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      fs::remove_all(entry.path());
    }
    fs::copy(whole_.path(), folder_.path(), kCopyAll);
  }
  fs::path PathOf(const std::string& name) const { return fs::path(folder_.path()) / name; }

  // Opens the damaged folder, which must be refused as it is, and returns the file that is named.
  std::string Refused() const {
    const auto before = ContentOf(folder_.path());
    const auto store = OpenRocksDb(folder_.path(), {});
    EXPECT_FALSE(store.ok());
    EXPECT_THAT(Changed(before, folder_.path()), IsEmpty());
    const auto detail = DetailOf(store.status());
    if (!detail || detail->reason != "STORE_CORRUPTED") {
      ADD_FAILURE() << store.status();
      return "";
    }
    EXPECT_THAT(std::string(store.status().message()), HasSubstr(detail->metadata.at("file")));
    return detail->metadata.at("file");
  }

  void Flip(const std::string& name, size_t offset) const {
    std::string bytes = ReadFile(PathOf(name));
    ASSERT_LT(offset, bytes.size());
    bytes[offset] = static_cast<char>(bytes[offset] ^ 0x40);
    WriteFile(PathOf(name), bytes);
  }

  const TempFolder folder_;
  const TempFolder earlier_;
  const TempFolder whole_;
};

TEST_F(DamageTest, AnUndamagedFolderHoldsEverything) {
  const auto store = OpenRocksDb(folder_.path(), {});
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_FALSE(FilesLike(folder_.path(), ".sst").empty());
  ONWARD_EXPECT_OK(CheckEverything(**store));
}

TEST_F(DamageTest, FlippedBytesInTheMiddleOfTheWriteAheadLog) {
  const std::string wal = FilesLike(folder_.path(), ".log").back();
  Flip(wal, fs::file_size(PathOf(wal)) / 2);
  EXPECT_EQ(Refused(), wal);
}

TEST_F(DamageTest, TheWriteAheadLogCutInAcknowledgedWrites) {
  const std::string wal = FilesLike(folder_.path(), ".log").back();
  fs::resize_file(PathOf(wal), fs::file_size(PathOf(wal)) - 10);
  EXPECT_EQ(Refused(), wal);
}

TEST_F(DamageTest, TheNewestWriteAheadLogDeleted) {
  for (const std::string& wal : FilesLike(folder_.path(), ".log")) {
    fs::remove(PathOf(wal));
  }
  EXPECT_THAT(Refused(), HasSubstr("write-ahead log"));
}

TEST_F(DamageTest, GarbageAfterTheLastAcknowledgedWriteIsHarmless) {
  const std::string wal = FilesLike(folder_.path(), ".log").back();
  for (const std::string& tail : {std::string(100, '\0'), std::string("\x12\x34\x56\x78torn")}) {
    Restore();
    WriteFile(PathOf(wal), ReadFile(PathOf(wal)) + tail);
    const auto store = OpenRocksDb(folder_.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    ONWARD_EXPECT_OK(CheckEverything(**store));
  }
}

TEST_F(DamageTest, FlippedBytesInATableFile) {
  for (const std::string& table : FilesLike(folder_.path(), ".sst")) {
    Restore();
    Flip(table, 20);
    EXPECT_EQ(Refused(), table);
  }
}

// The last 53 bytes have no checksum, and say how all others are to be read.
TEST_F(DamageTest, TheEndOfATableFileDamaged) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  const std::string whole = ReadFile(PathOf(table));
  for (size_t at = whole.size() - 53; at < whole.size(); ++at) {
    Restore();
    SCOPED_TRACE(whole.size() - at);
    std::string bytes = whole;
    bytes[at] = bytes[at] == '\0' ? '\x02' : '\0';
    WriteFile(PathOf(table), bytes);
    const auto store = OpenRocksDb(folder_.path(), {});
    if (store.ok()) {
      ONWARD_EXPECT_OK(CheckEverything(**store));
    } else {
      EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
      EXPECT_THAT(std::string(store.status().message()), HasSubstr(table));
    }
  }
}

TEST_F(DamageTest, ATableFileThatSaysItsBlocksAreNotChecked) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  std::string bytes = ReadFile(PathOf(table));
  bytes[bytes.size() - 53] = '\0';
  WriteFile(PathOf(table), bytes);
  EXPECT_EQ(Refused(), table);
}

TEST_F(DamageTest, FlippedBytesInATableFileTooLargeToCheckAtOpeningAreFoundWhenRead) {
  for (const std::string& table : FilesLike(folder_.path(), ".sst")) {
    Flip(table, 20);
  }
  RocksDbOptions options;
  options.verify_at_open_bytes_max = 0;
  const auto store = OpenRocksDb(folder_.path(), options);
  const absl::Status status = store.ok() ? CheckEverything(**store) : store.status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  const auto detail = DetailOf(status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_THAT(detail->metadata.at("file"), HasSubstr(".sst"));
}

TEST_F(DamageTest, ATableFileDeleted) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  fs::remove(PathOf(table));
  EXPECT_EQ(Refused(), table);
}

TEST_F(DamageTest, TheManifestDamagedCutOrDeleted) {
  const std::string manifest = FilesLike(folder_.path(), "MANIFEST-").back();
  Flip(manifest, fs::file_size(PathOf(manifest)) / 2);
  EXPECT_EQ(Refused(), manifest);
  Restore();
  fs::remove(PathOf(manifest));
  EXPECT_EQ(Refused(), manifest);
}

// RocksDB itself opens a MANIFEST that was cut anywhere behind its first lines, and forgets table files.
TEST_F(DamageTest, TheManifestCutAnywhere) {
  const std::string manifest = FilesLike(folder_.path(), "MANIFEST-").back();
  const size_t size = fs::file_size(PathOf(manifest));
  uint64_t refused = 0;
  for (size_t length = 0; length < size; length += 37) {
    Restore();
    SCOPED_TRACE(length);
    fs::resize_file(PathOf(manifest), length);
    const auto before = ContentOf(folder_.path());
    const auto store = OpenRocksDb(folder_.path(), {});
    if (store.ok()) {
      ONWARD_EXPECT_OK(CheckEverything(**store));
      continue;
    }
    ++refused;
    EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
    EXPECT_THAT(Changed(before, folder_.path()), IsEmpty());
  }
  EXPECT_GT(refused, 0U);
}

TEST_F(DamageTest, CurrentDamagedOrDeleted) {
  WriteFile(PathOf("CURRENT"), "MANIFEST-9");
  EXPECT_EQ(Refused(), "CURRENT");
  Restore();
  fs::remove(PathOf("CURRENT"));
  EXPECT_EQ(Refused(), "CURRENT");
}

TEST_F(DamageTest, TheAnchorDamagedOrDeleted) {
  WriteFile(PathOf("ONWARD-HEAD"), std::string(8192, '\0'));
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
  WriteFile(PathOf("ONWARD-HEAD"), "");
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
  fs::remove(PathOf("ONWARD-HEAD"));
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
}

TEST_F(DamageTest, OneSlotOfTheAnchorLostIsHarmless) {
  for (const size_t offset : {20U, 4116U}) {
    Restore();
    Flip("ONWARD-HEAD", offset);
    const auto store = OpenRocksDb(folder_.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    ONWARD_EXPECT_OK(CheckEverything(**store));
  }
}

TEST_F(DamageTest, AnAnchorOfAnotherStateOrStoreIsRefused) {
  fs::copy(fs::path(earlier_.path()) / "ONWARD-HEAD", PathOf("ONWARD-HEAD"), kCopyAll);
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
  const TempFolder other;
  Fill(other.path(), 3, 16 << 20);
  fs::copy(fs::path(other.path()) / "ONWARD-HEAD", PathOf("ONWARD-HEAD"), kCopyAll);
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
}

TEST_F(DamageTest, AnOlderStateUnderTheAnchorIsRefused) {
  const std::string anchor = ReadFile(PathOf("ONWARD-HEAD"));
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    fs::remove_all(entry.path());
  }
  fs::copy(earlier_.path(), folder_.path(), kCopyAll);
  WriteFile(PathOf("ONWARD-HEAD"), anchor);
  EXPECT_THAT(Refused(), HasSubstr(".log"));
}

// Does something bad to one file and says what.
std::string DamageOneFile(std::mt19937_64& random, const fs::path& folder,
                          const fs::path& earlier) {
  const auto below = [&random](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  std::vector<std::string> names;
  for (const auto& [name, digest] : ContentOf(folder.string())) {
    names.push_back(name);
  }
  const std::string name = names[below(names.size())];
  std::string bytes = ReadFile(folder / name);
  const size_t at = bytes.empty() ? 0 : below(bytes.size());
  switch (below(6)) {
    case 0:
      fs::remove(folder / name);
      return "deleted " + name;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), '\0');
      break;
    case 3:
      bytes = ReadFile(earlier / name);
      break;
    default:
      for (size_t i = at; i < std::min(at + 1 + below(8), bytes.size()); ++i) {
        bytes[i] = static_cast<char>(random());
      }
      break;
  }
  WriteFile(folder / name, bytes);
  return "damaged " + name + " at " + std::to_string(at);
}

// ONWARD_SEED repeats a run, ONWARD_DAMAGES makes it longer.
TEST_F(DamageTest, RandomDamageIsRefusedOrHarmless) {
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  uint64_t refused = 0;
  const uint64_t rounds = ::onward::testing::NumberFromEnv("ONWARD_DAMAGES", 100);
  for (uint64_t i = 0; i < rounds; ++i) {
    Restore();
    SCOPED_TRACE(DamageOneFile(random, folder_.path(), earlier_.path()));
    const auto before = ContentOf(folder_.path());
    const auto store = OpenRocksDb(folder_.path(), {});
    if (store.ok()) {
      ONWARD_EXPECT_OK(CheckEverything(**store));
    } else {
      ++refused;
      EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
      EXPECT_THAT(Changed(before, folder_.path()), IsEmpty());
    }
  }
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace onward::storage
