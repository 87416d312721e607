// How Arrivals are computed, for one day or for day after day. Internal to this folder.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "graph/query/arrivals.h"
#include "graph/query/prepared_since.h"

namespace onward::query {

// Flows or components between two looks at who might want an end.
inline constexpr size_t kStepsPerLook = 4'096;

// Adds to a load; true where it grew.
bool AddTo(Load& load, uint32_t origin_class, const Bits& bits);
bool AddTo(Load& load, const Load& more);
// Whether `more` holds everything that `load` does.
bool Holds(const Load& more, const Load& load);
size_t HashOf(const Bits& bits);
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

// Equal values once.
template <class T>
class Pool {
 public:
  explicit Pool(size_t (*hash)(const T&)) : known_(0, Hash{hash}) {}

  // The one that is equal, or this.
  std::shared_ptr<T> Take(std::shared_ptr<T> value) {
    return *known_.insert(std::move(value)).first;
  }

 private:
  struct Hash {
    size_t (*of)(const T&);
    size_t operator()(const std::shared_ptr<T>& value) const { return of(*value); }
  };
  struct Equal {
    bool operator()(const std::shared_ptr<T>& one, const std::shared_ptr<T>& other) const {
      return *one == *other;
    }
  };

  std::unordered_set<std::shared_ptr<T>, Hash, Equal> known_;
};

// In which order parties are computed: along the flows, circles as one.
class ArrivalOrder {
 public:
  // More parties and flows than this are not looked at for one flow.
  static constexpr size_t kStepsMax = 20'000;

  explicit ArrivalOrder(Arrivals& arrivals) : a_(arrivals), graph_(*arrivals.snapshot_) {}

  // Of all parties of the snapshot.
  void Make();
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

  // Of arrivals that nothing was computed of so far.
  ArrivalsBuilder(Arrivals& arrivals, const law::Register& law);
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

  void NameClasses();
  Turn SetState(uint32_t flow);
  void AddFed();
  bool Start(const std::function<bool()>& stop);
  State StateOf(const model::Flow& flow) const;
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

  void Solve(const Dirty& dirty);
  bool Singly(const Dirty& dirty);
  bool Less(uint32_t party);
  void SolveLayer(size_t layer, std::span<const uint32_t> parties);
  void Spread(At at, std::span<const uint32_t> parties);
  void Receive(At at, uint32_t party);
  void Follow(At at, uint32_t party, std::deque<uint32_t>& open);
  void SolveFlow(size_t layer, uint32_t flow);
  void Finish(uint32_t flow, const std::shared_ptr<Carried>& before);
  // Tells the flow's importer, in another circle, that it carries something else than before.
  void Pass(At at, uint32_t importer, const Carriage& before, const Carriage& now);

  Bits HoldingsAt(size_t layer, uint32_t party) const;
  bool HoldingsStand(uint32_t party) const;
  bool IsOrigin(size_t layer, uint32_t party) const;
  State StateAt(size_t layer, uint32_t flow) const {
    return layer == 0 ? a_.flows_[flow].now : a_.flows_[flow].ever;
  }
  bool Moves(size_t layer, uint32_t flow) const;
  Load UnexplainedAt(size_t layer, uint32_t flow) const;
  // What a flow carries before anything reaches its exporter.
  Carriage FirstOf(size_t layer, uint32_t flow) const;
  Carriage CarriageNow(At at, uint32_t flow);
  // What the flow lets through of a load.
  Load Received(uint32_t flow, const Load& load) const;
  // What others than the flow's importer brought to its exporter and it lets through: never more than `all`.
  void FromOthers(At at, uint32_t flow, bool fresh, const Load& all, Load& load) const;
  bool IsReturn(size_t layer, uint32_t flow) const;

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  Date day_;
  bool started_ = false;
  Pool<Carried> carried_;
  Pool<Loads> loads_;
  // By order.
  std::map<int64_t, Dirty> dirty_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> fed_;
};

// Says of each flow of an exporter that is not bound how the restricted data came that it hands on.
class ArrivalJudge {
 public:
  explicit ArrivalJudge(const Arrivals& arrivals);

  // Looks anew at some flows, ascending; of those in a circle, at all of them.
  void Take(const std::vector<uint32_t>& flows);
  // Some of what the flow hands on came to its exporter as restricted data.
  bool Restricted(uint32_t flow) const { return !givers_[flow].empty(); }
  bool OnlyFromImporter(uint32_t flow) const;
  // The incoming flows of its exporter that brought it, but for returns; ascending.
  std::vector<uint32_t> GiversOf(uint32_t flow) const;

 private:
  void FindReturns(const std::vector<uint32_t>& flows);

  const Arrivals& a_;
  const Snapshot& graph_;
  std::vector<std::vector<uint32_t>> givers_;
  std::vector<bool> returned_;
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

  bool Restricted(uint32_t flow) const;
  bool Gives(uint32_t giver, uint32_t flow) const;
  bool OnlyFromImporter(uint32_t flow) const;
  bool OnlyUnderAdequacy(uint32_t flow);
  bool IsUnder(uint32_t flow);
  bool MayBeAdequate(uint32_t party) const;
  void FindReturns(const std::vector<uint32_t>& flows);
  std::vector<uint32_t> WithCircles(const std::vector<uint32_t>& flows) const;
  void Say(uint32_t flow);

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  const verdict::Question question_;
  const PreparedSince* const prepared_;
  std::unordered_map<uint32_t, Otherwise> otherwise_;
};

// Whether the flow brought its data under an adequacy decision of its importer's country, on the day or,
// if it has ended by then, on its last one. `prepared`: all flows of the snapshot, known at the same day;
// null: the flow is judged.
bool UnderAdequacy(uint32_t flow, const Snapshot& snapshot, const law::Register& law,
                   verdict::Question when, const PreparedSince* prepared = nullptr);

}  // namespace onward::query
