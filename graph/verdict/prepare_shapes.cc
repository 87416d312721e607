#include "graph/verdict/prepare_shapes.h"

#include <algorithm>
#include <optional>
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

constexpr size_t kArrivalRestricted = 1;
constexpr size_t kArrivalUnderAdequacy = 2;

constexpr Arrival kNothing = {false, false, false};
constexpr Arrival kRestricted = {true, false, false};
constexpr Arrival kUnderAdequacy = {true, true, false};
constexpr Arrival kFromImporter = {true, false, true};

// In place of a verdict: the law of the exporter's country decides, if a decision on it is in force; else the
// verdict is the one without that.
constexpr auto kByLocalRules = static_cast<Verdict>(UINT8_MAX);

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

// The list of a world that counts in a phase. Without a decision on the exporter's country, data that came
// under adequacy are as any other.
const std::vector<BriefStep>& ListIn(const ExporterPhase& phase, size_t arrival,
                                     const ShapeTable::World& world) {
  if (phase.bound) {
    return world.back();
  }
  return arrival == kArrivalUnderAdequacy && phase.local_rules == 0 ? world[kArrivalRestricted]
                                                                    : world[arrival];
}

void AppendPhase(const ExporterPhase& phase, Date until, const std::vector<BriefStep>& list,
                 std::vector<BriefStep>& steps) {
  for (size_t i = 0; i < list.size(); ++i) {
    const bool ended = i + 1 < list.size() && list[i + 1].from <= phase.from;
    if (ended || list[i].from >= until) {
      continue;
    }
    Brief brief = {static_cast<Verdict>(list[i].verdict), static_cast<Reason>(list[i].reason),
                   list[i].mechanism};
    if (brief.verdict == kByLocalRules) {
      brief.verdict = VerdictOf(brief.reason);
      brief.mechanism = phase.local_rules;
    }
    AppendStep(std::max(list[i].from, phase.from), brief, steps);
  }
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
                       const model::Policy* policy, const std::vector<std::string>& mechanisms,
                       Judged& judged)
    : parties_(parties),
      law_(law),
      law_known_at_(law_known_at),
      policy_(policy),
      judged_(judged),
      exporters_(parties, law, law_known_at, policy, mechanisms_),
      dates_(law) {
  for (size_t number = 0; number < mechanisms.size(); ++number) {
    mechanisms_.emplace(mechanisms[number], static_cast<uint16_t>(number));
  }
}

uint32_t ShapeTable::Find(HopParts& parts) {
  const uint32_t unplaced = exporters_.Unplaced(parts.exporter);
  if (unplaced != ExporterTable::kNone && IsSettled(parts)) {
    return FindApart(parts, unplaced);
  }
  key_.clear();
  FieldWriter writer(key_);
  Fields(writer, parts);
  const auto [at, is_new] = numbers_.emplace(key_, static_cast<uint32_t>(steps_.size()));
  if (is_new) {
    const auto judge = [this](const Shape& shape) { return Judge(shape); };
    steps_.push_back(JudgedOnce(ShapeFrom(key_, false), judged_.steps, judge));
  }
  return at->second;
}

bool ShapeTable::IsUnsettled(const std::string& code) const {
  const law::Jurisdiction* place = law_.FindJurisdiction(code);
  return place != nullptr && MayBeUnsettled(*place);
}

bool ShapeTable::IsSettled(const HopParts& parts) const {
  return !IsUnsettled(parties_.Shape(parts.importer).front().establishment) &&
         (parts.flow.sites.empty() || !IsUnsettled(parts.flow.sites.front().country));
}

uint32_t ShapeTable::FindApart(HopParts& parts, uint32_t unplaced) {
  const uint32_t exporter = std::exchange(parts.exporter, unplaced);
  const std::optional<bool> stated = std::exchange(parts.flow.exporter_gdpr_subject, std::nullopt);
  const uint32_t world = WorldOf(parts);
  parts.exporter = exporter;
  parts.flow.exporter_gdpr_subject = stated;
  const uint32_t stated_number = stated.has_value() ? 1 + (*stated ? 1 : 0) : 0;
  const auto [at, is_new] =
      placed_.emplace(Placed{world, exporter, stated_number}, static_cast<uint32_t>(steps_.size()));
  if (is_new) {
    steps_.push_back(Composed(exporters_.Phases(exporter, stated), worlds_[world]));
  }
  return at->second;
}

// Of controllers no more is read than ExporterTable keeps.
uint32_t ShapeTable::WorldOf(HopParts& parts) {
  controllers_ = parts.controllers;
  for (uint32_t& controller : parts.controllers) {
    controller = exporters_.Controller(controller);
  }
  key_.clear();
  FieldWriter writer(key_);
  Fields(writer, parts);
  parts.controllers = controllers_;
  const auto [at, is_new] = world_numbers_.emplace(key_, static_cast<uint32_t>(worlds_.size()));
  if (is_new) {
    const auto judge = [this](const Shape& shape) { return JudgeWorld(shape); };
    worlds_.push_back(JudgedOnce(ShapeFrom(key_, true), judged_.worlds, judge));
  }
  return at->second;
}

