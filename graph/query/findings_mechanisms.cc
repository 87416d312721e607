// Findings about what carries a transfer: it ends soon, is an exception, cannot help, is an intent.
#include <algorithm>

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

void AddEnd(FindingCode code, const JudgedFlow& flow, const DestinationVerdict& later, Date date,
            FindingSink& sink) {
  Finding& finding = sink.AddVerdict(code, flow.record, later,
                                     "From " + date.ToString() + ": " + later.explanation);
  finding.by_verdict = false;
  finding.interval = {
      std::max(flow.record.interval.from, date.Plus(-sink.arguments.ends_within_days)), date};
}

// The first day in the time asked about on which the destination's verdict turns worse.
void FindEnd(const JudgedFlow& flow, const DestinationVerdict& now, const std::vector<Date>& dates,
             FindingSink& sink) {
  for (const Date date : dates) {
    const DestinationVerdict* const later =
        FindDestination(sink.history.At(flow.number, date), now.destination);
    if (later == nullptr || later->reason == Reason::kNotInEffect) {
      return;
    }
    const bool falls_due = IsOverdue(*later) && !IsOverdue(now);
    const bool worse = verdict::Badness(later->verdict) > verdict::Badness(now.verdict);
    if (falls_due || worse) {
      AddEnd(falls_due ? FindingCode::kTiaReviewDueSoon : FindingCode::kMechanismEndsSoon, flow,
             *later, date, sink);
      return;
    }
  }
}

void FindEnds(const JudgedFlow& flow, FindingSink& sink) {
  const auto& destinations = flow.hop.destinations;
  if (std::none_of(destinations.begin(), destinations.end(), IsCarried)) {
    return;
  }
  const Date last = sink.Day().Plus(sink.arguments.ends_within_days);
  std::vector<Date> dates;
  for (const Date date : verdict::Boundaries(flow.record, sink.snapshot, sink.judged.law(),
                                             sink.judged.question().law_known_at)) {
    if (sink.Day() < date && date <= last) {
      dates.push_back(date);
    }
  }
  for (const DestinationVerdict& destination : destinations) {
    if (!dates.empty() && IsCarried(destination)) {
      FindEnd(flow, destination, dates, sink);
    }
  }
}

void FindDerogation(const JudgedFlow& flow, const DestinationVerdict& destination,
                    FindingSink& sink) {
  const law::Instrument* const instrument = sink.judged.law().FindInstrument(destination.mechanism);
  if (IsCarried(destination) && instrument != nullptr &&
      instrument->category == law::InstrumentCategory::kDerogation) {
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

// The newest assessment of the destination asks for measures that make up for the law there.
bool ReliesOnMeasures(const model::Agreement& agreement, const std::string& code,
                      const model::Party& importer, Date day) {
  const model::TransferImpactAssessment* newest = nullptr;
  for (const model::TransferImpactAssessment& tia : agreement.tias) {
    const bool counts =
        tia.performed_on.has_value() && *tia.performed_on <= day && IsAbout(tia, code, importer);
    if (counts && (newest == nullptr || *tia.performed_on > *newest->performed_on)) {
      newest = &tia;
    }
  }
  return newest != nullptr && newest->outcome == model::TiaOutcome::kAdequateWithMeasures;
}

bool HandlesThere(const model::Flow& flow, SiteOperation operation, const std::string& code,
                  const Snapshot& snapshot) {
  return std::any_of(flow.sites.begin(), flow.sites.end(), [&](const model::Site& site) {
    const model::Location* const location = snapshot.FindLocation(site.location);
    const std::string& country = location == nullptr ? site.country : location->country;
    return site.operation == operation && country == code;
  });
}

void FindUselessMeasure(const JudgedFlow& flow, const DestinationVerdict& destination,
                        FindingSink& sink) {
  const model::Agreement* const agreement = DecidingAgreement(destination, sink.snapshot);
  if (flow.record.protection != model::Protection::kClear || !IsTransfer(destination) ||
      agreement == nullptr ||
      !ReliesOnMeasures(*agreement, destination.destination, *flow.importer, sink.Day())) {
    return;
  }
  const auto handles = [&](SiteOperation operation) {
    return HandlesThere(flow.record, operation, destination.destination, sink.snapshot);
  };
  std::string what;
  if (handles(SiteOperation::kRemoteAccess)) {
    what = "looks into the data in the clear from ";
  } else if (handles(SiteOperation::kProcessing)) {
    what = "processes the data in the clear in ";
  } else {
    return;
  }
  sink.AddVerdict(FindingCode::kMeasureCannotHelp, flow.record, destination,
                  sink.NameOf(flow.record.importer) + " " + what +
                      sink.PlaceOf(destination.destination) + ", while the assessment of " +
                      agreement->id + " relies on supplementary measures.");
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

void FindInMechanism(const JudgedFlow& flow, FindingSink& sink) {
  FindEnds(flow, sink);
  for (const DestinationVerdict& destination : flow.hop.destinations) {
    FindDerogation(flow, destination, sink);
    FindUselessMeasure(flow, destination, sink);
  }
  FindIntent(flow, sink);
}

}  // namespace onward::query
