#include "graph/verdict/mechanisms.h"

#include <iterator>
#include <utility>

#include "graph/verdict/adequacy.h"
#include "graph/verdict/decide.h"
#include "graph/verdict/derogations.h"
#include "graph/verdict/onward.h"
#include "graph/verdict/safeguards.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

void Append(std::vector<Attempt> more, std::vector<Attempt>& attempts) {
  attempts.insert(attempts.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

// Terms between the two that people mistake for a mechanism.
std::string ProcessingTermsText(const std::vector<const model::Agreement*>& agreements,
                                const Hop& hop) {
  for (const model::Agreement* agreement : agreements) {
    for (const std::string& id : agreement->instruments) {
      const law::Instrument* instrument = hop.law.FindInstrument(id);
      if (instrument != nullptr && instrument->look_alike == law::LookAlike::kLacking) {
        return " Agreement " + agreement->id + " (" + instrument->name +
               ") is on file, but it is no transfer mechanism.";
      }
    }
  }
  return "";
}

std::string NothingText(const Hop& hop, const Destination& destination,
                        const std::vector<const model::Agreement*>& agreements) {
  return "No adequacy decision, safeguard or derogation on record carries data from " +
         NameOf(hop.ExporterParty()) + " to " + NameOf(hop.ImporterParty()) + " in " +
         PlaceText(destination.code, hop.law) + "." + ProcessingTermsText(agreements, hop);
}

Outcome OutcomeUnder(const SafeguardQuestion& question,
                     const std::vector<const model::Agreement*>& agreements,
                     const Principals& principals) {
  const Hop& hop = question.hop;
  std::vector<Attempt> attempts =
      TryAdequacy(hop, question.destination, question.roles, BindingBoth(agreements, hop));
  Append(TrySafeguards(question, agreements, principals), attempts);
  if (std::optional<Attempt> derogation = TryDerogation(hop, question.roles)) {
    attempts.push_back(*std::move(derogation));
  }
  return Decide(std::move(attempts), principals.controllers, principals.complete);
}

DestinationVerdict VerdictFrom(Outcome outcome, const Destination& destination, HopKind kind,
                               const std::string& nothing) {
  DestinationVerdict verdict;
  verdict.destination = destination.code;
  verdict.basis = destination.basis;
  verdict.kind = kind;
  verdict.verdict = outcome.verdict();
  verdict.reason = outcome.reason;
  verdict.reasons.push_back(outcome.reason);
  verdict.reasons.insert(verdict.reasons.end(), outcome.further.begin(), outcome.further.end());
  verdict.deciding = outcome.deciding;
  verdict.explanation = nothing;
  for (Attempt& attempt : outcome.attempts) {
    verdict.candidates.push_back(std::move(attempt.candidate));
  }
  if (outcome.deciding >= 0) {
    const Candidate& deciding = verdict.candidates[static_cast<size_t>(outcome.deciding)];
    verdict.mechanism = deciding.mechanism;
    verdict.explanation = deciding.explanation;
  }
  return verdict;
}

}  // namespace

DestinationVerdict FindMechanism(const Hop& hop, const Destination& destination,
                                 std::optional<bool> exporter_bound) {
  const Principals principals =
      MayHaveAgreements(hop) ? PrincipalsOf(hop, hop.Day()) : Principals();
  const std::vector<const model::Agreement*> agreements = AgreementsOn(hop, principals.controllers);
  std::vector<Outcome> outcomes;
  for (const Roles& roles : PossibleRoles(hop.flow)) {
    outcomes.push_back(
        OutcomeUnder({hop, destination, roles, exporter_bound}, agreements, principals));
  }
  Outcome outcome = AcrossRoles(std::move(outcomes));
  const bool onward = !exporter_bound.value_or(false);
  if (onward) {
    TryLocalRules(hop, exporter_bound, agreements, outcome);
  }
  return VerdictFrom(std::move(outcome), destination,
                     onward ? HopKind::kOnwardTransfer : HopKind::kTransfer,
                     hop.Words([&] { return NothingText(hop, destination, agreements); }));
}

}  // namespace onward::verdict
