// Verdicts without what only a proof needs. Internal to graph/.
#pragma once

#include "graph/verdict/judge.h"

namespace onward::verdict {

// JudgeHop without `criteria`, `evidence`, conditions, sources and sentences, which stay empty: many times
// as quick.
HopVerdict JudgeWithoutProof(const model::Flow& flow, const InventoryView& inventory,
                             const law::Register& law, const Question& question,
                             const Arrival& arrival);

}  // namespace onward::verdict
