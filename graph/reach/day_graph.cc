#include "graph/reach/day_graph.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "graph/base/ending.h"
#include "graph/query/arrivals.h"

namespace onward::reach {

using query::Arrivals;
using query::Bits;

// Makes the graph of a day, step by step in the order of Make().
class DayGraphBuilder {
 public:
  // `stop`: as PatientLock's.
  DayGraphBuilder(const query::Judgements& judged, const std::function<bool()>& stop)
      : judged_(judged),
        graph_(judged.snapshot()),
        arrivals_(judged.arrivals()),
        stop_(stop),
        made_(new DayGraph()) {
    made_->judged_ = &judged;
    made_->parties_ = graph_.PartyCount();
  }

  // Null: stopped.
  std::unique_ptr<const DayGraph> Make() {
    using Builder = DayGraphBuilder;
    for (const auto step : {&Builder::FindWidth, &Builder::FindPast, &Builder::AddEdges,
                            &Builder::AddLimits, &Builder::AddIncoming, &Builder::AddHoldings,
                            &Builder::AddUnexplained, &Builder::AddOrigins}) {
      (this->*step)();
      if (stopped_) {
        return nullptr;
      }
    }
    return std::move(made_);
  }

 private:
  using Kind = DayGraph::Kind;

  static bool IsDirect(const model::TermsView& terms) {
    return terms.collection == model::Collection::kDirectFromDataSubject;
  }
  // Whether the flow brings data from its exporter on the day, or once did.
  bool IsActive(uint32_t flow) const { return arrivals_.InEffect(flow) && !IsDirect(Terms(flow)); }
  bool IsHeld(uint32_t flow) const { return arrivals_.Held(flow) && !IsDirect(Terms(flow)); }
  bool Began(uint32_t flow) const {
    return graph_.IntervalOf(flow).from <= judged_.question().as_of && !IsDirect(Terms(flow));
  }
  model::TermsView Terms(uint32_t flow) const { return graph_.TermsOf(flow); }

  // Looks at the caller once in so many flows, edges or parties.
  bool Stopped(uint32_t number) {
    constexpr uint32_t kPerLook = 8'192;
    stopped_ = stopped_ || (number % kPerLook == 0 && stop_ && stop_());
    return stopped_;
  }

  void FindWidth() {
    constexpr size_t kWordBits = 64;
    const size_t bits = arrivals_.category_bits().None().size();
    made_->words_ = static_cast<uint32_t>(std::max<size_t>(1, (bits + kWordBits - 1) / kWordBits));
    made_->none_.assign(made_->words_, 0);
  }

  // Backwards from the held copies, along flows that ever began.
  void FindPast() {
    std::vector<uint32_t> open;
    past_.assign(made_->parties_, 0);
    const auto meet = [&](uint32_t party) {
      if (past_[party] == 0) {
        past_[party] = 1;
        open.push_back(party);
      }
    };
    for (uint32_t flow = 0; flow < graph_.FlowCount() && !Stopped(flow); ++flow) {
      if (graph_.HasFlow(flow) && IsHeld(flow)) {
        has_past_ = true;
        meet(graph_.ExporterOf(flow));
      }
    }
    while (!open.empty()) {
      const uint32_t party = open.back();
      open.pop_back();
      for (const uint32_t flow : graph_.InFlows(party)) {
        if (Began(flow)) {
          meet(graph_.ExporterOf(flow));
        }
      }
    }
  }

  void AddEdges() {
    made_->out_begin_.reserve((has_past_ ? 2 : 1) * size_t{made_->parties_} + 1);
    for (uint32_t party = 0; party < made_->parties_ && !stopped_; ++party) {
      made_->out_begin_.push_back(made_->edges());
      if (!graph_.HasParty(party)) {
        continue;
      }
      for (const uint32_t flow : graph_.OutFlows(party)) {
        if (!Stopped(made_->edges()) && IsActive(flow)) {
          AddEdge(Kind::kActive, flow, party, graph_.ImporterOf(flow));
        }
      }
    }
    for (uint32_t party = 0; has_past_ && party < made_->parties_ && !Stopped(party); ++party) {
      made_->out_begin_.push_back(made_->edges());
      if (past_[party] != 0) {
        AddPast(party);
      }
    }
    made_->out_begin_.push_back(made_->edges());
    made_->edge_of_.assign(graph_.FlowCount(), made_->edges());
    for (uint32_t edge = 0; edge < made_->edges() && !Stopped(edge); ++edge) {
      if (made_->KindOf(edge) != Kind::kPast) {
        made_->edge_of_[made_->flow_[edge]] = edge;
      }
    }
  }

