#include "services/rpc/consistency.h"

#include <gmock/gmock.h>

#include "graph/base/error_detail.h"
#include "onward/v1/inventory_service.pb.h"
#include "tests/support/status_matchers.h"

namespace onward::rpc {
namespace {

const commands::InventoryIdentity kHere{"default", "aaaa"};

v1::Consistency AtLeast(const std::string& token) {
  v1::Consistency consistency;
  consistency.set_at_least_as_fresh(token);
  return consistency;
}

std::string ReasonOf(const absl::Status& status) {
  return DetailOf(status).value_or(ErrorDetail()).reason;
}

TEST(ConsistencyTest, ATokenComesBack) {
  const auto freshness = FreshnessOf(AtLeast(RevisionToken(kHere, 812)), kHere);
  ONWARD_ASSERT_OK(freshness);
  EXPECT_EQ(std::get<commands::AtLeast>(freshness->requirement).revision, 812);
}

TEST(ConsistencyTest, ATokenFromElsewhereIsRefused) {
  for (const commands::InventoryIdentity& other :
       {commands::InventoryIdentity{"other", "aaaa"}, {"default", "bbbb"}, {"defaulta", "aaa"}}) {
    EXPECT_EQ(ReasonOf(FreshnessOf(AtLeast(RevisionToken(other, 1)), kHere).status()),
              "FOREIGN_TOKEN");
  }
}

TEST(ConsistencyTest, WhatIsNoTokenIsRefused) {
  const std::string token = RevisionToken(kHere, 812);
  std::vector<std::string> damaged = {"",          "x",         "!!!!",     std::string(5'000, 'A'),
                                      token + "A", token + "=", " " + token};
  for (size_t length = 0; length < token.size(); ++length) {
    damaged.push_back(token.substr(0, length));
  }
  // A page token is no revision token.
  damaged.push_back(EncodePageToken(kHere, 1, {{1, "a"}, 0}));
  for (const std::string& text : damaged) {
    const auto freshness = FreshnessOf(AtLeast(text), kHere);
    EXPECT_EQ(ReasonOf(freshness.status()), "INVALID_REQUEST") << text;
  }
}

TEST(ConsistencyTest, AFalseChoiceIsNoChoice) {
  v1::Consistency consistency;
  consistency.set_fully_consistent(false);
  EXPECT_EQ(ReasonOf(FreshnessOf(consistency, kHere).status()), "INVALID_REQUEST");
  consistency.set_at_revision(0);
  EXPECT_EQ(ReasonOf(FreshnessOf(consistency, kHere).status()), "INVALID_REQUEST");
  EXPECT_TRUE(FreshnessOf(v1::Consistency(), kHere).ok());
}

TEST(PageTokenTest, ComesBackForTheSameQuestionOnly) {
  v1::ListRequest request;
  request.set_inventory("default");
  request.set_kind(v1::RECORD_KIND_PARTY);
  request.set_page_size(10);
  const std::string text =
      EncodePageToken(kHere, QuestionOf(request), {{7, std::string("a\0b", 3)}, -365});
  request.set_page_token(text);
  request.set_page_size(20);
  const auto token = DecodePageToken(text, kHere, QuestionOf(request));
  ONWARD_ASSERT_OK(token);
  EXPECT_EQ(token->position.revision, 7);
  EXPECT_EQ(token->position.after, std::string("a\0b", 3));
  EXPECT_EQ(token->as_of_days, -365);

  request.set_kind(v1::RECORD_KIND_FLOW);
  EXPECT_EQ(ReasonOf(DecodePageToken(text, kHere, QuestionOf(request)).status()),
            "INVALID_REQUEST");
  EXPECT_EQ(ReasonOf(DecodePageToken(text, {"other", "aaaa"}, 1).status()), "FOREIGN_TOKEN");
}

}  // namespace
}  // namespace onward::rpc
