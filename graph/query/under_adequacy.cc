// Whether data came under an adequacy decision.
#include <algorithm>

#include "graph/query/arrivals_internal.h"
#include "graph/verdict/brief.h"

namespace onward::query {

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
