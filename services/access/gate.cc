#include "services/access/gate.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "graph/base/error_detail.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/law_service.pb.h"
#include "onward/v1/transfers_service.pb.h"
#include "storage/errors.h"

namespace onward::access {
namespace {

constexpr size_t kListeningMin = 64;

using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

std::array<const FileDescriptor*, 4> ServiceFiles() {
  return {v1::ApplyRequest::descriptor()->file(), v1::CheckRequest::descriptor()->file(),
          v1::GetRegisterRequest::descriptor()->file(), v1::StatsRequest::descriptor()->file()};
}

absl::Status WithReason(absl::StatusCode code, const std::string& message, ErrorDetail detail) {
  return WithDetail(absl::Status(code, message), detail);
}

// READ for PERMISSION_READ.
std::string WordOf(v1::Permission permission) {
  return std::string(absl::StripPrefix(v1::Permission_Name(permission), "PERMISSION_"));
}

}  // namespace

absl::Status PermissionDenied(v1::Permission permission) {
  const std::string word = WordOf(permission);
  return WithReason(absl::StatusCode::kPermissionDenied,
                    absl::StrCat("none of your roles allows this: it needs the permission ", word),
                    {"PERMISSION_DENIED", {{"permission", word}}});
}

absl::Status Unauthenticated() {
  return WithReason(absl::StatusCode::kUnauthenticated,
                    "it is not known who calls: a client certificate or a bearer token that this "
                    "server accepts is needed",
                    {"UNAUTHENTICATED", {}});
}

Gate::Gate(const identity::Authenticator& authenticator, PolicyPtr policy)
    : authenticator_(authenticator), policy_(std::move(policy)) {
  for (const FileDescriptor* file : ServiceFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        const MethodDescriptor& method = *file->service(i)->method(j);
        const v1::Access& access = method.options().GetExtension(v1::access);
        const FieldDescriptor* field =
            method.input_type()->FindFieldByName(access.inventory_field());
        // A field that is not there would make the method one of the whole server.
        if (access.inventory_field().empty() || field != nullptr) {
          rules_.emplace(absl::StrCat(file->service(i)->name(), ".", method.name()),
                         Rule{access.permission(), field, access.creates()});
        }
      }
    }
  }
}

void Gate::Use(PolicyPtr policy) {
  {
    const MutexLock lock(mutex_);
    policy_ = std::move(policy);
  }
  LookAgain();
}

void Gate::Listen(const std::shared_ptr<Look>& look) const {
  const MutexLock lock(mutex_);
  if (listening_.size() >= forget_at_) {
    std::erase_if(listening_, [](const std::weak_ptr<Look>& weak) { return weak.expired(); });
    forget_at_ = std::max(kListeningMin, 2 * listening_.size());
  }
  listening_.push_back(look);
}

void Gate::LookAgain() const {
  std::vector<std::weak_ptr<Look>> listening;
  {
    const MutexLock lock(mutex_);
    listening = listening_;
  }
  for (const std::weak_ptr<Look>& weak : listening) {
    if (const std::shared_ptr<Look> look = weak.lock()) {
      (*look)();
    }
  }
}

PolicyPtr Gate::policy() const {
  const MutexLock lock(mutex_);
  return policy_;
}

Identified Gate::Identify(const identity::Evidence& evidence) const {
  absl::StatusOr<identity::PrincipalPtr> principal = authenticator_.Authenticate(evidence);
  if (!principal.ok()) {
    return {nullptr, Unauthenticated(), std::string(principal.status().message())};
  }
  return {policy()->CallerOf(*std::move(principal)), absl::OkStatus(), ""};
}

const Gate::Rule* Gate::RuleOf(std::string_view method) const {
  const auto it = rules_.find(std::string(method));
  return it == rules_.end() ? nullptr : &it->second;
}

absl::Status Gate::Check(const Caller& caller, std::string_view method,
                         const google::protobuf::Message& request) const {
  const Rule* rule = RuleOf(method);
  if (rule == nullptr || rule->permission == v1::PERMISSION_UNSPECIFIED) {
    return PermissionDenied(v1::PERMISSION_UNSPECIFIED);
  }
  if (rule->inventory == nullptr) {
    const bool may = rule->permission == v1::PERMISSION_PUT_LAW
                         ? caller.MayEverywhere(rule->permission)
                         : caller.MayAnywhere(rule->permission);
    return may ? absl::OkStatus() : PermissionDenied(rule->permission);
  }
  if (request.GetDescriptor() != rule->inventory->containing_type()) {
    return PermissionDenied(v1::PERMISSION_UNSPECIFIED);  // the method was misnamed
  }
  std::string scratch;
  const std::string& inventory =
      request.GetReflection()->GetStringReference(request, rule->inventory, &scratch);
  if (rule->creates) {
    const bool may = inventory.empty() ? caller.MayEverywhere(rule->permission)
                                       : caller.May(rule->permission, inventory);
    return may ? absl::OkStatus() : PermissionDenied(rule->permission);
  }
  if (!caller.Sees(inventory)) {
    return storage::InventoryNotFound(inventory);
  }
  return caller.May(rule->permission, inventory) ? absl::OkStatus()
                                                 : PermissionDenied(rule->permission);
}

absl::Status Gate::CheckBefore(const Caller& caller, std::string_view method) const {
  const Rule* rule = RuleOf(method);
  const v1::Permission permission = rule == nullptr ? v1::PERMISSION_UNSPECIFIED : rule->permission;
  return caller.MayAnywhere(permission) ? absl::OkStatus() : PermissionDenied(permission);
}

}  // namespace onward::access
