// What data reaches what, on one day: which flows carry restricted data, and how it came to them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/base/stop_look.h"
#include "graph/law/register.h"
#include "graph/query/category_bits.h"
#include "graph/query/chunks.h"
#include "graph/query/load.h"
#include "graph/query/pool.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"

namespace onward::query {

class PreparedSince;

// What one flow carries.
struct Carriage {
  Load all;
  // Without what a processor only hands back to the party that it acts for.
  Load fresh;
  // Data that left a bound exporter, this one included.
  Load restricted;
  friend bool operator==(const Carriage&, const Carriage&) = default;
  template <class H>
  friend H AbslHashValue(H hash, const Carriage& carriage) {
    return H::combine(std::move(hash), carriage.all, carriage.fresh, carriage.restricted);
  }
};

// How data moves on one day. Flow and party numbers are those of the snapshot, which must outlive this.
// Immutable; safe to share between threads.
//
// Data starts at its origins (design: "What reaches whom") and goes along flows, narrowed to what each
// declares. What a flow of a bound exporter declares is restricted data at its importer, also where the
// inventory does not show how the exporter came by it.
//
// Flows and parties with the same data share what is kept of it: 40 bytes a flow and 48 a party, and what differs.
// What differs is kept as long as one of the arrivals that came from one another by After.
class Arrivals {
 public:
  // No recursion; ends on circles, for loads only grow. `prepared`: all flows of the snapshot, known at the same
  // day; null: those that matter are judged. Null: stopped, since `stop` (where there is one, asked now and
  // then) said so.
  static std::unique_ptr<const Arrivals> Compute(const Snapshot& snapshot, const law::Register& law,
                                                 const verdict::Question& question,
                                                 const PreparedSince* prepared = nullptr,
                                                 const std::function<bool()>& stop = {});

  // What was written since, and what it touches.
  struct Writes {
    const Snapshot& before;
    const Snapshot& after;
    // `after` came from `before` by Snapshot::With of these, without a fold.
    const std::vector<model::Mutation>& mutations;
    // Of Dependents::Touch.
    const std::vector<uint32_t>& touched;
  };
  struct Next {
    std::unique_ptr<const Arrivals> arrivals;
    // Flows that data come to otherwise, or that begin or cease to take place; ascending.
    std::vector<uint32_t> changed;
  };
  // Those of a later snapshot, at the price of the parties to which data come otherwise and of the circles in which
  // those lie; shares the rest. Law and question are those that this was computed for. nullopt: stopped, or
  // cheaper computed anew.
  std::optional<Next> After(const Writes& writes, const law::Register& law,
                            const verdict::Question& question, const PreparedSince& prepared,
                            const std::function<bool()>& stop) const;

  // How the data came that a flow hands on; nothing is set where the exporter is bound.
  const verdict::Arrival& Of(uint32_t flow) const { return flows_[flow].arrival; }
  // Whether the flow takes place on that day.
  bool InEffect(uint32_t flow) const { return flows_[flow].now == State::kActive; }
  // The flow ended, but its importer still has the copy.
  bool Held(uint32_t flow) const { return flows_[flow].now == State::kHeld; }

  // The part of what the exporter received that the flow hands on. Empty: nothing that is recorded.
  CategorySet Received(uint32_t flow) const { return bits_->ToSet(ReceivedBits(flow)); }
  Bits ReceivedBits(uint32_t flow) const;
  // Origins whose data the flow carries: party ids in order. May have to follow all flows back.
  std::vector<std::string> OriginsOf(uint32_t flow) const { return *OriginsUnless({}, flow); }
  // nullopt: stopped, since `stop` (where there is one, asked now and then) said so.
  std::optional<std::vector<std::string>> OriginsUnless(const std::function<bool()>& stop,
                                                        uint32_t flow) const;

  // What follows serves those who follow data themselves (graph/reach).

  // In which sense flows take place.
  enum class Sense : uint8_t {
    // Flows in effect and copies that are held.
    kNow,
    // All flows that ever began, whatever ended since: along them came what a held copy holds. Nothing is known in this
    // sense where no flow leaves copies.
    kEver
  };

  const CategoryBits& category_bits() const { return *bits_; }
  // The most that the flow lets through.
  const Bits& Declared(uint32_t flow) const { return *flows_[flow].declared; }
  // Origin classes that the flow is limited to, ascending; empty: none.
  const std::vector<uint32_t>& LimitsOf(uint32_t flow) const { return *flows_[flow].limits; }
  uint32_t ClassOf(uint32_t party) const { return parties_[party].origin_class; }
  const Carriage& CarriageOf(uint32_t flow) const {
    return flows_[flow].carried->layers[0].passes[1];
  }
  // Whether copies of some flow may outlast it.
  bool LeavesCopies() const { return copies_; }
  // What a party holds as an origin; none where it is no origin.
  const Bits& HoldingsOf(Sense sense, uint32_t party) const {
    return parties_[party].loads->layers[static_cast<size_t>(sense)].holdings;
  }
  // What a flow declares though nothing shows where its exporter has it from; null: nothing. It counts as data of
  // the origins that the flow is limited to, else of its exporter.
  const Bits* UnexplainedOf(Sense sense, uint32_t flow) const {
    const Load& load = flows_[flow].carried->layers[static_cast<size_t>(sense)].unexplained;
    return load.empty() ? nullptr : &load.begin()->second;
  }

