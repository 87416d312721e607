#include "graph/categories.h"

#include <algorithm>

#include "graph/model/default_categories.h"

namespace onward {
namespace {

// Longer than any chain of parents that is no circle in practice: ids have at most 128 characters, and
// records may nest further only by naming parents.
constexpr int kDepthMax = 1000;

std::string_view DottedParent(std::string_view id) {
  const size_t dot = id.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : id.substr(0, dot);
}

}  // namespace

Categories::Categories(const std::vector<const model::Record*>& records) {
  for (const model::Record* record : records) {
    if (const auto* category = std::get_if<model::Category>(record)) {
      nodes_[category->id] = {category->parent, category->name, category->special};
    }
  }
}

std::string_view Categories::ParentOf(std::string_view id) const {
  const auto at = nodes_.find(id);
  return at != nodes_.end() && !at->second.parent.empty() ? std::string_view(at->second.parent)
                                                          : DottedParent(id);
}

bool Categories::Covers(std::string_view general, std::string_view special) const {
  for (int depth = 0; !special.empty() && depth < kDepthMax; ++depth) {
    if (special == general) {
      return true;
    }
    special = ParentOf(special);
  }
  return false;
}

bool Categories::IsSpecial(std::string_view id) const {
  for (int depth = 0; !id.empty() && depth < kDepthMax; ++depth) {
    const auto at = nodes_.find(id);
    const model::DefaultCategory* const known = model::FindDefaultCategory(id);
    if ((at != nodes_.end() && at->second.special) || (known != nullptr && known->special)) {
      return true;
    }
    id = ParentOf(id);
  }
  return false;
}

std::string Categories::NameOf(std::string_view id) const {
  const auto at = nodes_.find(id);
  if (at != nodes_.end() && !at->second.name.empty()) {
    return at->second.name;
  }
  const model::DefaultCategory* const known = model::FindDefaultCategory(id);
  return std::string(known != nullptr ? known->name : id);
}

size_t Categories::bytes() const {
  size_t sum = 0;
  for (const auto& [id, node] : nodes_) {
    // What a map adds to a node.
    sum += 4 * sizeof(void*) + sizeof(id) + sizeof(node) + id.size() + node.parent.size() +
           node.name.size();
  }
  return sum;
}

CategorySet Categories::Of(std::vector<std::string> ids) const {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  CategorySet set;
  for (const std::string& id : ids) {
    const bool below = std::any_of(ids.begin(), ids.end(), [&](const std::string& other) {
      // Of two that cover each other (a circle of parents) the first stays.
      return other != id && Covers(other, id) && (!Covers(id, other) || other < id);
    });
    if (!below) {
      set.ids.push_back(id);
    }
  }
  return set;
}

CategorySet Categories::Meet(const CategorySet& declared, const CategorySet& received) const {
  if (declared.all) {
    return received;
  }
  if (received.all) {
    return declared;
  }
  std::vector<std::string> common;
  for (const std::string& a : declared.ids) {
    for (const std::string& b : received.ids) {
      if (Covers(a, b)) {
        common.push_back(b);
      } else if (Covers(b, a)) {
        common.push_back(a);
      }
    }
  }
  return Of(std::move(common));
}

CategorySet Categories::Union(const CategorySet& a, const CategorySet& b) const {
  if (a.all || b.all) {
    return CategorySet::All();
  }
  std::vector<std::string> ids = a.ids;
  ids.insert(ids.end(), b.ids.begin(), b.ids.end());
  return Of(std::move(ids));
}

}  // namespace onward
