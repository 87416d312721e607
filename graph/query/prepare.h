// The verdicts of a snapshot's flows, prepared for every date.
#pragma once

#include <functional>
#include <optional>

#include "graph/law/register.h"
#include "graph/snapshot.h"
#include "graph/verdict/prepared.h"

namespace onward::query {

// Of all flows by their numbers. Snapshot and law must outlive it. nullopt: stopped, since `stop` (where there is
// one, asked every few thousand flows) said so.
std::optional<verdict::Prepared> Prepare(const Snapshot& snapshot, const law::Register& law,
                                         Date law_known_at, const std::function<bool()>& stop);

}  // namespace onward::query
