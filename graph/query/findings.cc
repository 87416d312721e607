#include "graph/query/findings.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "graph/base/ending.h"
#include "graph/base/status_macros.h"
#include "graph/query/findings_internal.h"
#include "graph/query/looks.h"
#include "graph/verdict/destinations.h"
#include "graph/verdict/wording.h"

namespace onward::query {
namespace {

using TriageKey = std::pair<std::string_view, std::string_view>;

FindingKey KeyOf(const Finding& finding) {
  return {finding.code, finding.subject, finding.flow, finding.destination};
}

bool Holds(const model::Triage& triage, Date day) {
  switch (triage.decision) {
    case model::TriageDecision::kFalsePositive:
      return true;
    case model::TriageDecision::kAccepted:
      return triage.accepted_until.has_value() && day < *triage.accepted_until;
    case model::TriageDecision::kUnspecified:
      break;
  }
  return false;
}

// A false positive says more than an acceptance, a longer acceptance more than a shorter one.
bool SaysMore(const model::Triage& a, const model::Triage& b) {
  const auto rank = [](const model::Triage& triage) {
    return triage.decision == model::TriageDecision::kFalsePositive
               ? Date::Max()
               : triage.accepted_until.value_or(Date::Min());
  };
  return rank(a) > rank(b);
}

std::map<TriageKey, const model::Triage*> TriageOn(const Snapshot& snapshot, Date day) {
  std::map<TriageKey, const model::Triage*> found;
  for (const RecordPtr& record : snapshot.RecordsOf(model::RecordKind::kTriage)) {
    const auto& triage = std::get<model::Triage>(*record);
    if (!Holds(triage, day)) {
      continue;
    }
    const model::Triage*& at = found[{triage.finding, triage.subject}];
    if (at == nullptr || SaysMore(triage, *at)) {
      at = &triage;
    }
  }
  return found;
}

void ApplyTriage(const Judgements& judged, std::vector<Finding>& findings) {
  const auto triage = TriageOn(judged.snapshot(), judged.question().as_of);
  if (triage.empty()) {
    return;
  }
  for (Finding& finding : findings) {
    const std::string subject = model::ToString(finding.subject);
    const auto at = triage.find({KindOf(finding.code).code, subject});
    finding.triage = at == triage.end() ? nullptr : at->second;
  }
}

absl::Status FindInFlows(FindingSink& sink, const FindingCheck& check) {
  const Snapshot& snapshot = sink.snapshot;
  Ending ended(check);
  const std::function<bool()> stop = std::ref(ended);
  uint32_t looked = 0;
  for (const uint32_t number : snapshot.FlowsInOrder()) {
    if (check && looked++ % kSinglyPerLook == 0) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    const model::Flow record = snapshot.FlowAt(number);
    const std::optional<verdict::HopVerdict> hop = sink.judged.Proof(number);
    if (!hop.has_value()) {
      FindInEndedFlow(record, sink);
      continue;
    }
    const JudgedFlow flow{number, record, *hop, snapshot.FindParty(record.exporter),
                          snapshot.FindParty(record.importer)};
    if (flow.exporter == nullptr || flow.importer == nullptr) {
      continue;
    }
    FindInVerdict(flow, sink);
    if (!FindInMechanism(flow, sink, stop)) {
      return ended.status();
    }
    FindInProcessing(flow, sink);
    FindInRecipient(flow, sink);
  }
  return absl::OkStatus();
}

template <class T>
bool Selects(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// The parties that a finding is about.
std::vector<std::string> PartiesOf(const Finding& finding, const Snapshot& snapshot) {
  if (const std::optional<uint32_t> flow = snapshot.FlowNumber(finding.flow); flow.has_value()) {
    return {std::string(snapshot.PartyId(snapshot.ExporterOf(*flow))),
            std::string(snapshot.PartyId(snapshot.ImporterOf(*flow)))};
  }
  if (finding.subject.kind == model::RecordKind::kActivity) {
    const model::Activity& activity = *snapshot.FindActivity(finding.subject.id);
    std::vector<std::string> parties = activity.controllers;
    parties.push_back(activity.processor);
    return parties;
  }
  if (finding.subject.kind == model::RecordKind::kAgreement) {
    return snapshot.FindAgreement(finding.subject.id)->parties;
  }
  return finding.subject.kind == model::RecordKind::kParty ? model::Strings{finding.subject.id}
                                                           : model::Strings{};
}

bool Concerns(const Finding& finding, const std::vector<std::string>& parties,
              const Snapshot& snapshot) {
  if (parties.empty()) {
    return true;
  }
  const std::vector<std::string> concerned = PartiesOf(finding, snapshot);
  return std::find_first_of(concerned.begin(), concerned.end(), parties.begin(), parties.end()) !=
         concerned.end();
}

bool Selects(const FindingFilter& filter, const Finding& finding, const Snapshot& snapshot) {
  return Selects(filter.codes, finding.code) &&
         Selects(filter.severities, KindOf(finding.code).severity) &&
         Selects(filter.subjects, finding.subject) && Concerns(finding, filter.parties, snapshot);
}

void Count(const Finding& finding, bool include_triaged, FindingCounts& counts) {
  if (finding.triage != nullptr) {
    ++counts.triaged;
    if (!include_triaged) {
      return;
    }
  }
  switch (KindOf(finding.code).severity) {
    case Severity::kHigh:
      ++counts.high;
      break;
    case Severity::kMedium:
      ++counts.medium;
      break;
    case Severity::kLow:
      ++counts.low;
      break;
    case Severity::kInfo:
      ++counts.info;
      break;
  }
}

// Since when the verdict stands, and until when. False: stopped.
bool FillInterval(const Judgements& judged, History& history, Finding& finding,
                  const std::function<bool()>& stop) {
  const std::optional<uint32_t> number = judged.snapshot().FlowNumber(finding.flow);
  if (!finding.by_verdict || !number.has_value()) {
    return true;
  }
  if (!history.Find(*number, stop)) {
    return false;
  }
  for (const DestinationOutcome& place : judged.PlacesOf(*number)) {
    if (place.destination == finding.destination) {
      const Standing standing = history.Of(*number, place.destination);
      const Interval& flow = judged.snapshot().IntervalOf(*number);
      finding.interval.from = standing.since.value_or(flow.from);
      finding.interval.until =
          standing.next_change.has_value() ? standing.next_change->date : flow.until;
    }
  }
  return true;
}

// Several flows may show one finding about a party, all of them on the day asked about.
void MergeEqual(std::vector<Finding>& sorted) {
  size_t kept = 0;
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (KeyOf(sorted[i]) != KeyOf(sorted[kept])) {
      ++kept;
      if (kept != i) {
        sorted[kept] = std::move(sorted[i]);
      }
      continue;
    }
    Interval& span = sorted[kept].interval;
    span = {std::min(span.from, sorted[i].interval.from),
            std::max(span.until, sorted[i].interval.until)};
  }
  sorted.resize(std::min(sorted.size(), kept + 1));
}

}  // namespace

std::string FindingSink::PlaceOf(std::string_view code) const {
  return verdict::PlaceText(code, judged.law());
}

bool FindingSink::IsThirdCountry(std::string_view code) const {
  const law::Jurisdiction* const place = judged.law().FindJurisdiction(code);
  return place != nullptr && place->kind == law::JurisdictionKind::kCountry &&
         place->FreeFlowOn(Day()) == nullptr && !place->UnsettledOn(Day());
}

Finding& FindingSink::AddFlow(FindingCode code, const model::Flow& flow, std::string detail) {
  Finding& finding = AddRecord(code, model::RecordKind::kFlow, flow.id, std::move(detail));
  finding.flow = flow.id;
  finding.interval = flow.interval;
  return finding;
}

Finding& FindingSink::AddPlace(FindingCode code, const model::Flow& flow,
                               const verdict::DestinationVerdict& destination, std::string detail) {
  Finding& finding = AddFlow(code, flow, std::move(detail));
  finding.destination = destination.destination;
  return finding;
}

Finding& FindingSink::AddVerdict(FindingCode code, const model::Flow& flow,
                                 const verdict::DestinationVerdict& destination,
                                 std::string detail) {
  Finding& finding = AddPlace(code, flow, destination, std::move(detail));
  finding.by_verdict = true;
  finding.interval = ThisDay();
  return finding;
}

void FindingSink::AddParty(FindingCode code, const model::Party& party, const model::Flow& flow,
                           std::string detail) {
  AddRecord(code, model::RecordKind::kParty, party.id, std::move(detail)).interval = flow.interval;
}

Finding& FindingSink::AddRecord(FindingCode code, model::RecordKind kind, const std::string& id,
                                std::string detail) {
  Finding& finding = findings_.emplace_back();
  finding.code = code;
  finding.subject = {kind, id};
  finding.detail = std::move(detail);
  return finding;
}

bool IsCarried(const verdict::DestinationVerdict& destination) {
  return IsTransfer(destination) && (destination.verdict == verdict::Verdict::kCovered ||
                                     destination.verdict == verdict::Verdict::kConditional);
}

verdict::Hop HopOf(const JudgedFlow& flow, const FindingSink& sink) {
  return verdict::MakeHop(flow.record, sink.snapshot, sink.judged.law(), sink.judged.question(),
                          sink.judged.arrivals().Of(flow.number));
}

bool IsThroughOperator(const JudgedFlow& flow, const verdict::DestinationVerdict& destination,
                       const FindingSink& sink) {
  if (flow.record.sites.empty()) {
    return false;
  }
  const verdict::Hop hop = HopOf(flow, sink);
  bool through = false;
  for (const verdict::Destination& place : verdict::DestinationsOf(hop)) {
    if (place.code == destination.destination) {
      if (place.operator_party.empty() || verdict::Holds(hop.importer, place.operator_party)) {
        return false;
      }
      through = true;
    }
  }
  return through;
}

bool IsGoverned(const JudgedFlow& flow, const FindingSink& sink) {
  using verdict::Reason;
  const Reason reason = flow.hop.reason;
  if (reason == Reason::kExporterNotBound || reason == Reason::kSameEntity ||
      reason == Reason::kDirectCollection || reason == Reason::kBeforeRegister ||
      reason == Reason::kOtherRegime) {
    return false;
  }
  const auto bound =
      verdict::ExporterBound(flow.record, sink.snapshot, sink.judged.law(), sink.Day());
  return bound != false || sink.judged.arrivals().Of(flow.number).restricted;
}

std::vector<Finding> FindAll(const Judgements& judgements, const FindingArguments& arguments) {
  return *FindAll(judgements, arguments, {});
}

absl::StatusOr<std::vector<Finding>> FindAll(const Judgements& judgements,
                                             const FindingArguments& arguments,
                                             const FindingCheck& check) {
  FindingSink sink(judgements, arguments);
  ONWARD_RETURN_IF_ERROR(FindInFlows(sink, check));
  FindInRecords(sink);
  std::vector<Finding> findings = sink.Take();
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return KeyOf(a) < KeyOf(b); });
  MergeEqual(findings);
  ApplyTriage(judgements, findings);
  return findings;
}

