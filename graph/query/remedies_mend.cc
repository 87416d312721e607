// What a candidate's outcome asks for, and what could be signed instead.
#include <algorithm>
#include <array>
#include <set>

#include "graph/query/remedies_internal.h"
#include "graph/verdict/hop.h"
#include "graph/verdict/wording.h"

namespace onward::query {
namespace {

using law::InstrumentCategory;
using model::RecordKind;
using verdict::Candidate;
using verdict::Reason;
using verdict::Verdict;

// Effort: to write down a fact, to assess, to be listed, to renew, to sign, to be approved.
constexpr int kEffortState = 1;
constexpr int kEffortAssess = 2;
constexpr int kEffortWiden = 2;
constexpr int kEffortList = 3;
constexpr int kEffortRenew = 3;
constexpr int kEffortApprove = 3;
constexpr int kEffortMeasures = 4;
constexpr int kEffortSign = 4;

// The agreement that a candidate rests on. Null: none.
const model::Agreement* AgreementOf(const WhatIf& state, const Candidate& candidate) {
  const std::string prefix = verdict::RefText(RecordKind::kAgreement, "");
  return candidate.record.compare(0, prefix.size(), prefix) == 0
             ? state.snapshot().FindAgreement(candidate.record.substr(prefix.size()))
             : nullptr;
}

// The first condition that keeps the candidate from carrying because nobody has stated it.
std::optional<Change> StateCondition(const WhatIf& state, const Candidate& candidate) {
  const Verdict wanted = VerdictOf(candidate.outcome);
  for (const verdict::ConditionOutcome& condition : candidate.conditions) {
    if (condition.met.has_value() || condition.outcome != wanted) {
      continue;
    }
    model::Flow flow = state.flow();
    model::Statement statement;
    statement.condition = condition.condition;
    statement.met = true;
    statement.interval.from = state.day();
    flow.statements.push_back(std::move(statement));
    const bool open = condition.outcome == Verdict::kConditional;
    return Change{{flow},
                  (open ? "check whether this holds and, if so, state it on the flow: "
                        : "see to this and state it on the flow: ") +
                      condition.requirement + " (" + condition.condition + ")",
                  open ? kEffortState : kEffortApprove};
  }
  return std::nullopt;
}

// Places that an assessment must be about: third countries that the flow goes to.
std::set<std::string> PlacesOf(const WhatIf& state) {
  std::set<std::string> codes;
  for (const verdict::DestinationVerdict& destination : state.verdict().destinations) {
    if (destination.kind != verdict::HopKind::kNotATransfer &&
        state.law().FindJurisdiction(destination.destination) != nullptr) {
      codes.insert(destination.destination);
    }
  }
  return codes;
}

std::string PlacesText(const WhatIf& state, const std::set<std::string>& codes) {
  std::vector<std::string> names;
  names.reserve(codes.size());
  for (const std::string& code : codes) {
    names.push_back(verdict::PlaceText(code, state.law()));
  }
  return names.empty() ? "the place of the recipient" : verdict::Joined(names);
}

std::optional<Change> Assess(const WhatIf& state, const Candidate& candidate) {
  const model::Agreement* const found = AgreementOf(state, candidate);
  if (found == nullptr) {
    return std::nullopt;
  }
  model::Agreement agreement = *found;
  const std::set<std::string> codes = PlacesOf(state);
  model::TransferImpactAssessment tia;
  tia.performed_on = state.day();
  tia.countries.assign(codes.begin(), codes.end());
  tia.outcome = model::TiaOutcome::kAdequate;
  Change change;
  if (candidate.outcome == Reason::kTiaNegative) {
    tia.outcome = model::TiaOutcome::kAdequateWithMeasures;
    tia.supplementary_measures = {"what makes up for the law of the place"};
    change.text =
        "adopt supplementary measures that make up for the law there, and find in a new transfer "
        "impact assessment that they are enough";
    change.effort = kEffortMeasures;
    // Of two on one day the more doubtful would stand.
    std::erase_if(agreement.tias, [&](const model::TransferImpactAssessment& old) {
      return old.performed_on == state.day();
    });
  } else {
    const bool renewed = candidate.outcome == Reason::kTiaOverdue;
    change.text = (renewed ? "review the transfer impact assessment for "
                           : "perform a transfer impact assessment for ") +
                  PlacesText(state, codes) + " with an adequate outcome";
    change.effort = kEffortAssess;
  }
  agreement.tias.push_back(std::move(tia));
  if (state.IsOnFile(agreement.id)) {
    change.text += " (agreement " + agreement.id + ")";
  }
  change.records = {agreement};
  return change;
}

// An agreement that ended, whose instrument may still be signed.
std::optional<Change> Renew(const WhatIf& state, const Candidate& candidate) {
  const model::Agreement* const found = AgreementOf(state, candidate);
  const law::Instrument* const instrument = state.law().FindInstrument(candidate.mechanism);
  const bool may_renew = found != nullptr && instrument != nullptr &&
                         instrument->interval.Contains(state.day()) &&
                         found->interval.until <= state.day();
  if (!may_renew) {
    return std::nullopt;
  }
  model::Agreement agreement = *found;
  agreement.interval.until = Date::Max();
  return Change{
      {agreement},
      "renew agreement " + agreement.id + ", which ended on " + found->interval.until.ToString(),
      kEffortRenew};
}

void AddMissing(const model::Strings& words, model::Strings& listed) {
  for (const std::string& word : words) {
    if (!listed.empty() && std::find(listed.begin(), listed.end(), word) == listed.end()) {
      listed.push_back(word);
    }
  }
}

std::optional<Change> Widen(const WhatIf& state, const Candidate& candidate) {
  const model::Agreement* const found = AgreementOf(state, candidate);
  if (found == nullptr) {
    return std::nullopt;
  }
  model::Agreement agreement = *found;
  AddMissing(state.flow().data_categories, agreement.data_categories);
  AddMissing(state.flow().data_subject_categories, agreement.data_subject_categories);
  AddMissing(state.flow().purposes, agreement.purposes);
  if (agreement == *found) {
    return std::nullopt;
  }
  return Change{{agreement},
                "extend agreement " + agreement.id + " to what the flow carries and why",
                kEffortWiden};
}

// An entry on the list that the decision rests on, for all the data.
std::optional<Change> GetListed(const WhatIf& state, const Candidate& candidate) {
  const law::Decision* const decision = state.law().FindDecision(candidate.mechanism);
  if (decision == nullptr || !decision->requires_certification || state.importer().id.empty()) {
    return std::nullopt;
  }
  const law::Scheme* const scheme = state.law().FindScheme(decision->scheme);
  if (scheme == nullptr || !decision->IntervalKnownAt(state.law_known_at()).Contains(state.day())) {
    return std::nullopt;
  }
  model::Party party = state.importer();
  model::Certification certificate;
  certificate.scheme = scheme->id;
  certificate.coverage = {model::CertificationCoverage::kNonHr, model::CertificationCoverage::kHr};
  certificate.interval.from = state.day();
  party.certifications.push_back(std::move(certificate));
  return Change{{party},
                "see whether " + state.ImporterName() + " stands on the " +
                    verdict::ListText(*scheme) +
                    " for the data sent, and record it on the party (" + scheme->id + ")",
                kEffortList};
}

std::optional<Change> StateNotRepetitive(const WhatIf& state, const Candidate& /*candidate*/) {
  model::Flow flow = state.flow();
  if (!flow.derogation.has_value() || flow.derogation->repetitive.has_value()) {
    return std::nullopt;
  }
  flow.derogation->repetitive = false;
  return Change{{flow},
                "check and, if it is so, state on the flow that the transfers are not repetitive "
                "(derogation " +
                    flow.derogation->instrument + ")",
                kEffortState};
}

struct MendRow {
  Reason outcome;
  std::optional<Change> (*mend)(const WhatIf& state, const Candidate& candidate);
};

// Outcomes that records could change.
constexpr std::array kMends = {
    MendRow{Reason::kConditionNotStated, &StateCondition},
    MendRow{Reason::kConditionNotMet, &StateCondition},
    MendRow{Reason::kTiaMissing, &Assess},
    MendRow{Reason::kTiaOverdue, &Assess},
    MendRow{Reason::kTiaNegative, &Assess},
    MendRow{Reason::kExpired, &Renew},
    MendRow{Reason::kOutOfScope, &Widen},
    MendRow{Reason::kCertificationMissing, &GetListed},
    MendRow{Reason::kContested, &GetListed},
    MendRow{Reason::kRepetitionNotStated, &StateNotRepetitive},
};

bool FitsRoles(const law::Instrument& instrument, const model::Flow& flow) {
  const std::vector<verdict::Roles> roles = verdict::PossibleRoles(flow);
  return std::any_of(roles.begin(), roles.end(), [&](const verdict::Roles& possible) {
    const law::RolePair pair =
        verdict::PairOf(possible.exporter_is_processor, possible.importer_is_processor);
    const auto& pairs = instrument.role_pairs;
    return std::find(pairs.begin(), pairs.end(), pair) != pairs.end();
  });
}

bool IsSafeguard(const law::Instrument& instrument) {
  switch (instrument.category) {
    case InstrumentCategory::kSafeguard:
    case InstrumentCategory::kScc:
    case InstrumentCategory::kOnwardTool:
      return instrument.look_alike == law::LookAlike::kNone;
    case InstrumentCategory::kAdequacy:
    case InstrumentCategory::kDerogation:
    case InstrumentCategory::kNotATransferTool:
    case InstrumentCategory::kNotAGroundAlone:
      break;
  }
  return false;
}

// Conditions that nothing but a statement meets, such as an approval.
size_t ClosedConditions(const law::Instrument& instrument) {
  return static_cast<size_t>(std::count_if(
      instrument.conditions.begin(), instrument.conditions.end(),
      [](const law::Condition& c) { return c.if_unstated == law::ConditionDefault::kNotMet; }));
}

// What asks for more than one approval or the like is a project, not a remedy; within one group of companies
// it may be at hand.
bool WithinReach(const law::Instrument& instrument, const WhatIf& state) {
  const model::Party& from = state.exporter();
  const model::Party& to = state.importer();
  const bool one_group = (!from.group_parent.empty() && from.group_parent == to.group_parent) ||
                         from.group_parent == to.id || to.group_parent == from.id;
  return one_group || ClosedConditions(instrument) <= 1;
}

std::string UnusedAgreementId(const WhatIf& state, const std::string& wanted) {
  std::string id = wanted;
  for (int n = 2; state.snapshot().FindAgreement(id) != nullptr; ++n) {
    id = wanted + "-" + std::to_string(n);
  }
  return id;
}

}  // namespace

std::optional<Change> MendOf(const WhatIf& state, const Candidate& candidate) {
  for (const MendRow& row : kMends) {
    if (row.outcome == candidate.outcome) {
      return row.mend(state, candidate);
    }
  }
  return std::nullopt;
}

std::vector<const law::Instrument*> SignableInstruments(const WhatIf& state) {
  const bool bound = state.ExporterBound() == true;
  std::vector<const law::Instrument*> instruments;
  for (const law::Instrument& instrument : state.law().instruments()) {
    const Date first =
        std::max(instrument.interval.from, instrument.earliest_use.value_or(Date::Min()));
    if (IsSafeguard(instrument) && first <= state.day() &&
        state.day() < instrument.interval.until && !(instrument.onward_only && bound) &&
        FitsRoles(instrument, state.flow()) && WithinReach(instrument, state)) {
      instruments.push_back(&instrument);
    }
  }
  // Those that need least besides a signature first: the budget may not suffice for all.
  std::stable_sort(instruments.begin(), instruments.end(),
                   [](const law::Instrument* a, const law::Instrument* b) {
                     return a->conditions.size() < b->conditions.size();
                   });
  return instruments;
}

Change SigningOf(const WhatIf& state, const law::Instrument& instrument, std::string& id) {
  model::Agreement agreement;
  agreement.id = UnusedAgreementId(state, "to-sign");
  agreement.parties = {state.flow().exporter, state.flow().importer};
  agreement.instruments = {instrument.id};
  agreement.signed_on = state.day();
  agreement.interval.from = state.day();
  id = agreement.id;
  Change change;
  change.records = {agreement};
  if (!state.flow().agreements.empty()) {
    model::Flow flow = state.flow();
    flow.agreements.push_back(id);
    change.records.emplace_back(std::move(flow));
  }
  change.text = "sign " + instrument.name + " (" + instrument.id + ") between " +
                state.ExporterName() + " and " + state.ImporterName();
  change.effort = kEffortSign;
  return change;
}

}  // namespace onward::query
