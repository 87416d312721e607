// Tokens: of a revision, for at_least_as_fresh, and of a page. Opaque to clients, versioned, good only for the inventory (and store)
// that they were made for, and sealed with the identity's key: one that was changed or made up is no token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "onward/v1/consistency.pb.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"
#include "services/commands/watch.h"

namespace onward::rpc {

// The token of a revision.
std::string RevisionToken(const commands::InventoryIdentity& inventory, uint64_t revision);

// The token of a revision that also names the law and the day of a watch of verdicts. It is good for
// whatever RevisionToken is good for.
std::string WatchToken(const commands::InventoryIdentity& inventory,
                       const commands::WatchPosition& position);
// Reads either token. INVALID_REQUEST (after_token), FOREIGN_TOKEN.
absl::StatusOr<commands::WatchPosition> WatchPositionOf(
    const std::string& token, const commands::InventoryIdentity& inventory);

// What a request asks for. INVALID_REQUEST: not a token. FOREIGN_TOKEN: of another inventory or store.
absl::StatusOr<commands::Freshness> FreshnessOf(const v1::Consistency& consistency,
                                                const commands::InventoryIdentity& inventory);

// A page as a token carries it.
struct PageToken {
  commands::PagePosition position;
  // The date that the first page was made for, in days; 0 where the list has none.
  int32_t as_of_days = 0;
};

// `question` is QuestionOf the request: a token is refused for any other.
std::string EncodePageToken(const commands::InventoryIdentity& inventory, uint64_t question,
                            const PageToken& token);
// INVALID_REQUEST: no token, or of another question. FOREIGN_TOKEN: of another inventory or store. `field` holds the token.
absl::StatusOr<PageToken> DecodePageToken(const std::string& text,
                                          const commands::InventoryIdentity& inventory,
                                          uint64_t question, std::string_view field = "page_token");

// A number that is the same for two requests that differ only in page_token, page_size and consistency.
template <class Request>
uint64_t QuestionOf(Request request);

uint64_t HashBytes(const std::string& bytes);

// The bytes of a message, the same for equal ones, whatever order its maps are in.
std::string DeterministicBytes(const google::protobuf::Message& message);

template <class Request>
uint64_t QuestionOf(Request request) {
  request.clear_page_token();
  request.clear_page_size();
  if constexpr (requires { request.clear_consistency(); }) {
    request.clear_consistency();
  }
  return HashBytes(request.GetTypeName() + DeterministicBytes(request));
}

}  // namespace onward::rpc
