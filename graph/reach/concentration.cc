#include "graph/reach/concentration.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "graph/base/status_macros.h"
#include "graph/reach/chokepoints_internal.h"

namespace onward::reach {
namespace {

constexpr size_t kLanesMax = 64;
// No origin has this class: allowed are the edges that are limited to nobody.
constexpr uint32_t kNoClass = UINT32_MAX;
// A branch of a branch of ... is followed this far.
constexpr int kHeadsMax = 16;

// Data of one party that are followed; lanes of one subject (an origin, an activity) come one after the
// other.
struct Lane {
  uint32_t subject = 0;
  uint32_t party = 0;
  // What of the party's data; empty: all of it, unexplained data included.
  std::vector<uint64_t> words;
};

bool Meets(Words a, const std::vector<uint64_t>& b) {
  for (size_t i = 0; i < b.size(); ++i) {
    if ((a[i] & b[i]) != 0) {
      return true;
    }
  }
  return false;
}

// Follows up to 64 lanes at once, one bit each, group of categories by group.
class LaneSpread {
 public:
  LaneSpread(const DayGraph& graph, StepCounter& steps)
      : graph_(graph),
        groups_(BitGroups::Of(graph)),
        steps_(steps),
        label_(graph.vertices(), 0),
        pending_(graph.vertices(), 0),
        arrived_(graph.parties(), 0) {}

  absl::Status Run(std::span<const Lane> lanes) {
    for (const uint32_t party : parties_) {
      arrived_[party] = 0;
    }
    parties_.clear();
    classes_.clear();
    for (size_t at = 0; at < lanes.size(); ++at) {
      classes_[graph_.ClassOf(lanes[at].party)] |= uint64_t{1} << at;
    }
    for (uint32_t group = 0; group < groups_->first.size(); ++group) {
      ONWARD_RETURN_IF_ERROR(Follow(lanes, group));
    }
    return absl::OkStatus();
  }

  // Parties that data arrived at, and whose.
  const std::vector<uint32_t>& parties() const { return parties_; }
  uint64_t ArrivedAt(uint32_t party) const { return arrived_[party]; }

 private:
  absl::Status Follow(std::span<const Lane> lanes, uint32_t group) {
    const uint32_t bit = groups_->first[group];
    for (const uint32_t vertex : touched_) {
      label_[vertex] = 0;
    }
    touched_.clear();
    for (size_t at = 0; at < lanes.size(); ++at) {
      Start(lanes[at], uint64_t{1} << at, group);
    }
    for (size_t next = 0; next < open_.size(); ++next) {
      const uint32_t vertex = open_[next];
      const uint64_t fresh = std::exchange(pending_[vertex], 0);
      const uint32_t end = graph_.OutBegin(vertex + 1);
      ONWARD_RETURN_IF_ERROR(steps_.Take(1 + end - graph_.OutBegin(vertex)));
      for (uint32_t edge = graph_.OutBegin(vertex); edge < end; ++edge) {
        if (HasBit(graph_.Mask(edge), bit)) {
          Arrive(graph_.To(edge), fresh & AllowedOn(edge));
        }
      }
      Trim(next);
    }
    open_.clear();
    return absl::OkStatus();
  }

  // The queue does not keep what it is done with.
  void Trim(size_t& next) {
    if (next > graph_.vertices() && next + 1 > open_.size() / 2) {
      open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(next) + 1);
      next = SIZE_MAX;
    }
  }

  void Start(const Lane& lane, uint64_t mine, uint32_t group) {
    const uint32_t bit = groups_->first[group];
    if (!lane.words.empty() && !Meets(groups_->words[group], lane.words)) {
      return;
    }
    for (uint32_t vertex = lane.party; vertex < graph_.vertices(); vertex += graph_.parties()) {
      if (HasBit(graph_.Holding(vertex), bit)) {
        Have(vertex, mine);
      }
    }
    if (!lane.words.empty()) {
      return;
    }
    for (const uint32_t edge : graph_.UnexplainedOf(lane.party)) {
      if (HasBit(graph_.Unexplained(edge), bit)) {
        Arrive(graph_.To(edge), mine);
      }
    }
  }

  void Arrive(uint32_t vertex, uint64_t lanes) {
    if (lanes == 0) {
      return;
    }
    if (!graph_.IsPast(vertex)) {
      if (arrived_[vertex] == 0) {
        parties_.push_back(vertex);
      }
      arrived_[vertex] |= lanes;
    }
    Have(vertex, lanes);
  }

