#include "clients/cli/offline_storage.h"

#include <memory>

#include "clients/cli/failure.h"
#include "clients/cli/text.h"
#include "graph/base/error_detail.h"

namespace onward::cli {
namespace {

constexpr size_t kLineColumns = 40;
constexpr uint64_t kPercent = 100;

// What to do about an error with this reason.
std::string HintFor(const std::string& reason) {
  if (reason == "BACKUP_DAMAGED") {
    return "Nothing was made. Another backup may be whole: onward backup list --from DIR.";
  }
  if (reason == "BACKUP_NOT_FOUND") {
    return "See what there is: onward backup list --from DIR.";
  }
  return reason == "STORE_CORRUPTED" ? "Look at all of it: onward storage check --data DIR." : "";
}

}  // namespace

absl::Status FolderError(const absl::Status& status, Context& context) {
  const auto detail = DetailOf(status);
  const std::string reason = detail ? detail->reason : "";
  context.hint = HintFor(reason);
  const absl::string_view text = status.message();
  return Error(status.code(), reason, std::string(text.data(), text.size()));
}

services::ToldProgress ProgressLine(const Context& context) {
  if (!context.environment.err_is_terminal) {
    return {};
  }
  std::ostream& err = context.environment.err;
  auto shown = std::make_shared<std::string>();
  return [&err, shown](std::string_view step, uint64_t done, uint64_t total) {
    const uint64_t percent = total == 0 ? kPercent : done * kPercent / total;
    const std::string line = std::string(step) + " " + std::to_string(percent) + " %";
    if (line != *shown) {
      *shown = line;
      err << "\r" << Pad(line, kLineColumns) << "\r" << std::flush;
    }
  };
}

}  // namespace onward::cli
