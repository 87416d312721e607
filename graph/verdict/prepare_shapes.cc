#include "graph/verdict/prepare_shapes.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/brief.h"
#include "graph/verdict/destinations.h"

namespace onward::verdict {
namespace {

// After all controllers that an agreement names.
constexpr char kOthers[] = "z";

template <class Archive>
void Fields(Archive& archive, HopParts& parts) {
  archive(parts.exporter);
  archive(parts.importer);
  archive(parts.controllers);
  archive(parts.others);
  archive(parts.incomplete);
  archive(parts.flow);
  archive(parts.agreements);
}

std::string Padded(char prefix, size_t number) {
  std::string digits = std::to_string(number);
  return prefix + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

template <class NameOf>
void AddEntity(const EntityShape& entity, NameOf name_of, Shape& shape) {
  for (size_t member = 0; member < entity.size(); ++member) {
    model::Party party = entity[member];
    party.id = name_of(member);
    party.branch_of = member + 1 < entity.size() ? name_of(member + 1) : "";
    shape.parties.push_back(std::move(party));
  }
}

// A flow that makes the exporter act for `controller`; for somebody not known where it is empty.
void AddFeeding(const std::string& controller, Shape& shape) {
  model::Flow flow;
  flow.exporter = controller;
  flow.importer = ExporterName(0);
  if (!controller.empty()) {
    flow.exporter_role = model::Role::kController;
    flow.importer_role = model::Role::kProcessor;
  }
  shape.feeding.push_back(std::move(flow));
}

constexpr Arrival kNothing = {false, false, false};
constexpr Arrival kRestricted = {true, false, false};
constexpr Arrival kUnderAdequacy = {true, true, false};
constexpr Arrival kFromImporter = {true, false, true};

// Verdicts that are final before anything is asked about adequacy upstream.
bool IsCarried(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotATransfer:
    case Verdict::kCovered:
    case Verdict::kConditional:
      return true;
    case Verdict::kUnspecified:
    case Verdict::kLacking:
    case Verdict::kUndetermined:
      break;
  }
  return false;
}

const DestinationVerdict& At(const HopVerdict& hop, const model::Flow& flow) {
  if (flow.sites.empty()) {
    return hop.destinations.front();
  }
  const std::string& country = flow.sites.front().country;
  const std::string_view code = country.empty() ? kUnknownCode : std::string_view(country);
  const auto at = std::find_if(hop.destinations.begin(), hop.destinations.end(),
                               [&](const DestinationVerdict& d) { return d.destination == code; });
  return *at;
}

}  // namespace

void AppendStep(Date from, const Brief& brief, std::vector<BriefStep>& steps) {
  const BriefStep step = {from, static_cast<uint8_t>(brief.verdict),
                          static_cast<uint8_t>(brief.reason), brief.mechanism};
  const bool same = !steps.empty() && steps.back().verdict == step.verdict &&
                    steps.back().reason == step.reason && steps.back().mechanism == step.mechanism;
  if (!same) {
    steps.push_back(step);
  }
}

std::string ExporterName(size_t member) { return "x" + std::to_string(member); }
std::string ImporterName(size_t member) { return "i" + std::to_string(member); }
std::string ControllerName(size_t controller, size_t member) {
  return Padded('c', controller) + "." + std::to_string(member);
}
std::string AgreementName(size_t agreement) { return Padded('a', agreement); }

ShapeTable::ShapeTable(const PartyTable& parties, const law::Register& law, Date law_known_at,
                       const model::Policy* policy, const std::vector<std::string>& mechanisms)
    : parties_(parties), law_(law), law_known_at_(law_known_at), policy_(policy), dates_(law) {
  for (size_t number = 0; number < mechanisms.size(); ++number) {
    mechanisms_.emplace(mechanisms[number], static_cast<uint16_t>(number));
  }
}

uint32_t ShapeTable::Find(HopParts& parts) {
  key_.clear();
  FieldWriter writer(key_);
  Fields(writer, parts);
  const auto [at, is_new] = numbers_.emplace(key_, static_cast<uint32_t>(steps_.size()));
  if (!is_new) {
    return at->second;
  }
  Shape shape = ShapeFrom(key_);
  const std::vector<Date> boundaries =
      Boundaries(shape.flow, ShapeView(shape, policy_), law_, law_known_at_);
  const DateClasses::Originals originals = dates_.Replace(boundaries, shape);
  Steps steps = JudgedSteps(shape);
  for (std::vector<BriefStep>& list : steps) {
    for (BriefStep& step : list) {
      step.from = OriginalOf(step.from, originals);
    }
  }
  steps_.push_back(std::move(steps));
  return static_cast<uint32_t>(steps_.size() - 1);
}

// From the key alone, so that two hops with one key cannot differ in anything that is judged.
Shape ShapeTable::ShapeFrom(std::string_view key) const {
  HopParts parts;
  FieldReader reader(key);
  Fields(reader, parts);
  Shape shape;
  AddEntity(parties_.Shape(parts.exporter), ExporterName, shape);
  AddEntity(parties_.Shape(parts.importer), ImporterName, shape);
  for (size_t i = 0; i < parts.controllers.size(); ++i) {
    const auto name_of = [i](size_t member) { return ControllerName(i, member); };
    AddEntity(parties_.Shape(parts.controllers[i]), name_of, shape);
    AddFeeding(name_of(0), shape);
  }
  if (parts.others) {
    shape.parties.emplace_back().id = kOthers;
    AddFeeding(kOthers, shape);
  }
  if (parts.incomplete) {
    AddFeeding("", shape);
  }
  shape.flow = std::move(parts.flow);
  shape.agreements = std::move(parts.agreements);
  return shape;
}

const ShapeTable::Steps& ShapeTable::JudgedSteps(const Shape& shape) {
  std::string key;
  FieldWriter writer(key);
  Shape copy = shape;
  Fields(writer, copy);
  const auto at = judged_steps_.find(key);
  if (at != judged_steps_.end()) {
    return at->second;
  }
  ++judged_;
  return judged_steps_.emplace(std::move(key), Judge(shape)).first->second;
}

ShapeTable::Steps ShapeTable::Judge(const Shape& shape) const {
  const ShapeView view(shape, policy_);
  std::vector<Date> starts = Boundaries(shape.flow, view, law_, law_known_at_);
  starts.insert(starts.begin(), Date::Min());
  Steps steps;
  for (const Date start : starts) {
    const std::array<Brief, kArrivals> briefs = BriefsOn(shape, view, start);
    for (size_t arrival = 0; arrival < kArrivals; ++arrival) {
      AppendStep(start, briefs[arrival], steps[arrival]);
    }
  }
  return steps;
}

// By arrival. It makes no difference where the exporter is bound or the flow does not take place; that the
// data came under adequacy makes none where local rules are not asked (TryLocalRules).
std::array<Brief, ShapeTable::kArrivals> ShapeTable::BriefsOn(const Shape& shape,
                                                              const ShapeView& view,
                                                              Date day) const {
  std::array<Brief, kArrivals> briefs;
  briefs.fill(BriefOn(shape, view, day, kNothing));
  if (day < law_.starts_on() || !shape.flow.interval.Contains(day) ||
      ExporterBound(shape.flow, view, law_, day) == true) {
    return briefs;
  }
  briefs[1] = BriefOn(shape, view, day, kRestricted);
  const bool no_local_rules =
      IsCarried(briefs[1].verdict) ||
      law_.DecisionsFor(shape.parties.front().establishment).empty();  // of the exporter
  briefs[2] = no_local_rules ? briefs[1] : BriefOn(shape, view, day, kUnderAdequacy);
  briefs[3] = BriefOn(shape, view, day, kFromImporter);
  return briefs;
}

Brief ShapeTable::BriefOn(const Shape& shape, const ShapeView& view, Date day,
                          const Arrival& arrival) const {
  const HopVerdict hop = JudgeWithoutProof(shape.flow, view, law_, {day, law_known_at_}, arrival);
  const DestinationVerdict& at = At(hop, shape.flow);
  const auto mechanism = mechanisms_.find(at.mechanism);
  return {at.verdict, at.reason, mechanism == mechanisms_.end() ? uint16_t{0} : mechanism->second};
}

}  // namespace onward::verdict
