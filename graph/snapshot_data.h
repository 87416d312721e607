// What a snapshot is made of: a shared base, and over it whatever changed since. Internal to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/number_range.h"
#include "graph/persistent_map.h"
#include "graph/record_range.h"
#include "graph/snapshot_base.h"

namespace onward::snapshot {

// Numbers of which some may be changed; most others are known not to be at first sight.
class Touched {
 public:
  bool MayHold(uint32_t number) const {
    if (bits_ == nullptr) {
      return false;
    }
    const uint32_t bit = BitOf(number);
    return ((*bits_)[bit / 64] >> (bit % 64) & 1) != 0;
  }
  // Changes this copy alone.
  void Add(const std::vector<uint32_t>& numbers);
  size_t bytes() const { return bits_ == nullptr ? 0 : sizeof(Bits); }

 private:
  static constexpr uint32_t kBitsLog = 16;
  using Bits = std::array<uint64_t, (uint32_t{1} << kBitsLog) / 64>;

  static uint32_t BitOf(uint32_t number) { return number * 0x9E3779B1U >> (32 - kBitsLog); }

  std::shared_ptr<const Bits> bits_;
};

// Of a flow that is changed, removed or new since the base.
struct FlowState {
  // The last one, where it is removed and the base does not have it; null: removed from the base.
  RecordPtr record;
  uint32_t exporter = 0;
  uint32_t importer = 0;
  bool live = false;
};

// In order of the flows' ids.
struct Row {
  std::vector<uint32_t> out;
  std::vector<uint32_t> in;
};

// Of a party that is new since the base, or whose record or flows are changed.
struct PartyState {
  std::shared_ptr<const std::string> id;
  // Null: no record.
  RecordPtr record;
  std::shared_ptr<const Row> row;
};

template <class T>
using ChangedLists = PersistentMap<std::string, std::shared_ptr<const std::vector<const T*>>>;

// What differs from the base. New parties and flows are numbered after those of the base; a number stays
// with its id, also where that is removed and comes again.
struct Overlay {
  bool empty() const { return changes == 0; }

  // Null: removed.
  std::array<PersistentMap<std::string, RecordPtr>, kKinds> records;
  PersistentMap<uint32_t, FlowState> flows;
  PersistentMap<uint32_t, PartyState> parties;
  // Numbers of those that the base does not have.
  PersistentMap<std::string, uint32_t> new_flows;
  PersistentMap<std::string, uint32_t> new_parties;
  ChangedLists<model::Agreement> agreements;
  ChangedLists<model::Activity> activities;
  Touched touched_flows;
  Touched touched_parties;
  // Records that differ from the base's.
  size_t changes = 0;
};

// With the records in it.
size_t BytesOf(const Overlay& overlay);

// Immutable once it belongs to a snapshot.
struct Data {
  uint64_t revision = 0;
  std::shared_ptr<const Base> base;
  Overlay overlay;
  std::shared_ptr<const Categories> categories;
  // Numbers that were given, also to what is removed.
  uint32_t flow_count = 0;
  uint32_t party_count = 0;
  std::array<size_t, kKinds> record_counts = {};

  explicit Data(uint64_t at_revision, std::shared_ptr<const Base> made);

  // Null: as in the base, which then has the number.
  const FlowState* ChangedFlow(uint32_t flow) const {
    return flow >= base->flows() || overlay.touched_flows.MayHold(flow) ? overlay.flows.Find(flow)
                                                                        : nullptr;
  }
  const PartyState* ChangedParty(uint32_t party) const {
    return party >= base->parties() || overlay.touched_parties.MayHold(party)
               ? overlay.parties.Find(party)
               : nullptr;
  }

  RecordPtr Find(size_t slot, std::string_view id) const;
  // The same for other kinds than flows.
  const model::Record* FindKept(size_t slot, std::string_view id) const;
  bool Has(size_t slot, std::string_view id) const;
  RecordRange RecordsFrom(size_t slot, std::string_view first) const;
  NumberRange FlowsInOrder() const;
  NumberRange PartiesInOrder() const;

  bool HasFlow(uint32_t flow) const;
  // Also of a flow that is removed.
  std::string_view FlowId(uint32_t flow) const;
  const Interval& IntervalOf(uint32_t flow) const;
  model::TermsView TermsOf(uint32_t flow) const;
  // Of a changed flow.
  const model::FlowTerms* ChangedTermsOf(uint32_t flow) const {
    return &std::get<model::Flow>(*ChangedFlow(flow)->record);
  }
  model::FlowView ViewAt(uint32_t flow) const;
  // Base::kNone: never given.
  uint32_t FlowNumber(std::string_view id) const;
  uint32_t PartyNumber(std::string_view id) const;
  std::string_view PartyId(uint32_t party) const;
  const model::Party* PartyRecord(uint32_t party) const;
  bool HasParty(uint32_t party) const;
  std::pair<uint32_t, uint32_t> EndsOf(uint32_t flow) const;
  std::span<const uint32_t> Out(uint32_t party) const;
  std::span<const uint32_t> In(uint32_t party) const;
  std::span<const model::Agreement* const> AgreementsOf(std::string_view party) const;
  std::span<const model::Activity* const> ActivitiesOf(std::string_view party) const;

  // All records but flows, in order of id.
  Records AllRecords() const;
  // All flows. Nullopt: stopped, since `stop`, where there is one, said so.
  std::optional<FlowColumnsBuilder> AllFlows(const std::function<bool()>& stop) const;
};

enum class Changes {
  kAll,
  // What AllRecords and AllFlows read: for data that are folded at once.
  kRecordsAlone,
};

// `data` with the mutations, in their order. Costs about as much as what they touch.
std::unique_ptr<const Data> Changed(const Data& data, uint64_t revision,
                                    const std::vector<model::Mutation>& mutations, Changes changes);

}  // namespace onward::snapshot