  void AddPast(uint32_t party) {
    const uint32_t vertex = made_->parties_ + party;
    for (const uint32_t flow : graph_.OutFlows(party)) {
      const uint32_t importer = graph_.ImporterOf(flow);
      if (IsHeld(flow)) {
        AddEdge(Kind::kHeld, flow, vertex, importer);
      }
      if (past_[importer] != 0 && Began(flow)) {
        AddEdge(Kind::kPast, flow, vertex, made_->parties_ + importer);
      }
    }
  }

  void AddEdge(Kind kind, uint32_t flow, uint32_t from, uint32_t to) {
    made_->from_.push_back(from);
    made_->flow_.push_back(flow);
    made_->kind_.push_back(static_cast<uint8_t>(kind));
    const verdict::Verdict verdict =
        kind == Kind::kActive ? judged_.VerdictOf(flow) : verdict::Verdict::kUnspecified;
    made_->verdict_.push_back(static_cast<uint8_t>(verdict));
    const uint32_t mask = NumberOf(arrivals_.Declared(flow));
    const auto badness = static_cast<uint32_t>(verdict::Badness(verdict));
    made_->steps_.push_back({to, (mask << DayGraph::Step::kBadnessBits) | badness});
  }

  // Of the set among masks_. 2^29 different ones would take more memory than their flows may.
  uint32_t NumberOf(const Bits& bits) {
    set_.clear();
    Append(bits, set_);
    const auto [at, is_new] = numbers_.try_emplace(set_, static_cast<uint32_t>(numbers_.size()));
    if (is_new) {
      made_->masks_.insert(made_->masks_.end(), set_.begin(), set_.end());
    }
    return at->second;
  }

  void Append(const Bits& bits, std::vector<uint64_t>& words) const {
    const size_t end = words.size() + made_->words_;
    bits.AppendTo(words);
    words.resize(end, 0);
  }

  // Flows limited to the same origins share a list.
  void AddLimits() {
    std::map<std::vector<uint32_t>, uint32_t> numbers;
    for (uint32_t edge = 0; edge < made_->edges() && !Stopped(edge); ++edge) {
      const std::vector<uint32_t>& classes = arrivals_.LimitsOf(made_->flow_[edge]);
      if (classes.empty()) {
        continue;
      }
      const auto [at, is_new] =
          numbers.emplace(classes, static_cast<uint32_t>(made_->limit_lists_.size()) + 1);
      if (is_new) {
        made_->limit_lists_.push_back(classes);
      }
      made_->limits_.resize(made_->edges(), 0);
      made_->limits_[edge] = at->second;
    }
  }

