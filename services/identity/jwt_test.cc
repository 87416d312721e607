#include "services/identity/jwt.h"

#include <gmock/gmock.h>

#include <set>

#include "services/identity/test_tokens.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace onward::identity {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using Json = nlohmann::json;

const Date kDay = Date::Of(2026, 11, 22);
constexpr int64_t kDaySeconds = 86'400;

int64_t NowSeconds() { return kDay.days() * kDaySeconds; }

const TestIssuer& Issuer() {
  static const TestIssuer* const kIssuer = new TestIssuer(NowSeconds());
  return *kIssuer;
}

class JwtTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto keys = KeySet::Parse(Issuer().Jwks());
    ONWARD_ASSERT_OK(keys);
    ring_.Use(*keys);
  }

  testing::FakeClock clock_{kDay};
  KeyRing ring_;
  int unknown_kids_ = 0;
  JwtVerifier verifier_{{kTestIssuer, kTestAudience}, &ring_, &clock_, [this] { ++unknown_kids_; }};
};

TEST_F(JwtTest, GoodTokensAreTheirSubjects) {
  for (const char* kid : {"rsa", "pss", "any", "ec"}) {
    for (int times = 0; times < 2; ++times) {
      const auto principal = verifier_.Verify(Issuer().Good(kid));
      ASSERT_TRUE(principal.ok()) << kid << ": " << principal.status();
      EXPECT_EQ((*principal)->proof, Proof::kToken);
      EXPECT_EQ((*principal)->name, "anna");
      EXPECT_THAT((*principal)->claims, Contains(Pair("groups", "privacy")));
      EXPECT_THAT((*principal)->claims, Contains(Pair("groups", "sales")));
    }
  }
  Json claims = Issuer().Claims();
  claims["aud"] = {"other", kTestAudience};
  claims.erase("nbf");
  claims["exp"] = static_cast<double>(NowSeconds()) - 30.5;  // clocks differ
  EXPECT_TRUE(verifier_.Verify(Issuer().Good("ec", claims)).ok());
}

TEST_F(JwtTest, NoForgedTokenIsAccepted) {
  const auto corpus = Issuer().Forged();
  EXPECT_GE(corpus.size(), 60U);
  std::set<std::string> distinct;
  for (const auto& [what, token] : corpus) {
    distinct.insert(token);
    const auto principal = verifier_.Verify(token);
    EXPECT_THAT(principal, StatusIs(absl::StatusCode::kUnauthenticated, _)) << what;
    if (token.size() > 20) {
      EXPECT_THAT(std::string(principal.status().message()), Not(HasSubstr(token.substr(0, 20))));
    }
  }
  EXPECT_GE(distinct.size() + 2, corpus.size());
}

