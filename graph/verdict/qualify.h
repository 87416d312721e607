// Is this disclosure a transfer at all? Internal.
#pragma once

#include <optional>
#include <string>

#include "graph/verdict/destinations.h"
#include "graph/verdict/territory.h"
#include "graph/verdict/verdict.h"

namespace onward::verdict {

// An answer that needs no mechanism.
struct Qualification {
  Reason reason = Reason::kUnspecified;
  std::string explanation;
};

// What holds for the flow as a whole, whatever its destinations: not in effect, before the
// register, another regime, not bound, same entity, direct collection, returned. Nullopt: look at
// destinations. A flow inside one entity is left to its destinations where others run some of its
// sites.
std::optional<Qualification> QualifyFlow(const Hop& hop, std::optional<bool> exporter_bound);

// The exporter and the importer are one legal entity.
bool InsideOneEntity(const Hop& hop);
Qualification SameEntityAnswer(const Hop& hop);

// Whether this destination needs a mechanism. Nullopt: it does. Operators of sites are not looked
// at here.
std::optional<Qualification> QualifyDestination(const Hop& hop, const Destination& destination,
                                                std::optional<bool> exporter_bound,
                                                const Reading& reading);

// The destination's verdict where no mechanism is asked for.
DestinationVerdict VerdictFrom(const Qualification& answer, const Destination& destination);

}  // namespace onward::verdict
