// Exported files: what is damaged, cut, forged or newer is refused by name, and nothing is imported.
#include "storage/export_file.h"

#include <gmock/gmock.h>

#include <random>

#include "graph/base/error_detail.h"
#include "storage/export_for_tests.h"
#include "storage/memory/memory_store.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kHeadBytes = 20;

struct Part {
  PartKind kind;
  std::string payload;
};

RecordWrite Put(const std::string& id, const std::string& name) {
  model::Party party;
  party.id = id;
  party.display_name = name;
  party.establishment = "FI";
  return {{model::RecordKind::kParty, id}, party};
}

// A store with inventory `a`: a random history, compacted once.
std::unique_ptr<Store> RandomStore(std::mt19937_64& random) {
  std::unique_ptr<Store> store = NewMemoryStore();
  EXPECT_TRUE(store->CreateInventory("a", "Name", Time(std::chrono::microseconds(7))).ok());
  for (uint64_t revision = 0; revision < 12; ++revision) {
    CommitMeta meta;
    meta.author = "someone";
    meta.request_id = random() % 2 == 0 ? "" : "r" + std::to_string(revision);
    if (revision == 8) {
      EXPECT_TRUE(store->Compact("a", revision, 3, meta).ok());
      EXPECT_TRUE(store->Forget("a", {}).ok());
      continue;
    }
    std::vector<RecordWrite> writes;
    for (int p = 0; p < 5; ++p) {
      const std::string id = "p" + std::to_string(p);
      if (random() % 3 != 0) {
        writes.push_back(Put(id, std::to_string(random())));
      } else if (random() % 3 == 0) {
        writes.push_back({{model::RecordKind::kParty, id}, std::nullopt});
      }
    }
    EXPECT_TRUE(store->Commit("a", revision, writes, meta).ok());
  }
  return store;
}

absl::StatusOr<ExportSummary> Import(Store& store, std::string_view bytes, size_t piece) {
  ExportReader reader([&store](const StoredHead& head) { return store.BeginImport(head); });
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const absl::Status read = reader.Add(bytes.substr(at, piece));
    if (!read.ok()) {
      EXPECT_EQ(reader.Finish().status(), read);
      return read;
    }
  }
  return reader.Finish();
}

std::vector<Part> PartsOf(std::string_view bytes) {
  std::vector<Part> parts;
  PartReader reader([&parts](PartKind kind, std::string_view payload, uint64_t /*byte*/) {
    parts.push_back({kind, std::string(payload)});
    return absl::OkStatus();
  });
  ONWARD_EXPECT_OK(reader.Add(bytes));
  EXPECT_TRUE(reader.ended());
  return parts;
}

// With checksums that are right.
std::string FileOf(const std::vector<Part>& parts) {
  std::string bytes;
  PartWriter writer([&bytes](std::string_view piece) {
    bytes.append(piece);
    return absl::OkStatus();
  });
  for (const Part& part : parts) {
    ONWARD_EXPECT_OK(writer.Add(part.kind, part.payload));
  }
  ONWARD_EXPECT_OK(writer.Finish());
  return bytes;
}

// Refused, with nothing left behind.
absl::Status Refused(std::string_view bytes, size_t piece = 1'000) {
  const std::unique_ptr<Store> store = NewMemoryStore();
  const auto imported = Import(*store, bytes, piece);
  EXPECT_FALSE(imported.ok());
  EXPECT_THAT(*store->ListInventories(), IsEmpty());
  return imported.status();
}

class ExportFileTest : public ::testing::Test {
 protected:
  void SetUp() override { RecordProperty("seed", std::to_string(seed_)); }

  const uint64_t seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
  const std::unique_ptr<Store> store_ = RandomStore(random_);
  const std::string bytes_ = ExportOf(*store_, "a");
};

TEST_F(ExportFileTest, PiecesMayHaveAnySize) {
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4'096}, bytes_.size()}) {
    const std::unique_ptr<Store> other = NewMemoryStore();
    const auto imported = Import(*other, bytes_, piece);
    ONWARD_ASSERT_OK(imported);
    EXPECT_EQ(imported->bytes, bytes_.size());
    EXPECT_EQ(ExportOf(*other, "a"), bytes_);
  }
}

TEST_F(ExportFileTest, ACutFileIsRefused) {
  for (int i = 0; i < 300; ++i) {
    const size_t length = i == 0 ? bytes_.size() - 1 : random_() % bytes_.size();
    const absl::Status refused = Refused(std::string_view(bytes_).substr(0, length));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("cut")))
        << "seed " << seed_ << ", " << length;
    EXPECT_TRUE(HasReason(refused, "BACKUP_DAMAGED"));
  }
}

