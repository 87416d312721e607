// What a store holds, in the words of the oracle.
#pragma once

#include <map>
#include <string>

#include "storage/store.h"
#include "tests/crash/oracle.h"

namespace onward::crash {

// Reads from the store what was not read before: what was read once cannot change, or the oracle says so at
// the end, when all is read again. Each revision is read by its history entry, its record and its request id,
// which must agree: a disagreement fails the test.
void ReadNew(const storage::Store& store, std::map<std::string, Found>& found);

}  // namespace onward::crash
