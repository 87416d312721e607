// From the parts of a hop to its steps, computed once per shape. Internal.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/base/mutex.h"
#include "graph/verdict/prepare_exporters.h"
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

// Lists of steps by all that a judgement reads of a shape, dates of the records replaced; each shape is judged once, whoever asks
// for it. Thread-safe.
template <class Lists>
class JudgedShapes {
 public:
  // What `judge()` says, asked the first time; two who ask at a time may both be asked, and say the same.
  template <class Judge>
  Lists Find(const std::string& key, const Judge& judge) {
    {
      const MutexLock lock(mutex_);
      if (const auto at = judged_.find(key); at != judged_.end()) {
        return at->second;
      }
    }
    Lists lists = judge();
    const MutexLock lock(mutex_);
    return judged_.try_emplace(key, std::move(lists)).first->second;
  }
  size_t size() {
    const MutexLock lock(mutex_);
    return judged_.size();
  }

 private:
  Mutex mutex_;
  absl::flat_hash_map<std::string, Lists> judged_ ONWARD_GUARDED_BY(mutex_);
};

// The steps of shapes. Not thread-safe. Refers to its arguments.
class ShapeTable {
 public:
  // By arrival, numbered as in Prepared.
  static constexpr size_t kArrivals = 4;
  using Steps = std::array<std::vector<BriefStep>, kArrivals>;
  // By arrival where the exporter is not bound; and where it is bound, whatever the arrival.
  using World = std::array<std::vector<BriefStep>, kArrivals + 1>;
  // For tables of the same arguments.
  struct Judged {
    JudgedShapes<Steps> steps;
    JudgedShapes<World> worlds;
    size_t size() { return steps.size() + worlds.size(); }
  };

  ShapeTable(const PartyTable& parties, const law::Register& law, Date law_known_at,
             const model::Policy* policy, const std::vector<std::string>& mechanisms,
             Judged& judged);

  // The number of the steps at the destination: the site, or without one the establishment.
  uint32_t Find(HopParts& parts);
  const Steps& StepsOf(uint32_t number) const { return steps_[number]; }
  size_t size() const { return steps_.size(); }

 private:
  // What an exporter that is not bound comes to on every day on which the flow takes place (QualifyFlow).
  struct Unbound {
    Brief nothing;
    Brief from_importer;
  };

  // Whether all but the exporter's place can be judged apart from it.
  bool IsSettled(const HopParts& parts) const;
  bool IsUnsettled(const std::string& code) const;
  uint32_t FindApart(HopParts& parts, uint32_t unplaced);
  uint32_t WorldOf(HopParts& parts);
  Steps Composed(const std::vector<ExporterPhase>& phases, const World& world) const;
  Shape ShapeFrom(std::string_view key, bool apart) const;
  // The lists that `judge` makes of the shape, kept by all of its fields with replaced dates.
  template <class Lists, class JudgeShape>
  Lists JudgedOnce(Shape shape, JudgedShapes<Lists>& judged, JudgeShape judge);
  Steps Judge(const Shape& shape) const;
  World JudgeWorld(const Shape& shape) const;
  // The restricted arrivals where the exporter is not bound.
  void FillRestricted(const Shape& shape, const ShapeView& view, Date day,
                      std::array<Brief, kArrivals + 1>& briefs) const;
  std::array<Brief, kArrivals> BriefsOn(const Shape& shape, const ShapeView& view, Date day) const;
  Brief BriefOn(const model::Flow& flow, const ShapeView& view, Date day,
                const Arrival& arrival) const;
  Brief BriefOf(const DestinationVerdict& verdict) const;

  const PartyTable& parties_;
  const law::Register& law_;
  Date law_known_at_;
  const model::Policy* policy_;
  Judged& judged_;
  absl::flat_hash_map<std::string, uint16_t> mechanisms_;
  ExporterTable exporters_;
  DateClasses dates_;
  std::string key_;
  std::vector<uint32_t> controllers_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<Steps> steps_;
  // Hops without the place of their exporter; and with it, as far as it counts.
  absl::flat_hash_map<std::string, uint32_t> world_numbers_;
  std::vector<World> worlds_;
  struct Placed {
    uint32_t world = 0;
    uint32_t exporter = 0;
    uint32_t stated = 0;
    friend bool operator==(const Placed&, const Placed&) = default;
    template <class H>
    friend H AbslHashValue(H hash, const Placed& key) {
      return H::combine(std::move(hash), key.world, key.exporter, key.stated);
    }
  };
  absl::flat_hash_map<Placed, uint32_t> placed_;
};

}  // namespace onward::verdict
