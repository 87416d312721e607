// What data somebody has, or a flow brings. Internal to graph/query and graph/reach.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "graph/query/bits.h"

namespace onward::query {

// Categories by origin class, ascending; no class without any. Origins that no flow is limited to (on_behalf_of) share
// class 0, so that most loads have at most one class: that one needs no memory of its own.
class Load {
 public:
  using Entry = std::pair<uint32_t, Bits>;
  using Entries = absl::InlinedVector<Entry, 1>;
  using const_iterator = Entries::const_iterator;

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }
  // end(): none of that class.
  const_iterator find(uint32_t origin_class) const {
    const auto at = At(origin_class);
    return at != end() && at->first == origin_class ? at : end();
  }

  // Whether it grew.
  bool Add(uint32_t origin_class, const Bits& bits) {
    if (bits.none()) {
      return false;
    }
    const auto at = At(origin_class);
    if (at == end() || at->first != origin_class) {
      entries_.emplace(at, origin_class, bits);
      return true;
    }
    Bits& known = entries_[static_cast<size_t>(at - begin())].second;
    if (bits.is_subset_of(known)) {
      return false;
    }
    known |= bits;
    return true;
  }
  bool Add(const Load& more) {
    if (empty()) {
      *this = more;
      return !empty();
    }
    bool grew = false;
    for (const auto& [origin_class, bits] : more) {
      grew = Add(origin_class, bits) || grew;
    }
    return grew;
  }
  void clear() { entries_.clear(); }

  friend bool operator==(const Load&, const Load&) = default;
  template <class H>
  friend H AbslHashValue(H hash, const Load& load) {
    for (const auto& [origin_class, bits] : load) {
      hash = H::combine(std::move(hash), origin_class, bits);
    }
    return H::combine(std::move(hash), load.size());
  }

 private:
  const_iterator At(uint32_t origin_class) const {
    return std::lower_bound(begin(), end(), origin_class, [](const Entry& entry, uint32_t wanted) {
      return entry.first < wanted;
    });
  }

  Entries entries_;
};

}  // namespace onward::query
