// Impact: which data of which origins depend on a party, a place, an agreement or a piece of law.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/categories.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

enum class ImpactKind { kParty, kCountry, kAgreement, kInstrument, kDecision, kScheme };

// What may fall away.
struct ImpactSubject {
  ImpactKind kind = ImpactKind::kParty;
  // Of the party or agreement; register code; id of the law register.
  std::string id;
};

// A flow in effect that depends on the subject.
struct DependentFlow {
  // Number of the snapshot.
  uint32_t flow = 0;
  // For some destination nothing else passes. False where the subject is a party or a place.
  bool sole_footing = false;
  friend bool operator==(const DependentFlow&, const DependentFlow&) = default;
};

// In order of flow id. Party: flows from it and into it, and those with a site that it runs. Place: flows with that destination.
// Else: flows with a mechanism that passes, COVERED or CONDITIONAL, and rests on the subject; an adequacy decision that asks for
// a certificate rests on the scheme. Proofs are made only for flows that may rest on it. The error is that of `check`, which is
// asked before each flow.
absl::StatusOr<std::vector<DependentFlow>> FindDependentFlows(
    const query::Judgements& judged, const ImpactSubject& subject,
    const std::function<absl::Status()>& check);

// An origin with the part of its data that depends on the subject.
struct Dependent {
  // Party id. Empty: flows whose data have no known origin: nothing shows where the exporter has them from, or they are
  // collected from people directly.
  std::string origin;
  // Its activities that use one of the categories, by id; an activity that names none uses all.
  std::vector<std::string> activities;
  CategorySet categories;
  uint64_t flow_count = 0;
  // Numbers of the first ones, in order of id.
  std::vector<uint32_t> flows;
  uint64_t sole_footing = 0;
  // The worst of the flows.
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
};

struct ImpactPage {
  // In order of origin.
  std::vector<Dependent> dependents;
  // More follow.
  bool more = false;
  // Over everything, not only this page; flows each once, origins that are known.
  uint64_t flows = 0;
  uint64_t sole_footing = 0;
  uint64_t origins = 0;
  uint64_t activities = 0;
};

// At most `limit` dependents after the origin `after`, each with up to `flows_max` flows. One walk backwards from all dependent
// flows finds the origins, one forwards for each origin of the page its flows. No recursion.
absl::StatusOr<ImpactPage> FindImpact(const DayGraph& graph, const ImpactSubject& subject,
                                      const std::optional<std::string>& after, size_t limit,
                                      size_t flows_max, const std::function<absl::Status()>& check);

}  // namespace onward::reach
