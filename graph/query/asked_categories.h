// The categories of one question, as bits of a day, also those that no record names. Internal to this folder.
#pragma once

#include <vector>

#include "graph/query/category_bits.h"

namespace onward::query {

// Refers to the category bits.
class AskedCategories {
 public:
  // Data on their way: what records name, and of the asked categories those that none names.
  struct Set {
    Bits named;
    // By number of the category among the asked ones; of those that a record names, nothing is set.
    Bits unnamed;
    bool none() const { return named.none() && unnamed.none(); }
  };

  AskedCategories(const CategoryBits& bits, const model::Strings& ids);

  // All that is asked for.
  const Set& all() const { return all_; }
  Set None() const { return {bits_.None(), Bits(all_.unnamed.size())}; }
  // What goes on of `data` along a flow that lets `declared` through.
  Set Through(const Bits& declared, const Set& data) const;
  // Whether some of what is asked for is carried.
  bool SomeOf(const Bits& carried) const { return !Through(carried, all_).none(); }
  // Whether the category of that number is carried as a whole.
  bool WholeOf(const Bits& carried, size_t number) const { return carried.test(above_[number]); }

 private:
  const CategoryBits& bits_;
  // By number: the nearest category that a record names; bit 0, unspecified data, where there is none.
  std::vector<size_t> above_;
  Set all_;
};

}  // namespace onward::query
