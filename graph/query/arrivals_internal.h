// How Arrivals are computed, for one day or for day after day. Internal to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/query/arrivals.h"
#include "graph/query/prepared_since.h"

namespace onward::query {

// Whether `more` holds everything that `load` does.
bool Holds(const Load& more, const Load& load);
// Whether some flow leads from one party to the other.
bool Leads(const Snapshot& graph, uint32_t from, uint32_t to);
// Whether some flow leads from the flow's importer to its exporter.
inline bool GoesBack(const Snapshot& graph, uint32_t flow) {
  return Leads(graph, graph.ImporterOf(flow), graph.ExporterOf(flow));
}
inline bool SameArrival(const verdict::Arrival& one, const verdict::Arrival& other) {
  return one.restricted == other.restricted &&
         one.only_under_adequacy == other.only_under_adequacy &&
         one.only_from_importer == other.only_from_importer;
}

// What several gave, so that it can be said what is left without one of them.
class Tally {
 public:
  // To be called once for each who gave.
  void Add(const Load& given);
  // What others than him gave who gave this.
  Load Without(const Load& given) const;

 private:
  Load once_;
  // By more than one.
  Load twice_;
};

// Whether exporters are bound, each kind of them looked up once. Not thread-safe.
class BoundReader {
 public:
  BoundReader(const Snapshot& snapshot, const law::Register& law) : graph_(snapshot), law_(law) {}

  // As verdict::ExporterBound says it.
  std::optional<bool> On(Date day, uint32_t exporter, std::optional<bool> stated);

 private:
  const Snapshot& graph_;
  const law::Register& law_;
  // Of parties of which nothing is recorded but where and what they are.
  absl::flat_hash_map<std::tuple<std::string_view, model::PartyType, int32_t>, std::optional<bool>>
      plain_;
};

// In which order parties are computed: along the flows, circles as one.
class ArrivalOrder {
 public:
  // More parties and flows than this are not looked at for one flow.
  static constexpr size_t kStepsMax = 20'000;

  explicit ArrivalOrder(Arrivals& arrivals) : a_(arrivals), graph_(*arrivals.snapshot_) {}

  // Of all parties of the snapshot.
  void Make(StopLook& look);
  // After Make: circles by their first party, those together to which chains of as many others lead at most; in an
  // order in which they can be computed.
  std::vector<std::vector<uint32_t>> Levels(StopLook& look) const;
  // For a party that is new and has no flows so far.
  void AddParty(uint32_t party);
  // For a flow that is new; other flows may be new too and not added so far. False: too much would have to be looked at.
  bool AddFlow(uint32_t flow);
  // Parties that are in larger circles than before.
  const std::vector<uint32_t>& merged() const { return merged_; }

 private:
  class Closure;

  // Circles, each by one of its parties.
  using Circles = std::vector<uint32_t>;

  std::span<const uint32_t> CircleOf(const uint32_t& party) const;
  void Move(Circles apart, const Circles& merging, bool to_front);
  void SetOrder(uint32_t party, int64_t order);
  void Merge(const Circles& circles, int64_t order);

  Arrivals& a_;
  const Snapshot& graph_;
  std::vector<uint32_t> merged_;
};

// Finds what each flow carries on a day: a fixed point over the graph, found circle by circle along
// the flows, so that only what lies below a change is computed again for another day or after a write.
class ArrivalsBuilder {
 public:
  using State = Arrivals::State;

  // Of arrivals that nothing was computed of so far. Where `look` says to stop, MoveTo does.
  ArrivalsBuilder(Arrivals& arrivals, const law::Register& law, const StopLook& look);
  // Of some that were computed for a day, and are to be brought up to date. Orders are right.
  ArrivalsBuilder(Arrivals& arrivals, const law::Register& law, Date day);

  // Brings the arrivals to the day. `changed`: the flows of which something may have begun or ended
  // since the move before; the first move takes all. False: stopped, since `stop`, where there is one, said
  // so; then this is of no more use.
  bool MoveTo(Date day, const std::vector<uint32_t>& changed,
              const std::function<bool()>& stop = {});

