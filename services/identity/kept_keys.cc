#include "services/identity/kept_keys.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/identity/private_file.h"
#include "services/identity/strict_json.h"

namespace onward::identity {
namespace {

using Json = nlohmann::json;

// A key set as a text in a text may double.
constexpr size_t kKeptBytesMax = 2 * kJwksBytesMax + 8'192;
constexpr const char* kUrl = "url";
constexpr const char* kFetchedAt = "fetched_at";
constexpr const char* kKeySet = "key_set";

int64_t SecondsOf(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

absl::Status NotUsed(const std::string& path, const std::string& why) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": not used: ", why));
}

}  // namespace

absl::Status KeptKeys::Keep(const std::string& key_set,
                            std::chrono::system_clock::time_point now) const {
  const Json kept = {{kUrl, url}, {kFetchedAt, SecondsOf(now)}, {kKeySet, key_set}};
  return WritePrivateFile(path, kept.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

absl::StatusOr<KeySetPtr> KeptKeys::Read(std::chrono::system_clock::time_point now) const {
  ONWARD_ASSIGN_OR_RETURN(const std::string text, ReadPrivateFile(path, kKeptBytesMax));
  const std::optional<Json> kept = ParseStrictObject(text);
  if (!kept || !kept->contains(kUrl) || !(*kept)[kUrl].is_string() || !kept->contains(kKeySet) ||
      !(*kept)[kKeySet].is_string() || !kept->contains(kFetchedAt) ||
      !(*kept)[kFetchedAt].is_number_integer()) {
    return NotUsed(path, "it is damaged");
  }
  if ((*kept)[kUrl].get<std::string>() != url) {
    return NotUsed(path, "its keys are of another address");
  }
  const int64_t age = SecondsOf(now) - (*kept)[kFetchedAt].get<int64_t>();
  if (age < 0 || age > most.count()) {
    return NotUsed(path, absl::StrCat("its keys were read ", age, " seconds ago; at most ",
                                      most.count(), " are allowed"));
  }
  return KeySet::Parse((*kept)[kKeySet].get<std::string>());
}

}  // namespace onward::identity
