// For tests: authorities and certificates, made on the spot.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace onward::identity {

// A certificate and its key, in PEM form.
struct TestPair {
  std::string chain;
  std::string key;
};

struct TestSubject {
  std::string common_name = "test";
  // Alternative names as OpenSSL takes them: URI:spiffe://test/a, DNS:localhost, IP:127.0.0.1.
  std::vector<std::string> names = {};
  // From now; negative: in the past.
  int begins_seconds = -3'600;
  int ends_seconds = 86'400;
};

// An authority with a key of its own.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "test authority");
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  TestPair Issue(const TestSubject& subject);
  const std::string& pem() const { return pem_; }

 private:
  std::string name_;
  EVP_PKEY* key_ = nullptr;
  std::string pem_;
  long serial_ = 1;
};

std::string PemOfPrivateKey(EVP_PKEY* key);

}  // namespace onward::identity
