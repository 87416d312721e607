#include "tests/support/law.h"

#include "absl/status/statusor.h"

namespace onward::testing {

const services::LoadedRegister& TheLoadedRegister() {
  static const absl::StatusOr<services::LoadedRegister> kLoaded = services::BuiltInRegister();
  return kLoaded.value();
}

law::RegisterPtr TheRegister() { return TheLoadedRegister().domain; }

}  // namespace onward::testing
