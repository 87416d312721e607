// A list whose copies share what they have in common. Internal to this folder.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace onward::query {

// A copy costs a pointer for every 64 << Log entries; changing an entry of a copy, 1 << Log entries and 64
// pointers at most, once. What was copied must not be changed any more. Safe to read from several threads, also while
// copies of it are changed.
template <class T, size_t Log = 6>
class Chunks {
 public:
  Chunks() = default;
  Chunks(const Chunks& other) : blocks_(other.blocks_), size_(other.size_) {}
  Chunks(Chunks&&) noexcept = default;
  Chunks& operator=(const Chunks&) = delete;
  Chunks& operator=(Chunks&&) noexcept = default;
  ~Chunks() = default;

  size_t size() const { return size_; }
  const T& operator[](size_t at) const {
    return blocks_[at >> kBlockLog]->chunks[at >> Log & kChunkMask]->items[at & kItemMask];
  }
  // To be changed; until this is copied.
  T& At(size_t at) {
    Chunk& chunk = Own(Own(blocks_[at >> kBlockLog]).chunks[at >> Log & kChunkMask]);
    return chunk.items[at & kItemMask];
  }
  // Never fewer than before.
  void Grow(size_t size) {
    const size_t blocks = (size + (size_t{1} << kBlockLog) - 1) >> kBlockLog;
    while (blocks_.size() < blocks) {
      auto block = std::make_shared<Block>();
      block->owner = owner_;
      blocks_.push_back(std::move(block));
    }
    for (size_t chunk = Rounded(size_); chunk < Rounded(size); ++chunk) {
      std::shared_ptr<Chunk>& at =
          Own(blocks_[chunk >> (kBlockLog - Log)]).chunks[chunk & kChunkMask];
      if (at == nullptr) {
        at = std::make_shared<Chunk>();
        at->owner = owner_;
      }
    }
    size_ = size;
  }

 private:
  static constexpr size_t kBlockLog = Log + 6;
  static constexpr size_t kChunkMask = 63;
  static constexpr size_t kItemMask = (size_t{1} << Log) - 1;

  struct Chunk {
    uint64_t owner = 0;
    std::array<T, size_t{1} << Log> items = {};
  };
  struct Block {
    uint64_t owner = 0;
    std::array<std::shared_ptr<Chunk>, kChunkMask + 1> chunks;
  };

  static uint64_t NextOwner() {
    static std::atomic<uint64_t> last{0};
    return ++last;
  }
  static size_t Rounded(size_t size) { return (size + kItemMask) >> Log; }

  template <class Part>
  Part& Own(std::shared_ptr<Part>& part) {
    if (part->owner != owner_) {
      part = std::make_shared<Part>(*part);
      part->owner = owner_;
    }
    return *part;
  }

  std::vector<std::shared_ptr<Block>> blocks_;
  size_t size_ = 0;
  uint64_t owner_ = NextOwner();
};

}  // namespace onward::query
