#include "clients/cli/commands/all.h"

namespace onward::cli {

const std::vector<Command>& Commands() {
  static const std::vector<Command> kCommands = {
      AssessCommand(),   TransfersCommand(),   CheckCommand(),         ExplainCommand(),
      FindingsCommand(), TimelineCommand(),    ExposureCommand(),      PathsCommand(),
      ImpactCommand(),   ChokepointsCommand(), ConcentrationCommand(), RepairCommand(),
      WhatIfCommand(),   SummaryCommand(),     ApplyCommand(),         GetCommand(),
      ListCommand(),     HistoryCommand(),     DiffCommand(),          RevertCommand(),
      CompactCommand(),  ContactsCommand(),    WatchCommand(),         DeleteCommand(),
      LawCommand(),      InventoriesCommand(), BackupCommand(),        StorageCommand(),
      AuditCommand(),    EvidenceCommand(),    StatusCommand(),        CompletionCommand(),
      VersionCommand()};
  return kCommands;
}

}  // namespace onward::cli
