#include "graph/reach/exposure_chains.h"

#include <algorithm>
#include <array>

#include "graph/base/status_macros.h"

namespace onward::reach {
namespace {

bool Any(const std::vector<uint64_t>& words) {
  return std::any_of(words.begin(), words.end(), [](uint64_t word) { return word != 0; });
}

std::vector<uint64_t> And(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  std::vector<uint64_t> both(a.size());
  for (size_t i = 0; i < a.size(); ++i) {
    both[i] = a[i] & b[i];
  }
  return both;
}

// All that flows can have, the worst first.
constexpr std::array kWorstFirst = {verdict::Verdict::kLacking, verdict::Verdict::kUndetermined,
                                    verdict::Verdict::kConditional, verdict::Verdict::kCovered,
                                    verdict::Verdict::kNotATransfer};

}  // namespace

Chains::Chains(const Labels& labels, const OutsidePlaces& places, const StopCheck& check)
    : labels_(labels),
      graph_(labels.graph()),
      places_(places),
      check_(check),
      spread_(graph_),
      seen_(size_t{graph_.vertices()} * graph_.words(), 0),
      pending_(size_t{graph_.vertices()} * graph_.words(), 0) {}

absl::Status Chains::Count(size_t edges) {
  unchecked_ += edges;
  if (unchecked_ < kEdgesPerCheck || !check_) {
    return absl::OkStatus();
  }
  unchecked_ = 0;
  return check_();
}

std::vector<uint64_t> Chains::CarriedWords(uint32_t edge) const {
  std::vector<uint64_t> words(graph_.words());
  for (uint32_t word = 0; word < graph_.words(); ++word) {
    words[word] = labels_.Carried(edge, word);
  }
  return words;
}

std::vector<uint64_t> Chains::UnexplainedWords(uint32_t edge) const {
  std::vector<uint64_t> words(graph_.words());
  for (uint32_t word = 0; word < graph_.words(); ++word) {
    words[word] = labels_.Unexplained(edge, word);
  }
  return words;
}

std::vector<uint64_t> Chains::HoldingWords(uint32_t vertex) const {
  std::vector<uint64_t> words(graph_.words(), 0);
  for (uint32_t word = 0; word < graph_.words() && graph_.PartyOf(vertex) == labels_.origin();
       ++word) {
    words[word] = graph_.Holding(vertex)[word] & labels_.Only(word);
  }
  return words;
}

bool Chains::LeadsTo(uint32_t edge, const ExposureCore& row) const {
  const auto places = places_.Of(edge);
  return std::any_of(places.begin(), places.end(),
                     [&](const OutsidePlace& place) { return place.code == row.code; }) &&
         labels_.Carries(edge);
}

// What comes to vertices by chains with a flow at least that bad.
absl::Status Chains::SpreadFrom(int badness, uint32_t word) {
  spread_.Clear();
  for (const uint32_t vertex : labels_.reached()) {
    for (const uint32_t edge : graph_.In(vertex)) {
      if (graph_.BadnessOf(edge) >= badness) {
        spread_.Seed(vertex, labels_.Carried(edge, word));
      }
    }
    ONWARD_RETURN_IF_ERROR(Count(graph_.In(vertex).size()));
  }
  return spread_.Run(graph_.ClassOf(labels_.origin()), word, ~uint64_t{0}, check_);
}

// Rows that a chain with such a flow leads to become that bad.
absl::Status Chains::Raise(verdict::Verdict verdict, uint32_t word,
                           const std::vector<ExposureCore>& rows,
                           std::vector<verdict::Verdict>& worst) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (verdict::Badness(worst[i]) >= verdict::Badness(verdict)) {
      continue;
    }
    const auto in = graph_.In(rows[i].recipient);
    const bool comes = std::any_of(in.begin(), in.end(), [&](uint32_t edge) {
      return (spread_.LabelOf(graph_.From(edge)) & labels_.Carried(edge, word)) != 0 &&
             LeadsTo(edge, rows[i]);
    });
    if (comes) {
      worst[i] = verdict;
    }
    ONWARD_RETURN_IF_ERROR(Count(in.size()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<verdict::Verdict>> Chains::WorstHops(
    const std::vector<ExposureCore>& rows) {
  std::vector<verdict::Verdict> worst;
  worst.reserve(rows.size());
  for (const ExposureCore& row : rows) {
    worst.push_back(row.verdict);
  }
  int reached = 0;
  for (const uint32_t vertex : labels_.reached()) {
    reached = std::max(reached, verdict::Badness(labels_.WorstInto(vertex)));
  }
  for (const verdict::Verdict verdict : kWorstFirst) {
    const int badness = verdict::Badness(verdict);
    const auto is_milder = [&](verdict::Verdict one) { return verdict::Badness(one) < badness; };
    for (uint32_t word = 0; word < graph_.words() && badness <= reached &&
                            std::any_of(worst.begin(), worst.end(), is_milder);
         ++word) {
      ONWARD_RETURN_IF_ERROR(SpreadFrom(badness, word));
      ONWARD_RETURN_IF_ERROR(Raise(verdict, word, rows, worst));
    }
  }
  return worst;
}

void Chains::Begin() {
  const auto words = static_cast<std::ptrdiff_t>(graph_.words());
  for (const uint32_t vertex : touched_) {
    std::fill_n(seen_.begin() + vertex * words, words, 0);
  }
  for (const uint32_t vertex : next_) {
    std::fill_n(pending_.begin() + vertex * words, words, 0);
  }
  touched_.clear();
  next_.clear();
}

void Chains::Want(uint32_t vertex, const std::vector<uint64_t>& words) {
  uint64_t* const pending = pending_.data() + size_t{vertex} * graph_.words();
  const uint64_t* const seen = seen_.data() + size_t{vertex} * graph_.words();
  bool waits = false;
  bool fresh = false;
  for (uint32_t word = 0; word < graph_.words(); ++word) {
    waits = waits || pending[word] != 0;
    pending[word] |= words[word] & ~seen[word];
    fresh = fresh || pending[word] != 0;
  }
  if (fresh && !waits) {
    next_.push_back(vertex);
  }
}

Chains::Needs Chains::Step() {
  Needs needs;
  needs.reserve(next_.size());
  std::sort(next_.begin(), next_.end());
  for (const uint32_t vertex : next_) {
    uint64_t* const pending = pending_.data() + size_t{vertex} * graph_.words();
    uint64_t* const seen = seen_.data() + size_t{vertex} * graph_.words();
    needs.push_back({vertex, {pending, pending + graph_.words()}});
    touched_.push_back(vertex);
    for (uint32_t word = 0; word < graph_.words(); ++word) {
      seen[word] |= pending[word];
      pending[word] = 0;
    }
  }
  next_.clear();
  return needs;
}

absl::StatusOr<std::optional<uint32_t>> Chains::FindBackwards(const Needs& from, int badness) {
  std::optional<uint32_t> found;
  for (const Need& need : from) {
    for (const uint32_t edge : graph_.In(need.vertex)) {
      const std::vector<uint64_t> carried = And(need.words, CarriedWords(edge));
      if (!Any(carried)) {
        continue;
      }
      const uint32_t flow = graph_.FlowOf(edge);
      if (graph_.BadnessOf(edge) == badness &&
          (!found || graph_.snapshot().FlowId(flow) < graph_.snapshot().FlowId(*found))) {
        found = flow;
      }
      Want(graph_.From(edge), carried);
    }
    ONWARD_RETURN_IF_ERROR(Count(graph_.In(need.vertex).size()));
  }
  return found;
}

absl::StatusOr<uint32_t> Chains::NearestHop(const ExposureCore& row, verdict::Verdict verdict) {
  if (row.verdict == verdict) {
    return graph_.FlowOf(row.edge);
  }
  Begin();
  for (const uint32_t edge : graph_.In(row.recipient)) {
    if (LeadsTo(edge, row)) {
      Want(graph_.From(edge), CarriedWords(edge));
    }
  }
  for (Needs needs = Step(); !needs.empty(); needs = Step()) {
    ONWARD_ASSIGN_OR_RETURN(const std::optional<uint32_t> found,
                            FindBackwards(needs, verdict::Badness(verdict)));
    if (found) {
      return *found;
    }
  }
  return graph_.FlowOf(row.edge);
}

bool Chains::HasOwn() const {
  const uint32_t origin = labels_.origin();
  return Any(HoldingWords(origin)) ||
         (graph_.vertices() > graph_.parties() && Any(HoldingWords(graph_.parties() + origin)));
}

std::optional<Chains::Start> Chains::StartAtOrigin(const Needs& needs, size_t level) const {
  Start start{level, {}, {}};
  for (const Need& need : needs) {
    std::vector<uint64_t> held = And(need.words, HoldingWords(need.vertex));
    if (Any(held)) {
      start.at.push_back({need.vertex, std::move(held)});
    }
  }
  return start.at.empty() ? std::nullopt : std::optional(std::move(start));
}

void Chains::Add(Need need, Needs& needs) {
  const auto same = std::find_if(needs.begin(), needs.end(),
                                 [&](const Need& one) { return one.vertex == need.vertex; });
  if (same == needs.end()) {
    needs.push_back(std::move(need));
    return;
  }
  for (size_t word = 0; word < need.words.size(); ++word) {
    same->words[word] |= need.words[word];
  }
}

// Looks at the edges into what is needed, and wants what is before them.
absl::StatusOr<std::optional<Chains::Start>> Chains::StartUnexplained(const Needs& needs,
                                                                      size_t level) {
  std::optional<Start> start;
  for (const Need& need : needs) {
    for (const uint32_t edge : graph_.In(need.vertex)) {
      const std::vector<uint64_t> carried = And(need.words, CarriedWords(edge));
      if (!Any(carried)) {
        continue;
      }
      Want(graph_.From(edge), carried);
      std::vector<uint64_t> unexplained = And(need.words, UnexplainedWords(edge));
      if (!Any(unexplained)) {
        continue;
      }
      const uint32_t flow = graph_.FlowOf(edge);
      if (!start ||
          graph_.snapshot().FlowId(flow) < graph_.snapshot().FlowId(start->flows.front())) {
        start = Start{level, {flow}, {{need.vertex, std::move(unexplained)}}};
      } else if (flow == start->flows.front()) {
        start->at.push_back({need.vertex, std::move(unexplained)});
      }
    }
    ONWARD_RETURN_IF_ERROR(Count(graph_.In(need.vertex).size()));
  }
  return start;
}

// At the origin if some chain starts there; else with the flow that has unexplained data. `levels`: what is needed so many flows
// before the row's.
absl::StatusOr<Chains::Start> Chains::FindStart(const ExposureCore& row,
                                                std::vector<Needs>& levels) {
  Begin();
  Want(graph_.From(row.edge), CarriedWords(row.edge));
  std::optional<Start> other;
  if (Any(UnexplainedWords(row.edge))) {
    other = Start{};
  }
  while (true) {
    levels.push_back(Step());
    const size_t level = levels.size() - 1;
    if (levels.back().empty() || (other && !HasOwn())) {
      return std::move(other).value_or(Start{});
    }
    if (std::optional<Start> start = StartAtOrigin(levels.back(), level)) {
      return *std::move(start);
    }
    ONWARD_ASSIGN_OR_RETURN(std::optional<Start> unexplained,
                            StartUnexplained(levels.back(), level));
    if (!other) {
      other = std::move(unexplained);
    }
  }
}

std::pair<uint32_t, Chains::Needs> Chains::NextFlow(const Needs& at, const Needs& wanted) const {
  std::optional<uint32_t> flow;
  Needs next;
  for (const Need& here : at) {
    for (uint32_t edge = graph_.OutBegin(here.vertex); edge < graph_.OutBegin(here.vertex + 1);
         ++edge) {
      const uint32_t to = graph_.To(edge);
      const auto there =
          std::lower_bound(wanted.begin(), wanted.end(), to,
                           [](const Need& need, uint32_t vertex) { return need.vertex < vertex; });
      if (there == wanted.end() || there->vertex != to) {
        continue;
      }
      std::vector<uint64_t> words = And(And(here.words, CarriedWords(edge)), there->words);
      if (!Any(words)) {
        continue;
      }
      const uint32_t number = graph_.FlowOf(edge);
      if (!flow || graph_.snapshot().FlowId(number) < graph_.snapshot().FlowId(*flow)) {
        flow = number;
        next.clear();
      }
      if (number == *flow) {
        Add({to, std::move(words)}, next);
      }
    }
  }
  return {flow.value_or(0), std::move(next)};
}

absl::StatusOr<std::vector<uint32_t>> Chains::GoOn(Start start, const std::vector<Needs>& levels) {
  std::vector<uint32_t> flows = std::move(start.flows);
  Needs at = std::move(start.at);
  for (size_t level = start.level; level > 0 && !at.empty(); --level) {
    size_t edges = 0;
    for (const Need& need : at) {
      edges += graph_.OutBegin(need.vertex + 1) - graph_.OutBegin(need.vertex);
    }
    ONWARD_RETURN_IF_ERROR(Count(edges));
    auto [flow, next] = NextFlow(at, levels[level - 1]);
    flows.push_back(flow);
    at = std::move(next);
  }
  return flows;
}

absl::StatusOr<std::vector<uint32_t>> Chains::Witness(const ExposureCore& row) {
  std::vector<Needs> levels;
  ONWARD_ASSIGN_OR_RETURN(Start start, FindStart(row, levels));
  ONWARD_ASSIGN_OR_RETURN(std::vector<uint32_t> flows, GoOn(std::move(start), levels));
  flows.push_back(graph_.FlowOf(row.edge));
  return flows;
}

}  // namespace onward::reach
