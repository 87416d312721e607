// How restricted data came to the flows that hand it on, on one day.
#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "graph/base/parallel.h"
#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

// That one thread takes at a time.
constexpr size_t kExportersAtOnce = 256;

}  // namespace

ArrivalManners::ArrivalManners(Arrivals& arrivals, const law::Register& law,
                               const verdict::Question& question, const PreparedSince* prepared)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      question_(question),
      prepared_(prepared) {}

// What reaches the exporter counts, also where the flow itself hands it back and so ends it.
bool ArrivalManners::Restricted(uint32_t flow) const {
  const Arrivals::FlowState& state = a_.flows_[flow];
  return state.now == Arrivals::State::kActive && state.bound != true &&
         !a_.CarriageOf(flow).all.empty() &&
         a_.AnyThrough(flow,
                       a_.parties_[graph_.ExporterOf(flow)].loads->layers[0].passes[1].restricted);
}

bool ArrivalManners::Gives(uint32_t giver, uint32_t flow) const {
  return a_.AnyThrough(flow, a_.CarriageOf(giver).restricted);
}

// Of those who give data that the flow hands on, but for returns. In another circle, its importer gives nothing.
bool ArrivalManners::OnlyFromImporter(uint32_t flow) const {
  if (!SameCircle(flow)) {
    return false;
  }
  bool any = false;
  for (const uint32_t giver : graph_.InFlows(graph_.ExporterOf(flow))) {
    const bool from_importer = graph_.ExporterOf(giver) == graph_.ImporterOf(flow);
    if (a_.flows_[giver].returned || (from_importer && any) || !Gives(giver, flow)) {
      continue;
    }
    if (!from_importer) {
      return false;
    }
    any = true;
  }
  return any;
}

bool ArrivalManners::MayBeAdequate(uint32_t party) const {
  const model::Party* const record = graph_.FindParty(graph_.PartyId(party));
  return record != nullptr && !law_.DecisionsFor(record->establishment).empty();
}

bool ArrivalManners::IsUnder(uint32_t flow) {
  const Arrivals::Under known = a_.flows_[flow].under;
  if (known != Arrivals::Under::kNotAsked) {
    return known == Arrivals::Under::kYes;
  }
  const bool under = UnderAdequacy(flow, a_.flows_[flow].bound, graph_, law_, question_, prepared_);
  a_.flows_.At(flow).under = under ? Arrivals::Under::kYes : Arrivals::Under::kNo;
  return under;
}

bool ArrivalManners::UnderChanges(uint32_t flow) {
  const Arrivals::Under was = a_.flows_[flow].under;
  if (was == Arrivals::Under::kNotAsked) {
    return false;
  }
  a_.flows_.At(flow).under = Arrivals::Under::kNotAsked;
  return IsUnder(flow) != (was == Arrivals::Under::kYes);
}

// The incoming flows are looked at once for all flows out of the party, and only as far as one of those needs it.
bool ArrivalManners::OnlyUnderAdequacy(uint32_t flow) {
  const uint32_t exporter = graph_.ExporterOf(flow);
  const auto [at, is_new] = otherwise_.try_emplace(exporter);
  Otherwise& otherwise = at->second;
  if (is_new) {
    otherwise.adequate = MayBeAdequate(exporter);
  }
  if (a_.AnyThrough(flow, otherwise.load)) {
    return false;
  }
  const auto in = graph_.InFlows(exporter);
  while (otherwise.next < in.size()) {
    const uint32_t giver = in[otherwise.next++];
    const Load& given = a_.CarriageOf(giver).restricted;
    if (given.empty() || a_.flows_[giver].returned || (otherwise.adequate && IsUnder(giver))) {
      continue;
    }
    if (otherwise.load.Add(given) && a_.AnyThrough(flow, given)) {
      return false;
    }
  }
  return true;
}

// Only an exporter that is known not to be bound returns data.
bool ArrivalManners::MayReturn(uint32_t flow) const {
  return a_.flows_[flow].bound == false && SameCircle(flow) && Restricted(flow) &&
         GoesBack(graph_, flow);
}

// A return gives its importer nothing that it had not itself given, so returns do not count as givers.
// Each round finds at least one more, or is the last. The order counts: it is that of ids.
void ArrivalManners::FindReturns(std::vector<uint32_t> candidates, StopLook& look) {
  std::sort(candidates.begin(), candidates.end(), [this](uint32_t one, uint32_t other) {
    return graph_.FlowId(one) < graph_.FlowId(other);
  });
  for (bool found = true; found;) {
    found = false;
    for (const uint32_t flow : candidates) {
      if (look.Step()) {
        return;
      }
      if (!a_.flows_[flow].returned && OnlyFromImporter(flow)) {
        a_.flows_.At(flow).returned = true;
        found = true;
      }
    }
  }
}

