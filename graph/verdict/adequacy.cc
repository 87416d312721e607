#include "graph/verdict/adequacy.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/conditions.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

using model::CertificationCoverage;

// The word of the contract that makes data human-resources data.
constexpr std::string_view kEmployee = "employee";

enum class Phase { kNotYet, kInForce, kEnded };

Phase PhaseOf(const Interval& interval, Date day) {
  if (day < interval.from) {
    return Phase::kNotYet;
  }
  return interval.Contains(day) ? Phase::kInForce : Phase::kEnded;
}

// Whose certificate, and which.
struct Held {
  const model::Party* holder = nullptr;
  const model::Certification* certificate = nullptr;
};

std::vector<Held> CertificatesUnder(std::string_view scheme, const Entity& entity) {
  std::vector<Held> held;
  for (const model::Party* party : entity) {
    for (const model::Certification& certificate : party->certifications) {
      if (certificate.scheme == scheme) {
        held.push_back({party, &certificate});
      }
    }
  }
  return held;
}

struct DataKinds {
  bool hr = false;
  bool other = false;
};

// Data subjects not stated: other than human-resources data.
DataKinds KindsOf(const model::Flow& flow) {
  DataKinds kinds;
  for (const std::string& subject : flow.data_subject_categories) {
    (LiesUnder(subject, kEmployee) ? kinds.hr : kinds.other) = true;
  }
  kinds.other = kinds.other || !kinds.hr;
  return kinds;
}

struct Listing {
  bool active = false;
  bool hr = false;
  bool other = false;
  bool coverage_not_stated = false;
};

// What the entries that stand on the list on that day cover together.
Listing ListingOn(const std::vector<Held>& held, const law::Scheme* scheme, Date day) {
  Listing listing;
  const Date listable = scheme == nullptr ? Date::Min() : scheme->listable.from;
  for (const Held& entry : held) {
    if (!entry.certificate->interval.Contains(day) || day < listable) {
      continue;
    }
    listing.active = true;
    listing.coverage_not_stated =
        listing.coverage_not_stated || entry.certificate->coverage.empty();
    for (const CertificationCoverage coverage : entry.certificate->coverage) {
      listing.hr = listing.hr || coverage == CertificationCoverage::kHr;
      listing.other = listing.other || coverage == CertificationCoverage::kNonHr;
    }
  }
  return listing;
}

// Employees' data with a processor that is listed for other data: contested.
void AddEmployeesAtProcessor(const std::string& where, const Hop& hop, Findings& findings) {
  const std::string contested = hop.Words([&] {
    return "Employees' data go to a processor whose entry on the " + where +
           " covers other data only: whether that is enough is contested between authorities";
  });
  if (hop.Policy().employee_data_under_non_hr_certificate == model::ContestedReading::kStrict) {
    findings.Add(Reason::kCertificationMissing, hop.Words([&] {
      return contested + "; this inventory's policy says no (policy/inventory).";
    }));
  } else {
    findings.Add(Reason::kContested, hop.Words([&] { return contested + "."; }));
  }
}

void CheckCoverage(const Listing& listing, const Roles& roles, const std::string& where,
                   const Hop& hop, Findings& findings) {
  const DataKinds data = KindsOf(hop.flow);
  if (data.other && !listing.other) {
    if (listing.coverage_not_stated) {
      findings.Add(Reason::kConditionNotStated, hop.Words([&] {
        return "The record does not say which data its entry on the " + where + " covers.";
      }));
    } else {
      findings.Add(Reason::kCertificationMissing, hop.Words([&] {
        return "Its entry on the " + where + " covers human-resources data only.";
      }));
    }
  }
  if (!data.hr || listing.hr) {
    return;
  }
  if (!roles.importer_is_processor) {
    findings.Add(Reason::kCertificationMissing, hop.Words([&] {
      return "Its entry on the " + where + " is not recorded to cover human-resources data.";
    }));
  } else if (listing.other) {
    AddEmployeesAtProcessor(where, hop, findings);
  } else {
    findings.Add(Reason::kConditionNotStated, hop.Words([&] {
      return "The record does not say whether its entry on the " + where +
             " covers human-resources data.";
    }));
  }
}

