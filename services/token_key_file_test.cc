#include "services/token_key_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using ::testing::HasSubstr;

class TokenKeyFileTest : public ::testing::Test {
 protected:
  const std::string& folder() const { return folder_.path(); }
  std::string path() const { return folder() + "/" + kTokenKeyFile; }
  void Write(const std::string& bytes) {
    std::ofstream(path(), std::ios::binary) << bytes;
    chmod(path().c_str(), 0600);
  }
  std::string Mac() {
    const auto key = OpenTokenKey(folder());
    return key.ok() ? (*key)->Mac("bytes") : key.status().ToString();
  }

 private:
  const testing::TempFolder folder_;
};

TEST_F(TokenKeyFileTest, IsMadeOnceForItsOwnerAlone) {
  const std::string mac = Mac();
  EXPECT_EQ(mac.size(), commands::TokenKey::kMacBytes);
  EXPECT_EQ(Mac(), mac);
  struct stat info {};
  ASSERT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(info.st_size, 32);
  // Nothing else stays behind; another folder has another key.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder()), {}), 1);
  const testing::TempFolder elsewhere;
  const auto other = OpenTokenKey(elsewhere.path());
  ONWARD_ASSERT_OK(other);
  EXPECT_NE((*other)->Mac("bytes"), mac);
}

TEST_F(TokenKeyFileTest, OneThatWasCutShortWhileItWasMadeIsMadeAgain) {
  std::ofstream(path() + ".new") << "half";
  EXPECT_EQ(Mac().size(), commands::TokenKey::kMacBytes);
}

TEST_F(TokenKeyFileTest, ADamagedOneIsRefusedByName) {
  for (const size_t size : {0, 1, 31, 33, 4'096}) {
    Write(std::string(size, 'k'));
    const absl::Status status = OpenTokenKey(folder()).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(status.ToString(), HasSubstr(path()));
  }
}

TEST_F(TokenKeyFileTest, OneThatEverybodyMayReadIsRefused) {
  Write(std::string(32, 'k'));
  chmod(path().c_str(), 0660);
  ONWARD_EXPECT_OK(OpenTokenKey(folder()));
  chmod(path().c_str(), 0604);
  EXPECT_THAT(OpenTokenKey(folder()).status().ToString(), HasSubstr("chmod 600"));
}

TEST_F(TokenKeyFileTest, WhatIsNoFileIsRefused) {
  std::filesystem::create_directory(path());
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenTokenKey(folder()).status()));
  std::filesystem::remove(path());
  std::filesystem::create_symlink("/dev/zero", path());
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenTokenKey(folder()).status()));
}

TEST(TokenKeyTest, VerifiesItsOwnOnly) {
  const auto key = commands::TokenKey::FromBytes(std::string(32, 'k')).value();
  const std::string mac = key->Mac("bytes");
  EXPECT_EQ(absl::BytesToHexString(mac), "e2e226dd1c56759166394fa487bf3b5b");
  EXPECT_TRUE(key->Verifies("bytes", mac));
  EXPECT_FALSE(key->Verifies("byteS", mac));
  EXPECT_FALSE(key->Verifies("bytes", mac.substr(0, 15)));
  EXPECT_FALSE(key->Verifies("bytes", ""));
  EXPECT_FALSE(commands::TokenKey::FromBytes(std::string(31, 'k')).ok());
}

}  // namespace
}  // namespace onward::services
