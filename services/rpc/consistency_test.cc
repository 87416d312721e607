#include "services/rpc/consistency.h"

#include <gmock/gmock.h>

#include <functional>

#include "absl/strings/escaping.h"
#include "graph/base/error_detail.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/transfers_service.pb.h"
#include "tests/support/status_matchers.h"

namespace onward::rpc {
namespace {

commands::TokenKeyPtr KeyOf(char c) {
  return commands::TokenKey::FromBytes(std::string(commands::TokenKey::kBytes, c)).value();
}

const commands::InventoryIdentity kHere{"default", "aaaa", KeyOf('k')};

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

// Nobody learns by asking here whether a token of another inventory is a true one.
TEST(ConsistencyTest, ATrueTokenOfAnotherInventoryIsRefusedAsAForgedOne) {
  const commands::InventoryIdentity other{"other", "aaaa", kHere.token_key};
  const commands::InventoryIdentity forger{"other", "aaaa", KeyOf('f')};
  for (const auto& question : {1, 2}) {
    const auto refusal = [&](const commands::InventoryIdentity& identity) {
      return question == 1
                 ? FreshnessOf(AtLeast(RevisionToken(identity, 1)), kHere).status().ToString()
                 : DecodePageToken(EncodePageToken(identity, 1, {{1, "a"}, 0}), kHere, 1)
                       .status()
                       .ToString();
    };
    EXPECT_EQ(refusal(other), refusal(forger));
  }
}

TEST(ConsistencyTest, ATokenThatIsNotSealedWithTheKeyIsNone) {
  for (const commands::TokenKeyPtr& key : {KeyOf('f'), commands::TokenKeyPtr()}) {
    const commands::InventoryIdentity forger{"default", "aaaa", key};
    EXPECT_EQ(ReasonOf(FreshnessOf(AtLeast(RevisionToken(forger, 1)), kHere).status()),
              "INVALID_REQUEST");
    EXPECT_EQ(ReasonOf(WatchPositionOf(WatchToken(forger, {1}), kHere).status()),
              "INVALID_REQUEST");
    EXPECT_EQ(
        ReasonOf(DecodePageToken(EncodePageToken(forger, 1, {{1, "a"}, 0}), kHere, 1).status()),
        "INVALID_REQUEST");
  }
  // Without a key nothing is a token, not even what was made without one.
  const commands::InventoryIdentity keyless{"default", "aaaa"};
  EXPECT_EQ(ReasonOf(FreshnessOf(AtLeast(RevisionToken(keyless, 1)), keyless).status()),
            "INVALID_REQUEST");
}

// Every bit counts, in each kind.
TEST(ConsistencyTest, ATokenThatWasChangedIsNone) {
  const std::vector<std::pair<std::string, std::function<absl::Status(const std::string&)>>> kinds =
      {{RevisionToken(kHere, 812),
        [](const std::string& text) { return FreshnessOf(AtLeast(text), kHere).status(); }},
       {WatchToken(kHere, {9, "2026.1", Date::Of(2026, 11, 22)}),
        [](const std::string& text) { return WatchPositionOf(text, kHere).status(); }},
       {EncodePageToken(kHere, 7, {{1, "after", "2026.1"}, 3}),
        [](const std::string& text) { return DecodePageToken(text, kHere, 7).status(); }},
       {EncodePageToken(kHere, 7, {{1, "after", "2026.1"}, 3}), [](const std::string& text) {
          return DecodePageToken(text, kHere, 7, "cursor").status();
        }}};
  for (const auto& [token, read] : kinds) {
    ONWARD_ASSERT_OK(read(token));
    std::string bytes;
    ASSERT_TRUE(absl::WebSafeBase64Unescape(token, &bytes));
    for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      std::string changed = bytes;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      const std::string reason = ReasonOf(read(absl::WebSafeBase64Escape(changed)));
      EXPECT_TRUE(reason == "INVALID_REQUEST" || reason == "FOREIGN_TOKEN")
          << bit << ": " << reason;
    }
  }
}

// Layout 1: no seal.
TEST(ConsistencyTest, ATokenOfAnEarlierReleaseIsToldSo) {
  const std::string number(8, '\0');
  const std::string text = std::string(
                               "\0\0\0\0\0\0\0\x07"
                               "default",
                               15) +
                           std::string(
                               "\0\0\0\0\0\0\0\x04"
                               "aaaa",
                               12);
  const auto old = [&](char kind) {
    return absl::WebSafeBase64Escape(std::string({1, kind}) + text + number);
  };
  const absl::Status revision = FreshnessOf(AtLeast(old('r')), kHere).status();
  EXPECT_EQ(ReasonOf(revision), "INVALID_REQUEST");
  EXPECT_THAT(revision.ToString(), ::testing::HasSubstr("earlier release"));
  const absl::Status page = DecodePageToken(old('q'), kHere, 1).status();
  EXPECT_EQ(ReasonOf(page), "INVALID_REQUEST");
  EXPECT_THAT(page.ToString(), ::testing::HasSubstr("earlier release"));
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

// What is assumed is part of the question; the order in which a map was filled is not.
TEST(PageTokenTest, IsForOneAssumptionOnly) {
  v1::ListTransfersRequest stored;
  v1::ListTransfersRequest annulled;
  annulled.mutable_what_if()->add_law_changes()->mutable_annul()->set_id("us_dpf");
  EXPECT_NE(QuestionOf(stored), QuestionOf(annulled));
  const auto labelled = [](const std::vector<std::string>& keys) {
    v1::ListTransfersRequest request;
    v1::Party& party =
        *request.mutable_what_if()->add_mutations()->mutable_upsert()->mutable_party();
    for (const std::string& key : keys) {
      (*party.mutable_labels())[key] = "x";
    }
    return QuestionOf(request);
  };
  EXPECT_EQ(labelled({"a", "b", "c", "d", "e"}), labelled({"e", "d", "c", "b", "a"}));
  EXPECT_NE(labelled({"a"}), labelled({"b"}));
}

}  // namespace
}  // namespace onward::rpc
