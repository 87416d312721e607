#include "graph/query/asked_categories.h"

namespace onward::query {

AskedCategories::AskedCategories(const CategoryBits& bits, const model::Strings& ids)
    : bits_(bits), all_{bits.None(), Bits(ids.size())} {
  above_.reserve(ids.size());
  for (const std::string& id : ids) {
    all_.named |= bits.Under(id);
    all_.unnamed.set(above_.size(), !bits.Knows(id));
    above_.push_back(bits.NearestAbove(id));
  }
}

AskedCategories::Set AskedCategories::Through(const Bits& declared, const Set& data) const {
  Set on{data.named & declared, data.unnamed};
  for (size_t at = on.unnamed.find_first(); at != Bits::npos; at = on.unnamed.find_next(at)) {
    on.unnamed.set(at, declared.test(above_[at]));
  }
  return on;
}

}  // namespace onward::query
