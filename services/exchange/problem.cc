#include "services/exchange/problem.h"

namespace onward::exchange {

std::string ToString(const Place& place) {
  if (place.line == 0) {
    return place.file;
  }
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string ToString(const Problem& problem) {
  std::string text = ToString(problem.place) + ": ";
  if (!problem.field.empty()) {
    text += problem.field + ": ";
  }
  return text + problem.message;
}

void Problems::Add(Problem problem) {
  if (full()) {
    ++not_listed_;
    return;
  }
  list_.push_back(std::move(problem));
}

}  // namespace onward::exchange
