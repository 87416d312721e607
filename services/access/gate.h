// The one place that decides whether a call may go on: who makes it, what its method asks for (the option `access` of each method,
// proto/onward/v1/access.proto), and what the access policy grants. What is not allowed is denied.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/mutex.h"
#include "services/access/policy.h"
#include "services/identity/authenticator.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace onward::access {

using CallerPtr = std::shared_ptr<const Caller>;

// Who calls. Without `caller`: UNAUTHENTICATED in `status`, and why in words for the log.
struct Identified {
  CallerPtr caller;
  absl::Status status;
  std::string why;
};

// Thread-safe.
class Gate {
 public:
  // `authenticator` must outlive it.
  Gate(const identity::Authenticator& authenticator, PolicyPtr policy);

  // Calls that begin from now on go by this one; those who listen look again.
  void Use(PolicyPtr policy) ONWARD_EXCLUDES(mutex_);
  PolicyPtr policy() const ONWARD_EXCLUDES(mutex_);

  // For calls that last: `look` is called, on the thread that brings the change, as long as somebody holds it.
  using Look = std::function<void()>;
  void Listen(const std::shared_ptr<Look>& look) const ONWARD_EXCLUDES(mutex_);
  // Who may do what has changed: all who listen look again.
  void LookAgain() const ONWARD_EXCLUDES(mutex_);

  Identified Identify(const identity::Evidence& evidence) const;
  // `method` as in Transfers.Check. INVENTORY_NOT_FOUND: no role in the inventory, whether it is there or not, with the very
  // words of an absent one. PERMISSION_DENIED: a role in it, but none that allows this; or nothing that a role allows.
  absl::Status Check(const Caller& caller, std::string_view method,
                     const google::protobuf::Message& request) const;
  // Before the first message of a stream: PERMISSION_DENIED where no inventory at all would do.
  absl::Status CheckBefore(const Caller& caller, std::string_view method) const;

 private:
  struct Rule {
    v1::Permission permission = v1::PERMISSION_UNSPECIFIED;
    // Null: the method is about the whole server.
    const google::protobuf::FieldDescriptor* inventory = nullptr;
    bool creates = false;
  };
  const Rule* RuleOf(std::string_view method) const;

  const identity::Authenticator& authenticator_;
  // By method. Methods without the option are not in it.
  std::unordered_map<std::string, Rule> rules_;
  mutable Mutex mutex_;
  PolicyPtr policy_ ONWARD_GUARDED_BY(mutex_);
  // Those that were let go are forgotten when there are as many as this.
  mutable std::vector<std::weak_ptr<Look>> listening_ ONWARD_GUARDED_BY(mutex_);
  mutable size_t forget_at_ ONWARD_GUARDED_BY(mutex_) = 0;
};

// The reason PERMISSION_DENIED, with the permission that is missing.
absl::Status PermissionDenied(v1::Permission permission);
// The reason UNAUTHENTICATED. It tells a caller nothing of why.
absl::Status Unauthenticated();

}  // namespace onward::access
