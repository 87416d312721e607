// Judges one hop on one date: qualify, find a mechanism, decide. A pure function of its arguments.
// The rules and their order: ARCHITECTURE.md, "The verdict".
#pragma once

#include <vector>

#include "graph/base/date.h"
#include "graph/law/register.h"
#include "graph/model/record.h"
#include "graph/verdict/inventory_view.h"
#include "graph/verdict/verdict.h"

namespace onward::verdict {

// How data came to the exporter of a hop: decides only where the exporter itself is not bound.
struct Arrival {
  // Restricted data (GDPR Art. 44: data that left a bound exporter) reaches the exporter and this
  // flow hands on some of it.
  bool restricted = false;
  // All of that came under an adequacy decision of the exporter's country.
  bool only_under_adequacy = false;
  // All of it was given by the importer of this hop: handing it back is a return.
  bool only_from_importer = false;
};

struct Question {
  Date as_of;
  // What the law was known to be on this day; open: all that the register knows.
  Date law_known_at = Date::Max();
};

// Whether the GDPR (or the Directive) binds the exporter for this flow on that day; nullopt: not
// recorded, or not settled in law.
std::optional<bool> ExporterBound(const model::Flow& flow, const InventoryView& inventory,
                                  const law::Register& law, Date day);
// The same of any flow of that exporter that says `stated` about it (model::FlowTerms::exporter_gdpr_subject).
std::optional<bool> ExporterBound(std::string_view exporter, std::optional<bool> stated,
                                  const InventoryView& inventory, const law::Register& law,
                                  Date day);

// Judges `flow` on `question.as_of`. Its parties must exist in `inventory`.
HopVerdict JudgeHop(const model::Flow& flow, const InventoryView& inventory,
                    const law::Register& law, const Question& question, const Arrival& arrival);

// The days on which JudgeHop's answer may change for this flow, other than through Arrival:
// ascending, without duplicates, open ends left out. Between two of them the answer is constant.
std::vector<Date> Boundaries(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law, Date law_known_at);

}  // namespace onward::verdict