void ArrivalManners::Say(uint32_t flow) {
  verdict::Arrival arrival;
  if (Restricted(flow)) {
    arrival = {true, OnlyUnderAdequacy(flow), OnlyFromImporter(flow)};
  }
  if (!SameArrival(arrival, a_.flows_[flow].arrival)) {
    a_.flows_.At(flow).arrival = arrival;
  }
}

bool ArrivalManners::EachOut(const std::function<bool()>& stop,
                             const std::function<void(size_t, uint32_t)>& visit) const {
  return InParallel(graph_.PartyCount(), kExportersAtOnce, stop,
                    [&](size_t thread, size_t begin, size_t end) {
                      for (size_t i = begin; i < end; ++i) {
                        const auto party = static_cast<uint32_t>(i);
                        if (graph_.HasParty(party) && !graph_.OutFlows(party).empty()) {
                          visit(thread, party);
                        }
                      }
                    });
}

bool ArrivalManners::TakeAll(const std::function<bool()>& stop) {
  std::vector<std::vector<uint32_t>> found(WorkThreads::Max());
  const auto look = [&](size_t thread, uint32_t party) {
    for (const uint32_t flow : graph_.OutFlows(party)) {
      if (MayReturn(flow)) {
        found[thread].push_back(flow);
      }
    }
  };
  if (!EachOut(stop, look)) {
    return false;
  }
  std::vector<uint32_t> candidates;
  for (const std::vector<uint32_t>& flows : found) {
    candidates.insert(candidates.end(), flows.begin(), flows.end());
  }
  StopLook here(stop);
  FindReturns(std::move(candidates), here);
  if (here.stopped()) {
    return false;
  }
  std::vector<ArrivalManners> workers(found.size(), *this);
  return EachOut(stop, [&](size_t thread, uint32_t party) {
    for (const uint32_t flow : graph_.OutFlows(party)) {
      if (a_.InEffect(flow)) {
        workers[thread].Say(flow);
      }
    }
    workers[thread].otherwise_.clear();
  });
}

// Whether data are returned depends on what is returned between parties that give each other data.
std::vector<uint32_t> ArrivalManners::WithCircles(const std::vector<uint32_t>& flows,
                                                  StopLook& look) const {
  absl::flat_hash_set<uint32_t> taken(flows.begin(), flows.end());
  absl::flat_hash_set<uint32_t> seen;
  std::vector<uint32_t> open;
  const auto add = [&](uint32_t party) {
    if (seen.insert(party).second) {
      open.push_back(party);
    }
  };
  for (const uint32_t flow : flows) {
    if (look.Step()) {
      return {};
    }
    if (graph_.HasFlow(flow) && GoesBack(graph_, flow)) {
      add(graph_.ExporterOf(flow));
    }
  }
  while (!open.empty()) {
    const uint32_t party = open.back();
    open.pop_back();
    for (const uint32_t flow : graph_.OutFlows(party)) {
      if (look.Step()) {
        return {};
      }
      if (GoesBack(graph_, flow)) {
        taken.insert(flow);
        add(graph_.ImporterOf(flow));
      }
    }
  }
  std::vector<uint32_t> all(taken.begin(), taken.end());
  std::sort(all.begin(), all.end());
  return all;
}

std::optional<std::vector<uint32_t>> ArrivalManners::Take(const std::vector<uint32_t>& flows,
                                                          const std::function<bool()>& stop) {
  StopLook look(stop);
  std::vector<uint32_t> taken = WithCircles(flows, look);
  std::vector<uint32_t> returned_before;
  std::copy_if(taken.begin(), taken.end(), std::back_inserter(returned_before),
               [this](uint32_t flow) { return a_.flows_[flow].returned; });
  std::erase_if(taken, [this](uint32_t flow) { return !graph_.HasFlow(flow); });
  std::vector<uint32_t> candidates;
  for (const uint32_t flow : taken) {
    if (look.Step()) {
      return std::nullopt;
    }
    if (a_.flows_[flow].returned) {
      a_.flows_.At(flow).returned = false;
    }
    if (MayReturn(flow)) {
      candidates.push_back(flow);
    }
  }
  FindReturns(std::move(candidates), look);
  const size_t first = taken.size();
  for (size_t i = 0; i < first; ++i) {
    const uint32_t flow = taken[i];
    const bool was = std::binary_search(returned_before.begin(), returned_before.end(), flow);
    if (was != a_.flows_[flow].returned) {
      const auto out = graph_.OutFlows(graph_.ImporterOf(flow));
      taken.insert(taken.end(), out.begin(), out.end());
    }
  }
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  for (const uint32_t flow : taken) {
    if (look.Step()) {
      break;
    }
    Say(flow);
  }
  return look.stopped() ? std::nullopt : std::optional(std::move(taken));
}

}  // namespace onward::query
