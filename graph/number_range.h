// Numbers of parties or flows of a snapshot in order of their ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace onward {

// Keeps what it needs: may outlive the snapshot that gave it. Cheap to copy.
class NumberRange {
 public:
  // Where the order is not 0, 1, 2 ... Numbers in order of id, each once.
  struct Exceptions {
    // A number that comes before another; ascending by the other, those before the same one in order.
    std::vector<std::pair<uint32_t, uint32_t>> added;
    // Ascending.
    std::vector<uint32_t> removed;
  };

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = uint32_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const uint32_t*;
    using reference = uint32_t;

    Iterator() = default;
    uint32_t operator*() const { return AtAdded() ? exceptions_->added[added_].second : at_; }
    Iterator& operator++() {
      if (AtAdded()) {
        ++added_;
      } else {
        ++at_;
      }
      SkipRemoved();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.at_ == b.at_ && a.added_ == b.added_;
    }

   private:
    friend class NumberRange;
    Iterator(const Exceptions* exceptions, uint32_t at, size_t added)
        : exceptions_(exceptions), at_(at), added_(added) {}

    bool AtAdded() const {
      return exceptions_ != nullptr && added_ < exceptions_->added.size() &&
             exceptions_->added[added_].first == at_;
    }
    void SkipRemoved() {
      if (exceptions_ == nullptr) {
        return;
      }
      while (!AtAdded() && removed_ < exceptions_->removed.size() &&
             exceptions_->removed[removed_] <= at_) {
        at_ += exceptions_->removed[removed_] == at_ ? 1 : 0;
        ++removed_;
      }
    }

    const Exceptions* exceptions_ = nullptr;
    uint32_t at_ = 0;
    size_t added_ = 0;
    size_t removed_ = 0;
  };

  // 0 to end - 1, but for `exceptions` where there are any. Those added at the end come before `end`.
  explicit NumberRange(uint32_t end, std::shared_ptr<const Exceptions> exceptions = nullptr)
      : end_(end), exceptions_(std::move(exceptions)) {}

  Iterator begin() const {
    Iterator first(exceptions_.get(), 0, 0);
    first.SkipRemoved();
    return first;
  }
  Iterator end() const {
    return {exceptions_.get(), end_, exceptions_ == nullptr ? 0 : exceptions_->added.size()};
  }
  // How many numbers there are.
  size_t size() const {
    return exceptions_ == nullptr ? end_
                                  : end_ + exceptions_->added.size() - exceptions_->removed.size();
  }
  bool empty() const { return size() == 0; }

 private:
  uint32_t end_ = 0;
  std::shared_ptr<const Exceptions> exceptions_;
};

}  // namespace onward
