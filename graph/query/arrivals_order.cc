// In which order the parties of a graph are computed, also after flows came to be.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "graph/query/arrivals_internal.h"
#include "graph/query/components.h"

namespace onward::query {

// Circles from which some chain of flows leads to a party, or to which one leads from it, itself included; found step by step.
class ArrivalOrder::Closure {
 public:
  Closure(const ArrivalOrder& order, uint32_t party, bool back)
      : order_(order), back_(back), within_(nullptr) {
    Add(party);
  }
  // Only of circles that another has.
  Closure(const ArrivalOrder& order, uint32_t party, bool back, const Closure& within)
      : order_(order), back_(back), within_(&within) {
    Add(party);
  }

  bool Done() const { return !failed_ && next_ == found_.size(); }
  bool Failed() const { return failed_; }
  bool Has(uint32_t party) const { return seen_.contains(order_.a_.parties_[party].order); }
  const Circles& found() const { return found_; }

  // Looks at one more circle.
  void Step() {
    const uint32_t circle = found_[next_++];
    for (const uint32_t party : order_.CircleOf(circle)) {
      const auto flows = back_ ? order_.graph_.InFlows(party) : order_.graph_.OutFlows(party);
      steps_ += flows.size() + 1;
      if (steps_ > kStepsMax) {
        failed_ = true;
        return;
      }
      for (const uint32_t flow : flows) {
        Add(back_ ? order_.graph_.ExporterOf(flow) : order_.graph_.ImporterOf(flow));
      }
    }
  }

 private:
  void Add(uint32_t party) {
    if ((within_ == nullptr || within_->Has(party)) &&
        seen_.insert(order_.a_.parties_[party].order).second) {
      found_.push_back(party);
    }
  }

