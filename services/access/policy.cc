#include "services/access/policy.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/model/validate.h"
#include "services/access/roles.h"
#include "services/exchange/record_reader.h"
#include "services/exchange/yaml_tree.h"
#include "services/identity/small_file.h"

namespace onward::access {
namespace {

using identity::Proof;

constexpr char kKind[] = "AccessPolicy";
constexpr size_t kTextBytesMax = 1'024;
constexpr size_t kGrantsMax = 1'000;

bool EndsWith(const std::string& text, std::string_view end) {
  return std::string_view(text).ends_with(end);
}

Pattern PatternOf(std::string text) {
  const bool prefix = EndsWith(text, "*");
  if (prefix) {
    text.pop_back();
  }
  return {std::move(text), prefix};
}

// What a text that names inventories may be; empty: it is fine.
std::string WrongInventories(const std::string& text) {
  const Pattern pattern = PatternOf(text);
  // With a letter behind it, the beginning of an id is an id.
  const std::string id = pattern.prefix ? pattern.text + "x" : pattern.text;
  return model::IsValidId(id) ? "" : "is no id of an inventory, with * at its end or without";
}

// Finds what the reader of fields cannot know of, rule by rule.
class Checker {
 public:
  using Fail = std::function<void(const std::string& field, const std::string& message)>;
  explicit Checker(Fail fail) : fail_(std::move(fail)) {}

  void Check(const v1::AccessPolicy& policy) {
    if (policy.callers_size() > kRulesMax) {
      fail_("callers", absl::StrCat("has more than ", kRulesMax, " rules"));
    }
    for (int i = 0; i < std::min(policy.callers_size(), kRulesMax); ++i) {
      CheckRule(policy.callers(i), absl::StrCat("callers[", i, "]"));
    }
  }

 private:
  void CheckRule(const v1::AccessRule& rule, const std::string& path) {
    const int matchers = static_cast<int>(!rule.spiffe().empty()) +
                         static_cast<int>(!rule.subject().empty()) +
                         static_cast<int>(!rule.claim().empty()) + static_cast<int>(rule.local());
    if (matchers != 1) {
      fail_(path, "needs exactly one of spiffe, subject, claim and local: true");
    }
    if (rule.claim().empty() != rule.value().empty()) {
      fail_(path, "claim and value go together");
    }
    CheckTexts(rule, path);
    if (rule.grants().empty() || rule.grants_size() > static_cast<int>(kGrantsMax)) {
      fail_(path + ".grants", absl::StrCat("needs 1 to ", kGrantsMax, " entries"));
      return;
    }
    for (int i = 0; i < rule.grants_size(); ++i) {
      CheckGrant(rule.grants(i), absl::StrCat(path, ".grants[", i, "]"));
    }
  }

  void CheckTexts(const v1::AccessRule& rule, const std::string& path) {
    const std::string& uri = rule.spiffe();
    const std::string_view scheme = "spiffe://";
    if (!uri.empty() &&
        (!std::string_view(uri).starts_with(scheme) || uri.size() == scheme.size())) {
      fail_(path + ".spiffe", "must begin with spiffe://");
    }
    const size_t star = uri.find('*');
    const bool last = star == std::string::npos || (star + 1 == uri.size() && EndsWith(uri, "/*"));
    if (!last || uri == "spiffe:///*" || uri == "spiffe://*") {
      fail_(path + ".spiffe", "may have * only as /* at its end, behind a trust domain");
    }
    for (const std::string* text :
         {&rule.spiffe(), &rule.subject(), &rule.claim(), &rule.value()}) {
      if (text->size() > kTextBytesMax) {
        fail_(path, absl::StrCat("has a text of more than ", kTextBytesMax, " bytes"));
      }
    }
  }

  void CheckGrant(const v1::AccessGrant& grant, const std::string& path) {
    if (grant.role() == v1::ACCESS_ROLE_UNSPECIFIED) {
      fail_(path + ".role", "is required");
    }
    const bool operates = grant.role() == v1::ACCESS_ROLE_OPERATOR;
    if (operates != grant.inventories().empty()) {
      fail_(path + ".inventories", operates ? "an OPERATOR sees none: leave it out"
                                            : "is required; [\"*\"] stands for all");
    }
    for (int i = 0; i < grant.inventories_size(); ++i) {
      if (const std::string wrong = WrongInventories(grant.inventories(i)); !wrong.empty()) {
        fail_(absl::StrCat(path, ".inventories[", i, "]"), wrong);
      }
    }
  }