  // What a write changed, before Settle.
  //
  // What is true of the flow by itself on the day.
  void Update(uint32_t flow);
  // The flow says something else than before.
  void Restate(uint32_t flow);
  // The flow does not lead from that party to that one any more, or nowhere at all.
  void TakeAway(uint32_t flow, uint32_t exporter, uint32_t importer);
  // What the party is to others, or has of its own, may be something else.
  void Redo(uint32_t party);
  // The same, and other flows than before come from outside of its circle.
  void SumAnew(uint32_t party);
  // Computes what was changed. False: stopped, or more than `flows_max` flows would have to be computed.
  bool Settle(size_t flows_max, const std::function<bool()>& stop);

  // Flows that were computed by the last move, ascending, each once; after MoveTo also those to which others bring
  // other restricted data, and with them all flows of their circle.
  const std::vector<uint32_t>& touched() const { return touched_; }
  // Parties to which flows bring other restricted data since.
  const std::vector<uint32_t>& fed() const { return fed_; }

 private:
  using Carried = Arrivals::Carried;
  using Loads = Arrivals::Loads;
  using Sense = Arrivals::Sense;

  // What of a circle is to be computed again.
  struct Dirty {
    uint32_t party = 0;
    bool whole = false;
    // By themselves.
    std::vector<uint32_t> flows;
    // What flows from other circles bring may be less than it was.
    std::vector<uint32_t> less;
    // What these hold as origins may not be what it was.
    std::vector<uint32_t> holders;
  };
  // One sense and one pass.
  struct At {
    size_t layer = 0;
    size_t pass = 0;
  };

  // What a day or a write makes of a flow by itself.
  enum class Turn : uint8_t { kNone, kBound, kMoves };

  // A flow within the circle.
  struct Way {
    uint32_t flow = 0;
    // Of its importer in the circle.
    uint32_t to = 0;
    bool active = false;
    bool returns = false;
  };
  // A flow from within the circle, and its exporter.
  struct Inner {
    uint32_t giver = 0;
    uint32_t flow = 0;
    friend bool operator<(const Inner& one, const Inner& other) {
      return std::pair(one.giver, one.flow) < std::pair(other.giver, other.flow);
    }
  };
  // What a party brought, or several.
  struct Brought {
    Load fresh;
    Load restricted;
  };
  // What a party of the circle has to do.
  struct Place {
    uint32_t party = 0;
    // In ways_.
    size_t begin = 0;
    size_t end = 0;
    // Within the circle.
    bool returns = false;
    // To be followed.
    bool open = false;
    // Where some flow of it within the circle returns data.
    std::vector<Inner> inner;
    Brought outer;
  };
  // All that the data of a flow out of a circle depend on, beside what its exporter has.
  struct Manner {
    uint32_t exporter = 0;
    const Bits* declared = nullptr;
    const Arrivals::Limits* limits = nullptr;
    State now = State::kOff;
    State ever = State::kOff;
    bool bound = false;
    bool is_direct = false;
    bool states_categories = false;
    bool names_importer = false;
    friend bool operator==(const Manner&, const Manner&) = default;
  };
  struct Found {
    Manner manner;
    // Null: nothing.
    Carried* carried = nullptr;
  };
  // Who brought what to a party whose flows return data.
  struct Givers {
    Tally fresh;
    Tally restricted;
    std::vector<std::pair<uint32_t, Brought>> inner;
  };

  void NameClasses();
  bool StartLevels(std::span<ArrivalsBuilder* const> workers, const std::function<bool()>& stop);
  Turn SetState(uint32_t flow);
  void AddFed();
  bool Start(const std::function<bool()>& stop);
  bool StartFlows(std::span<ArrivalsBuilder* const> workers, const std::function<bool()>& stop);
  State StateOf(uint32_t flow, const Interval& interval) const;
  Dirty& DirtyAt(uint32_t party);
  bool SameCircle(uint32_t one, uint32_t other) const {
    return a_.parties_[one].order == a_.parties_[other].order;
  }
  std::span<const uint32_t> CircleOf(const uint32_t& party) const;

