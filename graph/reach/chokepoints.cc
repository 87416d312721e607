#include "graph/reach/chokepoints.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "graph/base/status_macros.h"
#include "graph/reach/chokepoints_internal.h"
#include "graph/verdict/territory.h"

namespace onward::reach {
namespace {

// Target flows that are looked at together, and parties noted for them.
constexpr size_t kBatchMax = size_t{1} << 18;
constexpr size_t kNotedMax = size_t{1} << 22;

bool IsTarget(const DayGraph& graph, const ChokepointsQuestion& question, uint32_t edge) {
  if (graph.KindOf(edge) != DayGraph::Kind::kActive) {
    return false;
  }
  switch (question.target) {
    case ChokepointsQuestion::Target::kLacking:
      return graph.VerdictOf(edge) == verdict::Verdict::kLacking;
    case ChokepointsQuestion::Target::kOutsideEea:
      return LeavesEea(graph, edge);
    case ChokepointsQuestion::Target::kCountry:
      break;
  }
  const auto outcomes = graph.judged().DestinationsOf(graph.FlowOf(edge));
  return std::any_of(outcomes.begin(), outcomes.end(), [&](const query::DestinationOutcome& to) {
    return to.destination == question.country;
  });
}

// A target flow while its batch is looked at.
struct Aim {
  uint32_t edge = 0;
  bool reached = false;
  // In the channel at hand: where data leave for it.
  std::optional<uint32_t> before;
  bool is_new = false;
  // Parties that all channels so far take; the exporter first.
  std::vector<uint32_t> behind;
  std::vector<uint64_t> carried;
};

class Search {
 public:
  Search(const DayGraph& graph, const ChokepointsQuestion& question, const ChokepointLimits& limits)
      : graph_(graph),
        question_(question),
        steps_(limits.steps_max, limits.check),
        channels_(graph, question.origin),
        node_of_(graph.parties(), kNoNode),
        flows_(graph.parties(), 0),
        recipients_(graph.parties(), 0),
        last_recipient_(graph.parties(), UINT32_MAX) {}

  absl::StatusOr<ChokepointList> Run() {
    ONWARD_RETURN_IF_ERROR(FindTargets());
    for (size_t at = 0; at < targets_.size();) {
      Begin(at);
      for (const Channels::Item& item : channels_.items()) {
        ONWARD_RETURN_IF_ERROR(Follow(item));
      }
      Count();
      at += batch_.size();
    }
    return List();
  }

 private:
  static constexpr uint32_t kNoNode = UINT32_MAX;
  static constexpr uint32_t kManyNodes = UINT32_MAX - 1;

  absl::Status FindTargets() {
    for (uint32_t edge = 0; edge < graph_.edges(); ++edge) {
      ONWARD_RETURN_IF_ERROR(steps_.Take(1));
      if (IsTarget(graph_, question_, edge)) {
        targets_.push_back(edge);
      }
    }
    std::sort(targets_.begin(), targets_.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(graph_.To(a), a) < std::pair(graph_.To(b), b);
    });
    return absl::OkStatus();
  }

  void Begin(size_t at) {
    batch_.clear();
    noted_ = 0;
    const size_t end = std::min(targets_.size(), at + kBatchMax);
    for (; at < end; ++at) {
      Aim aim;
      aim.edge = targets_[at];
      batch_.push_back(std::move(aim));
    }
  }

  absl::Status Follow(const Channels::Item& item) {
    const Channel channel = channels_.Make(item);
    ONWARD_RETURN_IF_ERROR(dominators_.Find(channel, steps_));
    NameNodes(channel);
    for (size_t at = 0; at < batch_.size(); ++at) {
      Look(channel, channels_.WordsOf(item), batch_[at]);
      ONWARD_RETURN_IF_ERROR(steps_.Take(1 + batch_[at].behind.size()));
      if (noted_ > kNotedMax && at > 0) {
        Shorten(at);
      }
    }
    for (const uint32_t party : twice_) {
      ONWARD_RETURN_IF_ERROR(TakeAway(channel, party));
    }
    return absl::OkStatus();
  }

  // By party, its reached node; parties with more than one of them go apart.
  void NameNodes(const Channel& channel) {
    for (const uint32_t party : named_) {
      node_of_[party] = kNoNode;
    }
    named_.clear();
    twice_.clear();
    for (const uint32_t node : dominators_.reached()) {
      if (node == channel.root()) {
        continue;
      }
      uint32_t& named = node_of_[channel.PartyOf(node)];
      if (named == kNoNode) {
        named_.push_back(channel.PartyOf(node));
        named = node;
      } else if (named != kManyNodes) {
        twice_.push_back(channel.PartyOf(node));
        named = kManyNodes;
      }
    }
  }

  // What all ways of this channel to the flow take.
  void Look(const Channel& channel, const std::vector<uint64_t>& words, Aim& aim) {
    aim.before =
        channel.NodeBefore(aim.edge, [&](uint32_t vertex) { return dominators_.Reaches(vertex); });
    aim.is_new = aim.before.has_value() && !aim.reached;
    if (!aim.before.has_value()) {
      return;
    }
    aim.carried.resize(words.size(), 0);
    for (size_t i = 0; i < words.size(); ++i) {
      aim.carried[i] |= words[i];
    }
    noted_ -= aim.behind.size();
    if (aim.is_new) {
      aim.reached = true;
      Note(channel, aim);
    } else {
      std::erase_if(aim.behind, [&](uint32_t party) { return !IsBehind(aim, party); });
    }
    noted_ += aim.behind.size();
  }

