#include "storage/audit/checkpoint.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "storage/audit/merkle.h"
#include "tests/support/env.h"
#include "tests/support/status_matchers.h"

namespace onward::audit {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;

// The key of the first test vector of RFC 8032, section 7.1, as PKCS #8.
constexpr const char* kKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* kPublicHex =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

SigningKey TestKey() { return *SigningKey::FromPem(kKey); }

Checkpoint Sample() {
  Checkpoint checkpoint;
  checkpoint.origin = "onward.test/acme";
  checkpoint.tree_size = 812;
  checkpoint.root = LeafHash("root");
  checkpoint.time = std::chrono::sys_seconds(std::chrono::seconds(1'772'366'400));
  checkpoint.chain_hash = LeafHash("chain");
  return checkpoint;
}

std::string SampleNote() { return *SignCheckpoint(Sample(), TestKey()); }

TEST(Ed25519Test, SignsAsInRfc8032) {
  const SigningKey key = TestKey();
  EXPECT_EQ(absl::BytesToHexString(key.public_key()), kPublicHex);
  EXPECT_EQ(absl::BytesToHexString(*key.Sign("")),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  EXPECT_TRUE(VerifySignature(key.public_key(), "", *key.Sign("")));
  EXPECT_FALSE(VerifySignature(key.public_key(), "x", *key.Sign("")));
}

TEST(Ed25519Test, KeysGoToPemAndBack) {
  const auto key = SigningKey::Generate();
  ONWARD_ASSERT_OK(key);
  const auto again = SigningKey::FromPem(*key->Pem());
  ONWARD_ASSERT_OK(again);
  EXPECT_EQ(again->public_key(), key->public_key());
  const auto pem = PublicKeyPem(key->public_key());
  ONWARD_ASSERT_OK(pem);
  EXPECT_EQ(*PublicKeyFromPem(*pem), key->public_key());
  EXPECT_NE(SigningKey::Generate()->public_key(), key->public_key());
}

TEST(Ed25519Test, OtherFilesAreNoKeys) {
  for (const std::string& text :
       {std::string(), std::string("x"), *PublicKeyPem(TestKey().public_key()),
        std::string(100'000, 'a')}) {
    EXPECT_THAT(SigningKey::FromPem(text), StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
  EXPECT_THAT(PublicKeyFromPem(kKey), StatusIs(absl::StatusCode::kInvalidArgument, _));
}

TEST(NoteTest, AKeyOfAnotherProgramIsRead) {
  // Name and key of the example in the documentation of the signed notes that checksum databases use.
  std::string typed_key;
  ASSERT_TRUE(absl::Base64Unescape("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", &typed_key));
  const NoteKey key{"PeterNeumann", typed_key.substr(1)};
  EXPECT_EQ(absl::BytesToHexString(KeyId(key)), "c74f20a3");
  const std::string bytes =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "\xE2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
      "pRZb6KE6RyyBwJnAM=\n";
  const auto note = ParseNote(bytes);
  ONWARD_ASSERT_OK(note);
  EXPECT_EQ(note->signatures.size(), 1U);
  ONWARD_EXPECT_OK(VerifyNote(*note, {key}));
}

TEST(CheckpointTest, IsReadAsItWasSigned) {
  const auto read = OpenCheckpoint(SampleNote(), TestKey().public_key());
  ONWARD_ASSERT_OK(read);
  const Checkpoint expected = Sample();
  EXPECT_EQ(read->origin, expected.origin);
  EXPECT_EQ(read->tree_size, expected.tree_size);
  EXPECT_EQ(read->root, expected.root);
  EXPECT_EQ(read->time, expected.time);
  EXPECT_EQ(read->chain_hash, expected.chain_hash);
  EXPECT_EQ(InventoryOf(*read), "acme");
  EXPECT_THAT(SampleNote(), HasSubstr("\n812\n"));
  EXPECT_THAT(SampleNote(), HasSubstr("\ntime 2026-03-01T12:00:00Z\n"));
}

TEST(CheckpointTest, AnotherKeyIsNotKnown) {
  EXPECT_THAT(OpenCheckpoint(SampleNote(), SigningKey::Generate()->public_key()),
              StatusIs(absl::StatusCode::kPermissionDenied, _));
}

TEST(CheckpointTest, EveryChangedByteIsRefused) {
  const std::string note = SampleNote();
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] ^= static_cast<char>(1U << (random() % 8));
    EXPECT_FALSE(OpenCheckpoint(changed, TestKey().public_key()).ok()) << i << "\n" << changed;
    EXPECT_FALSE(OpenCheckpoint(note.substr(0, i), TestKey().public_key()).ok()) << i;
  }
}

TEST(CheckpointTest, ParsesStrictly) {
  const std::string root = absl::Base64Escape(LeafHash("root"));
  const std::string good = "o/i\n5\n" + root + "\nother line\n";
  ONWARD_EXPECT_OK(ParseCheckpoint({good, {}}));
  for (const std::string& bad :
       {std::string("o/i\n5\n"), "\n5\n" + root + "\n", "o/i\n05\n" + root + "\n",
        "o/i\n+5\n" + root + "\n", "o/i\n 5\n" + root + "\n", "o/i\n-1\n" + root + "\n",
        "o/i\n99999999999999999999\n" + root + "\n", "o/i\n5\n" + root.substr(0, 40) + "\n",
        "o/i\n5\n" + root.substr(0, 43) + "\n", "o/i\n5\n " + root + "\n",
        "o/i\n5\n" + root + "\n\nx\n", "o/i\n5\n" + root + "\ntime tomorrow\n",
        "o/i\n5\n" + root + "\ntime 2026-02-30T00:00:00Z\n", "o/i\n5\n" + root + "\nchain abc\n"}) {
    EXPECT_THAT(ParseCheckpoint({bad, {}}), StatusIs(absl::StatusCode::kInvalidArgument, _)) << bad;
  }
}

TEST(NoteTest, ParsesStrictly) {
  const std::string good = SampleNote();
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\xE2\x80\x94 onward", "- onward"},
           {"\xE2\x80\x94 onward", "\xE2\x80\x94  onward"},
           {"\n\n", "\n"},
           {"acme\n", "acme\r\n"},
           {"acme\n", "acme\xFF\n"},
           {"acme\n", "acme\xC0\xAF\n"}}) {
    const std::string bad = absl::StrReplaceAll(good, {{from, to}});
    ASSERT_NE(bad, good);
    EXPECT_THAT(ParseNote(bad), StatusIs(absl::StatusCode::kInvalidArgument, _)) << bad;
  }
  EXPECT_FALSE(ParseNote(good.substr(0, good.size() - 1)).ok());
  EXPECT_FALSE(ParseNote(good + "\n").ok());
  EXPECT_FALSE(ParseNote(std::string(kNoteBytesMax, 'a') + good).ok());
}

TEST(NoteTest, OthersMaySignToo) {
  std::string note = SampleNote();
  for (int i = 0; i < 20; ++i) {
    const std::string name = "witness" + std::to_string(i);
    const std::string theirs = *SignNote("another text\n", name, *SigningKey::Generate());
    note += theirs.substr(theirs.find("\xE2\x80\x94"));
  }
  ONWARD_EXPECT_OK(OpenCheckpoint(note, TestKey().public_key()));
  // One more of ours, of another text.
  const std::string ours = *SignNote("another text\n", Sample().origin, TestKey());
  EXPECT_THAT(OpenCheckpoint(note + ours.substr(ours.find("\xE2\x80\x94")), TestKey().public_key()),
              StatusIs(absl::StatusCode::kPermissionDenied, _));
}

TEST(NoteTest, NamesOfKeys) {
  EXPECT_TRUE(IsKeyName("onward.example/acme"));
  for (const char* bad : {"", "a b", "a+b", "a\nb", "a\x01"}) {
    EXPECT_FALSE(IsKeyName(bad)) << bad;
    EXPECT_FALSE(OriginOf(bad, "acme").ok()) << bad;
  }
}

}  // namespace
}  // namespace onward::audit