 private:
  friend class ArrivalsBuilder;
  friend class ArrivalManners;
  friend class ArrivalOrder;
  friend class ArrivalSweep;
  friend class ArrivalWrites;

  using Parties = std::shared_ptr<const std::vector<uint32_t>>;
  using Limits = std::vector<uint32_t>;

  enum class State : uint8_t { kOff, kActive, kHeld };
  // Whether a flow brings its data under adequacy.
  enum class Under : uint8_t { kNotAsked, kNo, kYes };

  // What a flow carries by sense. Pass 0 is without what is unexplained, pass 1 with it: what a flow declares
  // though no record shows where its exporter has it from.
  struct Carried {
    struct Layer {
      std::array<Carriage, 2> passes;
      Load unexplained;
      friend bool operator==(const Layer&, const Layer&) = default;
    };
    std::array<Layer, 2> layers;
    friend bool operator==(const Carried&, const Carried&) = default;
    template <class H>
    friend H AbslHashValue(H hash, const Carried& carried) {
      for (const Layer& layer : carried.layers) {
        hash = H::combine(std::move(hash), layer.passes[0], layer.passes[1], layer.unexplained);
      }
      return hash;
    }
  };

  // What a party holds and received by sense and pass, all and the restricted part of it; `outer`: what flows
  // from other circles brought.
  struct Loads {
    struct Pass {
      Load all;
      Load restricted;
      Load outer_all;
      Load outer_restricted;
      friend bool operator==(const Pass&, const Pass&) = default;
      template <class H>
      friend H AbslHashValue(H hash, const Pass& pass) {
        return H::combine(std::move(hash), pass.all, pass.restricted, pass.outer_all,
                          pass.outer_restricted);
      }
    };
    struct Layer {
      Bits holdings;
      std::array<Pass, 2> passes;
      friend bool operator==(const Layer&, const Layer&) = default;
    };
    std::array<Layer, 2> layers;
    friend bool operator==(const Loads&, const Loads&) = default;
    template <class H>
    friend H AbslHashValue(H hash, const Loads& loads) {
      for (const Layer& layer : loads.layers) {
        hash = H::combine(std::move(hash), layer.holdings, layer.passes[0], layer.passes[1]);
      }
      return hash;
    }
  };

  // What is asked of a flow's terms again and again.
  struct Traits {
    bool is_direct = false;
    bool states_categories = false;
    bool is_processors = false;
    bool is_controllers = false;
    // Names parties or activities.
    bool names = false;
    // Whether the exporter is bound, as the flow itself says.
    std::optional<bool> stated;
  };

  struct FlowState {
    State now = State::kOff;
    State ever = State::kOff;
    Traits traits;
    // Whether the exporter is bound, on the day or, of a flow that ended, on its last one.
    std::optional<bool> bound;
    verdict::Arrival arrival;
    // Hands its data back to who gave it.
    bool returned = false;
    Under under = Under::kNotAsked;
    const Bits* declared = nullptr;
    const Limits* limits = nullptr;
    // Changed only by who computes it, and then not shared.
    Carried* carried = nullptr;
  };

  struct PartyState {
    // As an origin.
    uint32_t origin_class = 0;
    // Flows that are limited to it.
    uint32_t limited = 0;
    // Data go from lower numbers to higher ones, and in circles among parties of one number.
    int64_t order = 0;
    // All parties of that number; null: this one alone.
    Parties circle;
    // Some flow from it hands data back.
    bool returns = false;
    // Computed by one who changes it in place.
    bool own = false;
    Loads* loads = nullptr;
  };

  // Of all versions.
  struct Kept {
    Pool<Bits> bits;
    Pool<Limits> limits;
    Pool<Carried> carried;
    Pool<Loads> loads;
  };

  // What each of a list of terms says, once.
  class TermsReader;

  static Carried* Nothing();
  static Traits TraitsOf(const model::TermsView& terms);

  // Of no use where the look says to stop.
  Arrivals(const Snapshot& snapshot, StopLook& look);
  Arrivals(const Arrivals& before, const Snapshot& after);

  void Clear(uint32_t flow);
  Loads NoLoads() const;

  bool Carries(uint32_t flow) const { return flows_[flow].now != State::kOff; }
  bool Allows(uint32_t flow, uint32_t origin_class) const;
  // The part of `load` that the flow lets through, added to `out`.
  void Through(uint32_t flow, const Load& load, Load& out) const;
  bool AnyThrough(uint32_t flow, const Load& load) const;

  const Snapshot* snapshot_;
  std::shared_ptr<const CategoryBits> bits_;
  std::shared_ptr<Kept> kept_;
  const Bits* none_;
  bool copies_ = false;
  Chunks<FlowState> flows_;
  Chunks<PartyState> parties_;
  // Orders that are taken lie between.
  int64_t first_order_ = 0;
  int64_t last_order_ = 0;
};

}  // namespace onward::query
