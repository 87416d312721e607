#include "services/call_log.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace onward::services {
namespace {

constexpr size_t kInventoryLogBytesMax = 128;

std::string Micros(std::chrono::microseconds duration) { return absl::StrCat(duration.count()); }

const char* WordOf(commands::CallTrace::Judged judged) {
  switch (judged) {
    case commands::CallTrace::Judged::kNone:
      return "none";
    case commands::CallTrace::Judged::kAtHand:
      return "at hand";
    case commands::CallTrace::Judged::kAfterWrites:
      return "after writes";
    case commands::CallTrace::Judged::kFromScratch:
      return "from scratch";
  }
  return "";
}

void AddTrace(const rpc::CallRecord& call, LogFields& fields) {
  const std::string_view because = call.slow_because;
  fields.emplace_back("slow_because", std::string(because));
  fields.emplace_back("revision", absl::StrCat(call.trace.revision));
  fields.emplace_back("worker_wait_us", Micros(call.worker_wait));
  fields.emplace_back("revision_wait_us", Micros(call.trace.revision_wait));
  fields.emplace_back("records_us", Micros(call.trace.records));
  fields.emplace_back("judged", WordOf(call.trace.judged));
  fields.emplace_back("judging_us", Micros(call.trace.judging));
  fields.emplace_back("rows", absl::StrCat(call.rows));
  fields.emplace_back("bytes", absl::StrCat(call.bytes));
}

}  // namespace

void LogCall(const Log& log, const rpc::CallRecord& call) {
  const bool slow = !call.slow_because.empty();
  LogLevel level = call.status.ok() ? LogLevel::kDebug : LogLevel::kInfo;
  level = slow ? LogLevel::kWarn : level;
  if (!log.Enabled(level)) {
    return;
  }
  LogFields fields = {{"method", call.method},
                      {"inventory", call.inventory.substr(0, kInventoryLogBytesMax)},
                      {"code", absl::StatusCodeToString(call.status.code())},
                      {"duration_us", Micros(call.duration)},
                      {"call_id", call.call_id}};
  if (!call.caller.empty()) {
    fields.emplace_back("caller", call.caller);
  }
  if (!call.not_known_because.empty()) {
    fields.emplace_back("because", call.not_known_because);
  }
  if (slow) {
    AddTrace(call, fields);
  }
  log.Write(level, slow ? "slow question" : "call", fields);
}

}  // namespace onward::services
