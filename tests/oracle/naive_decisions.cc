// Adequacy decisions, read top to bottom.
#include <algorithm>

#include "tests/oracle/naive_case.h"

namespace onward::oracle {
namespace {

using verdict::Reason;
using verdict::Verdict;

// How the entries on the list meet the data.
struct Listing {
  bool on_file = false;
  Verdict outcome = Verdict::kLacking;
};

// What the entries of that day cover together.
struct Coverage {
  bool hr = false;
  bool other = false;
  bool silent = false;
};

Coverage CoverageOn(const Facts& facts, const law::Decision& decision, Listing& listing) {
  const law::Scheme* scheme = facts.law.FindScheme(decision.scheme);
  Coverage coverage;
  for (const model::Certification& c : facts.importer.certifications) {
    if (c.scheme != decision.scheme) {
      continue;
    }
    listing.on_file = true;
    if (!c.interval.Contains(facts.day) || facts.day < scheme->listable.from) {
      continue;
    }
    coverage.silent = coverage.silent || c.coverage.empty();
    for (const model::CertificationCoverage x : c.coverage) {
      coverage.hr = coverage.hr || x == model::CertificationCoverage::kHr;
      coverage.other = coverage.other || x == model::CertificationCoverage::kNonHr;
    }
  }
  return coverage;
}

// Employees' data to a processor listed for other data only: contested. To a controller: not enough.
Listing Listed(const Facts& facts, const law::Decision& decision) {
  const auto& subjects = facts.flow.data_subject_categories;
  const bool hr = std::find(subjects.begin(), subjects.end(), "employee") != subjects.end();
  Listing listing;
  const Coverage coverage = CoverageOn(facts, decision, listing);
  const bool to_processor = model::IsProcessorRole(facts.flow.importer_role);
  const bool strict =
      facts.world.policy.employee_data_under_non_hr_certificate == model::ContestedReading::kStrict;
  if (hr ? coverage.hr : coverage.other) {
    listing.outcome = Verdict::kCovered;
  } else if (hr && to_processor && coverage.other && strict) {
    listing.outcome = Verdict::kLacking;
  } else if (hr ? to_processor && (coverage.other || coverage.silent) : coverage.silent) {
    listing.outcome = Verdict::kConditional;
  }
  return listing;
}

Try Ended(const law::Decision& d, bool on_file) {
  Try t = Lacking(Reason::kExpired, on_file);
  t.reasons = {Reason::kInvalidated, Reason::kExpired};
  if (d.ended_by.has_value()) {
    t.reasons = {d.ended_by->kind == law::EndKind::kInvalidated ? Reason::kInvalidated
                                                                : Reason::kExpired};
  }
  return t;
}

bool Excluded(const Facts& facts, const law::Decision& d) {
  return std::any_of(d.exclusions.begin(), d.exclusions.end(), [&](const law::Exclusion& e) {
    return e.interval.Contains(facts.day) && ExclusionApplies(facts, e.id);
  });
}

// In force, the importer listed where it must be.
Try InForceFor(const Facts& facts, const law::Decision& d, const Listing& listing) {
  const std::optional<bool> conditions = Conditions(facts, d.conditions, Of::kAdequacy, nullptr);
  if (Excluded(facts, d) || conditions == false) {
    return {Verdict::kLacking, {Reason::kOutOfScope, Reason::kConditionNotMet}, listing.on_file};
  }
  const bool contested = d.requires_certification && listing.outcome == Verdict::kConditional;
  if (!conditions.has_value() || contested) {
    return {
        Verdict::kConditional, {Reason::kConditionNotStated, Reason::kContested}, listing.on_file};
  }
  return {Verdict::kCovered, {Reason::kAdequacy}, listing.on_file};
}

std::optional<Try> TryDecision(const Facts& facts, const law::Decision& d) {
  const Interval force = d.IntervalKnownAt(facts.known_at);
  const Listing listing = d.requires_certification ? Listed(facts, d) : Listing();
  if (facts.day < force.from || force.IsEmpty()) {
    return listing.on_file ? std::optional(Lacking(Reason::kNotYetInForce, true)) : std::nullopt;
  }
  const bool needs_file = d.requires_certification && !listing.on_file;
  if (facts.day >= force.until) {
    return needs_file ? std::nullopt : std::optional(Ended(d, listing.on_file));
  }
  if (needs_file) {
    return std::nullopt;
  }
  if (d.requires_certification && listing.outcome == Verdict::kLacking) {
    return Lacking(Reason::kCertificationMissing, true);
  }
  return InForceFor(facts, d, listing);
}

}  // namespace

void TryDecisions(const Facts& facts, std::vector<Try>& tries) {
  for (const law::Decision* d : facts.law.DecisionsFor(facts.importer.establishment)) {
    if (!d->in_scope) {
      continue;
    }
    if (std::optional<Try> t = TryDecision(facts, *d)) {
      tries.push_back(*std::move(t));
    }
  }
}

}  // namespace onward::oracle
