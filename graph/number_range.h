// Numbers of parties or flows of a snapshot in order of their ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace onward {

// Valid as long as the snapshot that gave it.
class NumberRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = uint32_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const uint32_t*;
    using reference = uint32_t;

    Iterator() = default;
    explicit Iterator(uint32_t at) : at_(at) {}
    uint32_t operator*() const { return at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    uint32_t at_ = 0;
  };

  explicit NumberRange(uint32_t size) : size_(size) {}
  Iterator begin() const { return Iterator(0); }
  Iterator end() const { return Iterator(size_); }
  // How many numbers there are.
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  uint32_t size_ = 0;
};

}  // namespace onward
