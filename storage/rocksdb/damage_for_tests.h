// A store's folder with tables and write-ahead logs, to be damaged: for tests.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/base/error_detail.h"
#include "storage/digest.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/temp_folder.h"

namespace onward::storage::damage {

inline constexpr uint64_t kRevisions = 60;
inline constexpr auto kCopyAll =
    std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing;

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::string bytes(static_cast<size_t>(std::max<std::streamoff>(in.tellg(), 0)), '\0');
  in.seekg(0);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

inline void WriteFile(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// Name of each file with the digest of its bytes.
inline std::map<std::string, std::string> ContentOf(const std::string& folder) {
  std::map<std::string, std::string> content;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    content[entry.path().filename().string()] = Sha256(ReadFile(entry.path()));
  }
  return content;
}

// Names of files that are new, gone or different.
inline std::vector<std::string> Changed(const std::map<std::string, std::string>& before,
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

// Names with this part, in order.
inline std::vector<std::string> FilesLike(const std::string& folder, std::string_view part) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find(part) != std::string::npos) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline model::Record PartyOf(uint64_t revision) {
  model::Party party;
  party.id = "p" + std::to_string(revision % 7);
  party.display_name = std::to_string(revision) + std::string(300, 'x');
  return party;
}

// Every so many revisions a law register is put.
inline constexpr uint64_t kRevisionsPerLaw = 9;

inline std::string LawOf(uint64_t revision) {
  return std::to_string(revision) + std::string(700, 'y');
}

// Commits revisions up to `last` on top of what is there, all acknowledged.
inline void Fill(const std::string& folder, uint64_t last, uint64_t write_buffer_bytes) {
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

inline absl::Status CheckLaws(const Store& store) {
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
inline absl::Status CheckEverything(const Store& store) {
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

  void CopyTo(const ::onward::testing::TempFolder& to) const {
    std::filesystem::copy(folder_.path(), to.path(), kCopyAll);
  }
  // Puts the undamaged files back.
  void Restore() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::filesystem::remove_all(entry.path());
    }
    std::filesystem::copy(whole_.path(), folder_.path(), kCopyAll);
  }
  std::filesystem::path PathOf(const std::string& name) const {
    return std::filesystem::path(folder_.path()) / name;
  }

  // Opens the damaged folder, which must be refused as it is, and returns the file that is named.
  std::string Refused() const {
    const auto before = ContentOf(folder_.path());
    const auto store = OpenRocksDb(folder_.path(), {});
    EXPECT_FALSE(store.ok());
    EXPECT_THAT(Changed(before, folder_.path()), ::testing::IsEmpty());
    const auto detail = DetailOf(store.status());
    if (!detail || detail->reason != "STORE_CORRUPTED") {
      ADD_FAILURE() << store.status();
      return "";
    }
    EXPECT_THAT(std::string(store.status().message()),
                ::testing::HasSubstr(detail->metadata.at("file")));
    return detail->metadata.at("file");
  }

  void Flip(const std::string& name, size_t offset) const {
    std::string bytes = ReadFile(PathOf(name));
    ASSERT_LT(offset, bytes.size());
    bytes[offset] = static_cast<char>(bytes[offset] ^ 0x40);
    WriteFile(PathOf(name), bytes);
  }

  const ::onward::testing::TempFolder folder_;
  const ::onward::testing::TempFolder earlier_;
  const ::onward::testing::TempFolder whole_;
};

}  // namespace onward::storage::damage
