// Exporters as far as their place counts: when the law binds them, and whether the law of their country may
// decide on what they hand on. Internal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/verdict/prepare_parties.h"

namespace onward::verdict {

// From this day on, until the next phase.
struct ExporterPhase {
  Date from = Date::Min();
  bool bound = false;
  // Number of the decision on its country under which data may have come to it, where the law of that
  // country then decides; 0: none.
  uint16_t local_rules = 0;
  friend bool operator==(const ExporterPhase&, const ExporterPhase&) = default;
};

// Tells apart what a judgement reads of an exporter: whether it is bound (BoundUnder), the decision on its
// country (TryLocalRules), and the rest. Not thread-safe. Refers to its arguments.
class ExporterTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  using Mechanisms = absl::flat_hash_map<std::string, uint16_t>;

  ExporterTable(const PartyTable& parties, const law::Register& law, Date law_known_at,
                const model::Policy* policy, const Mechanisms& mechanisms);

  // Number of what is left of an exporter without its place and its time under the GDPR: established where
  // nothing binds it, ever. kNone: one of several members, or whose place the law does not settle.
  uint32_t Unplaced(uint32_t shape);
  // Number of what is read of a controller for whom others act.
  uint32_t Controller(uint32_t shape);
  const EntityShape& Shape(uint32_t number) const { return shapes_[number]; }
  // Of one that Unplaced numbers; `stated`: as the flow says.
  const std::vector<ExporterPhase>& Phases(uint32_t shape, std::optional<bool> stated);

 private:
  uint32_t NumberOf(EntityShape shape);
  bool IsSimple(const EntityShape& shape) const;
  std::vector<Date> DatesOf(const model::Party& party) const;
  ExporterPhase PhaseOn(const model::Party& party, std::optional<bool> stated, Date day) const;

  const PartyTable& parties_;
  const law::Register& law_;
  Date law_known_at_;
  const model::Policy* policy_;
  const Mechanisms& mechanisms_;
  // A place where nothing binds an exporter; null: the register has none.
  const law::Jurisdiction* nowhere_ = nullptr;
  std::vector<EntityShape> shapes_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::map<uint32_t, uint32_t> unplaced_;
  std::map<uint32_t, uint32_t> controllers_;
  std::map<std::pair<uint32_t, std::optional<bool>>, std::vector<ExporterPhase>> phases_;
};

}  // namespace onward::verdict
