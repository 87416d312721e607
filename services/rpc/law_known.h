// What of the law register was known on a day.
#pragma once

#include "graph/base/date.h"
#include "onward/v1/law_register.pb.h"

namespace onward::rpc {

// Leaves out unsettled points and events after the day.
void TrimToKnown(Date known_at, v1::Jurisdiction& jurisdiction);
// Leaves out amendments and reviews after the day; the end is the one that was known then.
void TrimToKnown(Date known_at, v1::AdequacyDecision& decision);
// Whether it was adopted and published by the day.
bool WasKnown(Date known_at, const v1::Instrument& instrument);
// Whether it was lodged or decided by the day.
bool WasKnown(Date known_at, const v1::CourtCase& court_case);

}  // namespace onward::rpc
