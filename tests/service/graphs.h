// Made graphs as records of an inventory, by shape and size.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/record.h"
#include "storage/store.h"

namespace onward::service_test {

// Parties p0 to pN and flows f0 to fM. p0 holds the data; what the others hand on is all that they received, unless it is said.
class Graph {
 public:
  // Parties, one third each in Finland, the United States and India.
  uint32_t Party();
  // So many more; the number of the first.
  uint32_t Parties(uint32_t count);
  // Between controllers; from p0 contact data.
  model::Flow& Flow(uint32_t from, uint32_t to);
  // From a processor to a sub-processor.
  model::Flow& SubFlow(uint32_t from, uint32_t to);
  void Add(model::Record record) { others_.push_back(std::move(record)); }

  model::Party& party(uint32_t number) { return parties_[number]; }
  static std::string IdOf(uint32_t party) { return "p" + std::to_string(party); }
  uint32_t parties() const { return static_cast<uint32_t>(parties_.size()); }
  uint32_t flows() const { return static_cast<uint32_t>(flows_.size()); }

  // Commits all of it as an inventory of its own. False: the store refused, with the reason on standard error.
  bool Write(storage::Store& store, const std::string& inventory) const;

 private:
  std::vector<model::Party> parties_;
  std::vector<model::Flow> flows_;
  // Committed between parties and flows.
  std::vector<model::Record> others_;
};

// So many flows between a third as many parties, drawn from the seed: those in Finland, nine of ten, are one strong component; those
// in the United States only receive.
Graph RandomGraph(uint32_t flows, uint64_t seed);

struct Shape {
  std::string name;
  std::function<void(Graph& graph)> draw;
};

// Fifty shapes that hurt graph algorithms: chains, circles, hubs, layers, trees, grids, and what records may say besides. Numbers of
// parties and flows are divided by `divisor`.
std::vector<Shape> Shapes(uint64_t divisor);

}  // namespace onward::service_test
