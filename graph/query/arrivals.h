// What data reaches what, on one day: which flows carry restricted data, and how it came to them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/law/register.h"
#include "graph/query/category_bits.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"

namespace onward::query {

class PreparedSince;

// Categories by origin class. Origins that no flow is limited to (on_behalf_of) share class 0.
using Load = std::map<uint32_t, Bits>;

// What one flow carries.
struct Carriage {
  Load all;
  // Without what a processor only hands back to the party that it acts for.
  Load fresh;
  // Data that left a bound exporter, this one included.
  Load restricted;
  friend bool operator==(const Carriage&, const Carriage&) = default;
};

// How data moves on one day. Flow and party numbers are those of the snapshot, which must outlive this.
// Immutable; safe to share between threads.
//
// Data starts at its origins (design: "What reaches whom") and goes along flows, narrowed to what each
// declares. What a flow of a bound exporter declares is restricted data at its importer, also where the
// inventory does not show how the exporter came by it.
class Arrivals {
 public:
  // No recursion; ends on circles, for loads only grow. `prepared`: all flows of the snapshot, known at the same
  // day; null: those that matter are judged. Null: stopped, since `stop` (where there is one, asked now and
  // then) said so.
  static std::unique_ptr<const Arrivals> Compute(const Snapshot& snapshot, const law::Register& law,
                                                 const verdict::Question& question,
                                                 const PreparedSince* prepared = nullptr,
                                                 const std::function<bool()>& stop = {});

  // How the data came that a flow hands on; nothing is set where the exporter is bound.
  const verdict::Arrival& Of(uint32_t flow) const { return arrivals_[flow]; }
  // Whether the flow takes place on that day.
  bool InEffect(uint32_t flow) const { return states_[flow] == State::kActive; }
  // The flow ended, but its importer still has the copy.
  bool Held(uint32_t flow) const { return states_[flow] == State::kHeld; }

  // The part of what the exporter received that the flow hands on. Empty: nothing that is recorded.
  CategorySet Received(uint32_t flow) const;
  // Origins whose data the flow carries: party ids in order.
  std::vector<std::string> OriginsOf(uint32_t flow) const;

  // What follows serves those who follow data themselves (graph/reach).

  // Where parties hold data and what is unexplained, if flows move in one sense of "takes place".
  struct Sources {
    // By party: what it holds as an origin; none where it is no origin.
    std::vector<Bits> holdings;
    // By flow: what it declares though nothing shows where its exporter has it from; flows without are left out. It counts as
    // data of the origins that the flow is limited to, else of its exporter.
    std::map<uint32_t, Bits> unexplained;
  };

  const CategoryBits& category_bits() const { return bits_; }
  // The most that the flow lets through.
  const Bits& Declared(uint32_t flow) const { return declared_[flow]; }
  // Origin classes that the flow is limited to, ascending; empty: none.
  const std::vector<uint32_t>& LimitsOf(uint32_t flow) const { return limits_[flow]; }
  uint32_t ClassOf(uint32_t party) const { return classes_[party]; }
  const Carriage& CarriageOf(uint32_t flow) const { return carriages_[flow]; }
  // Flows in effect and copies that are held.
  const Sources& now() const { return now_; }
  // All flows that ever began, whatever ended since: along them came what a held copy holds. Empty where no flow leaves copies.
  const Sources& ever() const { return ever_; }

 private:
  friend class ArrivalsBuilder;
  friend class ArrivalJudge;
  friend class ArrivalSweep;

  enum class State : uint8_t { kOff, kActive, kHeld };

  explicit Arrivals(const Snapshot& snapshot);

  bool Carries(uint32_t flow) const { return states_[flow] != State::kOff; }
  bool Allows(uint32_t flow, uint32_t origin_class) const;
  // The part of `load` that the flow lets through, added to `out`.
  void Through(uint32_t flow, const Load& load, Load& out) const;
  bool AnyThrough(uint32_t flow, const Load& load) const;

  const Snapshot* snapshot_;
  CategoryBits bits_;
  std::vector<State> states_;
  std::vector<Bits> declared_;
  // Whether the exporter is bound, on the day or, of a flow that ended, on its last one.
  std::vector<std::optional<bool>> bound_;
  // Origin classes that a flow is limited to, ascending; empty: none.
  std::vector<std::vector<uint32_t>> limits_;
  // By party: its class as an origin.
  std::vector<uint32_t> classes_;
  Sources now_;
  Sources ever_;
  std::vector<Carriage> carriages_;
  std::vector<verdict::Arrival> arrivals_;
};

}  // namespace onward::query
