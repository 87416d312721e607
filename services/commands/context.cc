#include "services/commands/context.h"

#include "services/commands/errors.h"

namespace onward::commands {

absl::Status CallContext::Check() const {
  if (cancelled && cancelled()) {
    return Cancelled();
  }
  if (std::chrono::system_clock::now() >= deadline) {
    return DeadlineExceeded();
  }
  return absl::OkStatus();
}

}  // namespace onward::commands
