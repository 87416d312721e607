// The chain in a folder: every mutation of its bytes is found, and the first bad revision is named.
#include "storage/rocksdb/audit.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "storage/audit/verify.h"
#include "storage/changelog.h"
#include "storage/digest.h"
#include "storage/rocksdb/audit_reader.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/env.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::onward::testing::TempFolder;
using ::testing::_;
using ::testing::ElementsAre;

constexpr uint64_t kRevisions = 12;

model::Record Party(const std::string& id, const std::string& name) {
  model::Party party;
  party.id = id;
  party.display_name = name;
  return party;
}

// Inventory `a` with a few parties that change and go.
void Fill(const std::string& folder) {
  auto store = OpenRocksDb(folder, {});
  ONWARD_ASSERT_OK(store);
  ONWARD_ASSERT_OK((*store)->CreateInventory("a", "", {}));
  ONWARD_ASSERT_OK((*store)->CreateInventory("b", "", {}));
  for (uint64_t r = 0; r < kRevisions; ++r) {
    const std::string id = "p" + std::to_string(r % 5);
    RecordWrite write{{model::RecordKind::kParty, id}, Party(id, std::to_string(r))};
    if (r % 4 == 3) {
      write.record.reset();
    }
    ONWARD_ASSERT_OK((*store)->Commit("a", r, {write}, {}));
  }
}

using Content = std::map<std::string, std::string>;

class AuditFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Fill(folder_.path());
    auto db = Db::Open(folder_.path(), {}, Db::Mode::kExisting);
    ONWARD_ASSERT_OK(db);
    db_ = *std::move(db);
    for (const Family family : {Family::kChangelog, Family::kHistory, Family::kCurrent}) {
      whole_[family] = Read(family);
    }
  }

  Content Read(Family family) const {
    Content content;
    ONWARD_EXPECT_OK(
        db_->Scan(family, Keys().All(), nullptr, [&](std::string_view key, std::string_view value) {
          content[std::string(key)] = std::string(value);
          return absl::StatusOr<bool>(true);
        }));
    return content;
  }

  static keys::InventoryKeys Keys() { return keys::InventoryKeys(Number()); }
  // The first inventory's.
  static uint32_t Number() { return 1; }

  void Write(Family family, const Content& content) {
    DbBatch batch;
    for (const auto& [key, value] : Read(family)) {
      db_->Delete(batch, family, key);
    }
    for (const auto& [key, value] : content) {
      db_->Put(batch, family, key, value);
    }
    ONWARD_ASSERT_OK(db_->Write(batch));
  }

  audit::Verification Verify() const {
    auto source = AuditInventory(*db_, nullptr, "a");
    EXPECT_TRUE(source.ok()) << source.status();
    auto verification = audit::Verify(**source, {});
    EXPECT_TRUE(verification.ok()) << verification.status();
    return verification.ok() ? *std::move(verification) : audit::Verification();
  }

  const TempFolder folder_;
  std::unique_ptr<Db> db_;
  std::map<Family, Content> whole_;
};

TEST_F(AuditFolderTest, AWholeChain) {
  ASSERT_EQ(whole_[Family::kChangelog].size(), kRevisions);
  const audit::Verification verification = Verify();
  EXPECT_FALSE(verification.problem.has_value()) << verification.problem->text;
  EXPECT_EQ(verification.entries, kRevisions);
  EXPECT_EQ(verification.versions, kRevisions);
}

TEST_F(AuditFolderTest, EveryMutationOfAnEntryIsNamed) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const Content& whole = whole_[Family::kChangelog];
  const auto key = [](uint64_t revision) { return Keys().Changelog(revision); };
  for (int run = 0; run < 200; ++run) {
    Content changed = whole;
    const uint64_t at = random() % kRevisions + 1;
    const uint64_t other = at % kRevisions + 1;
    uint64_t expected = at;
    std::string& bytes = changed[key(at)];
    switch (random() % 5) {
      case 0:
        bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
        break;
      case 1:
        changed.erase(key(at));
        break;
      case 2:
        std::swap(bytes, changed[key(other)]);
        expected = std::min(at, other);
        break;
      case 3:
        changed.erase(changed.find(key(at)), changed.end());
        break;
      default:
        changed[key(kRevisions + 1)] = bytes;
        expected = kRevisions + 1;
        break;
    }
    Write(Family::kChangelog, changed);
    const audit::Verification verification = Verify();
    ASSERT_TRUE(verification.problem.has_value()) << run;
    EXPECT_EQ(verification.problem->revision, expected) << run << verification.problem->text;
  }
}

TEST_F(AuditFolderTest, EveryMutationOfARecordIsFound) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int run = 0; run < 200; ++run) {
    const Family family = random() % 2 == 0 ? Family::kHistory : Family::kCurrent;
    Content changed = whole_[family];
    const auto at =
        std::next(changed.begin(), static_cast<std::ptrdiff_t>(random() % changed.size()));
    switch (random() % 3) {
      case 0:
        at->second[random() % at->second.size()] ^= static_cast<char>(1U << (random() % 8));
        break;
      case 1:
        changed.erase(at);
        break;
      default: {
        std::string copy = at->first;
        copy.insert(5, "x");
        changed[copy] = at->second;
        break;
      }
    }
    Write(family, changed);
    const audit::Verification verification = Verify();
    ASSERT_TRUE(verification.problem.has_value()) << run;
    EXPECT_GT(verification.problem->revision, 0U);
    Write(family, whole_[family]);
  }
  EXPECT_FALSE(Verify().problem.has_value());
}

// A chain that was cut is named even where no store would be opened.
TEST_F(AuditFolderTest, AFolderThatIsRefusedCanBeVerified) {
  Content changed = whole_[Family::kChangelog];
  changed.erase(Keys().Changelog(kRevisions));
  Write(Family::kChangelog, changed);
  db_.reset();
  EXPECT_THAT(OpenRocksDb(folder_.path(), {}), StatusIs(absl::StatusCode::kDataLoss, _));
  const auto folder = OpenForAudit(folder_.path());
  ONWARD_ASSERT_OK(folder);
  EXPECT_THAT((*folder)->inventories(), ElementsAre("a", "b"));
  const auto source = (*folder)->Open("a");
  ONWARD_ASSERT_OK(source);
  const auto verification = audit::Verify(**source, {});
  ONWARD_ASSERT_OK(verification);
  ASSERT_TRUE(verification->problem.has_value());
  EXPECT_EQ(verification->problem->revision, kRevisions);
  EXPECT_THAT((*folder)->Open("none"), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(AuditFolderTest, NothingIsChanged) {
  db_.reset();
  const auto content = [&] {
    std::map<std::string, std::string> digests;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      digests[entry.path()] = Sha256(std::string(std::istreambuf_iterator<char>(in), {}));
    }
    return digests;
  };
  const auto before = content();
  {
    const auto folder = OpenForAudit(folder_.path());
    ONWARD_ASSERT_OK(folder);
    EXPECT_FALSE(audit::Verify(**(*folder)->Open("a"), {})->problem.has_value());
  }
  EXPECT_EQ(content(), before);
}

TEST(AuditOtherFolderTest, IsNoStore) {
  const TempFolder folder;
  EXPECT_THAT(OpenForAudit(folder.path()), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace onward::storage