TEST_F(JwtTest, AnAcceptedTokenEndsWithItsTimeAndWithItsKey) {
  Json claims = Issuer().Claims();
  claims["exp"] = NowSeconds() + 10;
  const std::string token = Issuer().Good("rsa", claims);
  EXPECT_TRUE(verifier_.Verify(token).ok());
  clock_.SetToday(Date(kDay.days() + 1));
  EXPECT_FALSE(verifier_.Verify(token).ok());
  clock_.SetToday(kDay);
  EXPECT_TRUE(verifier_.Verify(token).ok());
  const EvpPtr other = NewRsa(2'048);
  auto keys = KeySet::Parse(JwksOf({JwkOf(other.get(), "rsa", "RS256")}));
  ONWARD_ASSERT_OK(keys);
  ring_.Use(*keys);
  EXPECT_FALSE(verifier_.Verify(token).ok()) << "a key that was withdrawn still counts";
}

TEST_F(JwtTest, WhoShowsATokenIsKnownAsLongAsItCounts) {
  constexpr int64_t kFarAway = 253'402'300'799;
  for (const auto& [ends, until] :
       {std::pair(100.0, int64_t{100}), std::pair(100.5, int64_t{101})}) {
    Json claims = Issuer().Claims();
    claims["exp"] = static_cast<double>(NowSeconds()) + ends;
    const std::string token = Issuer().Good("ec", claims);
    const auto principal = verifier_.Verify(token);
    ONWARD_ASSERT_OK(principal);
    EXPECT_EQ((*principal)->until - clock_.Now(), std::chrono::seconds(until + kSkewSeconds));
    clock_.Advance(std::chrono::seconds(until + kSkewSeconds - 1));
    ONWARD_EXPECT_OK(verifier_.Verify(token));
    clock_.Advance(std::chrono::seconds(1));
    EXPECT_FALSE(verifier_.Verify(token).ok());
    clock_.SetToday(kDay);
  }
  Json claims = Issuer().Claims();
  claims["exp"] = kFarAway;
  const auto principal = verifier_.Verify(Issuer().Good("ec", claims));
  ONWARD_ASSERT_OK(principal);
  EXPECT_EQ((*principal)->until, std::chrono::system_clock::time_point::max());
}

TEST_F(JwtTest, AnUnknownKidAsksForNewKeys) {
  EXPECT_TRUE(verifier_.Verify(Issuer().Good("rsa")).ok());
  EXPECT_EQ(unknown_kids_, 0);
  const EvpPtr other = NewRsa(2'048);
  auto keys = KeySet::Parse(JwksOf({JwkOf(other.get(), "next", "RS256")}));
  ONWARD_ASSERT_OK(keys);
  ring_.Use(*keys);
  EXPECT_FALSE(verifier_.Verify(Issuer().Good("rsa")).ok());
  EXPECT_EQ(unknown_kids_, 1);
}

TEST_F(JwtTest, WithoutKeysNothingIsAccepted) {
  KeyRing empty;
  const JwtVerifier verifier({kTestIssuer, kTestAudience}, &empty, &clock_);
  EXPECT_THAT(verifier.Verify(Issuer().Good("rsa")),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("not here yet")));
}

TEST(KeySetTest, WhatIsNoKeySetIsRefused) {
  const EvpPtr rsa = NewRsa(2'048);
  const EvpPtr small = NewRsa(1'024);
  const Json good = JwkOf(rsa.get(), "a", "RS256");
  const auto error = [](const std::string& text) {
    const auto keys = KeySet::Parse(text);
    return keys.ok() ? std::string("accepted") : std::string(keys.status().message());
  };
  EXPECT_EQ(error(JwksOf({good})), "accepted");
  EXPECT_THAT(error(""), HasSubstr("no JSON object"));
  EXPECT_THAT(error("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(error("{\"keys\":{}}"), HasSubstr("no JSON object"));
  EXPECT_THAT(error("{\"keys\":[],\"keys\":[]}"), HasSubstr("no JSON object"));
  EXPECT_THAT(error(JwksOf({})), HasSubstr("no key that can be used"));
  EXPECT_THAT(error(JwksOf({good, good})), HasSubstr("kid twice"));
  EXPECT_THAT(error(JwksOf({JwkOf(small.get(), "a", "RS256")})), HasSubstr("no key that can be"));
  EXPECT_THAT(error(JwksOf({{{"kty", "oct"}, {"k", "AAAA"}, {"kid", "a"}}})),
              HasSubstr("no key that can be used"));
  Json secret = good;
  secret["d"] = "AAAA";
  EXPECT_THAT(error(JwksOf({secret})), HasSubstr("private key"));
  Json encrypts = good;
  encrypts["use"] = "enc";
  EXPECT_THAT(error(JwksOf({encrypts})), HasSubstr("no key that can be used"));
  // Lengths that no base64 has, and what is not in its alphabet: libcjose would end the program.
  for (const char* const field : {"n", "e"}) {
    for (const std::string text : {"A", "AAAAA", "AAA=", "A A", ""}) {
      Json broken = good;
      broken[field] = text;
      EXPECT_THAT(error(JwksOf({broken})), HasSubstr("no key that can be used")) << text;
    }
  }
  Json more = good;
  more["p"] = "AAAAA";
  EXPECT_EQ(error(JwksOf({more})), "accepted");
  EXPECT_THAT(error(JwksOf(std::vector<Json>(65, good))), HasSubstr("more than 64"));
  EXPECT_THAT(error(std::string(kJwksBytesMax + 1, ' ')), HasSubstr("bytes"));
}

}  // namespace
}  // namespace onward::identity
