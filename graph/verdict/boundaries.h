// The days on which a law may begin or cease to bind an exporter. All days on which a hop's verdict may
// change: Boundaries in graph/verdict/judge.h; what happens on them: graph/verdict/causes.h.
#pragma once

#include <vector>

#include "graph/base/date.h"
#include "graph/law/register.h"
#include "graph/verdict/inventory_view.h"

namespace onward::verdict {

// The days on which ExporterBound may change for this flow: ascending, without duplicates, open ends left
// out.
std::vector<Date> BoundDates(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law);

}  // namespace onward::verdict
