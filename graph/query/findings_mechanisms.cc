// Findings about what carries a transfer: it ends soon, is an exception, cannot help, is an intent.
#include <algorithm>
#include <optional>
#include <set>

#include "graph/query/findings_internal.h"
#include "graph/verdict/agreements.h"

namespace onward::query {
namespace {

using model::SiteOperation;
using verdict::DestinationVerdict;
using verdict::Reason;

const DestinationVerdict* FindDestination(const verdict::HopVerdict& hop, std::string_view code) {
  for (const DestinationVerdict& destination : hop.destinations) {
    if (destination.destination == code) {
      return &destination;
    }
  }
  return nullptr;
}

bool IsOverdue(const DestinationVerdict& destination) {
  const auto& reasons = destination.reasons;
  return std::find(reasons.begin(), reasons.end(), Reason::kTiaOverdue) != reasons.end();
}

// What the step from `now` to `later` is worth telling; nullopt: nothing.
std::optional<FindingCode> CodeOf(const DestinationVerdict& now, const DestinationVerdict& later) {
  if (IsCarried(later) && IsOverdue(later) && !IsOverdue(now)) {
    return FindingCode::kTiaReviewDueSoon;
  }
  const bool worse = verdict::Badness(later.verdict) > verdict::Badness(now.verdict);
  // An assessment that falls due is no end of the mechanism.
  return worse && later.reason != Reason::kTiaOverdue
             ? std::optional(FindingCode::kMechanismEndsSoon)
             : std::nullopt;
}

void AddEnd(FindingCode code, const JudgedFlow& flow, const DestinationVerdict& later, Date date,
            FindingSink& sink) {
  Finding& finding =
      sink.AddPlace(code, flow.record, later, "From " + date.ToString() + ": " + later.explanation);
  finding.interval = {
      std::max(flow.record.interval.from, date.Plus(-sink.arguments.ends_within_days)), date};
}

// The first day in the time asked about on which the mechanism, and on which its assessment, ends.
void FindEnd(const JudgedFlow& flow, const DestinationVerdict& now, const std::vector<Date>& dates,
             FindingSink& sink) {
  std::set<FindingCode> told;
  for (const Date date : dates) {
    const DestinationVerdict* const later =
        FindDestination(sink.history.At(flow.number, date), now.destination);
    if (later == nullptr || later->reason == Reason::kNotInEffect) {
      return;
    }
    const std::optional<FindingCode> code = CodeOf(now, *later);
    if (code.has_value() && told.insert(*code).second) {
      AddEnd(*code, flow, *later, date, sink);
    }
  }
}

// False: stopped.
bool FindEnds(const JudgedFlow& flow, FindingSink& sink, const std::function<bool()>& stop) {
  const auto& destinations = flow.hop.destinations;
  if (std::none_of(destinations.begin(), destinations.end(), IsCarried)) {
    return true;
  }
  if (!sink.history.Find(flow.number, stop)) {
    return false;
  }
  const Date last = sink.Day().Plus(sink.arguments.ends_within_days);
  std::vector<Date> dates;
  for (const Date date : sink.history.DatesOf(flow.number)) {
    if (sink.Day() < date && date <= last) {
      dates.push_back(date);
    }
  }
  for (const DestinationVerdict& destination : destinations) {
    if (!dates.empty() && IsCarried(destination) && !IsThroughOperator(flow, destination, sink)) {
      FindEnd(flow, destination, dates, sink);
    }
  }
  return true;
}

void FindDerogation(const JudgedFlow& flow, const DestinationVerdict& destination,
                    FindingSink& sink) {
  const law::Instrument* const instrument = sink.judged.law().FindInstrument(destination.mechanism);
  if (IsCarried(destination) && instrument != nullptr &&
      instrument->category == law::InstrumentCategory::kDerogation &&
      !IsThroughOperator(flow, destination, sink)) {
    sink.AddVerdict(FindingCode::kDerogationReliedOn, flow.record, destination,
                    "The transfer to " + sink.PlaceOf(destination.destination) + " stands on " +
                        instrument->article + " (" + instrument->name + ").");
  }
}

// The agreement that decides on the destination. Null: none.
const model::Agreement* DecidingAgreement(const DestinationVerdict& destination,
                                          const Snapshot& snapshot) {
  constexpr std::string_view kPrefix = "agreement/";
  if (destination.deciding < 0) {
    return nullptr;
  }
  const std::string& record =
      destination.candidates[static_cast<size_t>(destination.deciding)].record;
  return record.starts_with(kPrefix)
             ? snapshot.FindAgreement(std::string_view(record).substr(kPrefix.size()))
             : nullptr;
}

bool IsAbout(const model::TransferImpactAssessment& tia, const std::string& code,
             const model::Party& importer) {
  return tia.countries.empty()
             ? importer.establishment == code
             : std::find(tia.countries.begin(), tia.countries.end(), code) != tia.countries.end();
}

// The newest assessment of the destination, where it asks for measures that make up for the law there.
// Null: none.
const model::TransferImpactAssessment* AssessmentWithMeasures(const model::Agreement& agreement,
                                                              const std::string& code,
                                                              const model::Party& importer,
                                                              Date day) {
  const model::TransferImpactAssessment* newest = nullptr;
  for (const model::TransferImpactAssessment& tia : agreement.tias) {
    const bool counts =
        tia.performed_on.has_value() && *tia.performed_on <= day && IsAbout(tia, code, importer);
    if (counts && (newest == nullptr || *tia.performed_on > *newest->performed_on)) {
      newest = &tia;
    }
  }
  return newest != nullptr && newest->outcome == model::TiaOutcome::kAdequateWithMeasures ? newest
                                                                                          : nullptr;
}

// How the importer gets at the data in the place; empty: it does not.
std::string HowHandled(const JudgedFlow& flow, const std::string& code, const Snapshot& snapshot) {
  if (flow.record.sites.empty()) {
    return flow.importer->establishment == code ? "has the data in the clear in " : "";
  }
  std::string how;
  for (const model::Site& site : flow.record.sites) {
    const model::Location* const location = snapshot.FindLocation(site.location);
    const std::string& country = location == nullptr ? site.country : location->country;
    if (country != code || site.operation == SiteOperation::kTransit) {
      continue;
    }
    if (site.operation == SiteOperation::kRemoteAccess) {
      return "looks into the data in the clear from ";
    }
    how = "has the data in the clear in ";
  }
  return how;
}

void FindUselessMeasure(const JudgedFlow& flow, const DestinationVerdict& destination,
                        FindingSink& sink) {
  const model::Agreement* const agreement = DecidingAgreement(destination, sink.snapshot);
  if (flow.record.protection != model::Protection::kClear || !IsTransfer(destination) ||
      agreement == nullptr || IsThroughOperator(flow, destination, sink)) {
    return;
  }
  const model::TransferImpactAssessment* const tia =
      AssessmentWithMeasures(*agreement, destination.destination, *flow.importer, sink.Day());
  const std::string how = HowHandled(flow, destination.destination, sink.snapshot);
  if (tia == nullptr || how.empty()) {
    return;
  }
  Finding& finding = sink.AddPlace(
      FindingCode::kMeasureCannotHelp, flow.record, destination,
      sink.NameOf(flow.record.importer) + " " + how + sink.PlaceOf(destination.destination) +
          ", while the assessment of " + agreement->id + " relies on supplementary measures.");
  finding.interval.from = std::max(finding.interval.from, *tia->performed_on);
}

// The label under which manifests keep a safeguard that a document only speaks of.
constexpr std::string_view kStatedSafeguard = "stated-safeguard";

void FindIntent(const JudgedFlow& flow, FindingSink& sink) {
  const auto label = flow.record.labels.find(std::string(kStatedSafeguard));
  if (label == flow.record.labels.end() || flow.hop.verdict == verdict::Verdict::kNotATransfer ||
      flow.hop.verdict == verdict::Verdict::kCovered) {
    return;
  }
  const verdict::Hop hop = HopOf(flow, sink);
  if (verdict::BindingBoth(verdict::AgreementsOn(hop, {}), hop).empty()) {
    sink.AddFlow(FindingCode::kStatedIntentOnly, flow.record,
                 "Stated, and no agreement on record: " + label->second + ".");
  }
}

}  // namespace

bool FindInMechanism(const JudgedFlow& flow, FindingSink& sink, const std::function<bool()>& stop) {
  if (!FindEnds(flow, sink, stop)) {
    return false;
  }
  for (const DestinationVerdict& destination : flow.hop.destinations) {
    FindDerogation(flow, destination, sink);
    FindUselessMeasure(flow, destination, sink);
  }
  FindIntent(flow, sink);
  return true;
}

}  // namespace onward::query
