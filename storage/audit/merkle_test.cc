#include "storage/audit/merkle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/escaping.h"
#include "storage/digest.h"
#include "tests/support/env.h"

namespace onward::audit {
namespace {

std::string Bytes(const char* hex) { return absl::HexStringToBytes(hex); }

// The leaves and roots that implementations of RFC 6962 are checked with.
const std::vector<std::string>& KnownLeaves() {
  static const std::vector<std::string> kLeaves = {"",
                                                   Bytes("00"),
                                                   Bytes("10"),
                                                   Bytes("2021"),
                                                   Bytes("3031"),
                                                   Bytes("40414243"),
                                                   Bytes("5051525354555657"),
                                                   Bytes("606162636465666768696a6b6c6d6e6f")};
  return kLeaves;
}

const std::vector<const char*>& KnownRoots() {
  static const std::vector<const char*> kRoots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  return kRoots;
}

Hashes LeafHashes(size_t count) {
  Hashes leaves;
  for (size_t i = 0; i < count; ++i) {
    leaves.push_back(LeafHash(storage::Sha256(std::to_string(i))));
  }
  return leaves;
}

// Section 2.1 as it is written.
std::string NaiveRoot(const Hashes& leaves) {
  if (leaves.empty()) {
    return EmptyRoot();
  }
  if (leaves.size() == 1) {
    return leaves[0];
  }
  size_t half = 1;
  while (2 * half < leaves.size()) {
    half *= 2;
  }
  const auto middle = leaves.begin() + static_cast<std::ptrdiff_t>(half);
  return NodeHash(NaiveRoot(Hashes(leaves.begin(), middle)),
                  NaiveRoot(Hashes(middle, leaves.end())));
}

TEST(MerkleTest, KnownRoots) {
  EXPECT_EQ(absl::BytesToHexString(EmptyRoot()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Frontier frontier;
  for (size_t i = 0; i < KnownLeaves().size(); ++i) {
    frontier.Add(LeafHash(KnownLeaves()[i]));
    EXPECT_EQ(absl::BytesToHexString(frontier.Root()), KnownRoots()[i]) << i + 1;
  }
}

TEST(MerkleTest, KnownInclusionProof) {
  Hashes leaves;
  for (const std::string& leaf : KnownLeaves()) {
    leaves.push_back(LeafHash(leaf));
  }
  const Hashes expected = {
      Bytes("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
      Bytes("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
      Bytes("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")};
  EXPECT_EQ(ProveInclusion(leaves, 5), expected);
}

TEST(MerkleTest, TheFrontierIsTheRecursionOfEverySize) {
  const Hashes leaves = LeafHashes(130);
  Frontier frontier;
  EXPECT_EQ(frontier.Root(), EmptyRoot());
  for (size_t size = 1; size <= leaves.size(); ++size) {
    frontier.Add(leaves[size - 1]);
    const Hashes first(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(frontier.size(), size);
    ASSERT_EQ(frontier.Root(), NaiveRoot(first)) << size;
  }
}

TEST(MerkleTest, EveryLeafOfEverySizeIsProven) {
  const Hashes all = LeafHashes(21);
  for (size_t size = 1; size <= all.size(); ++size) {
    const Hashes leaves(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string root = RootOf(leaves);
    for (size_t index = 0; index < size; ++index) {
      const Hashes proof = ProveInclusion(leaves, index);
      ASSERT_TRUE(VerifyInclusion(leaves[index], index, size, proof, root)) << index << "/" << size;
      for (size_t other = 0; other < size; ++other) {
        EXPECT_EQ(VerifyInclusion(leaves[other], index, size, proof, root), other == index);
        EXPECT_EQ(VerifyInclusion(leaves[index], other, size, proof, root), other == index);
      }
    }
    EXPECT_FALSE(VerifyInclusion(leaves[0], size, size, {}, root));
  }
}

TEST(MerkleTest, EveryBeginningOfEverySizeIsProven) {
  const Hashes all = LeafHashes(21);
  for (size_t size = 1; size <= all.size(); ++size) {
    const Hashes leaves(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string root = RootOf(leaves);
    for (size_t old_size = 1; old_size <= size; ++old_size) {
      const Hashes old(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(old_size));
      const Hashes proof = ProveConsistency(leaves, old_size);
      ASSERT_TRUE(VerifyConsistency(old_size, size, proof, RootOf(old), root))
          << old_size << "/" << size;
      EXPECT_FALSE(VerifyConsistency(old_size, size, proof, LeafHash("x"), root));
      EXPECT_FALSE(VerifyConsistency(old_size, size, proof, RootOf(old), LeafHash("x")));
    }
    EXPECT_FALSE(VerifyConsistency(0, size, {}, EmptyRoot(), root));
    EXPECT_FALSE(VerifyConsistency(size + 1, size, {}, root, root));
  }
}

TEST(MerkleTest, AChangedProofIsRefused) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const Hashes leaves = LeafHashes(100);
  const std::string root = RootOf(leaves);
  for (int i = 0; i < 500; ++i) {
    const uint64_t at = random() % 99 + 1;
    const bool inclusion = random() % 2 == 0;
    Hashes proof = inclusion ? ProveInclusion(leaves, at) : ProveConsistency(leaves, at);
    const size_t place = random() % proof.size();
    switch (random() % 4) {
      case 0:
        proof[place][random() % 32] ^= static_cast<char>(1U << (random() % 8));
        break;
      case 1:
        proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      case 2:
        proof.push_back(proof[place]);
        break;
      default:
        proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(place), LeafHash("more"));
        break;
    }
    const Hashes old(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_FALSE(inclusion ? VerifyInclusion(leaves[at], at, leaves.size(), proof, root)
                           : VerifyConsistency(at, leaves.size(), proof, RootOf(old), root));
  }
}

}  // namespace
}  // namespace onward::audit