  const Carried& CarriedBy(uint32_t flow) const { return *a_.flows_[flow].carried; }
  const Carriage& CarriageAt(At at, uint32_t flow) const {
    return CarriedBy(flow).layers[at.layer].passes[at.pass];
  }
  // Of a flow that is being computed.
  Carried& Own(uint32_t flow) { return *a_.flows_.At(flow).carried; }
  Carriage& OwnAt(At at, uint32_t flow) { return Own(flow).layers[at.layer].passes[at.pass]; }
  const Loads::Pass& LoadsAt(At at, uint32_t party) const {
    return a_.parties_[party].loads->layers[at.layer].passes[at.pass];
  }
  Loads& OwnLoads(uint32_t party);
  Loads::Pass& OwnLoadsAt(At at, uint32_t party) {
    return OwnLoads(party).layers[at.layer].passes[at.pass];
  }

  void Solve(const Dirty& dirty);
  // For the first time; all circles before it in order are done.
  void SolveFirst(uint32_t party);
  Carried* Open(uint32_t flow, size_t place);
  // What the flow has of its own is shared with all that carry the same. `before`: what it carried.
  void Share(uint32_t flow, Carried* before);
  // Those within the circle first, then those that lead out of it.
  struct CircleFlows {
    std::vector<uint32_t> inner;
    std::vector<uint32_t> outward;
  };
  CircleFlows FlowsOf(std::span<const uint32_t> parties);
  // Calls done(flow, what it carried before) for each when it is computed.
  template <class Done>
  void SolveCircle(std::span<const uint32_t> parties, const Done& done);
  template <class Done>
  void SolveSingly(std::span<const uint32_t> flows, const Done& done);
  // Loads of parties that were computed are shared again.
  void Close(std::span<const uint32_t> parties);
  void Gather(uint32_t party);
  bool Singly(const Dirty& dirty);
  bool Less(uint32_t party);
  void SolveLayer(size_t layer, std::span<const uint32_t> parties, std::span<const uint32_t> inner);
  void FindWays(size_t layer, std::span<const uint32_t> parties);
  void FindInner(Place& place);
  bool Gave(size_t layer, uint32_t giver, const Place& place) const;
  bool MayReturn(const Place& place) const;
  void Spread(At at, std::span<const uint32_t> parties);
  bool PassesAreSame(size_t layer, std::span<const uint32_t> parties);
  bool BroughtTheSame(size_t layer, uint32_t party);
  void CopyPass(size_t layer, std::span<const uint32_t> parties, std::span<const uint32_t> inner);
  void Receive(At at, Place& place);
  void Follow(At at, const Place& place, std::deque<uint32_t>& open);
  Givers GiversOf(At at, const Place& place);
  Brought FromOthers(const Givers& givers, uint32_t importer) const;
  const Brought& FromAll(At at, uint32_t party);
  void SolveFlow(size_t layer, uint32_t flow);
  Manner MannerOf(uint32_t flow) const;
  void Finish(uint32_t flow, Carried* before);
  // Tells the flow's importer, in another circle, that it carries something else than before.
  void Pass(At at, uint32_t importer, const Carriage& before, const Carriage& now);

  Bits HoldingsAt(size_t layer, uint32_t party) const;
  bool HoldingsStand(uint32_t party) const;
  bool IsOrigin(size_t layer, uint32_t party) const;
  State StateAt(size_t layer, uint32_t flow) const {
    return layer == 0 ? a_.flows_[flow].now : a_.flows_[flow].ever;
  }
  bool Moves(size_t layer, uint32_t flow) const {
    return StateAt(layer, flow) != State::kOff && !a_.flows_[flow].traits.is_direct;
  }
  bool IsActive(size_t layer, uint32_t flow) const {
    return StateAt(layer, flow) == State::kActive && !a_.flows_[flow].traits.is_direct;
  }
  Load UnexplainedAt(size_t layer, uint32_t flow) const;
  // What a flow carries before anything reaches its exporter.
  Carriage FirstOf(size_t layer, uint32_t flow) const {
    return StateAt(layer, flow) == State::kHeld ? CarriageAt({1, 1}, flow) : Carriage();
  }
  // `others`: where the flow returns data, what others than its importer brought; else null.
  Carriage CarriageNow(At at, uint32_t flow, const Brought* others) const;
  bool NamesImporter(uint32_t flow) const;
  bool IsReturn(size_t layer, uint32_t flow) const;

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  Date day_;
  bool started_ = false;
  // At the caller of what goes on. Where it says to stop, work is left as it stands and is of no more use.
  StopLook look_;
  BoundReader bound_;
  // By order.
  std::map<int64_t, Dirty> dirty_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> fed_;

