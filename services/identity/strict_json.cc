#include "services/identity/strict_json.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"

namespace onward::identity {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 16;

// Follows the parse; keys of the objects that are open.
class Watcher {
 public:
  bool See(int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > kDepthMax) {
      fine_ = false;
    } else if (event == Json::parse_event_t::object_start) {
      open_.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open_.pop_back();
    } else if (event == Json::parse_event_t::key) {
      fine_ = open_.back().insert(parsed.get<std::string>()).second && fine_;
    }
    return true;
  }
  bool fine() const { return fine_; }

 private:
  std::vector<std::set<std::string>> open_;
  bool fine_ = true;
};

}  // namespace

std::optional<Json> ParseStrictObject(std::string_view text) {
  // The parser would skip a byte order mark.
  if (text.empty() || text.front() != '{') {
    return std::nullopt;
  }
  Watcher watcher;
  Json parsed = Json::parse(
      text.begin(), text.end(),
      [&](int depth, Json::parse_event_t event, const Json& json) {
        return watcher.See(depth, event, json);
      },
      false);
  if (parsed.is_discarded() || !parsed.is_object() || !watcher.fine()) {
    return std::nullopt;
  }
  return parsed;
}

std::optional<std::string> DecodeStrictly(std::string_view base64url) {
  const absl::string_view text(base64url.data(), base64url.size());
  std::string bytes;
  if (text.empty() || !absl::WebSafeBase64Unescape(text, &bytes) ||
      absl::WebSafeBase64Escape(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace onward::identity
