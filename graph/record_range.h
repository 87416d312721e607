// Records of one kind of a snapshot in order of their ids.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "graph/model/record.h"

namespace onward {

using RecordPtr = std::shared_ptr<const model::Record>;

namespace snapshot {
struct Base;
}  // namespace snapshot

// To be gone through with `for`, once or more often. Valid as long as the snapshot that gave it. Records of
// flows are put together one by one, as they are come to.
class RecordRange {
 public:
  // Where the order is not that of the list.
  struct Exceptions {
    // Comes before that place in the list, or in the stead of what stands there; ascending.
    std::vector<std::pair<size_t, RecordPtr>> added;
    // Places that are left out; ascending.
    std::vector<size_t> removed;
  };
  struct End {};

  class Iterator {
   public:
    RecordPtr operator*() const {
      return AtAdded() ? range_->exceptions_.added[added_].second : range_->At(at_);
    }
    Iterator& operator++() {
      if (AtAdded()) {
        ++added_;
      } else {
        ++at_;
      }
      SkipRemoved();
      return *this;
    }
    friend bool operator==(const Iterator& it, End /*end*/) { return it.AtEnd(); }

   private:
    friend class RecordRange;
    explicit Iterator(const RecordRange& range) : range_(&range), at_(range.first_) {
      SkipRemoved();
    }

    bool AtEnd() const { return at_ == range_->end_ && !AtAdded(); }
    bool AtAdded() const {
      const auto& added = range_->exceptions_.added;
      return added_ < added.size() && added[added_].first == at_;
    }
    void SkipRemoved() {
      const std::vector<size_t>& removed = range_->exceptions_.removed;
      while (!AtAdded() && removed_ < removed.size() && removed[removed_] <= at_) {
        at_ += removed[removed_] == at_ ? 1 : 0;
        ++removed_;
      }
    }

    const RecordRange* range_;
    size_t at_;
    size_t added_ = 0;
    size_t removed_ = 0;
  };

  // Those of a kind from `first` on, but for `exceptions`.
  RecordRange(const snapshot::Base& base, size_t slot, size_t first, Exceptions exceptions);

  Iterator begin() const { return Iterator(*this); }
  static End end() { return {}; }
  // How many records there are.
  size_t size() const {
    return end_ - first_ + exceptions_.added.size() - exceptions_.removed.size();
  }
  bool empty() const { return size() == 0; }

 private:
  RecordPtr At(size_t place) const;

  const snapshot::Base* base_;
  size_t slot_;
  size_t first_;
  size_t end_;
  Exceptions exceptions_;
};

}  // namespace onward
