// Message to domain values.
#pragma once

#include "graph/law/register.h"
#include "onward/v1/law_register.pb.h"

namespace onward::services {

// Converts a register that CheckRegister found consistent. Of any other: no crash, but the result means
// nothing.
law::RegisterPtr ConvertRegister(const onward::v1::LawRegister& message);

// Orders the lists by code or id.
void SortRegister(onward::v1::LawRegister& message);

}  // namespace onward::services
