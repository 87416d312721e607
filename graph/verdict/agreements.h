// Which agreements bind the two sides of a hop, and when. Internal to graph/.
#pragma once

#include <string>
#include <vector>

#include "graph/verdict/hop.h"

namespace onward::verdict {

// A span in which an agreement binds both sides.
struct Term {
  Interval interval;
  // Day of conclusion between these two: the later of signing and joining. Nullopt: signing not
  // stated.
  std::optional<Date> concluded;
  // The earliest that `concluded` can be, where it is not stated.
  Date concluded_not_before = Date::Min();
};

// The spans of an agreement, from the later of its signing and its start, in which `exporter` is
// bound on the exporting and `importer` on the importing side. Empty: never.
std::vector<Term> TermsOf(const model::Agreement& agreement, const Entity& exporter,
                          const Entity& importer);

// The term of that day. Null: none.
const Term* TermOn(const std::vector<Term>& terms, Date day);

// The agreement names one of the entity's parties.
bool Names(const model::Agreement& agreement, const Entity& entity);

// For whom the exporter acts as a processor on this flow.
struct Principals {
  // Controllers, by id, ascending.
  std::vector<std::string> controllers;
  // Whether that is everybody: false where a role upstream is not recorded.
  bool complete = true;
  // The flows, upstream of this one, that say so; of one day they are not named.
  std::vector<model::FlowView> flows;
};

// Those that the flow states; else the controllers at the head of the chains of processors whose
// flows carry some of its data here, on `day` or, without one, ever. None for an exporter that is a
// controller.
Principals PrincipalsOf(const Hop& hop, std::optional<Date> day);

// Whether AgreementsOn may find one, whoever the controllers are: where it cannot, they decide nothing.
bool MayHaveAgreements(const Hop& hop);

// The agreements that the flow names, else those that name the importer and the exporter or one of
// the `controllers`; in order of id, each once.
std::vector<const model::Agreement*> AgreementsOn(const Hop& hop,
                                                  const std::vector<std::string>& controllers);
// Of a flow that names these agreements.
std::vector<const model::Agreement*> AgreementsOn(const model::Strings& named,
                                                  const Entity& exporter, const Entity& importer,
                                                  const InventoryView& inventory,
                                                  const std::vector<std::string>& controllers);

// Those of `agreements` that bind exporter and importer on the day.
std::vector<const model::Agreement*> BindingBoth(
    const std::vector<const model::Agreement*>& agreements, const Hop& hop);

}  // namespace onward::verdict
