#include "graph/model/violations.h"

#include "absl/strings/str_cat.h"

namespace onward::model {

std::string FieldPath::ToString() const {
  std::vector<const FieldPath*> chain;
  for (const FieldPath* at = this; at != nullptr; at = at->parent_) {
    chain.push_back(at);
  }
  std::string text;
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    const FieldPath& part = **it;
    if (part.index_ >= 0) {
      absl::StrAppend(&text, "[", part.index_, "]");
    } else if (!part.name_.empty()) {
      absl::StrAppend(&text, text.empty() ? "" : ".",
                      absl::string_view(part.name_.data(), part.name_.size()));
    }
  }
  return text;
}

void Violations::Add(const FieldPath& path, std::string message) {
  Add(path.ToString(), std::move(message));
}

void Violations::Add(std::string field, std::string message) {
  if (list_.size() >= kMax) {
    ++not_listed_;
    return;
  }
  list_.push_back({std::move(field), std::move(message)});
}

}  // namespace onward::model