std::string EndText(const law::Decision& decision, Date until, bool invalidated) {
  std::string text = DecisionText(decision);
  if (decision.ended_by.has_value() && decision.interval.until == until) {
    const law::DecisionEnd& end = *decision.ended_by;
    text += (invalidated ? ", invalidated on " : ", ended on ") + end.date.ToString();
    return end.by.empty() ? text : text + " by " + end.by;
  }
  return text + ", expired on " + until.ToString();
}

bool IsInvalidated(const law::Decision& decision, Date known_until) {
  return decision.ended_by.has_value() && decision.interval.until == known_until &&
         decision.ended_by->kind == law::EndKind::kInvalidated;
}

void AddEnded(const law::Decision& decision, Date until, const std::string& relied_on,
              const Hop& hop, Findings& findings) {
  const bool invalidated = IsInvalidated(decision, until);
  findings.Add(invalidated ? Reason::kInvalidated : Reason::kExpired, hop.Words([&] {
    const std::string end = EndText(decision, until, invalidated);
    return relied_on.empty() ? end + "." : "Relied on " + relied_on + " (" + end + ").";
  }));
}

class AdequacyTrial {
 public:
  AdequacyTrial(const Hop& hop, const Destination& destination, const Roles& roles,
                const std::vector<const model::Agreement*>& agreements)
      : hop_(hop), destination_(destination), roles_(roles) {
    scope_.agreements = agreements;
    scope_.speaker = Speaker::kImporterAlone;
  }

  std::vector<Attempt> Run() {
    for (const law::Decision* decision : hop_.law.DecisionsFor(destination_.code)) {
      const Interval known = decision->IntervalKnownAt(hop_.question.law_known_at);
      if (!decision->in_scope || known.IsEmpty()) {
        continue;
      }
      if (decision->requires_certification) {
        TryScheme(*decision, known);
      } else {
        TryCountry(*decision, known);
      }
    }
    return std::move(attempts_);
  }

 private:
  void TryCountry(const law::Decision& decision, const Interval& known) {
    Attempt attempt = AttemptAt(decision, hop_);
    Findings findings;
    const Phase phase = PhaseOf(known, hop_.Day());
    if (phase == Phase::kNotYet) {
      findings.Add(Reason::kNotYetInForce, hop_.Words([&] {
        return DecisionText(decision) + " applies only from " + known.from.ToString() + ".";
      }));
    } else {
      attempt.standing = Standing::kCountryWide;
      if (phase == Phase::kEnded) {
        attempt.ended = known.until;
        AddEnded(decision, known.until, "", hop_, findings);
      } else {
        CheckRecipient(decision, findings);
      }
    }
    findings.Conclude(Reason::kAdequacy, hop_.Words([&] { return CountryText(decision, known); }),
                      attempt);
    attempts_.push_back(std::move(attempt));
  }

  void TryScheme(const law::Decision& decision, const Interval& known) {
    const std::vector<Held> held = CertificatesUnder(decision.scheme, hop_.importer);
    const Phase phase = PhaseOf(known, hop_.Day());
    if (held.empty() && phase != Phase::kInForce) {
      return;
    }
    const law::Scheme* scheme = hop_.law.FindScheme(decision.scheme);
    const std::string list =
        hop_.Words([&] { return scheme == nullptr ? decision.scheme : ListText(*scheme); });
    Attempt attempt = AttemptAt(decision, hop_);
    Findings findings;
    if (held.empty()) {
      findings.Add(Reason::kCertificationMissing, hop_.Words([&] {
        return NameOf(hop_.ImporterParty()) + " is not recorded on the " + list + " (" +
               DecisionText(decision) + ").";
      }));
    } else {
      attempt.standing = Standing::kCertificate;
      attempt.candidate.record = RefText(model::RecordKind::kParty, held.front().holder->id);
      CheckCertificate(decision, known, held, scheme, list, findings);
      attempt.ended = phase == Phase::kEnded ? known.until : Date::Min();
    }
    findings.Conclude(Reason::kAdequacy, hop_.Words([&] { return SchemeText(decision, list); }),
                      attempt);
    attempts_.push_back(std::move(attempt));
  }

