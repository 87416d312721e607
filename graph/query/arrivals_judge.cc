// How restricted data came to the exporters that are not bound.
#include <algorithm>

#include "graph/query/arrivals_internal.h"

namespace onward::query {

ArrivalJudge::ArrivalJudge(Arrivals& arrivals, const law::Register& law,
                           const verdict::Question& question, const verdict::Policy& policy)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      question_(question),
      policy_(policy),
      givers_(graph_.Flows().size()),
      returned_(graph_.Flows().size(), false),
      under_adequacy_(graph_.Flows().size()) {}

void ArrivalJudge::Run() {
  FindGivers();
  FindReturns();
  for (const uint32_t flow : onward_) {
    verdict::Arrival& arrival = a_.arrivals_[flow];
    arrival.restricted = true;
    arrival.only_from_importer = OnlyFromImporter(flow);
    arrival.only_under_adequacy = true;
    for (const uint32_t giver : givers_[flow]) {
      if (!returned_[giver] && !UnderAdequacy(giver)) {
        arrival.only_under_adequacy = false;
        break;
      }
    }
  }
}

// What reaches the exporter counts, also where the flow itself hands it back and so ends it.
void ArrivalJudge::FindGivers() {
  for (uint32_t flow = 0; flow < graph_.Flows().size(); ++flow) {
    if (!a_.InEffect(flow) || a_.bound_[flow] == true || a_.carriages_[flow].all.empty()) {
      continue;
    }
    for (const uint32_t into : graph_.InFlows(graph_.ExporterOf(flow))) {
      if (a_.AnyThrough(flow, a_.carriages_[into].restricted)) {
        givers_[flow].push_back(into);
      }
    }
    if (!givers_[flow].empty()) {
      onward_.push_back(flow);
    }
  }
}

// A return gives its importer nothing that it had not itself given, so returns do not count as givers.
// Only an exporter that is known not to be bound returns data. Each round finds at least one more, or is
// the last.
void ArrivalJudge::FindReturns() {
  for (bool found = true; found;) {
    found = false;
    for (const uint32_t flow : onward_) {
      if (!returned_[flow] && a_.bound_[flow] == false && OnlyFromImporter(flow)) {
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

bool ArrivalJudge::UnderAdequacy(uint32_t flow) {
  std::optional<bool>& known = under_adequacy_[flow];
  if (known.has_value()) {
    return *known;
  }
  known = false;
  const model::Flow& record = *graph_.Flows()[flow];
  const model::Party* const importer = graph_.FindParty(record.importer);
  if (importer == nullptr || importer->establishment.empty()) {
    return false;
  }
  // A copy that is still held came on the last day of its flow.
  verdict::Question when = question_;
  when.as_of = std::min(when.as_of, record.interval.until.Plus(-1));
  verdict::Arrival arrival;
  arrival.restricted = a_.bound_[flow] != true;
  const verdict::HopVerdict hop = verdict::JudgeHop(record, graph_, law_, when, arrival, policy_);
  bool under = false;
  for (const verdict::DestinationVerdict& destination : hop.destinations) {
    const bool passes = destination.verdict == verdict::Verdict::kCovered ||
                        destination.verdict == verdict::Verdict::kConditional;
    if (destination.destination == importer->establishment && passes &&
        law_.FindDecision(destination.mechanism) != nullptr) {
      under = true;
    } else if (destination.verdict != verdict::Verdict::kNotATransfer) {
      return false;
    }
  }
  known = under;
  return under;
}

}  // namespace onward::query
