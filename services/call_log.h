// What the log says of a call that has ended.
#pragma once

#include "services/logging.h"
#include "services/rpc/call.h"

namespace onward::services {

// One line per call that failed, and per slow one with what took its time; with level debug, per call. Names of methods, inventories
// and callers, numbers, reasons: nothing of what was asked or answered.
void LogCall(const Log& log, const rpc::CallRecord& call);

}  // namespace onward::services
