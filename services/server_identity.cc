#include "services/server_identity.h"

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/logging.h"
#include "services/server_credentials.h"

namespace onward::services {
namespace {

constexpr const char* kHttps = "https://";
// How often it is looked whether files were replaced.
constexpr std::chrono::milliseconds kFilesLook(1'000);

absl::Status Wrong(const char* what) { return absl::InvalidArgumentError(what); }

absl::Status CheckTlsOptions(const Options& options, const ListenAddress& address) {
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return Wrong("--tls-cert and --tls-key go together");
  }
  if (!options.tls_client_ca.empty() && options.tls_cert.empty()) {
    return Wrong("--tls-client-ca needs --tls-cert and --tls-key");
  }
  if (address.IsUnix() && !options.tls_cert.empty()) {
    return Wrong("--tls-cert is for HOST:PORT; on a Unix socket the edge has the certificate");
  }
  if (!address.IsUnix() && options.trust_edge_client_cert) {
    return Wrong(
        "--trust-edge-client-cert needs --listen unix:PATH: on a port anybody could send the "
        "header");
  }
  return absl::OkStatus();
}

absl::Status CheckTokenOptions(const Options& options) {
  const bool keys = !options.jwt_keys.empty();
  if (options.jwt_issuer.empty() == keys || options.jwt_audience.empty() == keys) {
    return Wrong("--jwt-keys, --jwt-issuer and --jwt-audience go together");
  }
  if (keys && options.access_policy.empty()) {
    return Wrong("--jwt-keys needs --access-policy, which gives roles to who shows a token");
  }
  if (absl::StartsWithIgnoreCase(options.jwt_keys, "http:")) {
    return Wrong("--jwt-keys: a file or https://... is needed; http: can be forged on its way");
  }
  if (!options.jwt_keys_ca.empty() && !absl::StartsWith(options.jwt_keys, kHttps)) {
    return Wrong("--jwt-keys-ca is for --jwt-keys https://...");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckIdentityOptions(const Options& options, const ListenAddress& address) {
  ONWARD_RETURN_IF_ERROR(CheckTlsOptions(options, address));
  ONWARD_RETURN_IF_ERROR(CheckTokenOptions(options));
  const bool proves = address.dial.empty() || address.IsUnix() || !options.tls_client_ca.empty() ||
                      !options.jwt_keys.empty();
  return options.access_policy.empty() || proves
             ? absl::OkStatus()
             : Wrong(
                   "--access-policy: nobody could prove who he is; give --tls-client-ca or "
                   "--jwt-keys, or listen on unix:PATH");
}

absl::StatusOr<std::unique_ptr<ServerIdentity>> ServerIdentity::Open(
    const Options& options, const identity::Authenticator* authenticator, const Log* log) {
  std::unique_ptr<ServerIdentity> opened(new ServerIdentity(log));
  ONWARD_RETURN_IF_ERROR(opened->OpenTls(options));
  ONWARD_RETURN_IF_ERROR(opened->OpenTokens(options));
  ONWARD_RETURN_IF_ERROR(opened->OpenGate(options, authenticator));
  opened->LogState();
  opened->WatchFiles(options);
  return opened;
}

absl::Status ServerIdentity::OpenTls(const Options& options) {
  credentials_ = grpc::InsecureServerCredentials();
  if (options.tls_cert.empty()) {
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(
      tls_, identity::TlsFiles::Open({options.tls_cert, options.tls_key, options.tls_client_ca},
                                     &clock_));
  // Who shows a token needs no certificate.
  credentials_ = TlsCredentials(*tls_, options.jwt_keys.empty());
  return absl::OkStatus();
}

absl::Status ServerIdentity::OpenTokens(const Options& options) {
  if (options.jwt_keys.empty()) {
    return absl::OkStatus();
  }
  std::function<void()> unknown_kid;
  if (absl::StartsWith(options.jwt_keys, kHttps)) {
    identity::JwksSource source;
    source.url = options.jwt_keys;
    source.ca_file = options.jwt_keys_ca;
    if (options.store != "memory") {
      source.kept = {absl::StrCat(options.data, "/", identity::kKeptKeysFile), options.jwt_keys,
                     std::chrono::seconds(options.jwt_keys_kept_seconds)};
    }
    const auto tell = [log = log_](const absl::Status& status, size_t keys) {
      if (log != nullptr) {
        log->Write(status.ok() ? LogLevel::kInfo : LogLevel::kError,
                   status.ok()
                       ? "keys of tokens were read"
                       : "keys of tokens cannot be read or kept; the last good ones stay in effect",
                   {{"keys", absl::StrCat(keys)}, {"error", std::string(status.message())}});
      }
    };
    fetcher_ = std::make_unique<identity::JwksFetcher>(std::move(source), &keys_, &clock_, tell);
    unknown_kid = [this] { fetcher_->Want(); };
  } else {
    ONWARD_RETURN_IF_ERROR(keys_.UseFile(options.jwt_keys));
  }
  tokens_ = std::make_unique<identity::JwtVerifier>(
      identity::TokenRules{options.jwt_issuer, options.jwt_audience}, &keys_, &clock_,
      std::move(unknown_kid));
  return absl::OkStatus();
}

absl::Status ServerIdentity::OpenGate(const Options& options,
                                      const identity::Authenticator* authenticator) {
  if (options.access_policy.empty()) {
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(access::PolicyPtr policy, access::Policy::Read(options.access_policy));
  authenticator_ = std::make_unique<identity::CallerAuthenticator>(identity::CallerRules{
      .edge_certificates = options.trust_edge_client_cert, .tokens = tokens_.get()});
  gate_ = std::make_unique<access::Gate>(
      authenticator != nullptr ? *authenticator : *authenticator_, std::move(policy));
  return absl::OkStatus();
}

void ServerIdentity::WatchFiles(const Options& options) {
  std::vector<ReloadItem> items;
  if (tls_ != nullptr) {
    items.push_back({"certificate",
                     {options.tls_cert, options.tls_key, options.tls_client_ca},
                     [this] { return tls_->Reload(); }});
  }
  if (tokens_ != nullptr && fetcher_ == nullptr) {
    items.push_back({"keys of tokens", {options.jwt_keys}, [this, path = options.jwt_keys] {
                       const absl::Status status = keys_.UseFile(path);
                       if (status.ok() && gate_ != nullptr) {
                         gate_->LookAgain();
                       }
                       return status;
                     }});
  }
  if (gate_ != nullptr) {
    items.push_back(
        {"access policy", {options.access_policy}, [this, path = options.access_policy] {
           absl::StatusOr<access::PolicyPtr> policy = access::Policy::Read(path);
           if (policy.ok()) {
             gate_->Use(*std::move(policy));
           }
           return policy.status();
         }});
  }
  reloader_ = std::make_unique<Reloader>(std::move(items), log_, kFilesLook);
}

void ServerIdentity::LogState() const {
  if (log_ == nullptr) {
    return;
  }
  if (gate_ == nullptr) {
    log_->Write(LogLevel::kInfo, "no access policy: whoever reaches the address may do everything");
  } else {
    log_->Write(LogLevel::kInfo, "access policy in effect",
                {{"rules", absl::StrCat(gate_->policy()->rules())}});
  }
}

}  // namespace onward::services
