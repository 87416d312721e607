// How the findings of an inventory differ between two states.
#pragma once

#include <vector>

#include "graph/query/findings.h"
#include "graph/query/judgements.h"

namespace onward::commands {

enum class FindingChange { kOpened, kClosed, kChanged };

struct WatchedFinding {
  FindingChange change = FindingChange::kOpened;
  // As it is now; as it was, where it is closed.
  query::Finding finding;
};

// The findings point into the judgements that are kept with them.
struct WatchedFindings {
  // In order of code, subject, flow and destination.
  std::vector<WatchedFinding> list;
  query::JudgementsPtr before;
  query::JudgementsPtr after;
};

// Those that only one side has, and those whose answer (triage) or own interval differs. The interval of a
// finding that stands and falls with a verdict follows that verdict, and is not compared.
WatchedFindings CompareFindings(query::JudgementsPtr before, query::JudgementsPtr after);

}  // namespace onward::commands
