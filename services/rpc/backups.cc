#include "services/rpc/backups.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "graph/base/clock.h"
#include "graph/base/status_macros.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/validate.h"
#include "storage/errors.h"

namespace onward::rpc {
namespace {

using commands::CallContext;
using storage::BackupInfo;

constexpr int64_t kCommentCharactersMax = 1'024;
constexpr std::chrono::seconds kBetweenReports{5};

// Tells the log of each step when it begins and now and then, and ends the work with the call.
class Reporter {
 public:
  Reporter(const ServiceEnv& env, const CallContext& call) : env_(env), call_(call) {}

  absl::Status operator()(std::string_view step, uint64_t done, uint64_t total) {
    ONWARD_RETURN_IF_ERROR(call_.Check());
    const auto now = std::chrono::steady_clock::now();
    if (env_.backup_progress && (step != step_ || now - told_ >= kBetweenReports)) {
      step_ = std::string(step);
      told_ = now;
      env_.backup_progress(step_, done, total);
    }
    return absl::OkStatus();
  }

 private:
  const ServiceEnv& env_;
  const CallContext& call_;
  std::string step_;
  std::chrono::steady_clock::time_point told_;
};

storage::Progress ReportTo(Reporter& reporter) {
  return [&reporter](std::string_view step, uint64_t done, uint64_t total) {
    return reporter(step, done, total);
  };
}

int64_t CharactersOf(const std::string& utf8) {
  return std::count_if(utf8.begin(), utf8.end(),
                       [](char byte) { return (static_cast<uint8_t>(byte) & 0xC0) != 0x80; });
}

// The list is the server's, not an inventory's.
commands::InventoryIdentity StoreIdentity(const ServiceEnv& env) {
  return env.engine->IdentityOf("");
}

// Backups older than the token's.
absl::StatusOr<uint64_t> BeforeOf(const ServiceEnv& env, const v1::ListBackupsRequest& request) {
  uint64_t before = UINT64_MAX;
  if (request.page_token().empty()) {
    return before;
  }
  ONWARD_ASSIGN_OR_RETURN(
      const PageToken token,
      DecodePageToken(request.page_token(), StoreIdentity(env), QuestionOf(request)));
  if (!absl::SimpleAtoi(token.position.after, &before)) {
    return storage::InvalidWrite("page_token is none of this list");
  }
  return before;
}

}  // namespace

void ToProto(const BackupInfo& info, const CallContext& call, v1::BackupInfo* out) {
  out->set_number(info.number);
  ToProto(std::chrono::system_clock::time_point(info.created_at), out->mutable_created_at());
  out->set_bytes(info.bytes);
  out->set_new_bytes(info.new_bytes);
  out->set_incarnation(info.incarnation);
  for (const auto& [id, revision] : info.heads) {
    if (call.Sees(id)) {
      (*out->mutable_heads())[id] = revision;
    }
  }
  out->set_server_version(info.release);
  out->set_format(info.format);
}

void ToProto(const storage::BackupCheck& check, const CallContext& call,
             v1::VerifyBackupResponse* out) {
  ToProto(check.info, call, out->mutable_backup());
  out->set_files(check.files);
  out->set_revisions(check.revisions);
  out->set_records(check.records);
}

absl::Status DoCreateBackup(const ServiceEnv& env, const v1::CreateBackupRequest& request,
                            v1::CreateBackupResponse* response, const CallContext& call) {
  if (env.backups == nullptr) {
    return storage::NoBackupFolder();
  }
  if (CharactersOf(request.comment()) > kCommentCharactersMax) {
    return storage::InvalidWrite("comment has more than 1,024 characters");
  }
  Reporter reporter(env, call);
  storage::BackupRequest backup;
  backup.created_at =
      std::chrono::time_point_cast<std::chrono::microseconds>(env.engine->clock().Now());
  backup.comment = request.comment();
  backup.release = env.server_version;
  backup.keep = request.keep();
  ONWARD_ASSIGN_OR_RETURN(const storage::BackupCheck check,
                          env.backups->Create(backup, ReportTo(reporter)));
  ToProto(check.info, call, response->mutable_backup());
  return absl::OkStatus();
}

absl::Status DoListBackups(const ServiceEnv& env, const v1::ListBackupsRequest& request,
                           v1::ListBackupsResponse* response, const CallContext& call) {
  if (env.backups == nullptr) {
    return storage::NoBackupFolder();
  }
  ONWARD_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size()));
  ONWARD_ASSIGN_OR_RETURN(const uint64_t before, BeforeOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const std::vector<BackupInfo> all, env.backups->List());
  for (const BackupInfo& info : all) {
    if (info.number >= before) {
      continue;
    }
    if (static_cast<size_t>(response->backups_size()) == size) {
      const uint64_t last = response->backups(response->backups_size() - 1).number();
      response->set_next_page_token(
          EncodePageToken(StoreIdentity(env), QuestionOf(request), {{0, std::to_string(last)}, 0}));
      break;
    }
    ToProto(info, call, response->add_backups());
  }
  return absl::OkStatus();
}

absl::Status DoVerifyBackup(const ServiceEnv& env, const v1::VerifyBackupRequest& request,
                            v1::VerifyBackupResponse* response, const CallContext& call) {
  if (env.backups == nullptr) {
    return storage::NoBackupFolder();
  }
  Reporter reporter(env, call);
  ONWARD_ASSIGN_OR_RETURN(const storage::BackupCheck check,
                          env.backups->Verify(request.number(), ReportTo(reporter)));
  ToProto(check, call, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
