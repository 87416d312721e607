// Tokens that clients send back: of a revision, of a page.
#include "services/rpc/consistency.h"
#include "tests/fuzz/targets.h"

namespace onward::fuzz {
namespace {

constexpr uint64_t kQuestion = 42;

// One key for all runs, so that seeds that were kept stay tokens.
const commands::InventoryIdentity& Identity() {
  static const commands::InventoryIdentity kIdentity = {
      "default", std::string(32, 'a'),
      commands::TokenKey::FromBytes(std::string(commands::TokenKey::kBytes, 'k')).value()};
  return kIdentity;
}

void FuzzRevisionToken(std::string_view bytes) {
  v1::Consistency consistency;
  consistency.set_at_least_as_fresh(std::string(bytes));
  const auto freshness = rpc::FreshnessOf(consistency, Identity());
  Require(freshness.ok() || absl::IsInvalidArgument(freshness.status()) ||
              absl::IsAborted(freshness.status()),
          "a token that is refused is no token or a foreign one");
}

void FuzzPageToken(std::string_view bytes) {
  const auto page = rpc::DecodePageToken(std::string(bytes), Identity(), kQuestion);
  if (page.ok()) {
    Require(rpc::EncodePageToken(Identity(), kQuestion, *page) == bytes,
            "a page has one token only");
  }
}

}  // namespace

std::vector<Target> TokenTargets() {
  return {{"revision_token", &FuzzRevisionToken, {rpc::RevisionToken(Identity(), 7)}},
          {"page_token",
           &FuzzPageToken,
           {rpc::EncodePageToken(Identity(), kQuestion, {{7, "after", "2026-11-22"}, 5})}}};
}

}  // namespace onward::fuzz
