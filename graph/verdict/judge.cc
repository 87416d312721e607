#include "graph/verdict/judge.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/brief.h"
#include "graph/verdict/criteria.h"
#include "graph/verdict/destinations.h"
#include "graph/verdict/mechanisms.h"
#include "graph/verdict/operators.h"
#include "graph/verdict/qualify.h"
#include "graph/verdict/territory.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

using Destinations = std::vector<DestinationVerdict>;

DestinationVerdict JudgeDestination(const Hop& hop, const Destination& destination,
                                    std::optional<bool> bound, const Reading& reading) {
  if (std::optional<DestinationVerdict> by_operator = JudgeByOperator(hop, destination, reading)) {
    return *std::move(by_operator);
  }
  if (InsideOneEntity(hop)) {
    return VerdictFrom(SameEntityAnswer(hop), destination);
  }
  const std::optional<Qualification> answer = QualifyDestination(hop, destination, bound, reading);
  return answer.has_value() ? VerdictFrom(*answer, destination)
                            : FindMechanism(hop, destination, bound);
}

// Of several destinations with one code the worst stands, the first of equals.
void AddWorst(DestinationVerdict verdict, Destinations& destinations) {
  const auto same = std::find_if(
      destinations.begin(), destinations.end(),
      [&verdict](const DestinationVerdict& d) { return d.destination == verdict.destination; });
  if (same == destinations.end()) {
    destinations.push_back(std::move(verdict));
  } else if (Badness(verdict.verdict) > Badness(same->verdict)) {
    *same = std::move(verdict);
  }
}

Destinations JudgeUnder(const Hop& hop, const Reading& reading) {
  const std::optional<bool> bound = BoundUnder(hop, reading);
  const std::optional<Qualification> whole = QualifyFlow(hop, bound);
  Destinations destinations;
  for (const Destination& destination : DestinationsOf(hop)) {
    AddWorst(whole.has_value() ? VerdictFrom(*whole, destination)
                               : JudgeDestination(hop, destination, bound, reading),
             destinations);
  }
  std::sort(destinations.begin(), destinations.end(),
            [](const DestinationVerdict& a, const DestinationVerdict& b) {
              return a.destination < b.destination;
            });
  return destinations;
}

void MakeUnsettled(const Hop& hop, const DestinationVerdict& other, DestinationVerdict& verdict) {
  verdict.explanation = hop.Words([&] {
    return "The status of a territory here is not settled in law. Read one way: " +
           std::string(Name(verdict.verdict)) + " (" + verdict.explanation +
           ") Read the other way: " + std::string(Name(other.verdict)) + " (" + other.explanation +
           ")";
  });
  verdict.verdict = Verdict::kUndetermined;
  verdict.kind = HopKind::kUndetermined;
  verdict.mechanism.clear();
  verdict.deciding = -1;
  verdict.reasons = {Reason::kTerritoryUnsettled, verdict.reason};
  verdict.reason = Reason::kTerritoryUnsettled;
}

// The same verdict under every reading stands; different ones are unsettled.
Destinations Reconcile(const Hop& hop, std::vector<Destinations> by_reading) {
  Destinations merged = std::move(by_reading.front());
  for (size_t i = 0; i < merged.size(); ++i) {
    const auto differs = std::find_if(
        by_reading.begin() + 1, by_reading.end(),
        [&](const Destinations& other) { return other[i].verdict != merged[i].verdict; });
    if (differs != by_reading.end()) {
      MakeUnsettled(hop, (*differs)[i], merged[i]);
    }
  }
  return merged;
}

void NoteContested(const law::Register& law, DestinationVerdict& verdict) {
  const law::Jurisdiction* place = law.FindJurisdiction(verdict.destination);
  if (place != nullptr && place->contested && verdict.kind != HopKind::kNotATransfer) {
    verdict.explanation +=
        " The status of " + place->name + " is contested; it is judged here as a third country.";
  }
}

// Without criteria and evidence.
HopVerdict JudgeAllReadings(const Hop& hop, const std::vector<Reading>& readings) {
  std::vector<Destinations> by_reading;
  by_reading.reserve(readings.size());
  for (const Reading& reading : readings) {
    by_reading.push_back(JudgeUnder(hop, reading));
  }
  HopVerdict verdict;
  verdict.destinations = Reconcile(hop, std::move(by_reading));
  if (!hop.wordless) {
    for (DestinationVerdict& destination : verdict.destinations) {
      NoteContested(hop.law, destination);
    }
  }
  verdict.verdict = verdict.Deciding().verdict;
  verdict.reason = verdict.Deciding().reason;
  return verdict;
}

// The bound of all readings; nullopt where they differ.
std::optional<bool> BoundUnderAll(const Hop& hop, const std::vector<Reading>& readings) {
  const std::optional<bool> first = BoundUnder(hop, readings.front());
  for (const Reading& reading : readings) {
    if (BoundUnder(hop, reading) != first) {
      return std::nullopt;
    }
  }
  return first;
}

}  // namespace

std::optional<bool> ExporterBound(const model::Flow& flow, const InventoryView& inventory,
                                  const law::Register& law, Date day) {
  const Hop hop = MakeHop(flow, inventory, law, Question{day, Date::Max()}, {});
  return BoundUnderAll(hop, ReadingsOf(hop));
}

// Unsettled places of the exporter come first among the readings, whatever those of others are.
std::optional<bool> ExporterBound(std::string_view exporter, std::optional<bool> stated,
                                  const InventoryView& inventory, const law::Register& law,
                                  Date day) {
  model::Flow flow;
  flow.exporter = exporter;
  flow.importer = exporter;
  flow.exporter_gdpr_subject = stated;
  return ExporterBound(flow, inventory, law, day);
}

HopVerdict JudgeHop(const model::Flow& flow, const InventoryView& inventory,
                    const law::Register& law, const Question& question, const Arrival& arrival) {
  const Hop hop = MakeHop(flow, inventory, law, question, arrival);
  const std::vector<Reading> readings = ReadingsOf(hop);
  HopVerdict verdict = JudgeAllReadings(hop, readings);
  verdict.criteria = CriteriaOf(hop, BoundUnderAll(hop, readings), verdict.destinations);
  verdict.evidence = EvidenceOf(hop, verdict.destinations);
  return verdict;
}

HopVerdict JudgeWithoutProof(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law, const Question& question,
                             const Arrival& arrival) {
  Hop hop = MakeHop(flow, inventory, law, question, arrival);
  hop.wordless = true;
  return JudgeAllReadings(hop, ReadingsOf(hop));
}

}  // namespace onward::verdict
