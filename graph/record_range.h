// Records of one kind of a snapshot in order of their ids.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "graph/model/record.h"

namespace onward {

// To be gone through with `for`. Valid as long as the snapshot that gave it, as are the records.
class RecordRange {
 public:
  using RecordPtr = std::shared_ptr<const model::Record>;

  // Where the order is not that of the list.
  struct Exceptions {
    // Comes before that place in the list, or in the stead of what stands there; ascending.
    std::vector<std::pair<size_t, const model::Record*>> added;
    // Places that are left out; ascending.
    std::vector<size_t> removed;
  };
  struct End {};

  class Iterator {
   public:
    const model::Record* operator*() const {
      return AtAdded() ? range_->exceptions_.added[added_].second : (*range_->records_)[at_].get();
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

    bool AtEnd() const { return at_ == range_->records_->size() && !AtAdded(); }
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

  // The list from `first` on, but for `exceptions`.
  RecordRange(const std::vector<RecordPtr>& records, size_t first, Exceptions exceptions)
      : records_(&records), first_(first), exceptions_(std::move(exceptions)) {}

  Iterator begin() const { return Iterator(*this); }
  static End end() { return {}; }
  // How many records there are.
  size_t size() const {
    return records_->size() - first_ + exceptions_.added.size() - exceptions_.removed.size();
  }
  bool empty() const { return size() == 0; }

 private:
  const std::vector<RecordPtr>* records_;
  size_t first_;
  Exceptions exceptions_;
};

}  // namespace onward
