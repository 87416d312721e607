// Preparing the hops of many flows on several threads.
#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/verdict/preparation.h"

namespace onward::verdict {
namespace {

// That one thread takes at a time. Fewer are not worth tables of their own.
constexpr size_t kFlowsAtOnce = 8'192;

template <class T>
void AppendRaw(const T& value, std::string& key) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

}  // namespace

struct Preparation::Known {
  absl::flat_hash_map<std::string, uint32_t> steps;
  absl::flat_hash_map<std::string, uint32_t> entries;
};

uint32_t Preparation::Take(uint32_t flow) {
  const uint32_t entry = Prepare(flow);
  const bool is_open = entry != Prepared::kUnprepared && open_reason_;
  p_.stats_.unprepared += entry == Prepared::kUnprepared ? 1 : 0;
  p_.stats_.open_reasons += is_open ? 1 : 0;
  return entry | (is_open ? Prepared::kOpenReason : 0);
}

bool Preparation::Run(const std::function<bool()>& stop) {
  const std::vector<uint32_t> order = Order();
  const size_t chunks = (order.size() + kFlowsAtOnce - 1) / kFlowsAtOnce;
  std::deque<Prepared> parts;
  std::vector<std::unique_ptr<Preparation>> others;
  while (others.size() + 1 < std::min(WorkThreads::Max(), chunks)) {
    parts.push_back(Prepared(inventory_, law_, p_.law_known_at_));
    others.emplace_back(new Preparation(*this, parts.back()));  // private constructor
  }
  p_.entry_of_.assign(flows_.size(), Prepared::kUnprepared);
  std::vector<size_t> taken_by(chunks, 0);
  const auto take = [&](size_t thread, size_t begin, size_t end) {
    taken_by[begin / kFlowsAtOnce] = thread;
    Preparation& worker = thread == 0 ? *this : *others[thread - 1];
    for (size_t i = begin; i < end; ++i) {
      p_.entry_of_[order[i]] = worker.Take(order[i]);
    }
  };
  if (!InParallel(order.size(), kFlowsAtOnce, stop, take)) {
    return false;
  }
  Known known;
  std::vector<std::vector<uint32_t>> numbers(1);
  for (const Prepared& part : parts) {
    numbers.push_back(Adopt(part, known));
  }
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t thread = taken_by[i / kFlowsAtOnce];
    uint32_t& entry = p_.entry_of_[order[i]];
    if (thread > 0 && entry != Prepared::kUnprepared) {
      entry = numbers[thread][entry & ~Prepared::kOpenReason] | (entry & Prepared::kOpenReason);
    }
  }
  p_.stats_.flows = flows_.size();
  p_.stats_.distinct_hops = p_.entries_.size();
  p_.stats_.shapes = shapes_.size();
  p_.stats_.judged_shapes = records_->judged.size();
  for (size_t i = 0; i < others.size(); ++i) {
    p_.stats_.unprepared += parts[i].stats_.unprepared;
    p_.stats_.open_reasons += parts[i].stats_.open_reasons;
    p_.stats_.shapes += others[i]->shapes_.size();
  }
  return true;
}

uint32_t Preparation::AdoptSteps(const Prepared& part, uint32_t steps, Known& known) {
  ShapeTable::Steps lists;
  std::string key;
  for (size_t arrival = 0; arrival < Prepared::kArrivals; ++arrival) {
    const std::span<const BriefStep> list = part.StepsOf(steps, arrival);
    lists[arrival].assign(list.begin(), list.end());
    AppendRaw(list.size(), key);
    for (const BriefStep& step : list) {
      AppendRaw(step.from.days(), key);
      AppendRaw(step.verdict, key);
      AppendRaw(step.reason, key);
      AppendRaw(step.mechanism, key);
    }
  }
  const auto [at, is_new] = known.steps.try_emplace(std::move(key), 0);
  if (is_new) {
    at->second = Store(lists);
  }
  return at->second;
}

// Parts have much in common with each other, and so have their numbers here.
std::vector<uint32_t> Preparation::Adopt(const Prepared& part, Known& known) {
  std::vector<uint32_t> numbers;
  numbers.reserve(part.entries_.size());
  for (const Entry& entry : part.entries_) {
    const uint32_t hop = AdoptSteps(part, entry.hop, known);
    std::string key;
    AppendRaw(hop, key);
    std::vector<Prepared::Destination> destinations;
    for (uint32_t i = 0; i < entry.destinations; ++i) {
      const Prepared::Destination& there = part.destinations_[entry.first_destination + i];
      destinations.push_back(
          {CodeNumber(part.codes_[there.code]), AdoptSteps(part, there.steps, known)});
      AppendRaw(destinations.back().code, key);
      AppendRaw(destinations.back().steps, key);
    }
    const auto [at, is_new] =
        known.entries.try_emplace(std::move(key), static_cast<uint32_t>(p_.entries_.size()));
    if (is_new) {
      p_.entries_.push_back({hop, static_cast<uint32_t>(p_.destinations_.size()),
                             static_cast<uint32_t>(destinations.size())});
      p_.destinations_.insert(p_.destinations_.end(), destinations.begin(), destinations.end());
    }
    numbers.push_back(at->second);
  }
  return numbers;
}

}  // namespace onward::verdict
