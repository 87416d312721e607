#include "services/token_key_file.h"

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/identity/private_file.h"

namespace onward::services {
namespace {

constexpr size_t kKeyBytes = commands::TokenKey::kBytes;
// Larger ones are not read to say how large they are.
constexpr size_t kReadBytesMax = 4'096;
constexpr char kWithout[] =
    " (without the file a new key is made, and tokens that clients hold end)";

absl::StatusOr<commands::TokenKeyPtr> MakeTokenKey(const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const std::string bytes, commands::TokenKey::NewBytes());
  ONWARD_RETURN_IF_ERROR(identity::WritePrivateFile(path, bytes));
  return commands::TokenKey::FromBytes(bytes);
}

}  // namespace

absl::StatusOr<commands::TokenKeyPtr> OpenTokenKey(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kTokenKeyFile);
  const absl::StatusOr<std::string> bytes = identity::ReadPrivateFile(path, kReadBytesMax);
  if (absl::IsNotFound(bytes.status())) {
    return MakeTokenKey(path);
  }
  if (!bytes.ok()) {
    return absl::Status(bytes.status().code(), absl::StrCat(bytes.status().message(), kWithout));
  }
  if (bytes->size() != kKeyBytes) {
    return absl::DataLossError(
        absl::StrCat(path, ": damaged: ", bytes->size(), " bytes, not ", kKeyBytes, kWithout));
  }
  return commands::TokenKey::FromBytes(*bytes);
}

}  // namespace onward::services
