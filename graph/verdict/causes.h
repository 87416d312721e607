// What begins or ends on a day that a judgement reads, in words.
#pragma once

#include <string>
#include <vector>

#include "graph/verdict/judge.h"

namespace onward::verdict {

// Something in law or in the records.
struct Cause {
  // Id of a decision, instrument, scheme or place of the register, or a record as kind/id; `register`
  // for the register as a whole.
  std::string subject;
  // Half a sentence: agreement acme-dpa ends.
  std::string text;
  friend bool operator==(const Cause&, const Cause&) = default;
};

// What makes `day` one of Boundaries(flow ...): never empty on those days, empty on all others. Each once,
// in the order in which a judge reads them: the flow, the parties, the places, the agreements.
std::vector<Cause> CausesOn(const model::Flow& flow, const InventoryView& inventory,
                            const law::Register& law, Date law_known_at, Date day);

}  // namespace onward::verdict
