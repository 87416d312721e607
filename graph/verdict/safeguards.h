// Safeguards from agreements (GDPR Arts 46 and 47, and the tools for onward hops). Internal.
#pragma once

#include <optional>
#include <vector>

#include "graph/verdict/agreements.h"
#include "graph/verdict/attempt.h"
#include "graph/verdict/destinations.h"

namespace onward::verdict {

// An instrument that is tried where an agreement holds it, whatever comes of it.
bool MayCarry(const law::Instrument& instrument);

// What the safeguards of one destination are tried against.
struct SafeguardQuestion {
  const Hop& hop;
  const Destination& destination;
  Roles roles;
  // Nullopt: not recorded.
  std::optional<bool> exporter_bound;
};

// Tries every instrument of `agreements` for the hop itself and, where the exporter is a processor,
// for each controller for whom it acts (Attempt::for_controller). Instruments that are no transfer
// tool at all are left out.
std::vector<Attempt> TrySafeguards(const SafeguardQuestion& question,
                                   const std::vector<const model::Agreement*>& agreements,
                                   const Principals& principals);

}  // namespace onward::verdict
