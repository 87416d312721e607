// The bytes that law_register_compiler made at build time.
#pragma once

#include <cstddef>

namespace onward::services {

// A serialised onward.v1.LawRegister: checked, in order.
extern const unsigned char kBuiltInRegister[];
extern const std::size_t kBuiltInRegisterSize;

}  // namespace onward::services
