// Text from outside: manifests, files of changes, access policies, bearer tokens and their keys.
#include <set>

#include "services/access/policy.h"
#include "services/exchange/changes_reader.h"
#include "services/exchange/manifest_reader.h"
#include "services/identity/jwks.h"
#include "services/identity/jwt.h"
#include "services/identity/test_tokens.h"
#include "tests/fuzz/targets.h"
#include "tests/support/fake_clock.h"

namespace onward::fuzz {
namespace {

constexpr const char* kManifest =
    "kind: Party\nid: acme\nestablishment: FI\n---\nkind: Flow\nid: a-to-b\nexporter: acme\n"
    "importer: vendor\nexporterRole: CONTROLLER\ndataCategories: [contact.email, \"x\"]\n"
    "interval: {from: 2026-01-01}\n# a word\n";
constexpr const char* kChanges =
    "kind: Delete\nid: flow/acme-to-vendor\n---\nkind: Annul\nid: us_dpf\nfrom: 2026-12-01\n---\n"
    "kind: DropAdequacy\njurisdiction: GB\n";
constexpr const char* kPolicy =
    "kind: AccessPolicy\ncallers:\n- spiffe: spiffe://acme.example/*\n  grants:\n"
    "  - {role: EDITOR, inventories: [shop, \"team-*\"]}\n- claim: groups\n  value: privacy\n"
    "  grants:\n  - {role: VIEWER, inventories: \"*\"}\n";

void RequirePlaces(const exchange::Problems& problems) {
  for (const exchange::Problem& problem : problems.list()) {
    Require(problem.place.file == "any.yaml", "a problem names its file");
    Require(!problem.message.empty(), "a problem says what is wrong");
  }
}

void FuzzManifest(std::string_view bytes) {
  RequirePlaces(exchange::ReadManifestText(std::string(bytes), "any.yaml").problems);
}

void FuzzChanges(std::string_view bytes) {
  RequirePlaces(exchange::ReadChangesText(std::string(bytes), "any.yaml").problems);
}

void FuzzPolicy(std::string_view bytes) {
  const auto policy = access::Policy::Parse(std::string(bytes), "any.yaml");
  Require(policy.ok() || absl::IsInvalidArgument(policy.status()),
          "a policy that is refused is wrong");
}

void FuzzJwks(std::string_view bytes) {
  const auto keys = identity::KeySet::Parse(std::string(bytes));
  Require(keys.ok() ? (*keys)->size() > 0 : absl::IsInvalidArgument(keys.status()),
          "a key set has keys or is refused");
}

// An issuer whose tokens end long after the run.
struct Issued {
  static constexpr int64_t kDaySeconds = 86'400;
  Issued() : issuer(day.days() * kDaySeconds) {
    auto keys = identity::KeySet::Parse(issuer.Jwks());
    Require(keys.ok(), "the issuer's keys are good");
    ring.Use(*keys);
    for (const char* kid : {"rsa", "pss", "ec"}) {
      good.insert(issuer.Good(kid));
    }
  }

  const Date day = Date::Of(2026, 11, 22);
  identity::TestIssuer issuer;
  testing::FakeClock clock{day};
  identity::KeyRing ring;
  std::set<std::string, std::less<>> good;
};

const Issued& TheIssued() {
  static const Issued& issued = *new Issued();
  return issued;
}

void FuzzToken(std::string_view bytes) {
  const Issued& issued = TheIssued();
  const identity::JwtVerifier verifier({identity::kTestIssuer, identity::kTestAudience},
                                       &issued.ring, &issued.clock);
  Require(verifier.Verify(bytes).ok() == (issued.good.count(bytes) > 0),
          "the issuer's own tokens are accepted, byte for byte, and no others");
}

}  // namespace

std::vector<Target> TextTargets() {
  const Issued& issued = TheIssued();
  return {{"manifest", &FuzzManifest, {kManifest}},
          {"changes", &FuzzChanges, {kChanges}},
          {"access_policy", &FuzzPolicy, {kPolicy}},
          {"jwks", &FuzzJwks, {issued.issuer.Jwks()}, 4},
          {"bearer_token", &FuzzToken, {issued.good.begin(), issued.good.end()}, 4}};
}

std::vector<Target> ServiceTargets() {
  std::vector<Target> all = TextTargets();
  for (std::vector<Target>& more : std::vector{TokenTargets(), RpcTargets()}) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  }
  return all;
}

}  // namespace onward::fuzz
