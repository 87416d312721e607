// The key of tokens beside a store: the same one after a restart, so that pages and watches go on.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/commands/token_key.h"

namespace onward::services {

inline constexpr const char* kTokenKeyFile = "token.key";

// The key in a folder; made, for its owner alone, where there is none: it is whole or not there, whatever happens meanwhile. No
// backup holds it: a store that was restored has an id of its own, and refuses the tokens of the other.
//
// DATA_LOSS names the file: it is not 32 bytes. FAILED_PRECONDITION: it is no regular file, or everybody may read it (a group may:
// that of a mounted volume). Errors of the folder are passed on.
absl::StatusOr<commands::TokenKeyPtr> OpenTokenKey(const std::string& folder);

}  // namespace onward::services
