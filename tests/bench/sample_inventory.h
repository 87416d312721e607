// An inventory of any size for benchmarks: one controller in Finland, vendors in a few countries, a flow
// to each, an agreement with an assessment for every third. The same number gives the same records.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/model/record.h"

namespace onward::bench {

// The controller, and `vendors` times a party, a flow to it and for every third an agreement.
std::vector<model::Record> SampleInventory(size_t vendors);

// `vendors` chains that begin on as many days: the controller to a vendor, the vendor on to a party of its own
// and to one of ten that all share, which hand on to one another in a circle. Four flows a vendor, but for
// those ten.
std::vector<model::Record> SampleChains(size_t vendors);

// A flow to vendor `number`, as in SampleInventory but for the text of one label.
model::Flow SampleFlow(size_t number, const std::string& label);

}  // namespace onward::bench
