// The Merkle tree of RFC 6962 over an inventory's chain: leaf n-1 is the 32 bytes of the hash of entry n. Hashes
// are SHA-256, 32 bytes. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onward::audit {

using Hashes = std::vector<std::string>;

std::string LeafHash(std::string_view data);
std::string NodeHash(std::string_view left, std::string_view right);
// Root of the tree without leaves.
std::string EmptyRoot();

// What is needed of a tree to go on with it: at most 64 hashes, however large it is.
class Frontier {
 public:
  // Adds a leaf by its LeafHash.
  void Add(std::string leaf_hash);
  uint64_t size() const { return size_; }
  std::string Root() const;

 private:
  uint64_t size_ = 0;
  // Roots of the whole subtrees that the leaves fall into, the largest first.
  Hashes subtrees_;
};

// Root over all leaves, given by their LeafHash.
std::string RootOf(const Hashes& leaves);

// Hashes from the leaf at `index` to the root (section 2.1.1); `index` is less than the number of leaves.
Hashes ProveInclusion(const Hashes& leaves, uint64_t index);
bool VerifyInclusion(std::string_view leaf_hash, uint64_t index, uint64_t size, const Hashes& proof,
                     std::string_view root);

// That the first `old_size` leaves, at least one, are the beginning of all of them (section 2.1.2).
Hashes ProveConsistency(const Hashes& leaves, uint64_t old_size);
bool VerifyConsistency(uint64_t old_size, uint64_t size, const Hashes& proof,
                       std::string_view old_root, std::string_view root);

}  // namespace onward::audit
