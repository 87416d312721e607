// For whom processors acted before a write of flows and act after it, compared. Internal to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/base/stop_look.h"
#include "graph/snapshot.h"
#include "graph/verdict/principals.h"

namespace onward::query {

// Walks up from exporters as verdict::PrincipalsOf does, in numbers and in both snapshots, and keeps what it read of a
// party for all walks. Not thread-safe. Refers to its arguments; parties and flows have the same numbers in both.
class PrincipalsCompared {
 public:
  // Flows that are asked about at most.
  static constexpr size_t kAskedMax = 100'000;
  // Spans of days that are looked at for flows of one exporter and one list of categories; of more nothing is known.
  static constexpr size_t kSpansMax = 64;

  // Nothing but the `written` flows differs. Before `first_day` nobody asks for whom a processor acts.
  PrincipalsCompared(const Snapshot& before, const Snapshot& after,
                     const std::vector<uint32_t>& written, Date first_day);

  // Asks about a flow that was not written, of an exporter that may be a processor and names no controllers. `candidates`:
  // the controllers, by number, whom an agreement that may decide on it names; more do no harm. They must outlive this.
  // False: too many were asked about.
  bool Ask(uint32_t flow, const std::vector<uint32_t>& candidates);

  // The flows asked about for which, on some day of theirs, another of the candidates counts, or there is nobody else
  // where there was, or it is otherwise whether all are known; and those of which that is not found out. nullopt:
  // too much work, or stopped.
  std::optional<std::vector<uint32_t>> Differing(const std::function<bool()>& stop);

 private:
  enum Side : uint8_t { kBefore, kAfter };
  // The other end of a flow by its number here, its list of categories and its time.
  struct End {
    uint32_t party = 0;
    uint32_t list = 0;
    Interval interval;
  };
  // What flows into a party say of those for whom it acts.
  struct Row {
    std::vector<End> processors;
    // Of these two some more than once.
    std::vector<End> controllers;
    std::vector<End> named;
    // Of flows that leave it open, and of all that begin or end; without a party.
    std::vector<End> unknown;
    std::vector<End> limited;
  };
  // By number of a party here. Where both sides are the same, only kAfter is made.
  struct Party {
    uint32_t number = 0;
    bool into_changed = false;
    bool out_changed = false;
    std::array<std::unique_ptr<const Row>, 2> into;
    // Flows by which it is a controller for their importers.
    std::array<std::unique_ptr<const std::vector<End>>, 2> out;
  };
  struct Asked {
    uint32_t flow = 0;
    const std::vector<uint32_t>* candidates = nullptr;
  };
  // What was found from one exporter for one list of categories on one day.
  struct Walk {
    Side side = kAfter;
    uint32_t list = 0;
    Date day;
    // The first day on which it may be otherwise.
    Date until;
    bool complete = true;
    bool meets_changed = false;
    std::vector<uint32_t> parties;
    std::vector<uint32_t> named;
    // By number of a party here: equal to `mark` where it is in the list above.
    uint32_t mark = 0;
    std::vector<uint32_t> is_walked;
    std::vector<uint32_t> is_named;
  };

  void AddWritten(uint32_t flow);
  uint32_t Number(uint32_t party);
  uint32_t ListNumber(const model::Strings& list);
  bool Meets(uint32_t list);
  const Snapshot& Graph(Side side) const { return side == kBefore ? before_ : after_; }
  const Row& Into(Side side, uint32_t party);
  const std::vector<End>& Out(Side side, uint32_t party);
  void AddInto(const Snapshot& graph, uint32_t flow, Row& row);

  bool Feeds(const End& end, const Walk& walk) {
    return end.interval.Contains(walk.day) && Meets(end.list);
  }
  void Run(Side side, uint32_t exporter, uint32_t list, Date day, Walk& walk);
  void Gather(uint32_t party, Walk& walk);
  static bool IsMarked(uint32_t party, uint32_t mark, const std::vector<uint32_t>& marks);
  static bool MarkIn(uint32_t party, uint32_t mark, std::vector<uint32_t>& marks);

  void Compare(uint32_t exporter, uint32_t list, std::span<const Asked> asked,
               std::vector<uint32_t>& found);
  bool Differs(const Asked& asked);
  bool IsController(const Walk& walk, uint32_t party);
  // Somebody who is no candidate.
  bool HasOther(const Walk& walk, const std::vector<uint32_t>& candidates);
  bool IsOwn(uint32_t party) const;

  const Snapshot& before_;
  const Snapshot& after_;
  // Days on which the written flows say something else than before; from the first to the last.
  Interval changed_{Date::Max(), Date::Min()};
  const size_t work_max_;
  size_t work_ = 0;
  StopLook look_;
  absl::flat_hash_map<uint32_t, uint32_t> numbers_;
  std::vector<Party> parties_;
  absl::flat_hash_map<const model::Strings*, uint32_t> list_numbers_;
  std::vector<const model::Strings*> lists_;
  // By exporter and list, as numbered here.
  std::map<std::pair<uint32_t, uint32_t>, std::vector<Asked>> asked_;
  size_t asked_count_ = 0;

  // Of the exporter and the list that are compared now.
  uint32_t list_ = UINT32_MAX;
  enum class Known : uint8_t { kNo, kMeets, kApart };
  std::vector<Known> meets_;
  std::vector<uint32_t> own_;
  Walk was_;
  Walk is_;
};

}  // namespace onward::query
