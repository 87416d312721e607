#include "storage/rocksdb/backup_manifest.h"

#include <gmock/gmock.h>

#include "storage/digest.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;

BackupManifest Example() {
  BackupManifest manifest;
  manifest.info.number = 3;
  manifest.info.created_at = Time(std::chrono::microseconds(-5));
  manifest.info.comment = "two\nlines, \"quoted\", åäö";
  manifest.info.release = "0.1.0";
  manifest.info.bytes = 30;
  manifest.info.new_bytes = 10;
  manifest.info.incarnation = std::string(32, 'a');
  manifest.info.format = 3;
  manifest.info.heads = {{"a", 12}, {"with space", 0}};
  manifest.sequence = 17;
  manifest.root = Sha256("root");
  manifest.files = {{"000017.sst", 10, std::string(64, '1')},
                    {"CURRENT", 20, std::string(64, '2')}};
  return manifest;
}

// The bytes with a digest that fits, so that what is read is looked at.
std::string Resealed(std::string bytes, const std::string& from, const std::string& to) {
  bytes.replace(bytes.find(from), from.size(), to);
  bytes.resize(bytes.rfind("sha256 "));
  std::string hex;
  for (const char byte : Sha256(bytes)) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex.push_back(kDigits[static_cast<uint8_t>(byte) >> 4]);
    hex.push_back(kDigits[static_cast<uint8_t>(byte) & 15]);
  }
  return bytes + "sha256 " + hex + "\n";
}

TEST(BackupManifestTest, IsReadAsItWasWritten) {
  const auto back = DecodeManifest(EncodeManifest(Example()), "f");
  ONWARD_ASSERT_OK(back);
  EXPECT_EQ(*back, Example());
}

TEST(BackupManifestTest, EachChangedByteIsFound) {
  const std::string bytes = EncodeManifest(Example());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(DecodeManifest(changed, "f"), StatusIs(absl::StatusCode::kDataLoss, _)) << i;
    EXPECT_THAT(DecodeManifest(bytes.substr(0, i), "f"), StatusIs(absl::StatusCode::kDataLoss, _));
  }
}

TEST(BackupManifestTest, AFileCannotLieElsewhere) {
  const std::string bytes = EncodeManifest(Example());
  ONWARD_EXPECT_OK(DecodeManifest(Resealed(bytes, "000017.sst", "000018.sst"), "f"));
  for (const std::string name : {"../x", "a/b", ".hidden", "", "Z\t"}) {
    EXPECT_THAT(DecodeManifest(Resealed(bytes, "000017.sst", name), "f"),
                StatusIs(absl::StatusCode::kDataLoss, _))
        << name;
  }
}

TEST(BackupManifestTest, WhatIsDoubleMissingOrOutOfPlaceIsRefused) {
  const std::string bytes = EncodeManifest(Example());
  EXPECT_FALSE(DecodeManifest(Resealed(bytes, "number 3\n", ""), "f").ok());
  EXPECT_FALSE(DecodeManifest(Resealed(bytes, "number 3\n", "number 3\nnumber 3\n"), "f").ok());
  EXPECT_FALSE(DecodeManifest(Resealed(bytes, "number 3\n", "number 03\n"), "f").ok());
  EXPECT_FALSE(DecodeManifest(Resealed(bytes, "number 3\n", "number -3\n"), "f").ok());
  EXPECT_FALSE(DecodeManifest(Resealed(bytes, "number 3\n", "colour 3\n"), "f").ok());
  EXPECT_FALSE(DecodeManifest(Resealed(bytes, "head 12 a\n", "head 12 \n"), "f").ok());
}

}  // namespace
}  // namespace onward::storage
