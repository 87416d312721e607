#include "graph/model/validate.h"

#include <algorithm>

#include "graph/model/checker.h"

namespace onward::model {

bool IsValidId(std::string_view id) {
  constexpr size_t kIdMax = 128;
  const auto outer = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto inner = [&](char c) { return outer(c) || c == '.' || c == '_' || c == '-'; };
  return !id.empty() && id.size() <= kIdMax && outer(id.front()) && outer(id.back()) &&
         std::all_of(id.begin(), id.end(), inner);
}

void ValidateRecord(const Record& record, const Vocabulary& vocabulary, const FieldPath& path,
                    Violations& violations) {
  Checker check(vocabulary, violations);
  std::visit([&](const auto& value) { Validate(value, path, check); }, record);
}

}  // namespace onward::model
