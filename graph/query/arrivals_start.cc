// What each flow carries on the first day: several threads take circles that do not depend on each other.
#include <algorithm>
#include <atomic>
#include <deque>

#include "graph/base/parallel.h"
#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

// That one thread takes at a time.
constexpr size_t kPartiesAtOnce = 1'024;
constexpr size_t kCirclesAtOnce = 256;

}  // namespace

void ArrivalsBuilder::NameClasses() {
  uint32_t last = 0;
  for (const uint32_t flow : graph_.FlowsInOrder()) {
    if (look_.Step()) {
      return;
    }
    if (!a_.flows_[flow].traits.names) {
      continue;
    }
    Arrivals::Limits limits;
    for (const std::string& origin : graph_.TermsOf(flow).on_behalf_of) {
      const std::optional<uint32_t> party = graph_.PartyNumber(origin);
      if (!party.has_value()) {
        continue;
      }
      Arrivals::PartyState& state = a_.parties_.At(*party);
      if (state.limited++ == 0) {
        state.origin_class = ++last;
      }
      limits.push_back(state.origin_class);
    }
    if (!limits.empty()) {
      std::sort(limits.begin(), limits.end());
      a_.flows_.At(flow).limits = a_.kept_->limits.Take(limits);
    }
  }
}

bool ArrivalsBuilder::StartFlows(std::span<ArrivalsBuilder* const> workers,
                                 const std::function<bool()>& stop) {
  return InParallel(graph_.PartyCount(), kPartiesAtOnce, stop,
                    [&](size_t thread, size_t begin, size_t end) {
                      for (size_t party = begin; party < end; ++party) {
                        if (!graph_.HasParty(static_cast<uint32_t>(party))) {
                          continue;
                        }
                        for (const uint32_t flow : graph_.OutFlows(static_cast<uint32_t>(party))) {
                          if (workers[thread]->look_.Step()) {
                            return;
                          }
                          workers[thread]->SetState(flow);
                        }
                      }
                    });
}

// The caller's thread asks him; the others see what he said.
bool ArrivalsBuilder::Start(const std::function<bool()>& stop) {
  started_ = true;
  std::atomic<bool> stopped{false};
  const std::function<bool()> ask = [&] {
    if (stop && stop()) {
      stopped = true;
    }
    return stopped.load();
  };
  const std::function<bool()> told = [&] { return stopped.load(); };
  std::deque<ArrivalsBuilder> others;
  std::vector<ArrivalsBuilder*> workers = {this};
  while (workers.size() < WorkThreads::Max()) {
    workers.push_back(&others.emplace_back(a_, law_, day_));
    workers.back()->look_ = StopLook(told);
  }
  look_ = StopLook(ask);
  const bool done = StartFlows(workers, ask) && StartLevels(workers, ask) && !stopped;
  look_ = StopLook();
  return done;
}

// Circles to which as many others lead one after the other do not depend on each other.
bool ArrivalsBuilder::StartLevels(std::span<ArrivalsBuilder* const> workers,
                                  const std::function<bool()>& stop) {
  for (const std::vector<uint32_t>& level : ArrivalOrder(a_).Levels(look_)) {
    const auto solve = [&](size_t thread, size_t begin, size_t end) {
      for (size_t i = begin; i < end && !workers[thread]->look_.stopped(); ++i) {
        workers[thread]->SolveFirst(level[i]);
      }
    };
    // Many levels are of one circle, which looks by itself.
    if (look_.stopped() ||
        !InParallel(level.size(), kCirclesAtOnce, level.size() > 1 ? stop : nullptr, solve)) {
      return false;
    }
  }
  for (uint32_t flow = 0; flow < graph_.FlowCount(); ++flow) {
    if (graph_.HasFlow(flow)) {
      touched_.push_back(flow);
    }
  }
  return true;
}

}  // namespace onward::query