  const ArrivalOrder& order_;
  const bool back_;
  const Closure* const within_;
  absl::flat_hash_set<int64_t> seen_;
  Circles found_;
  size_t next_ = 0;
  size_t steps_ = 0;
  bool failed_ = false;
};

void ArrivalOrder::Make(StopLook& look) {
  const std::optional<Components> components = FindComponents(graph_, look);
  if (!components.has_value()) {
    return;
  }
  for (size_t number = 0; number < components->parties.size(); ++number) {
    const std::vector<uint32_t>& parties = components->parties[number];
    if (look.Step(parties.size())) {
      return;
    }
    const auto circle =
        parties.size() == 1 ? nullptr : std::make_shared<const std::vector<uint32_t>>(parties);
    for (const uint32_t party : parties) {
      Arrivals::PartyState& state = a_.parties_.At(party);
      state.order = static_cast<int64_t>(number);
      state.circle = circle;
    }
  }
  a_.last_order_ = static_cast<int64_t>(components->parties.size());
}

std::vector<std::vector<uint32_t>> ArrivalOrder::Levels(StopLook& look) const {
  const auto circles = static_cast<size_t>(a_.last_order_);
  std::vector<uint32_t> first(circles, UINT32_MAX);
  for (uint32_t party = graph_.PartyCount(); party-- > 0;) {
    first[static_cast<size_t>(a_.parties_[party].order)] = party;
  }
  std::vector<uint32_t> level_of(circles, 0);
  std::vector<std::vector<uint32_t>> levels;
  for (size_t order = 0; order < circles; ++order) {
    const uint32_t level = level_of[order];
    levels.resize(std::max<size_t>(levels.size(), level + 1));
    levels[level].push_back(first[order]);
    for (const uint32_t party : CircleOf(first[order])) {
      if (!graph_.HasParty(party)) {
        continue;
      }
      const auto out = graph_.OutFlows(party);
      if (look.Step(out.size() + 1)) {
        return levels;
      }
      for (const uint32_t flow : out) {
        const auto to = static_cast<size_t>(a_.parties_[graph_.ImporterOf(flow)].order);
        if (to != order) {
          level_of[to] = std::max(level_of[to], level + 1);
        }
      }
    }
  }
  // Neighbours in memory one after the other.
  for (std::vector<uint32_t>& level : levels) {
    std::sort(level.begin(), level.end());
  }
  return levels;
}

void ArrivalOrder::AddParty(uint32_t party) { a_.parties_.At(party).order = --a_.first_order_; }

std::span<const uint32_t> ArrivalOrder::CircleOf(const uint32_t& party) const {
  const Arrivals::Parties& circle = a_.parties_[party].circle;
  return circle == nullptr ? std::span<const uint32_t>(&party, 1)
                           : std::span<const uint32_t>(*circle);
}

// A flow against the order: all that leads to its exporter goes to the front, or all that its importer leads
// to goes to the end, whichever is less. What lies in both lies in one circle with the flow.
bool ArrivalOrder::AddFlow(uint32_t flow) {
  const uint32_t exporter = graph_.ExporterOf(flow);
  const uint32_t importer = graph_.ImporterOf(flow);
  if (a_.parties_[exporter].order <= a_.parties_[importer].order) {
    return true;
  }
  Closure above(*this, exporter, true);
  Closure below(*this, importer, false);
  while (!above.Done() && !below.Done()) {
    if (above.Failed() && below.Failed()) {
      return false;
    }
    for (Closure* const closure : {&above, &below}) {
      if (!closure->Failed()) {
        closure->Step();
      }
    }
  }
  const bool to_front = above.Done();
  const Closure& moved = to_front ? above : below;
  if (!moved.Has(to_front ? importer : exporter)) {
    Move(moved.found(), {}, to_front);
    return true;
  }
  Closure both(*this, to_front ? importer : exporter, !to_front, moved);
  while (!both.Done() && !both.Failed()) {
    both.Step();
  }
  if (both.Failed()) {
    return false;
  }
  Circles apart = moved.found();
  std::erase_if(apart, [&both](uint32_t party) { return both.Has(party); });
  Move(std::move(apart), both.found(), to_front);
  return true;
}

// Those that merge are last of what goes to the front, first of what goes to the end.
void ArrivalOrder::Move(Circles apart, const Circles& merging, bool to_front) {
  std::sort(apart.begin(), apart.end(), [this](uint32_t one, uint32_t other) {
    return a_.parties_[one].order < a_.parties_[other].order;
  });
  const int64_t merged = merging.empty() ? 0 : 1;
  const int64_t count = static_cast<int64_t>(apart.size()) + merged;
  const int64_t begin = to_front ? a_.first_order_ - count : a_.last_order_;
  int64_t next = to_front ? begin : begin + merged;
  for (const uint32_t circle : apart) {
    SetOrder(circle, next++);
  }
  if (!merging.empty()) {
    Merge(merging, to_front ? next : begin);
  }
  if (to_front) {
    a_.first_order_ = begin;
  } else {
    a_.last_order_ = begin + count;
  }
}

void ArrivalOrder::SetOrder(uint32_t party, int64_t order) {
  // The list of a circle stays while its parties are changed.
  const Arrivals::Parties circle = a_.parties_[party].circle;
  if (circle == nullptr) {
    a_.parties_.At(party).order = order;
    return;
  }
  for (const uint32_t each : *circle) {
    a_.parties_.At(each).order = order;
  }
}

void ArrivalOrder::Merge(const Circles& circles, int64_t order) {
  std::vector<uint32_t> parties;
  for (const uint32_t circle : circles) {
    const auto more = CircleOf(circle);
    parties.insert(parties.end(), more.begin(), more.end());
  }
  std::sort(parties.begin(), parties.end());
  merged_.insert(merged_.end(), parties.begin(), parties.end());
  const auto circle = std::make_shared<const std::vector<uint32_t>>(std::move(parties));
  for (const uint32_t party : *circle) {
    Arrivals::PartyState& state = a_.parties_.At(party);
    state.order = order;
    state.circle = circle;
  }
}

}  // namespace onward::query
