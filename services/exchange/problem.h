// What is wrong with an input file, and where.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace onward::exchange {

// A place in a file. Line and column count from 1, columns in characters; 0: the file as a whole.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

// file:line:column
std::string ToString(const Place& place);

// One thing that is wrong.
struct Problem {
  Place place;
  // Field path in JSON names: certifications[0].scheme. Empty: none.
  std::string field;
  // What is wrong and what would be right.
  std::string message;
  friend bool operator==(const Problem&, const Problem&) = default;
};

// file:line:column: field: message
std::string ToString(const Problem& problem);

// Collects problems, at most kMax; further ones are only counted.
class Problems {
 public:
  static constexpr size_t kMax = 100;

  void Add(Problem problem);
  bool empty() const { return list_.empty(); }
  bool full() const { return list_.size() >= kMax; }
  const std::vector<Problem>& list() const { return list_; }
  size_t not_listed() const { return not_listed_; }

 private:
  std::vector<Problem> list_;
  size_t not_listed_ = 0;
};

}  // namespace onward::exchange
