// Who makes a call, as it was proved.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace onward::identity {

enum class Proof : uint8_t {
  // Whoever can open the server's Unix socket.
  kLocal,
  // A client certificate, by a URI in it.
  kCertificate,
  // A signed token.
  kToken,
};

struct Principal {
  Proof proof = Proof::kLocal;
  // URI of the certificate, subject of the token, or "local". At most kNameBytesMax bytes, printable ASCII.
  std::string name;
  // Of a token: its claims that are texts; of a list, one entry for each text in it.
  std::vector<std::pair<std::string, std::string>> claims = {};
  // From then on the token does not count, with what clocks may differ by; max: no token, or one beyond what the clock can tell.
  std::chrono::system_clock::time_point until = std::chrono::system_clock::time_point::max();
};
using PrincipalPtr = std::shared_ptr<const Principal>;

inline constexpr size_t kNameBytesMax = 200;
inline constexpr const char* kLocalName = "local";

// Whether it may be a name.
bool IsName(const std::string& text);

// For logs: the URI of a certificate, which names a program; of a subject, which may be a person, the first 12 hexadecimal
// digits of its SHA-256.
std::string LogName(const Principal& principal);

}  // namespace onward::identity
