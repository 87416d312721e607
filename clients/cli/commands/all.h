// Makers of the commands, one file each.
#pragma once

#include "clients/cli/command.h"

namespace onward::cli {

Command AssessCommand();
Command TransfersCommand();
Command CheckCommand();
Command ExplainCommand();
Command FindingsCommand();
Command TimelineCommand();
Command ChokepointsCommand();
Command ConcentrationCommand();
Command ApplyCommand();
Command DeleteCommand();
Command GetCommand();
Command ListCommand();
Command HistoryCommand();
Command LawCommand();
Command InventoriesCommand();
Command StatusCommand();
Command CompletionCommand();
Command VersionCommand();

}  // namespace onward::cli
