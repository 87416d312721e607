// How Arrivals are computed, for one day or for day after day. Internal to this folder.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "graph/query/arrivals.h"
#include "graph/query/components.h"
#include "graph/query/prepared_since.h"

namespace onward::query {

// Flows or components between two looks at who might want an end.
inline constexpr size_t kStepsPerLook = 4'096;

// Adds to a load; true where it grew.
bool AddTo(Load& load, uint32_t origin_class, const Bits& bits);
bool AddTo(Load& load, const Load& more);

// Finds what each flow carries on a day: a fixed point over the graph, found component by component along
// the flows, so that only what lies below a change is computed again for another day.
class ArrivalsBuilder {
 public:
  ArrivalsBuilder(Arrivals& arrivals, const law::Register& law);

  // Brings the arrivals to the day. `changed`: the flows of which something may have begun or ended
  // since the move before; the first move takes all. False: stopped, since `stop`, where there is one, said
  // so; then this is of no more use.
  bool MoveTo(Date day, const std::vector<uint32_t>& changed,
              const std::function<bool()>& stop = {});
  // Flows that were computed by the last move, ascending, each once. Where a circle is computed, all of
  // its flows are among them.
  const std::vector<uint32_t>& touched() const { return touched_; }

 private:
  using State = Arrivals::State;

  // What parties hold or received, all and the restricted part of it, and what flows carry.
  struct Pass {
    std::vector<Load> all;
    std::vector<Load> restricted;
    // By party: what flows from other components brought.
    std::vector<Load> outer_all;
    std::vector<Load> outer_restricted;
    std::vector<Carriage> carriages;
  };
  // What moves in one sense of which flows take place. Pass 0 is without what is unexplained, pass 1 with
  // it: what a flow declares though no record shows where its exporter has it from.
  struct Layer {
    std::vector<State> states;
    std::vector<Bits> holdings;
    std::vector<Load> unexplained;
    // By party: what came from other components is less than it was and must be summed anew.
    std::vector<bool> stale;
    std::array<Pass, 2> passes;
  };
  // What of a component is to be computed again: single flows, or everything.
  struct Dirty {
    bool whole = false;
    std::vector<uint32_t> flows;
  };
  using Carriages = std::array<Carriage, 4>;

  void Resize(Layer& layer) const;
  void NameClasses();
  bool Start(const std::function<bool()>& stop);
  void Update(uint32_t flow);
  State StateOf(const model::Flow& flow) const;

  void Solve(uint32_t component, const Dirty& dirty);
  void SolveLayer(Layer& layer, uint32_t component);
  void Spread(Layer& layer, size_t pass, uint32_t component);
  void Receive(Layer& layer, size_t pass, uint32_t party);
  void Follow(Layer& layer, size_t pass, uint32_t party, std::deque<uint32_t>& open);
  void SolveFlow(Layer& layer, uint32_t flow);
  Carriages Take(uint32_t flow);
  void Finish(uint32_t flow, const Carriages& before);
  void Publish(const Layer& layer, uint32_t component, const std::vector<uint32_t>& flows,
               Arrivals::Sources& sources) const;
  // Whether the flow carries something else than before; tells its importer.
  bool Passed(Layer& layer, size_t pass, uint32_t flow, const Carriage& before);

  bool HoldingsStand(const Layer& layer, uint32_t party) const;
  Bits HoldingsOf(const Layer& layer, uint32_t party) const;
  bool IsOrigin(const Layer& layer, uint32_t party) const;
  bool Moves(const Layer& layer, uint32_t flow) const;
  Load UnexplainedOf(const Layer& layer, uint32_t flow) const;
  // What a flow carries before anything reaches its exporter.
  Carriage FirstOf(const Layer& layer, uint32_t flow) const;
  Carriage CarriageOf(const Layer& layer, size_t pass, uint32_t flow) const;
  // What others than the flow's importer brought to its exporter.
  Load FromOthers(const Layer& layer, size_t pass, uint32_t flow, bool fresh) const;
  bool IsReturn(const Layer& layer, uint32_t flow) const;

  Arrivals& a_;
  const Snapshot& graph_;
  const law::Register& law_;
  const Components components_;
  // One party, and no flow of it to itself.
  std::vector<bool> single_;
  Date day_;
  bool started_ = false;
  // Whether copies of some flow may outlast it.
  bool copies_ = false;
  // The flows in effect and the copies that are held; and, for those copies, all flows that ever began,
  // whatever ended since.
  Layer now_;
  Layer ever_;
  // By component, in order.
  std::map<uint32_t, Dirty> dirty_;
  std::vector<uint32_t> touched_;
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

// Whether the flow brought its data under an adequacy decision of its importer's country, on the day or,
// if it has ended by then, on its last one. `prepared`: all flows of the snapshot, known at the same day;
// null: the flow is judged.
bool UnderAdequacy(uint32_t flow, const Snapshot& snapshot, const law::Register& law,
                   verdict::Question when, const PreparedSince* prepared = nullptr);

}  // namespace onward::query
