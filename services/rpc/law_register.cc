#include "services/rpc/law_register.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/put_register.h"
#include "services/commands/register_versions.h"
#include "services/law_register.h"
#include "services/law_version.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

void ToProto(const commands::RegisterInfo& in, v1::RegisterVersion* out) {
  out->set_version(in.version);
  out->set_knowledge_cutoff(in.knowledge_cutoff);
  out->set_sha256(absl::BytesToHexString(in.digest));
  out->set_built_in(in.built_in);
  if (in.put_at != storage::Time()) {
    rpc::ToProto(std::chrono::system_clock::time_point(in.put_at), out->mutable_put_at());
  }
  out->set_author(in.author);
  out->set_comment(in.comment);
  out->set_in_effect(in.in_effect);
}

// INVALID_REGISTER, LIMIT_EXCEEDED.
absl::StatusOr<commands::LawPtr> CheckedLaw(const v1::PutRegisterRequest& request) {
  if (!request.has_register_()) {
    return commands::InvalidRequest("register", "is required");
  }
  const size_t bytes = request.register_().ByteSizeLong();
  if (bytes > services::kRegisterBytesMax) {
    return commands::LimitExceeded("register_bytes_max", services::kRegisterBytesMax, bytes);
  }
  const model::Violations violations = services::CheckRegister(request.register_());
  if (!violations.empty()) {
    return commands::InvalidRegister(violations);
  }
  ONWARD_ASSIGN_OR_RETURN(const services::LoadedRegister loaded,
                          services::LoadRegister(request.register_()));
  return services::MakeLawVersion(loaded);
}

// The list belongs to the store, not to an inventory.
commands::InventoryIdentity StoreIdentity(const ServiceEnv& env) {
  return env.engine->IdentityOf("");
}

}  // namespace

absl::Status DoGetRegister(const ServiceEnv& env, const v1::GetRegisterRequest& request,
                           v1::GetRegisterResponse* response, const CallContext& /*call*/) {
  ONWARD_ASSIGN_OR_RETURN(const commands::KeptRegister kept,
                          commands::GetRegister(*env.engine, request.version()));
  response->mutable_stamp()->set_law_version(kept.info.version);
  ToProto(kept.info, response->mutable_info());
  if (!response->mutable_register_()->ParseFromString(kept.bytes)) {
    return absl::InternalError(absl::StrCat("law register ", kept.info.version, " is unreadable"));
  }
  return absl::OkStatus();
}

absl::Status DoPutRegister(const ServiceEnv& env, const v1::PutRegisterRequest& request,
                           v1::PutRegisterResponse* response, const CallContext& call) {
  commands::PutRegisterRequest put;
  ONWARD_ASSIGN_OR_RETURN(put.law, CheckedLaw(request));
  put.expected_version = request.expected_version();
  put.comment = request.comment();
  put.dry_run = request.dry_run();
  put.author = std::string(call.actor);
  ONWARD_ASSIGN_OR_RETURN(const commands::PutRegisterResult result,
                          commands::PutRegister(*env.engine, put, call));
  v1::AnswerStamp* stamp = response->mutable_stamp();
  stamp->set_law_version(result.in_effect->version());
  stamp->set_as_of(result.when.as_of.ToString());
  ToProto(result.info, response->mutable_info());
  for (const commands::RegisterImpact& impact : result.impacts) {
    v1::RegisterImpact* out = response->add_impacts();
    out->set_inventory(impact.inventory);
    out->set_changed(impact.changed);
    out->set_newly_lacking(impact.newly_lacking);
  }
  response->set_unchanged(result.unchanged);
  return absl::OkStatus();
}

absl::Status DoListRegisterVersions(const ServiceEnv& env,
                                    const v1::ListRegisterVersionsRequest& request,
                                    v1::ListRegisterVersionsResponse* response,
                                    const CallContext& /*call*/) {
  ONWARD_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size()));
  std::optional<uint64_t> from;
  if (!request.page_token().empty()) {
    ONWARD_ASSIGN_OR_RETURN(
        const PageToken token,
        DecodePageToken(request.page_token(), StoreIdentity(env), QuestionOf(request)));
    uint64_t number = 0;
    if (!absl::SimpleAtoi(token.position.after, &number)) {
      return commands::InvalidRequest("page_token", "is not one of this list");
    }
    from = number;
  }
  ONWARD_ASSIGN_OR_RETURN(const commands::RegisterPage page,
                          commands::ListRegisters(*env.engine, from, size));
  for (const commands::RegisterInfo& info : page.versions) {
    ToProto(info, response->add_versions());
  }
  if (page.next) {
    response->set_next_page_token(EncodePageToken(StoreIdentity(env), QuestionOf(request),
                                                  {{0, absl::StrCat(*page.next)}, 0}));
  }
  return absl::OkStatus();
}

}  // namespace onward::rpc