  void Note(const Channel& channel, Aim& aim) {
    const uint32_t exporter = graph_.PartyOf(graph_.From(aim.edge));
    aim.behind.push_back(exporter);
    for (uint32_t node = *aim.before; node != channel.root(); node = dominators_.Above(node)) {
      const uint32_t party = channel.PartyOf(node);
      if (party != exporter && node_of_[party] == node) {
        aim.behind.push_back(party);
      }
    }
  }

  // Of a party with several nodes it is seen later.
  bool IsBehind(const Aim& aim, uint32_t party) const {
    const uint32_t node = node_of_[party];
    return party == aim.behind.front() || node == kManyNodes ||
           (node != kNoNode && dominators_.IsAbove(node, *aim.before));
  }

  // The batch ends before `at`; the rest comes in the next one.
  void Shorten(size_t at) {
    for (size_t i = at; i < batch_.size(); ++i) {
      noted_ -= batch_[i].behind.size();
    }
    batch_.resize(at);
  }

  // What is still reached without the party.
  absl::Status TakeAway(const Channel& channel, uint32_t party) {
    std::vector<bool> met(channel.nodes(), false);
    std::vector<uint32_t> open = {channel.root()};
    met[channel.root()] = true;
    while (!open.empty()) {
      const uint32_t node = open.back();
      open.pop_back();
      const uint32_t degree = channel.Degree(node);
      ONWARD_RETURN_IF_ERROR(steps_.Take(1 + degree));
      for (uint32_t step = 0; step < degree; ++step) {
        const uint32_t next = channel.Next(node, step);
        if (next != Channel::kNone && !met[next] && channel.PartyOf(next) != party) {
          met[next] = true;
          open.push_back(next);
        }
      }
    }
    for (Aim& aim : batch_) {
      ONWARD_RETURN_IF_ERROR(steps_.Take(1));
      if (!aim.before.has_value() || party == aim.behind.front()) {
        continue;
      }
      const bool lost = !met[*aim.before];
      if (lost && aim.is_new) {
        aim.behind.push_back(party);
        ++noted_;
      } else if (!lost && !aim.is_new) {
        noted_ -= std::erase(aim.behind, party);
      }
    }
    return absl::OkStatus();
  }

  void Count() {
    for (const Aim& aim : batch_) {
      if (!aim.reached) {
        continue;
      }
      ++total_;
      const uint32_t recipient = graph_.To(aim.edge);
      for (const uint32_t party : aim.behind) {
        ++flows_[party];
        recipients_[party] += last_recipient_[party] != recipient ? 1 : 0;
        last_recipient_[party] = recipient;
        std::vector<uint64_t>& carried = carried_[party];
        carried.resize(aim.carried.size(), 0);
        for (size_t i = 0; i < aim.carried.size(); ++i) {
          carried[i] |= aim.carried[i];
        }
      }
    }
  }

  ChokepointList List() const {
    ChokepointList list;
    list.flows = total_;
    const query::CategoryBits& bits = graph_.judged().arrivals().category_bits();
    for (const uint32_t party : graph_.snapshot().PartiesInOrder()) {
      if (flows_[party] == 0 || party == question_.origin) {
        continue;
      }
      query::Bits carried = bits.None();
      const std::vector<uint64_t>& words = carried_.at(party);
      for (uint32_t bit = 0; bit < carried.size(); ++bit) {
        carried.set(bit, HasBit(words, bit));
      }
      list.chokepoints.push_back({party, flows_[party], recipients_[party], bits.ToSet(carried)});
    }
    std::stable_sort(list.chokepoints.begin(), list.chokepoints.end(),
                     [](const Chokepoint& a, const Chokepoint& b) { return a.flows > b.flows; });
    return list;
  }

  const DayGraph& graph_;
  const ChokepointsQuestion& question_;
  StepCounter steps_;
  const Channels channels_;
  Dominators dominators_;
  // Edges, in order of importer.
  std::vector<uint32_t> targets_;
  std::vector<Aim> batch_;
  // Parties in the batch, over all flows.
  size_t noted_ = 0;
  // Of the channel at hand.
  std::vector<uint32_t> node_of_;
  std::vector<uint32_t> named_;
  std::vector<uint32_t> twice_;
  // Results, by party.
  uint64_t total_ = 0;
  std::vector<uint64_t> flows_;
  std::vector<uint64_t> recipients_;
  std::vector<uint32_t> last_recipient_;
  std::map<uint32_t, std::vector<uint64_t>> carried_;
};

}  // namespace

absl::StatusOr<ChokepointList> FindChokepoints(const DayGraph& graph,
                                               const ChokepointsQuestion& question,
                                               const ChokepointLimits& limits) {
  return Search(graph, question, limits).Run();
}

bool LeavesEea(const DayGraph& graph, uint32_t edge) {
  const query::Judgements& judged = graph.judged();
  const auto outcomes = judged.DestinationsOf(graph.FlowOf(edge));
  return std::any_of(outcomes.begin(), outcomes.end(), [&](const query::DestinationOutcome& to) {
    return verdict::PlaceOf(to.destination, judged.law(), judged.question().as_of, {}) !=
           verdict::Place::kInside;
  });
}

}  // namespace onward::reach
