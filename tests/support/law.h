// The law register that the programs are built with, for tests: loaded once per process.
#pragma once

#include "services/law_register.h"

namespace onward::testing {

// Both forms. Ends the process if the register cannot be loaded.
const services::LoadedRegister& TheLoadedRegister();

// The domain values alone.
law::RegisterPtr TheRegister();

}  // namespace onward::testing