TEST_F(ExportFileTest, AFlippedBitIsRefused) {
  for (int i = 0; i < 500; ++i) {
    std::string bytes = bytes_;
    const size_t at = i < 20 ? static_cast<size_t>(i) : random_() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random_() % 8)));
    EXPECT_FALSE(Refused(bytes).ok()) << "seed " << seed_ << ", byte " << at;
  }
}

TEST_F(ExportFileTest, WhatFollowsTheEndIsRefused) {
  EXPECT_THAT(Refused(bytes_ + "x"), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("end")));
  EXPECT_FALSE(Refused(bytes_ + bytes_).ok());
}

// Checksums put right: the chain, the digests and the order find it, or it is harmless.
TEST_F(ExportFileTest, AForgedFileIsRefusedOrSaysWhatItSays) {
  const std::vector<Part> parts = PartsOf(bytes_);
  EXPECT_EQ(FileOf(parts), bytes_);
  for (int i = 0; i < 400; ++i) {
    std::vector<Part> forged = parts;
    const size_t at = random_() % forged.size();
    switch (random_() % 4) {
      case 0:
        forged.erase(forged.begin() + static_cast<ptrdiff_t>(at));
        break;
      case 1:
        std::swap(forged[at], forged[random_() % forged.size()]);
        break;
      case 2:
        forged.insert(forged.begin() + static_cast<ptrdiff_t>(at),
                      forged[random_() % forged.size()]);
        break;
      default:
        if (std::string& payload = forged[at].payload; !payload.empty()) {
          char& byte = payload[random_() % payload.size()];
          byte = static_cast<char>(byte ^ (1 << (random_() % 8)));
        }
    }
    const std::string file = FileOf(forged);
    const std::unique_ptr<Store> other = NewMemoryStore();
    const auto imported = Import(*other, file, 1'000);
    if (!imported.ok()) {
      EXPECT_THAT(*other->ListInventories(), IsEmpty());
      continue;
    }
    const auto id = imported->head.head.id;
    if (id == "a") {
      EXPECT_EQ(ExportOf(*other, "a"), file) << "seed " << seed_;
    }
    // History is what the chain says.
    EXPECT_EQ(imported->head.hash, (*store_->Audit("a"))->chain().head_hash) << "seed " << seed_;
  }
}

TEST_F(ExportFileTest, ARecordThatIsNotTheChainsIsNamed) {
  std::vector<Part> parts = PartsOf(bytes_);
  const auto version = std::find_if(parts.rbegin(), parts.rend(), [](const Part& part) {
    return part.kind == PartKind::kVersion && part.payload.size() > 1;
  });
  ASSERT_NE(version, parts.rend());
  version->payload.back() = static_cast<char>(version->payload.back() ^ 1);
  EXPECT_THAT(Refused(FileOf(parts)),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("of 12"), HasSubstr("party/p"), HasSubstr("audit chain"))));
}

TEST_F(ExportFileTest, ANewerFormatIsRefused) {
  std::string bytes = bytes_;
  bytes[kHeadBytes - 1] = static_cast<char>(kExportVersion + 1);
  const absl::Status refused = Refused(bytes);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("newer release")));
  EXPECT_TRUE(HasReason(refused, "EXPORT_TOO_NEW"));
}

TEST_F(ExportFileTest, SomethingElseIsNoExport) {
  EXPECT_THAT(Refused("kind: Party\nid: p\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no exported inventory")));
  EXPECT_THAT(Refused(""), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("cut")));
}

TEST_F(ExportFileTest, APartBeyondTheLimitIsRefusedBeforeItIsRead) {
  std::string bytes = bytes_.substr(0, kHeadBytes) + "H" + std::string(4, '\xFF');
  EXPECT_THAT(Refused(bytes), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("limit")));
}

TEST_F(ExportFileTest, ProgressIsToldAndEndsTheWork) {
  std::vector<uint64_t> told;
  const auto source = store_->Audit("a");
  const auto keep = [](std::string_view /*piece*/) { return absl::OkStatus(); };
  EXPECT_THAT(WriteExport(**source, keep,
                          [&told](uint64_t done, uint64_t total) {
                            EXPECT_EQ(total, 12U);
                            told.push_back(done);
                            return done < 3 ? absl::OkStatus() : absl::CancelledError("enough");
                          }),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("enough")));
  EXPECT_THAT(told, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace onward::storage
