// What a server takes up of files that somebody may be writing at this moment.
#include "services/identity/certificate.h"

#include <gtest/gtest.h>

#include <chrono>

#include "services/identity/test_certificates.h"
#include "tests/support/status_matchers.h"

namespace onward::identity {
namespace {

class CertificateTest : public ::testing::Test {
 protected:
  absl::Status Check(const std::string& chain, const std::string& key,
                     const std::string& client_ca) const {
    return CheckPair(key, chain, client_ca, now_);
  }

  const int64_t now_ = std::chrono::duration_cast<std::chrono::seconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
  TestAuthority first_{"first"};
  TestAuthority second_{"second"};
  const TestPair pair_ = first_.Issue({"server", {"DNS:localhost"}});
};

TEST_F(CertificateTest, WholeFilesAreTaken) {
  ONWARD_EXPECT_OK(Check(pair_.chain, pair_.key, ""));
  ONWARD_EXPECT_OK(Check(pair_.chain + first_.pem(), pair_.key, first_.pem() + second_.pem()));
  ONWARD_EXPECT_OK(Check("# of today\n" + pair_.chain + "\n", pair_.key,
                         first_.pem() + "\n\n" + second_.pem() + "\n"));
}

// A bundle that was cut between two of its certificates cannot be told from a smaller one; anywhere else it can.
TEST_F(CertificateTest, OneThatBreaksOffIsRefused) {
  const std::string bundle = first_.pem() + second_.pem();
  const size_t whole = first_.pem().size();
  for (size_t length = 1; length < bundle.size() - 1; ++length) {
    const bool between = length == whole || length == whole - 1;
    const std::string cut = bundle.substr(0, length);
    EXPECT_EQ(Check(pair_.chain, pair_.key, cut).ok(), between) << "authorities cut at " << length;
    const std::string chain = (pair_.chain + bundle).substr(0, pair_.chain.size() + length);
    EXPECT_EQ(Check(chain, pair_.key, "").ok(), between) << "chain cut after " << length;
  }
  for (size_t length = 0; length < pair_.key.size() - 1; ++length) {
    EXPECT_FALSE(Check(pair_.chain, pair_.key.substr(0, length), "").ok()) << length;
  }
}

}  // namespace
}  // namespace onward::identity
