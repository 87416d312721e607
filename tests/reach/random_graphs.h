// Small inventories drawn at random for the checks of this folder: circles, parallel flows, limits to an origin, copies that
// are kept, trees of categories, dates close together.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "graph/base/date.h"
#include "graph/model/record.h"

namespace onward::reach_test {

class RandomGraphs {
 public:
  explicit RandomGraphs(std::mt19937_64& random) : random_(random) {}

  // 1 to 7 parties, up to 10 flows. References resolve; ids are unique.
  std::vector<model::Record> Next();
  // A day near those on which the records of the last graph begin and end.
  Date NextDay();

 private:
  static constexpr int kSpread = 6;

  size_t Below(size_t max) { return random_() % max; }
  bool Chance(size_t percent) { return Below(100) < percent; }
  std::string Party() { return std::string(1, static_cast<char>('a' + Below(parties_))); }
  Interval NextInterval(size_t open_percent);
  model::Strings NextCategories();
  model::Party NextParty(size_t number);
  model::Flow NextFlow(size_t number);
  void AddDates(model::Flow& flow);
  model::Activity NextActivity(size_t number);
  model::Agreement NextAgreement(size_t number);

  std::mt19937_64& random_;
  size_t parties_ = 0;
  Date base_;
};

}  // namespace onward::reach_test
