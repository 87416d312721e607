#include "clients/cpp/connect.h"

#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_interceptor.h>
#include <sys/stat.h>

#include <fstream>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace onward::client {
namespace {

namespace interceptors = grpc::experimental;

constexpr int kReconnectFirstMs = 100;
constexpr int kReconnectLongestMs = 1'000;
constexpr int kResponseBytesMax = 256 << 20;
constexpr size_t kFileBytesMax = size_t{1} << 20;
constexpr size_t kTokenBytesMax = 8'192;
constexpr char kSystem[] = "system";
constexpr char kSystemAuthorities[] = "/etc/ssl/certs/ca-certificates.crt";

absl::Status Wrong(const std::string& what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  if (!in || !in.read(text.data(), static_cast<std::streamsize>(text.size())).eof()) {
    return Wrong(absl::StrCat("cannot read ", path));
  }
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

// Whether what is sent there stays on this machine.
bool IsLocal(const std::string& address) {
  for (const char* start : {"unix:", "localhost:", "[::1]:"}) {
    if (address.starts_with(start)) {
      return true;
    }
  }
  in_addr v4{};
  const std::string host = address.substr(0, address.rfind(':'));
  return inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24U) == 127;
}

// A token in a file that may be replaced. Thread-safe.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  // The last good one where the file cannot be read any more.
  std::string Token() {
    const std::lock_guard<std::mutex> lock(mutex_);
    struct stat info {};
    if (stat(path_.c_str(), &info) == 0 && (!seen_ || Differs(*seen_, info))) {
      if (absl::StatusOr<std::string> token = Read(); token.ok()) {
        token_ = *std::move(token);
        seen_ = info;
      }
    }
    return token_;
  }

  absl::StatusOr<std::string> Read() const {
    absl::StatusOr<std::string> text = ReadText(path_);
    if (!text.ok()) {
      return text.status();
    }
    std::string token(absl::StripAsciiWhitespace(*text));
    if (token.empty() || token.size() > kTokenBytesMax ||
        token.find_first_of(" \t\r\n") != std::string::npos) {
      return Wrong(absl::StrCat(path_, " holds no token"));
    }
    return token;
  }

 private:
  static bool Differs(const struct stat& a, const struct stat& b) {
    return a.st_ino != b.st_ino || a.st_dev != b.st_dev || a.st_size != b.st_size ||
           a.st_mtim.tv_sec != b.st_mtim.tv_sec || a.st_mtim.tv_nsec != b.st_mtim.tv_nsec;
  }

  const std::string path_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::optional<struct stat> seen_;
  std::string token_;
};

// Adds the token to each call. gRPC's own call credentials work with its TLS channels only.
class AddToken final : public interceptors::Interceptor {
 public:
  explicit AddToken(std::shared_ptr<TokenFile> file) : file_(std::move(file)) {}
  void Intercept(interceptors::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            interceptors::InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace("authorization",
                                                 absl::StrCat("Bearer ", file_->Token()));
    }
    methods->Proceed();
  }

 private:
  const std::shared_ptr<TokenFile> file_;
};

class AddTokens final : public interceptors::ClientInterceptorFactoryInterface {
 public:
  explicit AddTokens(std::shared_ptr<TokenFile> file) : file_(std::move(file)) {}
  interceptors::Interceptor* CreateClientInterceptor(
      interceptors::ClientRpcInfo* /*info*/) override {
    return new AddToken(file_);
  }

 private:
  const std::shared_ptr<TokenFile> file_;
};

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const ConnectOptions& options) {
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return Wrong("a client certificate and its key go together (--tls-cert, --tls-key)");
  }
  if (options.tls_ca.empty()) {
    return options.tls_cert.empty()
               ? absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>(
                     grpc::InsecureChannelCredentials())
               : Wrong("a client certificate needs the authorities of the server (--tls-ca)");
  }
  grpc::SslCredentialsOptions tls;
  const std::pair<std::string, std::string*> files[] = {
      {options.tls_ca == kSystem ? kSystemAuthorities : options.tls_ca, &tls.pem_root_certs},
      {options.tls_cert, &tls.pem_cert_chain},
      {options.tls_key, &tls.pem_private_key}};
  for (const auto& [path, text] : files) {
    if (path.empty()) {
      continue;
    }
    absl::StatusOr<std::string> read = ReadText(path);
    if (!read.ok()) {
      return read.status();
    }
    *text = *std::move(read);
  }
  return grpc::SslCredentials(tls);
}

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectLongestMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectLongestMs);
  arguments.SetMaxReceiveMessageSize(kResponseBytesMax);
  return arguments;
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), Arguments());
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const std::string& address,
                                                       const ConnectOptions& options) {
  auto credentials = CredentialsOf(options);
  if (!credentials.ok()) {
    return credentials.status();
  }
  std::vector<std::unique_ptr<interceptors::ClientInterceptorFactoryInterface>> factories;
  if (!options.token_file.empty()) {
    if (options.tls_ca.empty() && !IsLocal(address)) {
      return Wrong(absl::StrCat("a token is not sent to ", address,
                                " in the clear: TLS is needed (--tls-ca)"));
    }
    auto file = std::make_shared<TokenFile>(options.token_file);
    if (const auto token = file->Read(); !token.ok()) {
      return token.status();
    }
    factories.push_back(std::make_unique<AddTokens>(std::move(file)));
  }
  return interceptors::CreateCustomChannelWithInterceptors(address, *credentials, Arguments(),
                                                           std::move(factories));
}

}  // namespace onward::client