  const Fail fail_;
};

absl::Status ToStatus(const exchange::Problems& problems) {
  std::string text;
  for (const exchange::Problem& problem : problems.list()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", ToString(problem));
  }
  if (problems.not_listed() > 0) {
    absl::StrAppend(&text, "\n(and ", problems.not_listed(), " more)");
  }
  return absl::InvalidArgumentError(text);
}

absl::StatusOr<v1::AccessPolicy> ReadMessage(const std::string& text, const std::string& file) {
  exchange::Problems problems;
  const exchange::YamlTree tree = exchange::ParseYaml(text, {.bytes_max = kPolicyBytesMax});
  for (const exchange::YamlError& error : tree.errors) {
    problems.Add({{file, error.line, error.column}, "", error.message});
  }
  if (problems.empty() && tree.documents.size() != 1) {
    problems.Add({{file, 0, 0}, "", "must hold one document of kind AccessPolicy"});
  }
  if (!problems.empty()) {
    return ToStatus(problems);
  }
  const uint32_t root = tree.documents.front();
  const auto fail = [&](const std::string& field, const std::string& message) {
    const exchange::YamlNode& node = tree.nodes[exchange::FindNode(tree, root, field)];
    problems.Add({{file, node.line, node.column}, field, message});
  };
  if (exchange::KindWordOf(tree, root) != kKind) {
    fail("kind", "must be AccessPolicy");
  }
  v1::AccessPolicy policy;
  exchange::ConversionBudget budget;
  if (exchange::ReadFields(tree, root, file, budget, policy, problems)) {
    Checker(fail).Check(policy);
  }
  if (!problems.empty()) {
    return ToStatus(problems);
  }
  return policy;
}

}  // namespace

template <class Test>
bool Caller::Any(const Test& test) const {
  return std::any_of(grants_.begin(), grants_.end(), [&](const Grants* grants) {
    return std::any_of(grants->begin(), grants->end(), test);
  });
}

bool Caller::May(v1::Permission permission, std::string_view inventory) const {
  return Any([&](const Grant& grant) {
    return Allows(grant.role, permission) && grant.inventories.Matches(inventory);
  });
}

bool Caller::MayAnywhere(v1::Permission permission) const {
  return Any([&](const Grant& grant) { return Allows(grant.role, permission); });
}

bool Caller::MayEverywhere(v1::Permission permission) const {
  return Any([&](const Grant& grant) {
    return Allows(grant.role, permission) && grant.inventories.MatchesAll();
  });
}

bool Caller::Sees(std::string_view inventory) const {
  return Any([&](const Grant& grant) {
    return SeesInventory(grant.role) && grant.inventories.Matches(inventory);
  });
}

void Policy::Add(const v1::AccessRule& rule) {
  const size_t index = rules_.size();
  Grants grants;
  for (const v1::AccessGrant& grant : rule.grants()) {
    if (grant.inventories().empty()) {
      grants.push_back({grant.role(), Pattern()});
    }
    for (const std::string& inventories : grant.inventories()) {
      grants.push_back({grant.role(), PatternOf(inventories)});
    }
  }
  rules_.push_back(std::move(grants));
  if (rule.local()) {
    names_.emplace(Key(Proof::kLocal, identity::kLocalName), index);
  } else if (!rule.subject().empty()) {
    names_.emplace(Key(Proof::kToken, rule.subject()), index);
  } else if (!rule.claim().empty()) {
    claims_.emplace(std::make_pair(rule.claim(), rule.value()), index);
  } else if (EndsWith(rule.spiffe(), "*")) {
    certificate_prefixes_.emplace_back(PatternOf(rule.spiffe()).text, index);
  } else {
    names_.emplace(Key(Proof::kCertificate, rule.spiffe()), index);
  }
}

absl::StatusOr<PolicyPtr> Policy::Parse(const std::string& text, const std::string& file) {
  ONWARD_ASSIGN_OR_RETURN(const v1::AccessPolicy message, ReadMessage(text, file));
  const std::shared_ptr<Policy> policy(new Policy());
  policy->rules_.reserve(static_cast<size_t>(message.callers_size()));
  for (const v1::AccessRule& rule : message.callers()) {
    policy->Add(rule);
  }
  return PolicyPtr(policy);
}

absl::StatusOr<PolicyPtr> Policy::Read(const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const std::string text, identity::ReadSmallFile(path, kPolicyBytesMax));
  return Parse(text, path);
}

std::shared_ptr<const Caller> Policy::CallerOf(identity::PrincipalPtr principal) const {
  std::vector<const Grants*> grants;
  const auto add = [&](auto range) {
    for (auto it = range.first; it != range.second; ++it) {
      grants.push_back(&rules_[it->second]);
    }
  };
  add(names_.equal_range(Key(principal->proof, principal->name)));
  if (principal->proof == Proof::kCertificate) {
    for (const auto& [prefix, index] : certificate_prefixes_) {
      if (principal->name.starts_with(prefix)) {
        grants.push_back(&rules_[index]);
      }
    }
  }
  for (const auto& claim : principal->claims) {
    add(claims_.equal_range(claim));
  }
  return std::make_shared<const Caller>(std::move(principal), std::move(grants),
                                        shared_from_this());
}

bool Policy::Uses(Proof proof) const {
  const auto it = names_.lower_bound(Key(proof, ""));
  if (it != names_.end() && it->first.first == proof) {
    return true;
  }
  return (proof == Proof::kToken && !claims_.empty()) ||
         (proof == Proof::kCertificate && !certificate_prefixes_.empty());
}

}  // namespace onward::access
