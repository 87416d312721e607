// A set of small numbers, mostly fewer than 65 of them. Internal to graph/query and graph/reach.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace onward::query {

// Which of the numbers below size() are in the set. Two sets that meet must be of one size. Up to 64 numbers need no
// memory of their own.
class Bits {
 public:
  static constexpr size_t npos = SIZE_MAX;  // NOLINT(readability-identifier-naming): as in std

  Bits() = default;
  // Empty.
  explicit Bits(size_t size) : size_(static_cast<uint32_t>(size)) {
    if (size > kWord) {
      more_ = std::make_unique<uint64_t[]>(num_blocks() - 1);  // NOLINT(modernize-avoid-c-arrays)
    }
  }
  Bits(const Bits& other) : Bits(other.size_) { *this |= other; }
  Bits(Bits&& other) noexcept = default;
  Bits& operator=(const Bits& other) {
    if (this != &other) {
      if (size_ != other.size_ || (more_ == nullptr && Further() > 0)) {
        *this = Bits(other.size_);
      }
      first_ = other.first_;
      std::copy_n(other.more_.get(), Further(), more_.get());
    }
    return *this;
  }
  Bits& operator=(Bits&& other) noexcept = default;
  ~Bits() = default;

  size_t size() const { return size_; }
  size_t num_blocks() const { return (size_ + kWord - 1) / kWord; }
  // 64 numbers, from 64 * block on.
  uint64_t Block(size_t block) const { return block == 0 ? first_ : more_[block - 1]; }
  void SetBlock(size_t block, uint64_t word) { At(block) = word; }
  // Adds all blocks to the end of a list.
  template <class List>
  void AppendTo(List& list) const {
    for (size_t block = 0; block < num_blocks(); ++block) {
      list.push_back(Block(block));
    }
  }

  bool test(size_t at) const { return (Block(at / kWord) >> at % kWord & 1) != 0; }
  void set(size_t at, bool value = true) {
    const uint64_t bit = uint64_t{1} << at % kWord;
    uint64_t& word = At(at / kWord);
    word = value ? word | bit : word & ~bit;
  }
  void reset() {
    first_ = 0;
    std::fill_n(more_.get(), Further(), 0);
  }
  bool any() const { return !none(); }
  bool none() const {
    return first_ == 0 &&
           (more_ == nullptr || std::all_of(more_.get(), more_.get() + Further(),
                                            [](uint64_t word) { return word == 0; }));
  }
  // npos: none.
  size_t find_first() const { return FindFrom(0); }
  size_t find_next(size_t at) const { return FindFrom(at + 1); }

  bool is_subset_of(const Bits& other) const {
    return (first_ & ~other.first_) == 0 &&
           Each(other, [](uint64_t one, uint64_t two) { return (one & ~two) == 0; });
  }
  bool intersects(const Bits& other) const {
    return (first_ & other.first_) != 0 ||
           !Each(other, [](uint64_t one, uint64_t two) { return (one & two) == 0; });
  }
  Bits& operator|=(const Bits& other) {
    return Change(other, [](uint64_t one, uint64_t two) { return one | two; });
  }
  Bits& operator&=(const Bits& other) {
    return Change(other, [](uint64_t one, uint64_t two) { return one & two; });
  }
  Bits& operator-=(const Bits& other) {
    return Change(other, [](uint64_t one, uint64_t two) { return one & ~two; });
  }
  // All that are not in the set.
  Bits operator~() const {
    Bits all(size_);
    for (size_t block = 0; block < num_blocks(); ++block) {
      const size_t left = size_ - block * kWord;
      const uint64_t word = left >= kWord ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
      all.SetBlock(block, word & ~Block(block));
    }
    return all;
  }
  friend Bits operator&(Bits one, const Bits& two) { return one &= two; }
  friend Bits operator|(Bits one, const Bits& two) { return one |= two; }
  friend Bits operator-(Bits one, const Bits& two) { return one -= two; }
  friend bool operator==(const Bits& one, const Bits& two) {
    return one.size_ == two.size_ && one.first_ == two.first_ &&
           one.Each(two, [](uint64_t a, uint64_t b) { return a == b; });
  }

  template <class H>
  friend H AbslHashValue(H hash, const Bits& bits) {
    hash = H::combine(std::move(hash), bits.first_);
    for (size_t block = 1; block < bits.num_blocks(); ++block) {
      hash = H::combine(std::move(hash), bits.Block(block));
    }
    return hash;
  }

 private:
  static constexpr size_t kWord = 64;

  // Blocks but for the first.
  size_t Further() const { return size_ > kWord ? num_blocks() - 1 : 0; }
  uint64_t& At(size_t block) { return block == 0 ? first_ : more_[block - 1]; }

  template <class Same>
  bool Each(const Bits& other, Same same) const {
    for (size_t i = 0; i < Further(); ++i) {
      if (!same(more_[i], other.more_[i])) {
        return false;
      }
    }
    return true;
  }
  template <class Merge>
  Bits& Change(const Bits& other, Merge merge) {
    first_ = merge(first_, other.first_);
    for (size_t i = 0; i < Further(); ++i) {
      more_[i] = merge(more_[i], other.more_[i]);
    }
    return *this;
  }
  size_t FindFrom(size_t at) const {
    for (size_t block = at / kWord; block < num_blocks(); ++block, at = block * kWord) {
      const uint64_t word = Block(block) >> at % kWord;
      if (word != 0) {
        return at + static_cast<size_t>(std::countr_zero(word));
      }
    }
    return npos;
  }

  uint32_t size_ = 0;
  uint64_t first_ = 0;
  // Null: there is no second block.
  std::unique_ptr<uint64_t[]> more_;  // NOLINT(modernize-avoid-c-arrays)
};

}  // namespace onward::query
