// Law registers as the commands take them (services/commands/law_version.h), made from the contract's.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "onward/v1/law_register.pb.h"
#include "services/commands/law_version.h"
#include "services/law_register.h"

namespace onward::services {

// Binary form of a register: the same for equal registers.
std::string RegisterBytes(const onward::v1::LawRegister& message);

commands::LawPtr MakeLawVersion(const LoadedRegister& loaded);
// FAILED_PRECONDITION: the bytes are a register that this release refuses; says why.
absl::StatusOr<commands::LawPtr> LoadLawVersion(const std::string& bytes);

// The message of a register that one of these made.
const onward::v1::LawRegister& MessageOf(const commands::LawVersion& law);

}  // namespace onward::services