  void CheckCertificate(const law::Decision& decision, const Interval& known,
                        const std::vector<Held>& held, const law::Scheme* scheme,
                        const std::string& list, Findings& findings) {
    switch (PhaseOf(known, hop_.Day())) {
      case Phase::kNotYet:
        findings.Add(Reason::kNotYetInForce, hop_.Words([&] {
          return "Relies on the " + list + ", but " + DecisionText(decision) +
                 " applies only from " + known.from.ToString() + ".";
        }));
        return;
      case Phase::kEnded:
        AddEnded(decision, known.until, "the " + list, hop_, findings);
        return;
      case Phase::kInForce:
        break;
    }
    const Listing listing = ListingOn(held, scheme, hop_.Day());
    if (!listing.active) {
      findings.Add(Reason::kCertificationMissing,
                   hop_.Words([&] { return NotListedText(held, scheme, list); }));
      return;
    }
    CheckCoverage(listing, roles_, list, hop_, findings);
    CheckRecipient(decision, findings);
  }

  void CheckRecipient(const law::Decision& decision, Findings& findings) {
    CheckExclusions(decision, hop_, scope_, findings);
    CheckConditions(decision.conditions, hop_, scope_, findings);
  }

  std::string CountryText(const law::Decision& decision, const Interval& known) const {
    std::string text = Capitalised(PlaceText(destination_.code, hop_.law)) + " is adequate under " +
                       DecisionText(decision) + SinceText(known.from);
    if (!known.until.IsOpen()) {
      text += ", at present until " + known.until.Plus(-1).ToString();
    }
    return text + ".";
  }

  std::string SchemeText(const law::Decision& decision, const std::string& list) const {
    return NameOf(hop_.ImporterParty()) + " stands on the " + list + ", so " +
           DecisionText(decision) + " covers it.";
  }

  std::string NotListedText(const std::vector<Held>& held, const law::Scheme* scheme,
                            const std::string& list) const {
    std::vector<std::string> spans;
    for (const Held& entry : held) {
      Interval span = entry.certificate->interval;
      if (scheme != nullptr) {
        span.from = std::max(span.from, scheme->listable.from);
      }
      std::string text = span.from.IsOpen() ? "" : "from " + span.from.ToString();
      if (!span.until.IsOpen()) {
        text += (text.empty() ? "until " : " until ") + span.until.Plus(-1).ToString();
      }
      spans.push_back(text.empty() ? "at an unstated time" : text);
    }
    return NameOf(hop_.ImporterParty()) + " is recorded on the " + list + " " + Joined(spans) +
           " only.";
  }

  const Hop& hop_;
  const Destination& destination_;
  const Roles& roles_;
  StatementScope scope_;
  std::vector<Attempt> attempts_;
};

}  // namespace

const law::Decision* DecisionInForce(std::string_view code, const Hop& hop) {
  const law::Decision* found = nullptr;
  for (const law::Decision* decision : hop.law.DecisionsFor(code)) {
    const Interval known = decision->IntervalKnownAt(hop.question.law_known_at);
    if (decision->in_scope && known.Contains(hop.Day()) &&
        (found == nullptr || found->requires_certification)) {
      found = decision;
    }
  }
  return found;
}

std::vector<Attempt> TryAdequacy(const Hop& hop, const Destination& destination, const Roles& roles,
                                 const std::vector<const model::Agreement*>& agreements) {
  return AdequacyTrial(hop, destination, roles, agreements).Run();
}

}  // namespace onward::verdict