  // What is being computed now, by place, to be used again.
  std::vector<std::unique_ptr<Carried>> carried_;
  std::deque<Loads> loads_;
  std::vector<Loads*> free_loads_;
  std::vector<Place> places_;
  std::vector<Way> ways_;
  // Of the party at which SolveSingly is, by layer and pass, where it was asked.
  std::optional<uint32_t> from_all_to_;
  std::array<std::optional<Brought>, 4> from_all_;
  // What flows were found to carry last, one after the other.
  std::array<Found, 4> found_;
  size_t next_found_ = 0;
};

// Says of flows on one day how the data came that they hand on, into Arrivals::Of.
class ArrivalManners {
 public:
  ArrivalManners(Arrivals& arrivals, const law::Register& law, const verdict::Question& question,
                 const PreparedSince* prepared);

  // Of all flows, of which nothing was said so far. False: stopped.
  bool TakeAll(const std::function<bool()>& stop);
  // Again of these flows, and of others where it depends on those; returns all of them, ascending. nullopt: stopped.
  std::optional<std::vector<uint32_t>> Take(const std::vector<uint32_t>& flows,
                                            const std::function<bool()>& stop);
  // Whether the flow brings its data under adequacy otherwise than it did, where that was asked.
  bool UnderChanges(uint32_t flow);

 private:
  // Of a party's incoming flows, in order, those up to `next` are looked at: what they bring not under adequacy.
  struct Otherwise {
    Load load;
    size_t next = 0;
    bool adequate = false;
  };

  // Calls visit(thread, party) for all parties that flows lead out of. False: stopped.
  bool EachOut(const std::function<bool()>& stop,
               const std::function<void(size_t, uint32_t)>& visit) const;
  bool Restricted(uint32_t flow) const;
  bool Gives(uint32_t giver, uint32_t flow) const;
  bool OnlyFromImporter(uint32_t flow) const;
  bool OnlyUnderAdequacy(uint32_t flow);
  bool IsUnder(uint32_t flow);
  bool SameCircle(uint32_t flow) const {
    return a_.parties_[graph_.ExporterOf(flow)].order == a_.parties_[graph_.ImporterOf(flow)].order;
  }
  bool MayReturn(uint32_t flow) const;
  bool MayBeAdequate(uint32_t party) const;
  // Of candidates, of which nothing is known.
  void FindReturns(std::vector<uint32_t> candidates, StopLook& look);
  std::vector<uint32_t> WithCircles(const std::vector<uint32_t>& flows, StopLook& look) const;
  void Say(uint32_t flow);

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  const verdict::Question question_;
  const PreparedSince* const prepared_;
  absl::flat_hash_map<uint32_t, Otherwise> otherwise_;
};

// Whether the flow brought its data under an adequacy decision of its importer's country, on the day or,
// if it has ended by then, on its last one. `prepared`: all flows of the snapshot, known at the same day;
// null: the flow is judged.
bool UnderAdequacy(uint32_t flow, const Snapshot& snapshot, const law::Register& law,
                   verdict::Question when, const PreparedSince* prepared = nullptr);
// The same where it is known whether the exporter is bound on that day.
bool UnderAdequacy(uint32_t flow, std::optional<bool> bound, const Snapshot& snapshot,
                   const law::Register& law, verdict::Question when, const PreparedSince* prepared);

}  // namespace onward::query
