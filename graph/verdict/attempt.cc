#include "graph/verdict/attempt.h"

#include <utility>

namespace onward::verdict {

void Findings::Add(Reason reason, std::string sentence) {
  findings_.push_back({reason, std::move(sentence)});
}

void Findings::AddCondition(ConditionOutcome condition, Reason reason, std::string sentence) {
  condition.outcome = reason == Reason::kUnspecified ? Verdict::kCovered : VerdictOf(reason);
  if (!condition.condition.empty()) {
    conditions_.push_back(std::move(condition));
  }
  if (reason != Reason::kUnspecified) {
    Add(reason, std::move(sentence));
  }
}

const Findings::Finding* Findings::First(Verdict verdict) const {
  for (const Finding& finding : findings_) {
    if (VerdictOf(finding.reason) == verdict) {
      return &finding;
    }
  }
  return nullptr;
}

void Findings::ConcludeOpen(const Finding& first, Attempt& attempt) const {
  for (const Finding& finding : findings_) {
    if (&finding == &first) {
      continue;
    }
    if (!finding.sentence.empty()) {
      attempt.candidate.explanation += " " + finding.sentence;
    }
    if (finding.reason != first.reason) {
      attempt.further.push_back(finding.reason);
    }
  }
}

void Findings::Conclude(Reason success, std::string sentence, Attempt& attempt) {
  attempt.candidate.conditions = std::move(conditions_);
  const Finding* deciding = First(Verdict::kLacking);
  if (deciding == nullptr) {
    deciding = First(Verdict::kUndetermined);
  }
  const bool failed = deciding != nullptr;
  if (!failed) {
    deciding = First(Verdict::kConditional);
  }
  if (deciding == nullptr) {
    attempt.candidate.outcome = success;
    attempt.candidate.explanation = std::move(sentence);
    return;
  }
  attempt.candidate.outcome = deciding->reason;
  attempt.candidate.explanation = deciding->sentence;
  if (!failed) {
    ConcludeOpen(*deciding, attempt);
  }
}

Attempt AttemptAt(const law::Decision& decision, const Hop& hop) {
  Attempt attempt;
  attempt.candidate.mechanism = decision.id;
  attempt.candidate.article = hop.Words([&] { return decision.article; });
  attempt.candidate.source = hop.Words([&] { return decision.source; });
  return attempt;
}

Attempt AttemptAt(const law::Instrument& instrument, std::string record, Standing standing,
                  const Hop& hop) {
  Attempt attempt;
  attempt.candidate.mechanism = instrument.id;
  attempt.candidate.article = hop.Words([&] { return instrument.article; });
  attempt.candidate.source = hop.Words([&] { return instrument.source; });
  attempt.candidate.record = std::move(record);
  attempt.standing = standing;
  return attempt;
}

}  // namespace onward::verdict
