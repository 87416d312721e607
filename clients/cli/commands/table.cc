#include "clients/cli/commands/all.h"

namespace onward::cli {

const std::vector<Command>& Commands() {
  static const std::vector<Command> kCommands = {
      AssessCommand(),      TransfersCommand(), CheckCommand(),      ExplainCommand(),
      FindingsCommand(),    TimelineCommand(), ChokepointsCommand(), ConcentrationCommand(),  ApplyCommand(),      GetCommand(),
      ListCommand(),        HistoryCommand(),   DeleteCommand(),     LawCommand(),
      InventoriesCommand(), StatusCommand(),    CompletionCommand(), VersionCommand()};
  return kCommands;
}

}  // namespace onward::cli
