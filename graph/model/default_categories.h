// The data categories that an inventory has without any record: a small tree that covers what notices
// name, each node with its nearest W3C DPV-PD term. A Category record of the same id takes its place.
#pragma once

#include <string_view>

namespace onward::model {

struct DefaultCategory {
  std::string_view id;
  std::string_view name;
  // Nearest term of https://w3id.org/dpv/pd; empty: none fits.
  std::string_view dpv_id;
  // GDPR Art. 9(1).
  bool special = false;
};

// All of them in order of id; a parent is the id without its last dotted part.
struct DefaultCategories {
  const DefaultCategory* first = nullptr;
  const DefaultCategory* last = nullptr;
  const DefaultCategory* begin() const { return first; }
  const DefaultCategory* end() const { return last; }
};
DefaultCategories AllDefaultCategories();

// Null: not in the default tree.
const DefaultCategory* FindDefaultCategory(std::string_view id);

}  // namespace onward::model
