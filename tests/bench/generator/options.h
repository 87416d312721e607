// What the generator makes: which tenants, of which shape, with which facts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace onward::bench {

// Which edges are kept or added.
enum class GraphMode {
  kCyclic,  // all
  kDag,     // between vendors only those that go up in an order of all vendors
  kChain,   // one path of `chain_vendors` further vendors a tenant
  kStar,    // every controller discloses to the vendor of rank 1
};

// What flows say of their data categories.
enum class Labels {
  kMeasured,  // 6 % state categories, as in published lists
  kHalfAll,   // half of the flows hand on all they received, the others state categories
  kNarrow,    // every flow states categories
};

// Which mechanisms flows have.
enum class Mechanisms {
  kMeasured,  // as published: hardly any
  kRules,     // one on nearly every flow, so that each kind of rule has work; invented shares
};

struct GeneratorOptions {
  uint64_t seed = 1;
  size_t tenants = 21;
  // Controllers of the largest tenant; tenant t has t^-0.8 of them, at least 5.
  size_t controllers = 300;
  // 1: what controllers disclose; each further tier, what its recipients disclose in turn.
  int tiers = 4;
  GraphMode mode = GraphMode::kCyclic;
  size_t chain_vendors = 8;
  Labels labels = Labels::kMeasured;
  Mechanisms mechanisms = Mechanisms::kMeasured;
  // Exponent of the weight of a vendor's rank.
  double zipf = 1.15;
  // Vendors of each tenant; 0: 30 a controller, between 3,000 and 200,000.
  size_t vendors = 0;
  // Every vendor discloses, reached or not, instead of few: for one graph that one question reaches all of.
  bool every_vendor_discloses = false;
  // Of the logarithm of the number of recipients.
  double list_mean = 2.35;
  // Share of vendors whose seat is not recorded: 0.91 in published lists, 0 where somebody looked it up.
  double seats_absent = 0;
  // With probability 0.01 a vendor discloses to itself. An inventory refuses such a flow.
  bool self_loops = false;
  // Stops after so many flows.
  uint64_t flows_max = std::numeric_limits<uint64_t>::max();
};

// S, M, L: many tenants. X: one tenant of a million parties and ten million flows of which one question
// reaches nearly all; half of the flows are ALL_RECEIVED. `scale` of X's parties, at most 1. nullopt: no such
// preset.
std::optional<GeneratorOptions> PresetOptions(std::string_view name, double scale = 1);

// `cyclic`, `dag`, `chain:L`, `star`. False: none of these.
bool SetMode(std::string_view text, GeneratorOptions& options);
// `measured`, `half-all`, `narrow`.
std::optional<Labels> LabelsOf(std::string_view text);
// `measured`, `rules`.
std::optional<Mechanisms> MechanismsOf(std::string_view text);

}  // namespace onward::bench
