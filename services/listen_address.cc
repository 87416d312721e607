#include "services/listen_address.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "graph/base/status_macros.h"

namespace onward::services {
namespace {

constexpr char kUnix[] = "unix:";

absl::Status Wrong(const std::string& text, const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrCat("--listen: \"", text.substr(0, 200), "\" ", what,
                   "; HOST:PORT or unix:PATH is expected, as in 127.0.0.1:7430"));
}

absl::StatusOr<ListenAddress> ParseUnix(const std::string& text, const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return Wrong(text, "names no path");
  }
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Wrong(text,
                 absl::StrCat("is longer than ", sizeof(sockaddr_un::sun_path) - 1, " bytes"));
  }
  ListenAddress address;
  address.dial = text;
  address.path = path;
  return address;
}

// Whether somebody accepts connections on the socket.
bool Answers(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return true;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  const bool refused = !connected && errno == ECONNREFUSED;
  close(fd);
  return !refused;
}

}  // namespace

bool ListenAddress::IsLocal() const {
  if (IsUnix() || host == "localhost") {
    return true;
  }
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24U) == 127;
  }
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, kUnix)) {
    return ParseUnix(text, std::string(rest));
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return Wrong(text, "has no host and port");
  }
  uint32_t port = 0;
  if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65'535) {
    return Wrong(text, "has no port from 0 to 65535");
  }
  ListenAddress address;
  address.dial = text;
  address.host = text.substr(0, colon);
  if (address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    return Wrong(text, "has an IPv6 address without brackets");
  }
  return address;
}

absl::StatusOr<MetricsAddress> ParseMetricsAddress(const std::string& text) {
  const absl::StatusOr<ListenAddress> address = ParseListenAddress(text);
  MetricsAddress metrics;
  in6_addr ignored{};
  if (address.ok() && !address->IsUnix()) {
    metrics.host = address->host == "localhost" ? "127.0.0.1" : address->host;
  }
  const bool numeric = inet_pton(AF_INET, metrics.host.c_str(), &ignored) == 1 ||
                       inet_pton(AF_INET6, metrics.host.c_str(), &ignored) == 1;
  if (!numeric || !absl::SimpleAtoi(text.substr(text.rfind(':') + 1), &metrics.port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--metrics-listen: \"", text.substr(0, 200),
                     "\" is no HOST:PORT with a numeric address, as in 127.0.0.1:9464"));
  }
  return metrics;
}

absl::Status RemoveStaleSocket(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    return absl::OkStatus();  // nothing there, or listening will say what is wrong
  }
  if (!S_ISSOCK(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("--listen: ", path, " is there and is no socket"));
  }
  if (Answers(path)) {
    return absl::FailedPreconditionError(
        absl::StrCat("--listen: another server answers on ", path));
  }
  unlink(path.c_str());
  return absl::OkStatus();
}

}  // namespace onward::services
