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
Command ExposureCommand();
Command PathsCommand();
Command ImpactCommand();
Command ChokepointsCommand();
Command ConcentrationCommand();
Command RepairCommand();
Command WhatIfCommand();
Command SummaryCommand();
Command ApplyCommand();
Command DeleteCommand();
Command GetCommand();
Command ListCommand();
Command HistoryCommand();
Command DiffCommand();
Command RevertCommand();
Command CompactCommand();
Command ContactsCommand();
Command WatchCommand();
Command LawCommand();
Command InventoriesCommand();
Command BackupCommand();
Command StorageCommand();
Command AuditCommand();
Command EvidenceCommand();
Command StatusCommand();
Command CompletionCommand();
Command VersionCommand();

}  // namespace onward::cli
