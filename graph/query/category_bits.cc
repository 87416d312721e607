#include "graph/query/category_bits.h"

#include <set>

namespace onward::query {
namespace {

constexpr int kDepthMax = 1000;

std::set<std::string_view> NamedIds(const Snapshot& snapshot) {
  std::set<std::string_view> ids;
  for (uint32_t flow = 0; flow < snapshot.FlowCount(); ++flow) {
    if (snapshot.HasFlow(flow) && StatesCategories(snapshot.TermsOf(flow))) {
      const model::Strings& categories = snapshot.TermsOf(flow).data_categories;
      ids.insert(categories.begin(), categories.end());
    }
  }
  for (const RecordPtr& record : snapshot.RecordsOf(model::RecordKind::kActivity)) {
    const auto& categories = std::get<model::Activity>(*record).data_categories;
    ids.insert(categories.begin(), categories.end());
  }
  return ids;
}

}  // namespace

bool StatesCategories(const model::TermsView& flow) {
  return !flow.data_categories.empty() && flow.data_categories.front() != model::kAllReceived;
}

CategoryBits::CategoryBits(const Snapshot& snapshot) : categories_(&snapshot.categories()) {
  ids_.emplace_back();
  for (const std::string_view id : NamedIds(snapshot)) {
    ids_.emplace_back(id);
  }
  numbers_.reserve(ids_.size());
  for (size_t number = 1; number < ids_.size(); ++number) {
    numbers_.emplace(ids_[number], number);
  }
  below_.assign(ids_.size(), None());
  for (size_t number = 1; number < ids_.size(); ++number) {
    std::string_view above = ids_[number];
    for (int depth = 0; !above.empty() && depth < kDepthMax; ++depth) {
      const auto at = numbers_.find(above);
      if (at != numbers_.end()) {
        below_[at->second].set(number);
      }
      above = categories_->ParentOf(above);
    }
  }
}

Bits CategoryBits::Of(const model::Strings& ids) const {
  Bits bits = None();
  for (const std::string& id : ids) {
    const auto at = numbers_.find(id);
    if (at != numbers_.end()) {
      bits |= below_[at->second];
    }
  }
  return bits;
}

Bits CategoryBits::Under(std::string_view id) const {
  const auto at = numbers_.find(id);
  if (at != numbers_.end()) {
    return below_[at->second];
  }
  Bits bits = None();
  for (size_t number = 1; number < ids_.size(); ++number) {
    if (categories_->Covers(id, ids_[number])) {
      bits.set(number);
    }
  }
  return bits;
}

Bits CategoryBits::WithParts(const Bits& bits) const {
  if (bits.test(0)) {
    return All();
  }
  Bits all = bits;
  for (size_t at = bits.find_first(); at != Bits::npos; at = bits.find_next(at)) {
    all |= below_[at];
  }
  return all;
}

size_t CategoryBits::NearestAbove(std::string_view id) const {
  for (int depth = 0; !id.empty() && depth < kDepthMax; ++depth) {
    const auto at = numbers_.find(id);
    if (at != numbers_.end()) {
      return at->second;
    }
    id = categories_->ParentOf(id);
  }
  return 0;
}

Bits CategoryBits::Declared(const model::TermsView& flow) const {
  return StatesCategories(flow) ? Of(flow.data_categories) : All();
}

CategorySet CategoryBits::ToSet(const Bits& bits) const {
  if (bits.test(0)) {
    return CategorySet::All();
  }
  std::vector<std::string> ids;
  for (size_t at = bits.find_first(); at != Bits::npos; at = bits.find_next(at)) {
    ids.push_back(ids_[at]);
  }
  return categories_->Of(std::move(ids));
}

}  // namespace onward::query
