// What an edge and a vendor are said to be: seats, places, mechanisms, labels. Each is drawn from the numbers
// of the nodes and the seed alone, so that it depends on no order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/bench/generator/options.h"
#include "tests/bench/generator/topology.h"

namespace onward::bench {

enum class Mechanism {
  kNone,
  kUnnecessary,  // "none needed", as the exporter says
  kAdequacy,     // stated; nothing is recorded for it
  kTermsOnly,    // processing terms without a tool, or a tool that is not said
  kClauses,
  kClausesAndFramework,
  kFramework,
  kBindingRules,
  kDerogation,
};

// Of data categories, in the order of CategoryIds(): bit 0 is the first.
using LabelMask = uint16_t;
// Hands on whatever was received.
inline constexpr LabelMask kAllReceivedMask = 0x8000;

// Ids of the default tree for the eleven data categories of the Transparency and Consent Framework, in its order.
const std::vector<std::string_view>& CategoryIds();

class Facts {
 public:
  Facts(const GeneratorOptions& options, uint32_t tenant) : options_(options), tenant_(tenant) {}

  // ISO 3166-1. Of a controller: in the EEA. Of a vendor: empty where not recorded.
  std::string_view SeatOf(const TenantGraph& graph, uint32_t node) const;
  Mechanism MechanismOf(const Edge& edge) const;
  // 0: none stated.
  LabelMask LabelsOf(const Edge& edge) const;
  // Countries, `GLOBAL`, `EU` or `EEA`; none where the place is not stated.
  std::vector<std::string_view> PlacesOf(const Edge& edge) const;
  // Numbers 1 to 11 of the framework's purposes that an importer pursues.
  std::vector<int> PurposesOf(uint32_t importer) const;
  // For further draws about an edge.
  uint64_t SeedOf(const Edge& edge, uint64_t topic) const;

 private:
  const GeneratorOptions& options_;
  const uint32_t tenant_;
};

}  // namespace onward::bench