void FillIntervals(const Judgements& judgements, std::vector<Finding>& findings) {
  History history(judgements);
  for (Finding& finding : findings) {
    FillInterval(judgements, history, finding, {});
  }
}

FindingsPtr FindingMemo::Of(const Judgements& judgements, const FindingArguments& arguments) {
  return *Of(judgements, arguments, {});
}

absl::StatusOr<FindingsPtr> FindingMemo::Of(const Judgements& judgements,
                                            const FindingArguments& arguments,
                                            const FindingCheck& check) {
  Ending ended(check);
  const PatientLock lock(mutex_, std::ref(ended));
  if (!lock.held()) {
    return ended.status();
  }
  mutex_.AssertHeld();
  if (findings_ == nullptr || arguments_ != arguments) {
    ONWARD_ASSIGN_OR_RETURN(std::vector<Finding> found, FindAll(judgements, arguments, check));
    findings_ = std::make_shared<const std::vector<Finding>>(std::move(found));
    arguments_ = arguments;
  }
  return findings_;
}

FindingPage ListFindings(const Judgements& judgements, const FindingArguments& arguments,
                         const FindingFilter& filter, const std::optional<FindingKey>& after,
                         size_t limit) {
  return *ListFindings(judgements, arguments, filter, after, limit, {});
}