  void Have(uint32_t vertex, uint64_t lanes) {
    const uint64_t fresh = lanes & ~label_[vertex];
    if (fresh == 0) {
      return;
    }
    if (label_[vertex] == 0) {
      touched_.push_back(vertex);
    }
    label_[vertex] |= fresh;
    if (pending_[vertex] == 0) {
      open_.push_back(vertex);
    }
    pending_[vertex] |= fresh;
  }

  uint64_t AllowedOn(uint32_t edge) const {
    if (graph_.Allows(edge, kNoClass)) {
      return UINT64_MAX;
    }
    uint64_t lanes = 0;
    for (const auto& [origin_class, mine] : classes_) {
      lanes |= graph_.Allows(edge, origin_class) ? mine : 0;
    }
    return lanes;
  }

  const DayGraph& graph_;
  const std::shared_ptr<const BitGroups> groups_;
  StepCounter& steps_;
  // Lanes by origin class.
  std::map<uint32_t, uint64_t> classes_;
  // By vertex: lanes that are there, and those of them that were not yet handed on.
  std::vector<uint64_t> label_;
  std::vector<uint64_t> pending_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> open_;
  // By party.
  std::vector<uint64_t> arrived_;
  std::vector<uint32_t> parties_;
};

// The party that it is a branch of, in the end.
const model::Party* HeadOf(const Snapshot& snapshot, const model::Party* party) {
  for (int i = 0; i < kHeadsMax && party != nullptr && !party->branch_of.empty(); ++i) {
    const model::Party* const head = snapshot.FindParty(party->branch_of);
    if (head == nullptr) {
      break;
    }
    party = head;
  }
  return party;
}

std::string VendorOf(const Snapshot& snapshot, uint32_t party, ConcentrationBy by) {
  std::string id(snapshot.PartyId(party));
  if (by == ConcentrationBy::kParty) {
    return id;
  }
  const model::Party* const record = HeadOf(snapshot, snapshot.FindParty(id));
  if (record == nullptr) {
    return id;
  }
  return record->group_parent.empty() ? record->id : record->group_parent;
}

class Adder {
 public:
  Adder(const DayGraph& graph, ConcentrationBy by, const ConcentrationLimits& limits)
      : graph_(graph), steps_(limits.steps_max, limits.check), vendor_of_(graph.parties(), 0) {
    std::map<std::string, uint32_t> numbers;
    for (const uint32_t party : graph.snapshot().PartiesInOrder()) {
      std::string id = VendorOf(graph.snapshot(), party, by);
      const auto [at, is_new] = numbers.emplace(id, static_cast<uint32_t>(vendors_.size()));
      if (is_new) {
        vendors_.emplace_back().id = std::move(id);
      }
      vendor_of_[party] = at->second;
    }
    is_recipient_.assign(graph.parties(), false);
  }

  absl::StatusOr<Concentration> Run() {
    ONWARD_RETURN_IF_ERROR(AddFlows());
    ONWARD_RETURN_IF_ERROR(Spread(OriginLanes(), &Vendor::origins));
    ONWARD_RETURN_IF_ERROR(Spread(ActivityLanes(), &Vendor::activities));
    return Result();
  }

 private:
  static constexpr uint32_t kNobody = UINT32_MAX;

  absl::Status AddFlows() {
    const query::Judgements& judged = graph_.judged();
    for (const uint32_t flow : graph_.snapshot().FlowsInOrder()) {
      ONWARD_RETURN_IF_ERROR(steps_.Take(1));
      const verdict::Verdict verdict = judged.VerdictOf(flow);
      if (verdict == verdict::Verdict::kUnspecified) {
        continue;
      }
      const uint32_t importer = graph_.snapshot().ImporterOf(flow);
      Vendor& vendor = vendors_[vendor_of_[importer]];
      ++vendor.flows;
      vendor.lacking += verdict == verdict::Verdict::kLacking ? 1 : 0;
      ++flows_;
      AddRecipient(importer);
    }
    return absl::OkStatus();
  }

  void AddRecipient(uint32_t party) {
    if (!is_recipient_[party]) {
      is_recipient_[party] = true;
      ++vendors_[vendor_of_[party]].parties;
    }
  }

  std::vector<Lane> OriginLanes() const {
    std::vector<Lane> lanes;
    for (const uint32_t party : graph_.origins()) {
      lanes.push_back({static_cast<uint32_t>(lanes.size()), party, {}});
    }
    return lanes;
  }

