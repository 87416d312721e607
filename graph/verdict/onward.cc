#include "graph/verdict/onward.h"

#include <utility>

#include "graph/verdict/adequacy.h"
#include "graph/verdict/agreements.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

// Instruments of other legal orders that bind the two: evidence for the rules of the exporter's
// country.
std::vector<std::string> LocalEvidence(const std::vector<const model::Agreement*>& agreements,
                                       const Hop& hop) {
  std::vector<std::string> evidence;
  for (const model::Agreement* agreement : BindingBoth(agreements, hop)) {
    for (const std::string& id : agreement->instruments) {
      const law::Instrument* instrument = hop.law.FindInstrument(id);
      if (instrument != nullptr && instrument->local_onward_evidence &&
          instrument->interval.Contains(hop.Day())) {
        evidence.push_back(instrument->name + " (agreement " + agreement->id + ")");
      }
    }
  }
  return evidence;
}

std::string LocalRulesText(const law::Decision& decision,
                           const std::vector<const model::Agreement*>& agreements, const Hop& hop) {
  const std::string text =
      "The data came to " + NameOf(hop.ExporterParty()) + " under " + DecisionText(decision) +
      "; the law of " + PlaceText(hop.ExporterParty().establishment, hop.law) +
      " decides whether it may hand them on: check its rules on onward disclosure.";
  const std::vector<std::string> evidence = LocalEvidence(agreements, hop);
  return evidence.empty() ? text : text + " On file: " + Joined(evidence) + ".";
}

}  // namespace

void TryLocalRules(const Hop& hop, std::optional<bool> exporter_bound,
                   const std::vector<const model::Agreement*>& agreements, Outcome& outcome) {
  const Verdict own = outcome.verdict();
  const bool carried = own == Verdict::kCovered || own == Verdict::kConditional;
  if (carried || exporter_bound != false || !hop.arrival.only_under_adequacy) {
    return;
  }
  const law::Decision* decision = DecisionInForce(hop.ExporterParty().establishment, hop);
  if (decision == nullptr) {
    return;
  }
  Attempt attempt = AttemptAt(*decision, hop);
  attempt.candidate.outcome = Reason::kOnwardByLocalRules;
  attempt.candidate.explanation =
      hop.Words([&] { return LocalRulesText(*decision, agreements, hop); });
  if (hop.Policy().onward_after_adequacy == model::ContestedReading::kStrict) {
    attempt.candidate.outcome = Reason::kNoMechanism;
    attempt.candidate.explanation += hop.Words([] {
      return " Whether that law alone is enough is contested; this inventory's policy asks for a "
             "mechanism of the hop's own (policy/inventory).";
    });
    outcome.attempts.push_back(std::move(attempt));
    return;
  }
  outcome.reason = Reason::kOnwardByLocalRules;
  outcome.further.clear();
  outcome.deciding = static_cast<int>(outcome.attempts.size());
  outcome.attempts.push_back(std::move(attempt));
}

}  // namespace onward::verdict
