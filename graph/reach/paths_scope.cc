#include "graph/reach/paths_scope.h"

#include <algorithm>
#include <deque>
#include <set>
#include <string_view>

#include "graph/base/status_macros.h"

namespace onward::reach {
namespace {

constexpr uint32_t kCheckEvery = 1'024;

// The categories that are asked about: what meets one of them, and unspecified data.
std::vector<uint64_t> WantedOf(const DayGraph& graph, const std::vector<std::string>& asked) {
  std::vector<uint64_t> wanted(graph.words(), asked.empty() ? ~uint64_t{0} : 0);
  if (asked.empty()) {
    return wanted;
  }
  const query::CategoryBits& bits = graph.judged().arrivals().category_bits();
  const Categories& tree = graph.snapshot().categories();
  query::Bits one = bits.None();
  for (size_t bit = 0; bit < one.size(); ++bit) {
    one.reset();
    one.set(bit);
    const CategorySet set = bits.ToSet(one);
    const bool meets = set.all || std::any_of(asked.begin(), asked.end(), [&](const auto& id) {
                         return tree.Meets(set.ids.front(), id);
                       });
    if (meets) {
      wanted[bit / 64] |= uint64_t{1} << (bit % 64);
    }
  }
  return wanted;
}

int BadnessMax(const std::vector<verdict::Verdict>& verdicts) {
  int worst = verdicts.empty() ? verdict::Badness(verdict::Verdict::kLacking) : 0;
  for (const verdict::Verdict verdict : verdicts) {
    worst = std::max(worst, verdict::Badness(verdict));
  }
  return worst;
}

void AddTo(std::vector<uint64_t>& sum, const query::Bits& bits) {
  for (size_t block = 0; block < bits.num_blocks(); ++block) {
    sum[block] |= bits.Block(block);
  }
}

bool AddTo(ClassLoads& loads, uint32_t origin_class, const std::vector<uint64_t>& words) {
  std::vector<uint64_t>& sum = loads.try_emplace(origin_class, words.size(), 0).first->second;
  bool grew = false;
  for (size_t word = 0; word < words.size(); ++word) {
    grew = grew || (words[word] & ~sum[word]) != 0;
    sum[word] |= words[word];
  }
  return grew;
}

// What of the load the edge lets through, of one class.
std::vector<uint64_t> Met(const DayGraph& graph, uint32_t edge,
                          const std::vector<uint64_t>& words) {
  std::vector<uint64_t> met = words;
  const Words mask = graph.Mask(edge);
  for (size_t word = 0; word < met.size(); ++word) {
    met[word] &= mask[word];
  }
  return met;
}

// What the edge carries though nothing shows where from, by class.
void AddUnexplained(const DayGraph& graph, uint32_t edge, ClassLoads& loads) {
  const Words words = graph.Unexplained(edge);
  if (std::all_of(words.begin(), words.end(), [](uint64_t word) { return word == 0; })) {
    return;
  }
  const std::vector<uint64_t> rest(words.begin(), words.end());
  std::vector<uint32_t> classes = graph.judged().arrivals().LimitsOf(graph.FlowOf(edge));
  if (classes.empty()) {
    classes.push_back(graph.ClassOf(graph.PartyOf(graph.From(edge))));
  }
  for (const uint32_t origin_class : classes) {
    AddTo(loads, origin_class, rest);
  }
}

ClassLoads Through(const DayGraph& graph, uint32_t edge, const ClassLoads& at) {
  ClassLoads through;
  for (const auto& [origin_class, words] : at) {
    if (graph.Allows(edge, origin_class)) {
      AddTo(through, origin_class, Met(graph, edge, words));
    }
  }
  AddUnexplained(graph, edge, through);
  return through;
}

}  // namespace

ClassLoads LoadsAt(const DayGraph& graph, uint32_t vertex) {
  std::set<uint32_t> above = {vertex};
  std::vector<uint32_t> found = {vertex};
  for (size_t at = 0; at < found.size(); ++at) {
    for (const uint32_t edge : graph.In(found[at])) {
      if (above.insert(graph.From(edge)).second) {
        found.push_back(graph.From(edge));
      }
    }
  }
  std::map<uint32_t, ClassLoads> loads;
  std::deque<uint32_t> open(found.begin(), found.end());
  for (const uint32_t at : found) {
    const Words holding = graph.Holding(at);
    AddTo(loads[at], graph.ClassOf(graph.PartyOf(at)), {holding.begin(), holding.end()});
  }
  while (!open.empty()) {
    const uint32_t at = open.front();
    open.pop_front();
    const ClassLoads here = loads[at];
    for (uint32_t edge = graph.OutBegin(at); edge < graph.OutBegin(at + 1); ++edge) {
      bool grew = false;
      if (above.contains(graph.To(edge))) {
        for (const auto& [origin_class, words] : Through(graph, edge, here)) {
          grew = AddTo(loads[graph.To(edge)], origin_class, words) || grew;
        }
      }
      if (grew) {
        open.push_back(graph.To(edge));
      }
    }
  }
  return loads[vertex];
}

PathScope::PathScope(const DayGraph& graph, const PathsQuestion& question)
    : graph_(graph),
      question_(question),
      target_(graph, question),
      words_(graph.words()),
      layers_(graph.vertices() > graph.parties() ? 2 : 1),
      badness_max_(BadnessMax(question.verdicts)),
      wanted_(WantedOf(graph, question.data_categories)),
      barred_(graph.parties(), 0),
      node_of_(graph.parties(), kNone) {
  for (const uint32_t party : question.not_through) {
    barred_[party] = 1;
  }
  barred_[question.from] = 1;
}

uint32_t PathScope::SlotOf(uint32_t vertex) const {
  return node_of_[graph_.PartyOf(vertex)] * layers_ + (graph_.IsPast(vertex) ? 1 : 0);
}

bool PathScope::IsBarred(uint32_t edge) const {
  return barred_[graph_.PartyOf(graph_.To(edge))] != 0 ||
         graph_.PartyOf(graph_.From(edge)) == question_.to ||
         verdict::Badness(graph_.judged().VerdictOf(graph_.FlowOf(edge))) > badness_max_;
}

bool PathScope::AllowsAny(uint32_t edge) const {
  return std::any_of(classes_.begin(), classes_.end(),
                     [&](uint32_t origin_class) { return graph_.Allows(edge, origin_class); });
}

bool PathScope::Narrow(uint32_t edge, uint64_t* label) const {
  if (graph_.HasLimits() && !AllowsAny(edge)) {
    return false;
  }
  const Words mask = graph_.Mask(edge);
  uint64_t any = 0;
  for (uint32_t word = 0; word < words_; ++word) {
    label[word] &= mask[word];
    any |= label[word];
  }
  return any != 0;
}

bool PathScope::IsWanted(const uint64_t* label) const {
  for (uint32_t word = 0; word < words_; ++word) {
    if ((label[word] & wanted_[word]) != 0) {
      return true;
    }
  }
  return false;
}

uint32_t PathScope::Enter(uint32_t party) {
  uint32_t& node = node_of_[party];
  if (node == kNone) {
    node = nodes();
    parties_.push_back(party);
    reach_.resize(reach_.size() + size_t{layers_} * words_, 0);
  }
  return node;
}

void PathScope::LoadPast() {
  if (layers_ == 1) {
    return;
  }
  const uint32_t past = graph_.parties() + question_.from;
  for (uint32_t edge = graph_.OutBegin(past); edge < graph_.OutBegin(past + 1); ++edge) {
    if (graph_.KindOf(edge) == DayGraph::Kind::kPast) {
      past_edges_.emplace(graph_.FlowOf(edge), edge);
    }
  }
  if (!past_edges_.empty()) {
    past_loads_ = LoadsAt(graph_, past);
  }
}

// Of a flow in effect or a held copy.
ClassLoads PathScope::CarriedNow(uint32_t edge) const {
  ClassLoads loads;
  for (const auto& [origin_class, bits] :
       graph_.judged().arrivals().CarriageOf(graph_.FlowOf(edge)).all) {
    AddTo(loads.try_emplace(origin_class, words_, 0).first->second, bits);
  }
  return loads;
}

ClassLoads PathScope::FirstLoads(uint32_t move, bool past) const {
  const uint32_t edge = move_edge_[move];
  return past ? Through(graph_, past_edges_.at(graph_.FlowOf(edge)), past_loads_)
              : CarriedNow(edge);
}

// Of an edge out of the first party: what it carries becomes what its importer can have, and its classes those of the paths.
void PathScope::TakeFirst(uint32_t edge, std::set<uint32_t>& classes) {
  const bool past = graph_.KindOf(edge) == DayGraph::Kind::kPast;
  ClassLoads loads;
  if (past) {
    loads = Through(graph_, edge, past_loads_);
  } else {
    loads = CarriedNow(edge);
  }
  Enter(graph_.PartyOf(graph_.To(edge)));
  uint64_t* const into = &reach_[size_t{SlotOf(graph_.To(edge))} * words_];
  for (const auto& [origin_class, words] : loads) {
    classes.insert(origin_class);
    for (uint32_t word = 0; word < words_; ++word) {
      into[word] |= words[word];
    }
  }
}

absl::Status PathScope::FindClasses(const PathCheck& check) {
  LoadPast();
  ONWARD_RETURN_IF_ERROR(check());
  std::set<uint32_t> classes;
  for (uint32_t layer = 0; layer < layers_; ++layer) {
    const uint32_t vertex = question_.from + layer * graph_.parties();
    for (uint32_t edge = graph_.OutBegin(vertex); edge < graph_.OutBegin(vertex + 1); ++edge) {
      if (edge % kCheckEvery == 0) {
        ONWARD_RETURN_IF_ERROR(check());
      }
      if (!IsBarred(edge)) {
        TakeFirst(edge, classes);
      }
    }
  }
  classes_.assign(classes.begin(), classes.end());
  return absl::OkStatus();
}

size_t PathScope::bytes() const {
  return node_of_.capacity() * 4 + barred_.capacity() + parties_.capacity() * 4 +
         reach_.capacity() * 8 + ends_.capacity() / 8 + head_.capacity() * 4 +
         least_.capacity() * 4 + reached_.capacity() * sizeof(Reached) +
         reached_words_.capacity() * 8 + pending_.capacity() * 8 + open_.capacity() * 4 +
         next_.capacity() * 4 + move_begin_.capacity() * 4 + move_edge_.capacity() * 4 +
         move_flags_.capacity();
}

absl::StatusOr<bool> PathScope::Build(size_t memory_max, const PathCheck& check) {
  Enter(question_.from);
  ONWARD_RETURN_IF_ERROR(FindClasses(check));
  ONWARD_RETURN_IF_ERROR(Forward(check));
  if (!FitsIn(memory_max)) {
    return false;
  }
  ONWARD_RETURN_IF_ERROR(SeedEnds(check));
  ONWARD_RETURN_IF_ERROR(Backward(check));
  if (!FitsIn(memory_max)) {
    return false;
  }
  ONWARD_RETURN_IF_ERROR(AddMoves(check));
  return FitsIn(memory_max);
}

}  // namespace onward::reach
