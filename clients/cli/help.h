// Help texts, made from the command table.
#pragma once

#include <string>

#include "clients/cli/command.h"

namespace onward::cli {

// The list of commands.
std::string ProgramHelp();
// Usage, options and examples of one command.
std::string CommandHelp(const Command& command);
// Option and value names as help shows them.
std::string ProgramVersion();

}  // namespace onward::cli
