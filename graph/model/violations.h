// Everything that is wrong with an input, each with the path of the field: all at once, not the first only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onward::model {

// One thing that is wrong.
struct Violation {
  // Field path in proto names: certifications[0].scheme; empty: the record as a whole.
  std::string field;
  // What is wrong and what would be right, without the path.
  std::string message;
  friend bool operator==(const Violation&, const Violation&) = default;
};

// Where a value stands, as a chain on the stack; the text is made only when something is wrong.
class FieldPath {
 public:
  FieldPath() = default;
  // A field of `parent`.
  FieldPath(const FieldPath& parent, std::string_view name) : parent_(&parent), name_(name) {}
  // Element `index` of the repeated field that `parent` names.
  FieldPath(const FieldPath& parent, size_t index)
      : parent_(&parent), index_(static_cast<int>(index)) {}

  std::string ToString() const;

 private:
  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  int index_ = -1;
};

// Collects violations, at most kMax; further ones are only counted.
class Violations {
 public:
  static constexpr size_t kMax = 200;

  void Add(const FieldPath& path, std::string message);
  void Add(std::string field, std::string message);

  bool empty() const { return list_.empty(); }
  const std::vector<Violation>& list() const { return list_; }
  // How many were found beyond kMax.
  size_t not_listed() const { return not_listed_; }

 private:
  std::vector<Violation> list_;
  size_t not_listed_ = 0;
};

}  // namespace onward::model
