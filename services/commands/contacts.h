// The contacts of a party that is to be written: their salts, and those that were erased.
#pragma once

#include "absl/status/status.h"
#include "graph/model/party.h"

namespace onward::commands {

// Makes the contacts of `party` what will be stored. One that `stored` (null: none) has as well keeps its salt,
// others get a new one. One that is said to be erased stays as `stored` has it; where it was erased in another
// inventory, or stands there no more, its role is left. UNAVAILABLE where the system has no randomness.
absl::Status SettleContacts(const model::Party* stored, model::Party& party);

}  // namespace onward::commands
