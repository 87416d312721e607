#include "storage/rocksdb/rocksdb_store.h"

#include <utility>

#include "storage/conformance/conformance.h"
#include "tests/support/temp_folder.h"

#if defined(__SANITIZE_THREAD__)
// librocksdb is not instrumented: what it copies between its own threads is not ours to judge.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "ignore_noninstrumented_modules=1"; }
#endif

namespace onward::storage {
namespace {

class TestRocksDbStore final : public TestStore {
 public:
  explicit TestRocksDbStore(RocksDbOptions options) : options_(std::move(options)) { Open(); }

  Store& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    Open();
  }

 private:
  void Open() {
    auto store = OpenRocksDb(folder_.path(), options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  const ::onward::testing::TempFolder folder_;
  const RocksDbOptions options_;
  std::unique_ptr<Store> store_;
};

Backend WithOptions(const RocksDbOptions& options) {
  return {"rocksdb", [options] { return std::make_unique<TestRocksDbStore>(options); }, ""};
}

// Tables are written and compacted all the time.
RocksDbOptions TinyBuffers() {
  RocksDbOptions options;
  options.write_buffer_bytes = 64 << 10;
  options.wal_bytes_max = 64 << 10;
  options.group_commits_max = 1;
  return options;
}

INSTANTIATE_TEST_SUITE_P(RocksDb, ConformanceTest, ::testing::Values(WithOptions({})), BackendName);
INSTANTIATE_TEST_SUITE_P(RocksDbTinyBuffers, ConformanceTest,
                         ::testing::Values(WithOptions(TinyBuffers())), BackendName);

}  // namespace
}  // namespace onward::storage