// From the key alone, so that two hops with one key cannot differ in anything that is judged. `apart`: the
// exporter and controllers are numbered by the ExporterTable.
Shape ShapeTable::ShapeFrom(std::string_view key, bool apart) const {
  HopParts parts;
  FieldReader reader(key);
  Fields(reader, parts);
  const auto entity = [&](uint32_t number) -> const EntityShape& {
    return apart ? exporters_.Shape(number) : parties_.Shape(number);
  };
  Shape shape;
  AddEntity(entity(parts.exporter), ExporterName, shape);
  AddEntity(parties_.Shape(parts.importer), ImporterName, shape);
  for (size_t i = 0; i < parts.controllers.size(); ++i) {
    const auto name_of = [i](size_t member) { return ControllerName(i, member); };
    AddEntity(entity(parts.controllers[i]), name_of, shape);
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

template <class Lists, class JudgeShape>
Lists ShapeTable::JudgedOnce(Shape shape, JudgedShapes<Lists>& judged, JudgeShape judge) {
  const std::vector<Date> boundaries =
      Boundaries(shape.flow, ShapeView(shape, policy_), law_, law_known_at_);
  const DateClasses::Originals originals = dates_.Replace(boundaries, shape);
  std::string key;
  FieldWriter writer(key);
  Fields(writer, shape);
  Lists lists = judged.Find(key, [&] { return judge(shape); });
  for (std::vector<BriefStep>& list : lists) {
    for (BriefStep& step : list) {
      step.from = OriginalOf(step.from, originals);
    }
  }
  return lists;
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
  briefs.fill(BriefOn(shape.flow, view, day, kNothing));
  if (day < law_.starts_on() || !shape.flow.interval.Contains(day) ||
      ExporterBound(shape.flow, view, law_, day) == true) {
    return briefs;
  }
  briefs[1] = BriefOn(shape.flow, view, day, kRestricted);
  const bool no_local_rules =
      IsCarried(briefs[1].verdict) ||
      law_.DecisionsFor(shape.parties.front().establishment).empty();  // of the exporter
  briefs[2] = no_local_rules ? briefs[1] : BriefOn(shape.flow, view, day, kUnderAdequacy);
  briefs[3] = BriefOn(shape.flow, view, day, kFromImporter);
  return briefs;
}

// The exporter of the shape is where nothing binds it. Under the flow's own word it is bound.
ShapeTable::World ShapeTable::JudgeWorld(const Shape& shape) const {
  const ShapeView view(shape, policy_);
  std::vector<Date> starts = Boundaries(shape.flow, view, law_, law_known_at_);
  starts.insert(starts.begin(), Date::Min());
  model::Flow bound = shape.flow;
  bound.exporter_gdpr_subject = true;
  World world;
  std::optional<Unbound> unbound;
  for (const Date start : starts) {
    std::array<Brief, kArrivals + 1> briefs;
    briefs.fill(BriefOn(bound, view, start, kNothing));
    if (start >= law_.starts_on() && shape.flow.interval.Contains(start)) {
      if (!unbound.has_value()) {
        unbound = {BriefOn(shape.flow, view, start, kNothing),
                   BriefOn(shape.flow, view, start, kFromImporter)};
      }
      briefs[0] = unbound->nothing;
      briefs[3] = unbound->from_importer;
      FillRestricted(shape, view, start, briefs);
    }
    for (size_t list = 0; list < briefs.size(); ++list) {
      AppendStep(start, briefs[list], world[list]);
    }
  }
  return world;
}

void ShapeTable::FillRestricted(const Shape& shape, const ShapeView& view, Date day,
                                std::array<Brief, kArrivals + 1>& briefs) const {
  const HopVerdict restricted =
      JudgeWithoutProof(shape.flow, view, law_, {day, law_known_at_}, kRestricted);
  const DestinationVerdict& at = At(restricted, shape.flow);
  briefs[1] = BriefOf(at);
  briefs[2] = briefs[1];
  if (at.kind == HopKind::kOnwardTransfer && !IsCarried(at.verdict)) {
    briefs[2] = {kByLocalRules, Reason::kOnwardByLocalRules, 0};
  }
}

// Puts the exporter into its place: in each of its phases the hop is as where it is bound or not.
ShapeTable::Steps ShapeTable::Composed(const std::vector<ExporterPhase>& phases,
                                       const World& world) const {
  Steps steps;
  for (size_t arrival = 0; arrival < kArrivals; ++arrival) {
    for (size_t i = 0; i < phases.size(); ++i) {
      const Date until = i + 1 < phases.size() ? phases[i + 1].from : Date::Max();
      AppendPhase(phases[i], until, ListIn(phases[i], arrival, world), steps[arrival]);
    }
  }
  return steps;
}

Brief ShapeTable::BriefOn(const model::Flow& flow, const ShapeView& view, Date day,
                          const Arrival& arrival) const {
  return BriefOf(At(JudgeWithoutProof(flow, view, law_, {day, law_known_at_}, arrival), flow));
}

Brief ShapeTable::BriefOf(const DestinationVerdict& verdict) const {
  const auto mechanism = mechanisms_.find(verdict.mechanism);
  return {verdict.verdict, verdict.reason,
          mechanism == mechanisms_.end() ? uint16_t{0} : mechanism->second};
}

}  // namespace onward::verdict
