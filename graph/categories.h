// The tree of data categories of an inventory, and sets of categories on it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/record.h"

namespace onward {

// A set of categories with everything below them; `all` is unspecified data, which meets any category
// as that category. Ids ascending, none below another.
struct CategorySet {
  bool all = false;
  std::vector<std::string> ids;

  static CategorySet All() { return {true, {}}; }
  bool empty() const { return !all && ids.empty(); }
  friend bool operator==(const CategorySet&, const CategorySet&) = default;
};

// Which category lies under which: the parent that a Category record names, else the id without its last
// dotted part. Ids without a record belong to the tree too. Immutable; safe to share between threads.
class Categories {
 public:
  Categories() = default;
  // Takes the Category records of `records`, others are passed over.
  explicit Categories(const std::vector<const model::Record*>& records);

  // Empty: `id` is a root.
  std::string_view ParentOf(std::string_view id) const;
  // Whether `special` is `general` or lies under it. Parents that form a circle end after one turn.
  bool Covers(std::string_view general, std::string_view special) const;
  // Whether one of the two covers the other.
  bool Meets(std::string_view a, std::string_view b) const { return Covers(a, b) || Covers(b, a); }
  // GDPR Art. 9, by the nearest record or default category at or above `id` that says so.
  bool IsSpecial(std::string_view id) const;
  // Name for people: the record's, else the default tree's, else the id.
  std::string NameOf(std::string_view id) const;

  // What a flow hands on: what is in both sets, as the narrower of two ids that meet.
  CategorySet Meet(const CategorySet& declared, const CategorySet& received) const;
  CategorySet Union(const CategorySet& a, const CategorySet& b) const;
  // Memory of the tree.
  size_t bytes() const;
  // The ids without those that lie under another.
  CategorySet Of(std::vector<std::string> ids) const;

 private:
  struct Node {
    std::string parent;
    std::string name;
    bool special = false;
  };
  std::map<std::string, Node, std::less<>> nodes_;
};

}  // namespace onward
