// From the mechanisms tried to one outcome. Internal.
#pragma once

#include <vector>

#include "graph/verdict/attempt.h"

namespace onward::verdict {

// What a set of attempts comes to.
struct Outcome {
  Reason reason = Reason::kNoMechanism;
  std::vector<Reason> further;
  // Index of the deciding attempt; -1: none.
  int deciding = -1;
  std::vector<Attempt> attempts;

  Verdict verdict() const { return VerdictOf(reason); }
};

// The best attempt wins. A mechanism that carries the data of one controller only counts where each
// of `controllers` has one; the weakest of them decides. Where nothing carries, the failure of the
// best-documented attempt is the reason, else NO_MECHANISM. `controllers_complete`: nobody else's
// data are among them.
Outcome Decide(std::vector<Attempt> attempts, const std::vector<std::string>& controllers,
               bool controllers_complete);

// One outcome from those under each possible pair of roles: the same verdict stands, different ones
// are ROLE_UNKNOWN. At least one.
Outcome AcrossRoles(std::vector<Outcome> outcomes);

}  // namespace onward::verdict
