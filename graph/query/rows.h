// Rows of transfer lists and proofs. Internal to this folder.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "graph/query/history.h"
#include "graph/query/transfers.h"

namespace onward::query {

// The name that people know a party by: display name, else legal name, else id.
std::string PartyName(const Snapshot& snapshot, const std::string& party);

// Categories as a row shows them.
std::vector<std::string> CategoriesOf(const Judgements& judgements, uint32_t flow);

// One row per destination of `hop`, in their order; they point into `hop`. nullopt: stopped, since `stop`, where there is one, said so.
std::optional<std::vector<TransferRow>> RowsOf(const Judgements& judgements, uint32_t flow,
                                               const verdict::HopVerdict& hop, History& history,
                                               const std::function<bool()>& stop);

}  // namespace onward::query
