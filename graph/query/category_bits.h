// Sets of categories as bits, for one snapshot: the meet of two sets is the AND of their bits.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/categories.h"
#include "graph/query/bits.h"
#include "graph/snapshot.h"

namespace onward::query {

// The categories of a snapshot by number. Bit 0 is unspecified data; each further bit is a category that some flow or
// activity names. A set has the bits of everything that lies under its members. Immutable. Refers to the snapshot.
class CategoryBits {
 public:
  explicit CategoryBits(const Snapshot& snapshot);

  Bits None() const { return Bits(ids_.size()); }
  // Unspecified data and with it every category.
  Bits All() const { return ~Bits(ids_.size()); }
  bool Knows(std::string_view id) const { return numbers_.count(id) != 0; }
  // Ids that no record names are passed over.
  Bits Of(const model::Strings& ids) const;
  // What a flow declares; everything where it says ALL_RECEIVED or nothing at all.
  Bits Declared(const model::TermsView& flow) const;
  // What lies at or under the category, whether or not a record names the category itself.
  Bits Under(std::string_view id) const;
  // The set with all that lies under its members: a rest of data (Arrivals::UnexplainedOf) may have a category without parts of it.
  Bits WithParts(const Bits& bits) const;
  // The number of the nearest category at or above `id` that some record names; 0: there is none.
  size_t NearestAbove(std::string_view id) const;
  // The set, as its topmost members.
  CategorySet ToSet(const Bits& bits) const;

 private:
  const Categories* categories_;
  std::vector<std::string> ids_;
  std::unordered_map<std::string_view, size_t> numbers_;
  std::vector<Bits> below_;
};

// Whether the flow names its categories: neither ALL_RECEIVED nor nothing.
bool StatesCategories(const model::TermsView& flow);

}  // namespace onward::query
