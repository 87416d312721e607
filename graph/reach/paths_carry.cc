// What a path that is being looked for carries, and the path as it is handed out.
#include <algorithm>

#include "graph/reach/paths_search.h"

namespace onward::reach {

namespace {

constexpr uint32_t kNone = PathScope::kNone;

}  // namespace

// Entries of the move's label: key (class and layer), then words.
void PathSearch::CarryFirst(uint32_t move, std::vector<uint64_t>& entries) const {
  const uint8_t flags = scope_.FlagsOf(move);
  for (const uint64_t layer : {0, 1}) {
    const uint8_t needed =
        layer == 0 ? PathScope::kActive | PathScope::kHeld : uint8_t{PathScope::kPast};
    if ((flags & needed) == 0) {
      continue;
    }
    for (const auto& [origin_class, words] : scope_.FirstLoads(move, layer == 1)) {
      if (std::any_of(words.begin(), words.end(), [](uint64_t word) { return word != 0; })) {
        entries.push_back(uint64_t{origin_class} * 2 + layer);
        entries.insert(entries.end(), words.begin(), words.end());
      }
    }
  }
}

void PathSearch::CarryOn(uint32_t move, std::vector<uint64_t>& entries) const {
  const uint8_t flags = scope_.FlagsOf(move);
  const uint32_t edge = scope_.EdgeOf(move);
  const DayGraph& graph = scope_.graph();
  const Words mask = graph.Mask(edge);
  const size_t width = size_t{scope_.words()} + 1;
  const auto add = [&](const uint64_t* entry, uint64_t layer) {
    const size_t at = entries.size();
    entries.push_back((entry[0] & ~uint64_t{1}) | layer);
    uint64_t any = 0;
    for (uint32_t word = 0; word < scope_.words(); ++word) {
      entries.push_back(entry[word + 1] & mask[word]);
      any |= entries.back();
    }
    if (any == 0) {
      entries.resize(at);
    }
  };
  for (size_t at = frames_.back().label + LabelWords(); at < labels_.size(); at += width) {
    const uint64_t* const entry = &labels_[at];
    if (!graph.Allows(edge, static_cast<uint32_t>(entry[0] / 2))) {
      continue;
    }
    const bool past = entry[0] % 2 == 1;
    if ((flags & (past ? PathScope::kHeld : PathScope::kActive)) != 0) {
      add(entry, 0);
    }
    if (past && (flags & PathScope::kPast) != 0) {
      add(entry, 1);
    }
  }
}

// Puts the label behind the others; false, and nothing put: the move carries nothing.
bool PathSearch::Carry(uint32_t move, size_t* label) {
  std::vector<uint64_t> entries;
  if (Depth() == 0) {
    CarryFirst(move, entries);
  } else {
    CarryOn(move, entries);
  }
  if (entries.empty()) {
    return false;
  }
  *label = labels_.size();
  labels_.resize(*label + LabelWords(), 0);
  const uint32_t words = scope_.words();
  for (size_t at = 0; at < entries.size(); at += size_t{words} + 1) {
    uint64_t* const sum = &labels_[*label + (entries[at] % 2) * words];
    for (uint32_t word = 0; word < words; ++word) {
      sum[word] |= entries[at + word + 1];
    }
  }
  labels_.insert(labels_.end(), entries.begin(), entries.end());
  return true;
}

CarryingPath PathSearch::PathOf(uint32_t last, int worst, const uint64_t* label) const {
  const DayGraph& graph = scope_.graph();
  CarryingPath path;
  for (const Frame& frame : frames_) {
    if (frame.move != kNone) {
      path.edges.push_back(scope_.EdgeOf(frame.move));
    }
  }
  path.edges.push_back(scope_.EdgeOf(last));
  const auto verdict_of = [&](uint32_t edge) {
    return graph.judged().VerdictOf(graph.FlowOf(edge));
  };
  path.worst_edge = *std::find_if(path.edges.begin(), path.edges.end(), [&](uint32_t edge) {
    return verdict::Badness(verdict_of(edge)) == worst;
  });
  path.verdict = verdict_of(path.worst_edge);
  for (const auto& place : graph.judged().DestinationsOf(graph.FlowOf(path.worst_edge))) {
    if (place.verdict == path.verdict) {
      path.reason = place.reason;
      break;
    }
  }
  path.destination = scope_.target().DestinationOf(path.edges.back());
  const query::CategoryBits& categories = graph.judged().arrivals().category_bits();
  query::Bits bits = categories.None();
  for (size_t block = 0; block < bits.num_blocks(); ++block) {
    bits.SetBlock(block, label[block]);
  }
  path.categories = categories.ToSet(bits);
  return path;
}

}  // namespace onward::reach
