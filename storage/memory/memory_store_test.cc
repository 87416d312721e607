#include "storage/memory/memory_store.h"

#include "storage/conformance/conformance.h"

namespace onward::storage {
namespace {

class TestMemoryStore final : public TestStore {
 public:
  Store& store() override { return *store_; }
  void Reopen() override { FAIL() << "there is nothing to open again"; }

 private:
  const std::unique_ptr<Store> store_ = NewMemoryStore();
};

INSTANTIATE_TEST_SUITE_P(Memory, ConformanceTest,
                         ::testing::Values(Backend{
                             "memory", [] { return std::make_unique<TestMemoryStore>(); },
                             "the memory store ends with the process, by design"}),
                         BackendName);

}  // namespace
}  // namespace onward::storage
