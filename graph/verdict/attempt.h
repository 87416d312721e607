// One mechanism tried on one destination: what was found on the way, and what follows. Internal.
#pragma once

#include <string>
#include <vector>

#include "graph/verdict/hop.h"

namespace onward::verdict {

// How well a mechanism is documented for this hop: decides whose failure is the reason of a
// LACKING.
enum class Standing {
  // Known from the register only.
  kRegisterOnly,
  // A country-wide decision that ended, or whose condition is not met.
  kCountryWide,
  // A certificate, derogation or agreement on file.
  kCertificate,
  kDerogation,
  kAgreement
};

struct Attempt {
  Candidate candidate;
  // After candidate.outcome: what else is open.
  std::vector<Reason> further;
  Standing standing = Standing::kRegisterOnly;
  // Day on which what it rests on ended; the later one is named first.
  Date ended = Date::Min();
  // Party id: carries only the data of this controller, for whom the exporter acts. Empty: all
  // data.
  std::string for_controller;
};

// What the checks of one mechanism found, in their order.
class Findings {
 public:
  void Add(Reason reason, std::string sentence);
  // Remembers the condition as found, unless it is empty, and adds what it means.
  void AddCondition(ConditionOutcome condition, Reason reason, std::string sentence);

  // Writes the outcome: the first finding that fails; else the first that cannot be said; else the
  // first open one; else `success` with its sentence.
  void Conclude(Reason success, std::string sentence, Attempt& attempt);

 private:
  struct Finding {
    Reason reason;
    std::string sentence;
  };
  const Finding* First(Verdict verdict) const;
  void ConcludeOpen(const Finding& first, Attempt& attempt) const;

  std::vector<Finding> findings_;
  std::vector<ConditionOutcome> conditions_;
};

// An attempt at a decision or instrument, before it was checked.
Attempt AttemptAt(const law::Decision& decision, const Hop& hop);
Attempt AttemptAt(const law::Instrument& instrument, std::string record, Standing standing,
                  const Hop& hop);

}  // namespace onward::verdict
