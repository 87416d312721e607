// The program behind main: arguments in, exit code out.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/environment.h"

namespace onward::cli {

// `arguments` without the program's name. Starts no threads and opens nothing before they are parsed.
int Run(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace onward::cli
