// Which flows depend on a subject by themselves.
#include <algorithm>
#include <set>

#include "graph/base/status_macros.h"
#include "graph/reach/impact.h"

namespace onward::reach {
namespace {

using verdict::Verdict;

bool Passes(const verdict::Candidate& candidate) {
  const Verdict outcome = verdict::VerdictOf(candidate.outcome);
  return outcome == Verdict::kCovered || outcome == Verdict::kConditional;
}

class Finder {
 public:
  Finder(const query::Judgements& judged, const ImpactSubject& subject)
      : judged_(judged), snapshot_(judged.snapshot()), subject_(subject) {
    Prepare();
  }

  std::optional<DependentFlow> Of(uint32_t flow) const {
    switch (subject_.kind) {
      case ImpactKind::kParty:
        return Touches(flow) ? std::optional(DependentFlow{flow, false}) : std::nullopt;
      case ImpactKind::kCountry:
        return GoesTo(flow) ? std::optional(DependentFlow{flow, false}) : std::nullopt;
      case ImpactKind::kAgreement:
      case ImpactKind::kInstrument:
      case ImpactKind::kDecision:
      case ImpactKind::kScheme:
        break;
    }
    return MayRest(flow) ? Resting(flow) : std::nullopt;
  }

 private:
  void Prepare() {
    for (const law::Decision& decision : judged_.law().decisions()) {
      const bool chosen =
          subject_.kind == ImpactKind::kDecision
              ? decision.id == subject_.id
              : subject_.kind == ImpactKind::kScheme && decision.scheme == subject_.id;
      if (chosen) {
        mechanisms_.insert(decision.id);
        codes_.insert(decision.codes.begin(), decision.codes.end());
      }
    }
    if (subject_.kind == ImpactKind::kInstrument) {
      mechanisms_.insert(subject_.id);
    }
    for (const RecordPtr& record : snapshot_.RecordsOf(model::RecordKind::kAgreement)) {
      AddSides(std::get<model::Agreement>(*record));
    }
    for (const RecordPtr& record : snapshot_.RecordsOf(model::RecordKind::kParty)) {
      const auto& party = std::get<model::Party>(*record);
      if (!party.branch_of.empty() && bound_.contains(party.branch_of)) {
        branches_.insert(party.id);
      }
    }
  }

  // Parties that an agreement with the subject may bind; of a branch also its head.
  void AddSides(const model::Agreement& agreement) {
    const auto& instruments = agreement.instruments;
    const bool chosen = subject_.kind == ImpactKind::kAgreement
                            ? agreement.id == subject_.id
                            : subject_.kind == ImpactKind::kInstrument &&
                                  std::find(instruments.begin(), instruments.end(), subject_.id) !=
                                      instruments.end();
    if (!chosen) {
      return;
    }
    model::Strings parties = agreement.parties;
    for (const model::AgreementParty& side : agreement.sides) {
      parties.push_back(side.party);
    }
    for (const std::string& id : parties) {
      bound_.insert(id);
      const model::Party* const party = snapshot_.FindParty(id);
      if (party != nullptr && !party->branch_of.empty()) {
        bound_.insert(party->branch_of);
      }
    }
  }

  bool Runs(const model::Site& site) const {
    const model::Location* const location =
        site.location.empty() ? nullptr : snapshot_.FindLocation(site.location);
    const std::string& runs = site.operator_party.empty() && location != nullptr
                                  ? location->operator_party
                                  : site.operator_party;
    return runs == subject_.id;
  }

  bool Touches(uint32_t flow) const {
    const auto& sites = snapshot_.TermsOf(flow).sites;
    return snapshot_.PartyId(snapshot_.ExporterOf(flow)) == subject_.id ||
           snapshot_.PartyId(snapshot_.ImporterOf(flow)) == subject_.id ||
           std::any_of(sites.begin(), sites.end(), [&](const auto& site) { return Runs(site); });
  }

  bool GoesTo(uint32_t flow) const {
    const auto places = judged_.DestinationsOf(flow);
    return std::any_of(places.begin(), places.end(),
                       [&](const auto& place) { return place.destination == subject_.id; });
  }

  // Whether a proof is worth making: false only where nothing of the flow can rest on the subject.
  bool MayRest(uint32_t flow) const {
    if (judged_.VerdictOf(flow) == Verdict::kNotATransfer) {
      return false;
    }
    if (subject_.kind == ImpactKind::kDecision || subject_.kind == ImpactKind::kScheme) {
      const auto places = judged_.DestinationsOf(flow);
      return std::any_of(places.begin(), places.end(), [&](const auto& place) {
        return codes_.contains(place.destination) || mechanisms_.contains(place.mechanism);
      });
    }
    // What binds the importing side, or somebody who runs a site for it; or a derogation.
    const model::TermsView terms = snapshot_.TermsOf(flow);
    const std::string importer(snapshot_.PartyId(snapshot_.ImporterOf(flow)));
    return !terms.sites.empty() || bound_.contains(importer) || branches_.contains(importer) ||
           (terms.derogation.has_value() && mechanisms_.contains(terms.derogation->instrument));
  }

  bool RestsOnSubject(const verdict::Candidate& candidate) const {
    return subject_.kind == ImpactKind::kAgreement ? candidate.record == "agreement/" + subject_.id
                                                   : mechanisms_.contains(candidate.mechanism);
  }

  std::optional<DependentFlow> Resting(uint32_t flow) const {
    const std::optional<verdict::HopVerdict> proof = judged_.Proof(flow);
    bool rests = false;
    bool sole = false;
    for (size_t i = 0; proof.has_value() && i < proof->destinations.size(); ++i) {
      bool here = false;
      bool other = false;
      for (const verdict::Candidate& candidate : proof->destinations[i].candidates) {
        if (Passes(candidate)) {
          (RestsOnSubject(candidate) ? here : other) = true;
        }
      }
      rests = rests || here;
      sole = sole || (here && !other);
    }
    return rests ? std::optional(DependentFlow{flow, sole}) : std::nullopt;
  }

  const query::Judgements& judged_;
  const Snapshot& snapshot_;
  const ImpactSubject& subject_;
  // Ids of decisions and instruments that are, or rest on, the subject; and the places of the decisions.
  std::set<std::string, std::less<>> mechanisms_;
  std::set<std::string, std::less<>> codes_;
  std::set<std::string, std::less<>> bound_;
  std::set<std::string, std::less<>> branches_;
};

}  // namespace

absl::StatusOr<std::vector<DependentFlow>> FindDependentFlows(
    const query::Judgements& judged, const ImpactSubject& subject,
    const std::function<absl::Status()>& check) {
  const Finder finder(judged, subject);
  std::vector<DependentFlow> found;
  for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
    ONWARD_RETURN_IF_ERROR(check());
    if (judged.arrivals().InEffect(flow)) {
      if (const std::optional<DependentFlow> dependent = finder.Of(flow)) {
        found.push_back(*dependent);
      }
    }
  }
  return found;
}

}  // namespace onward::reach
