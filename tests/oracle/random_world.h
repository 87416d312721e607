// Random small worlds around one flow, drawn so that every rule of the register is met often: real
// countries, instruments and schemes, dates near the register's own boundaries.
#pragma once

#include <random>

#include "graph/law/register.h"
#include "tests/oracle/naive_judge.h"

namespace onward::oracle {

class RandomWorlds {
 public:
  RandomWorlds(uint64_t seed, const law::Register& law);

  World Next();
  // A day near a boundary of the register, or any day of its time.
  Date NextDay();
  verdict::Arrival NextArrival();

 private:
  bool Chance(int percent);
  template <typename T>
  const T& Pick(const std::vector<T>& from);
  Interval NextInterval();
  model::Party NextParty(const std::string& id);
  model::Agreement NextAgreement();
  model::Policy NextPolicy();
  std::vector<model::Statement> NextStatements();

  std::mt19937_64 random_;
  const law::Register& law_;
  std::vector<std::string> countries_;
  std::vector<std::string> instruments_;
  std::vector<std::string> derogations_;
  std::vector<std::string> conditions_;
  std::vector<Date> boundaries_;
};

}  // namespace onward::oracle
