// How restricted data came to the exporters that are not bound.
#include <algorithm>
#include <iterator>

#include "graph/query/arrivals_internal.h"
#include "graph/verdict/brief.h"

namespace onward::query {
namespace {

void SortById(const Snapshot& graph, std::vector<uint32_t>& flows) {
  const auto before = [&graph](uint32_t a, uint32_t b) {
    return graph.FlowId(a) < graph.FlowId(b);
  };
  if (!std::is_sorted(flows.begin(), flows.end(), before)) {
    std::sort(flows.begin(), flows.end(), before);
  }
}

}  // namespace

ArrivalJudge::ArrivalJudge(const Arrivals& arrivals)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      givers_(graph_.FlowCount()),
      returned_(graph_.FlowCount(), false) {}

// What reaches the exporter counts, also where the flow itself hands it back and so ends it.
void ArrivalJudge::Take(const std::vector<uint32_t>& flows) {
  for (const uint32_t flow : flows) {
    givers_[flow].clear();
    returned_[flow] = false;
    if (!a_.InEffect(flow) || a_.flows_[flow].bound == true || a_.CarriageOf(flow).all.empty()) {
      continue;
    }
    for (const uint32_t into : graph_.InFlows(graph_.ExporterOf(flow))) {
      if (a_.AnyThrough(flow, a_.CarriageOf(into).restricted)) {
        givers_[flow].push_back(into);
      }
    }
  }
  FindReturns(flows);
}

// A return gives its importer nothing that it had not itself given, so returns do not count as givers.
// Only an exporter that is known not to be bound returns data. Each round finds at least one more, or is
// the last. The order counts: it is that of ids.
void ArrivalJudge::FindReturns(const std::vector<uint32_t>& flows) {
  std::vector<uint32_t> candidates;
  std::copy_if(flows.begin(), flows.end(), std::back_inserter(candidates), [this](uint32_t flow) {
    return a_.flows_[flow].bound == false && !givers_[flow].empty();
  });
  SortById(graph_, candidates);
  for (bool found = true; found;) {
    found = false;
    for (const uint32_t flow : candidates) {
      if (!returned_[flow] && OnlyFromImporter(flow)) {
        returned_[flow] = true;
        found = true;
      }
    }
  }
}

bool ArrivalJudge::OnlyFromImporter(uint32_t flow) const {
  bool any = false;
  for (const uint32_t giver : givers_[flow]) {
    if (returned_[giver]) {
      continue;
    }
    if (graph_.ExporterOf(giver) != graph_.ImporterOf(flow)) {
      return false;
    }
    any = true;
  }
  return any;
}

std::vector<uint32_t> ArrivalJudge::GiversOf(uint32_t flow) const {
  std::vector<uint32_t> counted;
  for (const uint32_t giver : givers_[flow]) {
    if (!returned_[giver]) {
      counted.push_back(giver);
    }
  }
  std::sort(counted.begin(), counted.end());
  return counted;
}

bool UnderAdequacy(uint32_t flow, const Snapshot& snapshot, const law::Register& law,
                   verdict::Question when, const PreparedSince* prepared) {
  // A copy that is still held came on the last day of its flow.
  when.as_of = std::min(when.as_of, snapshot.IntervalOf(flow).until.Plus(-1));
  const std::optional<bool> bound = verdict::ExporterBound(
      snapshot.PartyId(snapshot.ExporterOf(flow)), snapshot.TermsOf(flow).exporter_gdpr_subject,
      snapshot, law, when.as_of);
  return UnderAdequacy(flow, bound, snapshot, law, when, prepared);
}

bool UnderAdequacy(uint32_t flow, std::optional<bool> bound, const Snapshot& snapshot,
                   const law::Register& law, verdict::Question when,
                   const PreparedSince* prepared) {
  const model::Party* const importer =
      snapshot.FindParty(snapshot.PartyId(snapshot.ImporterOf(flow)));
  if (importer == nullptr || law.DecisionsFor(importer->establishment).empty()) {
    return false;
  }
  when.as_of = std::min(when.as_of, snapshot.IntervalOf(flow).until.Plus(-1));
  verdict::Arrival arrival;
  arrival.restricted = bound != true;
  bool under = false;
  bool otherwise = false;
  const auto take = [&](const std::string& destination, verdict::Verdict verdict,
                        const std::string& mechanism) {
    const bool passes =
        verdict == verdict::Verdict::kCovered || verdict == verdict::Verdict::kConditional;
    if (destination == importer->establishment && passes &&
        law.FindDecision(mechanism) != nullptr) {
      under = true;
    } else if (verdict != verdict::Verdict::kNotATransfer) {
      otherwise = true;
    }
  };
  if (prepared != nullptr) {
    prepared->EachOn(flow, when.as_of, arrival,
                     [&](const std::string& destination, const verdict::Brief& brief) {
                       take(destination, brief.verdict, prepared->MechanismId(brief.mechanism));
                     });
  } else {
    const verdict::HopVerdict hop =
        verdict::JudgeWithoutProof(snapshot.FlowAt(flow), snapshot, law, when, arrival);
    for (const verdict::DestinationVerdict& entry : hop.destinations) {
      take(entry.destination, entry.verdict, entry.mechanism);
    }
  }
  return under && !otherwise;
}

}  // namespace onward::query
