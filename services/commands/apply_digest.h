// The digest of what an Apply asks for: equal exactly where a repeat asks for the same.
#pragma once

#include <string>

#include "services/commands/apply.h"

namespace onward::commands {

// SHA-256 over mutations in their order, preconditions, comment and author; not over as_of, which only
// selects what is shown. Kept in the store with the request_id: never change the encoding.
std::string DigestOf(const ApplyRequest& request);

}  // namespace onward::commands
