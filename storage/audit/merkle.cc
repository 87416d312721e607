#include "storage/audit/merkle.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

#include "storage/digest.h"

namespace onward::audit {
namespace {

// A range of leaves.
struct Span {
  uint64_t from = 0;
  uint64_t until = 0;

  uint64_t size() const { return until - from; }
  // Where it is split: after the largest power of two that is less than its size.
  uint64_t middle() const { return from + std::bit_floor(size() - 1); }
};

std::string RootOf(const Hashes& leaves, const Span& span) {
  Frontier frontier;
  for (uint64_t i = span.from; i < span.until; ++i) {
    frontier.Add(leaves[i]);
  }
  return frontier.Root();
}

// A walk from a leaf to the root: the node's number and the last one of its level.
struct Walk {
  uint64_t node = 0;
  uint64_t last = 0;

  bool IsRight() const { return (node & 1) != 0; }
  void Up() {
    node >>= 1;
    last >>= 1;
  }
  // Whether the next hash of a proof stands to the left. A node without a right neighbour goes up until
  // it has a left one.
  bool TakesLeft() {
    if (!IsRight() && node != last) {
      return false;
    }
    while (!IsRight() && node != 0) {
      Up();
    }
    return true;
  }
};

}  // namespace

std::string LeafHash(std::string_view data) {
  return storage::Sha256(std::string(1, '\0').append(data));
}

std::string NodeHash(std::string_view left, std::string_view right) {
  return storage::Sha256(std::string(1, '\x01').append(left).append(right));
}

std::string EmptyRoot() { return storage::Sha256(""); }

void Frontier::Add(std::string leaf_hash) {
  for (uint64_t whole = size_; (whole & 1) != 0; whole >>= 1) {
    leaf_hash = NodeHash(subtrees_.back(), leaf_hash);
    subtrees_.pop_back();
  }
  subtrees_.push_back(std::move(leaf_hash));
  ++size_;
}

std::string Frontier::Root() const {
  if (subtrees_.empty()) {
    return EmptyRoot();
  }
  std::string root = subtrees_.back();
  for (auto subtree = std::next(subtrees_.rbegin()); subtree != subtrees_.rend(); ++subtree) {
    root = NodeHash(*subtree, root);
  }
  return root;
}

std::string RootOf(const Hashes& leaves) { return RootOf(leaves, {0, leaves.size()}); }

Hashes ProveInclusion(const Hashes& leaves, uint64_t index) {
  Hashes proof;
  Span span{0, leaves.size()};
  while (span.size() > 1) {
    const uint64_t middle = span.middle();
    const Span left{span.from, middle};
    const Span right{middle, span.until};
    proof.push_back(RootOf(leaves, index < middle ? right : left));
    span = index < middle ? left : right;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

bool VerifyInclusion(std::string_view leaf_hash, uint64_t index, uint64_t size, const Hashes& proof,
                     std::string_view root) {
  if (index >= size) {
    return false;
  }
  Walk walk{index, size - 1};
  std::string hash(leaf_hash);
  for (const std::string& next : proof) {
    if (walk.last == 0) {
      return false;
    }
    hash = walk.TakesLeft() ? NodeHash(next, hash) : NodeHash(hash, next);
    walk.Up();
  }
  return walk.last == 0 && hash == root;
}

Hashes ProveConsistency(const Hashes& leaves, uint64_t old_size) {
  Hashes proof;
  Span span{0, leaves.size()};
  // Whether the old tree as a whole is a subtree, whose root the verifier has.
  bool is_old_root = true;
  while (old_size != span.until) {
    const uint64_t middle = span.middle();
    const Span left{span.from, middle};
    const Span right{middle, span.until};
    const bool in_left = old_size <= middle;
    proof.push_back(RootOf(leaves, in_left ? right : left));
    span = in_left ? left : right;
    is_old_root = is_old_root && in_left;
  }
  if (!is_old_root) {
    proof.push_back(RootOf(leaves, span));
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

bool VerifyConsistency(uint64_t old_size, uint64_t size, const Hashes& proof,
                       std::string_view old_root, std::string_view root) {
  if (old_size == 0 || old_size > size) {
    return false;
  }
  if (old_size == size) {
    return proof.empty() && old_root == root;
  }
  Hashes path = proof;
  if (std::has_single_bit(old_size)) {
    path.insert(path.begin(), std::string(old_root));
  }
  if (path.empty()) {
    return false;
  }
  Walk walk{old_size - 1, size - 1};
  while (walk.IsRight()) {
    walk.Up();
  }
  std::string old_hash = path.front();
  std::string hash = path.front();
  for (size_t i = 1; i < path.size(); ++i) {
    if (walk.last == 0) {
      return false;
    }
    if (walk.TakesLeft()) {
      old_hash = NodeHash(path[i], old_hash);
      hash = NodeHash(path[i], hash);
    } else {
      hash = NodeHash(hash, path[i]);
    }
    walk.Up();
  }
  return walk.last == 0 && old_hash == old_root && hash == root;
}

}  // namespace onward::audit
