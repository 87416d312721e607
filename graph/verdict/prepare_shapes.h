// From the parts of a hop to its steps, computed once per shape. Internal.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/verdict/prepare_parties.h"
#include "graph/verdict/prepared.h"
#include "graph/verdict/shape.h"

namespace onward::verdict {

// What the shape of a hop to one destination is made of. Party ids are x0, x1 ... for the exporter and its
// heads, i0 ... for the importer, c0000.0 ... for controllers (PartName).
struct HopParts {
  // Numbers of PartyTable::Shape.
  uint32_t exporter = 0;
  uint32_t importer = 0;
  // Controllers, for whom the exporter acts, that some agreement names, in order of id.
  std::vector<uint32_t> controllers;
  // Further controllers, whom none names; and that not all are known.
  bool others = false;
  bool incomplete = false;
  // At most one site.
  model::Flow flow;
  std::vector<model::Agreement> agreements;
};

std::string ExporterName(size_t member);
std::string ImporterName(size_t member);
std::string ControllerName(size_t controller, size_t member);
std::string AgreementName(size_t agreement);
// More than this many controllers or agreements have no names that sort as their numbers do.
inline constexpr size_t kNamesMax = 10'000;

// Appends a step, unless it is as the one before.
void AppendStep(Date from, const Brief& brief, std::vector<BriefStep>& steps);

// The steps of shapes. Not thread-safe. Refers to its arguments.
class ShapeTable {
 public:
  // By arrival, numbered as in Prepared.
  static constexpr size_t kArrivals = 4;
  using Steps = std::array<std::vector<BriefStep>, kArrivals>;

  ShapeTable(const PartyTable& parties, const law::Register& law, Date law_known_at,
             const model::Policy* policy, const std::vector<std::string>& mechanisms);

  // The number of the steps at the destination: the site, or without one the establishment.
  uint32_t Find(HopParts& parts);
  const Steps& StepsOf(uint32_t number) const { return steps_[number]; }
  size_t size() const { return steps_.size(); }
  size_t judged() const { return judged_; }

 private:
  Shape ShapeFrom(std::string_view key) const;
  const Steps& JudgedSteps(const Shape& shape);
  Steps Judge(const Shape& shape) const;
  std::array<Brief, kArrivals> BriefsOn(const Shape& shape, const ShapeView& view, Date day) const;
  Brief BriefOn(const Shape& shape, const ShapeView& view, Date day, const Arrival& arrival) const;

  const PartyTable& parties_;
  const law::Register& law_;
  Date law_known_at_;
  const model::Policy* policy_;
  absl::flat_hash_map<std::string, uint16_t> mechanisms_;
  DateClasses dates_;
  std::string key_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<Steps> steps_;
  // Steps of shapes whose dates are replaced, by all of their fields.
  absl::flat_hash_map<std::string, Steps> judged_steps_;
  size_t judged_ = 0;
};

}  // namespace onward::verdict
