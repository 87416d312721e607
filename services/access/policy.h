// The access policy: which callers have which roles, and in which inventories. Read from a YAML file
// (proto/onward/v1/access_policy.proto).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "onward/v1/access.pb.h"
#include "onward/v1/access_policy.pb.h"
#include "services/commands/context.h"
#include "services/identity/principal.h"

namespace onward::access {

inline constexpr size_t kPolicyBytesMax = size_t{4} << 20;
inline constexpr int kRulesMax = 10'000;

// A name, or with `prefix` all that begin with it.
struct Pattern {
  std::string text;
  bool prefix = false;

  bool Matches(std::string_view name) const {
    return prefix ? name.starts_with(text) : name == text;
  }
  bool MatchesAll() const { return prefix && text.empty(); }
};

// A role in the inventories that match.
struct Grant {
  v1::AccessRole role = v1::ACCESS_ROLE_UNSPECIFIED;
  Pattern inventories;
};
using Grants = std::vector<Grant>;

// Somebody who was proved to be who he is, and what he may do. Immutable.
class Caller final : public commands::InventoryScope {
 public:
  Caller(identity::PrincipalPtr principal, std::vector<const Grants*> grants,
         std::shared_ptr<const void> policy)
      : principal_(std::move(principal)), grants_(std::move(grants)), policy_(std::move(policy)) {}

  const identity::Principal& principal() const { return *principal_; }
  // Whether a role in this inventory allows it.
  bool May(v1::Permission permission, std::string_view inventory) const;
  // Whether a role allows it in some inventory, or in none in particular.
  bool MayAnywhere(v1::Permission permission) const;
  // Whether a role in all inventories allows it.
  bool MayEverywhere(v1::Permission permission) const;
  bool Sees(std::string_view inventory) const override;

 private:
  template <class Test>
  bool Any(const Test& test) const;

  const identity::PrincipalPtr principal_;
  // Of the policy, which is kept alive.
  const std::vector<const Grants*> grants_;
  const std::shared_ptr<const void> policy_;
};

// Immutable.
class Policy : public std::enable_shared_from_this<Policy> {
 public:
  // `file` names the text in errors. INVALID_ARGUMENT: every problem, a line each, with file, line, column and field.
  static absl::StatusOr<std::shared_ptr<const Policy>> Parse(const std::string& text,
                                                             const std::string& file);
  // Reads the file. INVALID_ARGUMENT also where it cannot be read.
  static absl::StatusOr<std::shared_ptr<const Policy>> Read(const std::string& path);

  std::shared_ptr<const Caller> CallerOf(identity::PrincipalPtr principal) const;
  size_t rules() const { return rules_.size(); }
  // Whether a rule speaks of callers who come with this proof.
  bool Uses(identity::Proof proof) const;

 private:
  Policy() = default;
  void Add(const v1::AccessRule& rule);

  // By what is matched as a whole: kind and text.
  using Key = std::pair<identity::Proof, std::string>;

  std::vector<Grants> rules_;
  // Into rules_.
  std::multimap<Key, size_t> names_;
  std::multimap<std::pair<std::string, std::string>, size_t> claims_;
  std::vector<std::pair<std::string, size_t>> certificate_prefixes_;
};
using PolicyPtr = std::shared_ptr<const Policy>;

}  // namespace onward::access