absl::StatusOr<FindingPage> ListFindings(const Judgements& judgements,
                                         const FindingArguments& arguments,
                                         const FindingFilter& filter,
                                         const std::optional<FindingKey>& after, size_t limit,
                                         const FindingCheck& check) {
  FindingPage page;
  History history(judgements);
  Ending ended(check);
  const std::function<bool()> stop = std::ref(ended);
  bool more = false;
  ONWARD_ASSIGN_OR_RETURN(const FindingsPtr findings,
                          judgements.findings().Of(judgements, arguments, check));
  uint32_t looked = 0;
  for (const Finding& finding : *findings) {
    if (check && looked++ % kFlowsPerLook == 0) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    if (!Selects(filter, finding, judgements.snapshot())) {
      continue;
    }
    Count(finding, filter.include_triaged, page.summary);
    const bool hidden = finding.triage != nullptr && !filter.include_triaged;
    if (hidden || (after.has_value() && KeyOf(finding) <= *after)) {
      continue;
    }
    if (page.rows.size() == limit) {
      more = true;
      continue;
    }
    page.rows.push_back(finding);
    if (!FillInterval(judgements, history, page.rows.back(), stop)) {
      return ended.status();
    }
  }
  if (more && !page.rows.empty()) {
    page.next = KeyOf(page.rows.back());
  }
  return page;
}

}  // namespace onward::query