  void AddIncoming() {
    std::vector<uint32_t>& begin = made_->in_begin_;
    begin.assign(size_t{made_->vertices()} + 1, 0);
    for (const DayGraph::Step& step : made_->steps_) {
      ++begin[size_t{step.to} + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    made_->in_.resize(made_->edges());
    std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
    made_->in_masks_.assign(size_t{made_->vertices()} * made_->words_, 0);
    for (uint32_t edge = 0; edge < made_->edges() && !Stopped(edge); ++edge) {
      const uint32_t to = made_->To(edge);
      made_->in_[next[to]++] = edge;
      for (size_t word = 0; word < made_->words_; ++word) {
        made_->in_masks_[size_t{to} * made_->words_ + word] |= made_->Mask(edge)[word];
      }
    }
  }

  void AddHoldings() {
    made_->classes_.reserve(made_->parties_);
    for (uint32_t party = 0; party < made_->parties_ && !Stopped(party); ++party) {
      made_->classes_.push_back(arrivals_.ClassOf(party));
      Append(arrivals_.HoldingsOf(query::Arrivals::Sense::kNow, party), made_->holdings_);
    }
    for (uint32_t party = 0; has_past_ && party < made_->parties_; ++party) {
      Append(
          past_[party] != 0 ? arrivals_.HoldingsOf(query::Arrivals::Sense::kEver, party) : Bits(),
          made_->holdings_);
    }
  }

  void AddUnexplained() {
    std::vector<std::pair<uint32_t, uint32_t>> of;
    for (uint32_t edge = 0; edge < made_->edges() && !Stopped(edge); ++edge) {
      const auto sense = made_->KindOf(edge) == Kind::kActive ? query::Arrivals::Sense::kNow
                                                              : query::Arrivals::Sense::kEver;
      const Bits* const unexplained = arrivals_.UnexplainedOf(sense, made_->flow_[edge]);
      if (unexplained == nullptr) {
        continue;
      }
      made_->unexplained_edges_.push_back(edge);
      Append(*unexplained, made_->unexplained_);
      for (const uint32_t party : CountsFor(edge)) {
        of.emplace_back(party, edge);
      }
    }
    std::sort(of.begin(), of.end());
    made_->unexplained_begin_.assign(size_t{made_->parties_} + 1, 0);
    for (const auto& [party, edge] : of) {
      ++made_->unexplained_begin_[size_t{party} + 1];
      made_->unexplained_of_.push_back(edge);
    }
    std::partial_sum(made_->unexplained_begin_.begin(), made_->unexplained_begin_.end(),
                     made_->unexplained_begin_.begin());
  }

  // The parties whose data the unexplained data of the edge are.
  std::vector<uint32_t> CountsFor(uint32_t edge) const {
    std::vector<uint32_t> parties;
    for (const std::string& origin : Terms(made_->flow_[edge]).on_behalf_of) {
      if (const std::optional<uint32_t> party = graph_.PartyNumber(origin); party.has_value()) {
        parties.push_back(*party);
      }
    }
    if (arrivals_.LimitsOf(made_->flow_[edge]).empty()) {
      parties.assign(1, made_->PartyOf(made_->from_[edge]));
    }
    std::sort(parties.begin(), parties.end());
    parties.erase(std::unique(parties.begin(), parties.end()), parties.end());
    return parties;
  }

  void AddOrigins() {
    const auto holds = [&](uint32_t vertex) {
      const Words words = made_->Holding(vertex);
      return std::any_of(words.begin(), words.end(), [](uint64_t word) { return word != 0; });
    };
    made_->ranks_.assign(made_->parties_, 0);
    uint32_t rank = 0;
    for (const uint32_t party : graph_.PartiesInOrder()) {
      made_->ranks_[party] = rank++;
      if (holds(party) || (has_past_ && holds(made_->parties_ + party)) ||
          !made_->UnexplainedOf(party).empty()) {
        made_->origins_.push_back(party);
      }
    }
  }

  const query::Judgements& judged_;
  const Snapshot& graph_;
  const Arrivals& arrivals_;
  const std::function<bool()>& stop_;
  bool stopped_ = false;
  std::unique_ptr<DayGraph> made_;
  // By party: whether it has a vertex in the past that edges touch.
  std::vector<uint8_t> past_;
  bool has_past_ = false;
  // Of sets among masks_, by their words.
  absl::flat_hash_map<std::vector<uint64_t>, uint32_t> numbers_;
  std::vector<uint64_t> set_;
};

DayGraphPtr DayGraph::Of(const query::JudgementsPtr& judged) { return *Of(judged, {}); }

absl::StatusOr<DayGraphPtr> DayGraph::Of(const query::JudgementsPtr& judged,
                                         const std::function<absl::Status()>& check) {
  Ending ended(check);
  const std::function<bool()> stop = std::ref(ended);
  const auto made = judged->memo().Get<DayGraph>(
      [&] { return std::shared_ptr<const DayGraph>(DayGraphBuilder(*judged, stop).Make()); }, stop);
  if (made == nullptr) {
    return ended.status();
  }
  // The memo is part of the judgements: the pointer given out keeps those, and with them the graph.
  return DayGraphPtr(judged, made.get());
}

bool DayGraph::IsLimitedTo(uint32_t edge, uint32_t origin_class) const {
  const std::vector<uint32_t>& classes = limit_lists_[limits_[edge] - 1];
  return std::binary_search(classes.begin(), classes.end(), origin_class);
}

Words DayGraph::Unexplained(uint32_t edge) const {
  const auto at = std::lower_bound(unexplained_edges_.begin(), unexplained_edges_.end(), edge);
  if (at == unexplained_edges_.end() || *at != edge) {
    return none_;
  }
  const auto index = static_cast<size_t>(at - unexplained_edges_.begin());
  return {unexplained_.data() + index * words_, words_};
}

std::span<const uint32_t> DayGraph::UnexplainedOf(uint32_t party) const {
  return {unexplained_of_.data() + unexplained_begin_[party],
          unexplained_begin_[party + 1] - unexplained_begin_[party]};
}

}  // namespace onward::reach
