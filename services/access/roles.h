// What each role allows.
#pragma once

#include "onward/v1/access.pb.h"
#include "onward/v1/access_policy.pb.h"

namespace onward::access {

bool Allows(v1::AccessRole role, v1::Permission permission);

// Whether who holds it may know that the inventory is there.
bool SeesInventory(v1::AccessRole role);

}  // namespace onward::access