  std::vector<Lane> ActivityLanes() const {
    std::vector<Lane> lanes;
    uint32_t subject = 0;
    for (const RecordPtr& record : graph_.snapshot().RecordsOf(model::RecordKind::kActivity)) {
      const auto& activity = std::get<model::Activity>(*record);
      const std::vector<uint64_t> words = WordsOf(activity.data_categories);
      model::Strings parties = activity.controllers;
      parties.push_back(activity.processor);
      for (const std::string& id : parties) {
        const std::optional<uint32_t> party = graph_.snapshot().PartyNumber(id);
        if (party.has_value()) {
          lanes.push_back({subject, *party, words});
        }
      }
      ++subject;
    }
    return lanes;
  }

  std::vector<uint64_t> WordsOf(const model::Strings& categories) const {
    const query::Bits bits = graph_.judged().arrivals().category_bits().Of(categories);
    std::vector<uint64_t> words;
    bits.AppendTo(words);
    words.resize(graph_.words(), 0);
    return words;
  }

  absl::Status Spread(const std::vector<Lane>& lanes, uint64_t Vendor::*count) {
    LaneSpread spread(graph_, steps_);
    last_subject_.assign(vendors_.size(), kNobody);
    for (size_t at = 0; at < lanes.size(); at += kLanesMax) {
      const std::span<const Lane> some(lanes.data() + at, std::min(kLanesMax, lanes.size() - at));
      ONWARD_RETURN_IF_ERROR(spread.Run(some));
      Note(spread, some);
      Add(some, count);
    }
    return absl::OkStatus();
  }

  // By vendor, the lanes that arrived at one of its parties from somebody else.
  void Note(const LaneSpread& spread, std::span<const Lane> lanes) {
    arrived_.clear();
    absl::flat_hash_map<uint32_t, uint64_t> own;
    for (size_t at = 0; at < lanes.size(); ++at) {
      own[lanes[at].party] |= uint64_t{1} << at;
    }
    for (const uint32_t party : spread.parties()) {
      const auto itself = own.find(party);
      const uint64_t from_others =
          spread.ArrivedAt(party) & ~(itself == own.end() ? uint64_t{0} : itself->second);
      if (from_others != 0) {
        AddRecipient(party);
        arrived_[vendor_of_[party]] |= from_others;
      }
    }
  }

  // Lanes of one subject count once, also where they are in two batches.
  void Add(std::span<const Lane> lanes, uint64_t Vendor::*count) {
    uint64_t any = 0;
    for (const auto& [vendor, arrived] : arrived_) {
      any |= arrived;
      for (uint64_t left = arrived; left != 0; left &= left - 1) {
        const uint32_t subject = lanes[static_cast<size_t>(std::countr_zero(left))].subject;
        if (last_subject_[vendor] != subject) {
          last_subject_[vendor] = subject;
          ++(vendors_[vendor].*count);
        }
      }
    }
    if (count == &Vendor::origins) {
      origins_ += static_cast<uint64_t>(std::popcount(any));
    }
  }

  Concentration Result() {
    Concentration result;
    result.origins = origins_;
    for (Vendor& vendor : vendors_) {
      const double share =
          flows_ == 0 ? 0 : static_cast<double>(vendor.flows) / static_cast<double>(flows_);
      result.flow_concentration += share * share;
      if (vendor.parties > 0) {
        result.vendors.push_back(std::move(vendor));
      }
    }
    std::sort(result.vendors.begin(), result.vendors.end(), [](const Vendor& a, const Vendor& b) {
      if (a.origins != b.origins) {
        return a.origins > b.origins;
      }
      return a.flows != b.flows ? a.flows > b.flows : a.id < b.id;
    });
    return result;
  }

  const DayGraph& graph_;
  StepCounter steps_;
  std::vector<uint32_t> vendor_of_;
  std::vector<Vendor> vendors_;
  std::vector<bool> is_recipient_;
  uint64_t flows_ = 0;
  uint64_t origins_ = 0;
  std::map<uint32_t, uint64_t> arrived_;
  // By vendor: the subject that was counted last.
  std::vector<uint32_t> last_subject_;
};

}  // namespace

absl::StatusOr<Concentration> FindConcentration(const DayGraph& graph, ConcentrationBy by,
                                                const ConcentrationLimits& limits) {
  return Adder(graph, by, limits).Run();
}

}  // namespace onward::reach
