// The suite that every backend passes. A backend's own test file hands over a factory:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, ConformanceTest, ::testing::Values(backend), BackendName);
//
// A sentence of storage/store.h and its test here come and go together.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "graph/base/error_detail.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {

// A store and what it lies on.
class TestStore {
 public:
  TestStore() = default;
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;
  virtual ~TestStore() = default;

  virtual Store& store() = 0;
  // Closes the store and opens it again. Called only where the backend keeps anything.
  virtual void Reopen() = 0;
};

struct Backend {
  std::string name;
  // A new, empty store.
  std::function<std::unique_ptr<TestStore>()> make;
  // Why tests that open the store again are left out; empty: they are run.
  std::string keeps_nothing;
};

inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }
inline std::string BackendName(const ::testing::TestParamInfo<Backend>& info) {
  return info.param.name;
}

// Has the reason (a name of onward.v1.ErrorReason).
MATCHER_P(HasErrorReason, reason, "") {
  const absl::Status& status = ::onward::testing::GetStatus(arg);
  *result_listener << "is " << status.ToString();
  return HasReason(status, reason);
}

// A party with an id and a name to tell versions apart.
model::Record TestParty(const std::string& id, const std::string& name);
RecordWrite PutParty(const std::string& id, const std::string& name);
RecordWrite DeleteParty(const std::string& id);
model::RecordRef PartyRef(const std::string& id);
Time At(int64_t micros);

class ConformanceTest : public ::testing::TestWithParam<Backend> {
 protected:
  ConformanceTest() : test_store_(GetParam().make()) {}

  Store& store() { return test_store_->store(); }
  void Reopen() { test_store_->Reopen(); }

  // Makes an inventory.
  void Create(const std::string& inventory);
  // Commits on top of the head and expects success.
  uint64_t Commit(const std::string& inventory, const std::vector<RecordWrite>& writes,
                  const std::string& request_id = "");
  // Name of the party as of a revision; "-" where it is not there.
  std::string NameAt(const std::string& inventory, const std::string& id, uint64_t revision);
  // All parties as of a revision, as id=name@revision, in order of the scan.
  std::vector<std::string> ScanAt(const std::string& inventory, uint64_t revision);
  uint64_t Head(const std::string& inventory);
  // Five commits: p in 1, 2 and 4; q made in 1, deleted in 3, made again in 4; r made in 2, deleted in 5.
  void CommitFive(const std::string& inventory);
  // The same in a new inventory.
  void WriteFive(const std::string& inventory = "a");
  // Compacts on top of the head and expects success.
  void Compact(const std::string& inventory, uint64_t oldest);
  // After WriteFive and Compact to 3.
  void ExpectReadableFromThree();
  // History, which must succeed, and its revisions.
  std::vector<RevisionInfo> Entries(const std::string& inventory,
                                    const std::optional<model::RecordRef>& ref, uint64_t before,
                                    size_t limit);
  std::vector<uint64_t> Revisions(const std::string& inventory,
                                  const std::optional<model::RecordRef>& ref, uint64_t before,
                                  size_t limit);

 private:
  std::unique_ptr<TestStore> test_store_;
};

// Skips where the backend keeps nothing.
#define ONWARD_NEEDS_REOPEN()                   \
  do {                                          \
    if (!GetParam().keeps_nothing.empty()) {    \
      GTEST_SKIP() << GetParam().keeps_nothing; \
    }                                           \
  } while (false)

}  // namespace onward::storage
