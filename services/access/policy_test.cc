#include "services/access/policy.h"

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"

namespace onward::access {
namespace {

using identity::Principal;
using identity::Proof;
using ::onward::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

PolicyPtr Parsed(const std::string& text) {
  auto policy = Policy::Parse(text, "access.yaml");
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *policy : nullptr;
}

bool May(const Policy& policy, Principal principal, v1::Permission permission,
         const std::string& inventory) {
  return policy.CallerOf(std::make_shared<const Principal>(std::move(principal)))
      ->May(permission, inventory);
}

TEST(PolicyTest, RulesMatchByWhatWasProvedAndAddUp) {
  const PolicyPtr policy = Parsed(R"(kind: AccessPolicy
callers:
- spiffe: spiffe://acme.example/ci
  grants:
  - {role: EDITOR, inventories: [shop]}
- spiffe: spiffe://acme.example/*
  grants:
  - {role: VIEWER, inventories: ["team-*"]}
- subject: anna
  grants:
  - {role: AUDITOR, inventories: "*"}
- claim: groups
  value: privacy
  grants:
  - {role: VIEWER, inventories: [shop]}
- local: true
  grants:
  - {role: OPERATOR}
)");
  ASSERT_NE(policy, nullptr);
  const Principal ci = {Proof::kCertificate, "spiffe://acme.example/ci"};
  EXPECT_TRUE(May(*policy, ci, v1::PERMISSION_WRITE, "shop"));
  EXPECT_TRUE(May(*policy, ci, v1::PERMISSION_READ, "team-a"));
  EXPECT_FALSE(May(*policy, ci, v1::PERMISSION_WRITE, "team-a"));
  EXPECT_FALSE(May(*policy, ci, v1::PERMISSION_READ, "shops"));
  // The same text, proved in another way, is somebody else.
  EXPECT_FALSE(
      May(*policy, {Proof::kToken, "spiffe://acme.example/ci"}, v1::PERMISSION_READ, "shop"));
  EXPECT_FALSE(May(*policy, {Proof::kCertificate, "anna"}, v1::PERMISSION_READ, "shop"));
  EXPECT_FALSE(May(*policy, {Proof::kCertificate, "spiffe://acme.example.evil/ci"},
                   v1::PERMISSION_READ, "team-a"));
  EXPECT_TRUE(May(*policy, {Proof::kToken, "anna"}, v1::PERMISSION_READ_AUDIT, "any"));
  EXPECT_FALSE(May(*policy, {Proof::kToken, "anna"}, v1::PERMISSION_WRITE, "any"));
  const Principal member = {Proof::kToken, "ben", {{"groups", "sales"}, {"groups", "privacy"}}};
  EXPECT_TRUE(May(*policy, member, v1::PERMISSION_READ, "shop"));
  EXPECT_FALSE(May(*policy, member, v1::PERMISSION_READ, "other"));
  const auto local =
      policy->CallerOf(std::make_shared<const Principal>(Principal{Proof::kLocal, "local"}));
  EXPECT_TRUE(local->MayAnywhere(v1::PERMISSION_OPERATE));
  EXPECT_FALSE(local->Sees("shop"));
  EXPECT_FALSE(local->Sees(""));
}

TEST(PolicyTest, OnlyAStarAloneIsEverywhere) {
  const PolicyPtr policy = Parsed(
      "kind: AccessPolicy\n"
      "callers:\n"
      "- {subject: a, grants: [{role: INVENTORY_ADMIN, inventories: ['a*']}]}\n"
      "- {subject: b, grants: [{role: INVENTORY_ADMIN, inventories: ['*']}]}\n");
  ASSERT_NE(policy, nullptr);
  const auto of = [&](const char* name) {
    return policy->CallerOf(std::make_shared<const Principal>(Principal{Proof::kToken, name}));
  };
  EXPECT_FALSE(of("a")->MayEverywhere(v1::PERMISSION_PUT_LAW));
  EXPECT_TRUE(of("b")->MayEverywhere(v1::PERMISSION_PUT_LAW));
}

struct Wrong {
  const char* text;
  const char* place;
  const char* message;
};

class WrongPolicyTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongPolicyTest, IsRefusedWithFileLineAndField) {
  const auto policy = Policy::Parse(GetParam().text, "access.yaml");
  EXPECT_THAT(policy, StatusIs(absl::StatusCode::kInvalidArgument,
                               AllOf(HasSubstr(GetParam().place), HasSubstr(GetParam().message))));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WrongPolicyTest,
    ::testing::Values(
        Wrong{"", "access.yaml", "one document"},
        Wrong{"kind: Policy\n", "access.yaml:1:7: kind", "must be AccessPolicy"},
        Wrong{"kind: AccessPolicy\ncallers: [\n", "access.yaml:", ""},
        Wrong{"kind: AccessPolicy\ncaller: []\n", "access.yaml:2:1: caller", "unknown field"},
        Wrong{"kind: AccessPolicy\ncallers:\n- {spiffe: 'spiffe://a/b'}\n",
              "access.yaml:3:3: callers[0].grants", "needs 1 to"},
        Wrong{"kind: AccessPolicy\ncallers:\n- {grants: [{role: OPERATOR}]}\n",
              "access.yaml:3:3: callers[0]", "exactly one of"},
        Wrong{"kind: AccessPolicy\ncallers:\n- {subject: a, local: true, grants: [{role: "
              "OPERATOR}]}\n",
              "callers[0]", "exactly one of"},
        Wrong{"kind: AccessPolicy\ncallers:\n- {claim: groups, grants: [{role: OPERATOR}]}\n",
              "callers[0]", "go together"},
        Wrong{"kind: AccessPolicy\ncallers:\n- subject: a\n  grants:\n  - {role: BOSS, "
              "inventories: [b]}\n",
              "access.yaml:5:12: callers[0].grants[0].role", "unknown value"},
        Wrong{"kind: AccessPolicy\ncallers:\n- subject: a\n  grants:\n  - {role: VIEWER}\n",
              "access.yaml:5:5: callers[0].grants[0].inventories", "required"},
        Wrong{"kind: AccessPolicy\ncallers:\n- subject: a\n  grants: [{role: OPERATOR, "
              "inventories: ['*']}]\n",
              "callers[0].grants[0].inventories", "leave it out"},
        Wrong{"kind: AccessPolicy\ncallers:\n- subject: a\n  grants: [{role: VIEWER, inventories: "
              "['a*b']}]\n",
              "callers[0].grants[0].inventories[0]", "is no id"},
        Wrong{
            "kind: AccessPolicy\ncallers:\n- {spiffe: 'https://a/b', grants: [{role: OPERATOR}]}\n",
            "callers[0].spiffe", "spiffe://"},
        Wrong{
            "kind: AccessPolicy\ncallers:\n- {spiffe: 'spiffe://*', grants: [{role: OPERATOR}]}\n",
            "callers[0].spiffe", "only as /*"},
        Wrong{"kind: AccessPolicy\ncallers:\n- {spiffe: 'spiffe://a*/b', grants: [{role: "
              "OPERATOR}]}\n",
              "callers[0].spiffe", "only as /*"}));

}  // namespace
}  // namespace onward::access
