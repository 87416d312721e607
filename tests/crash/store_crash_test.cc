// P1, P2: a store that is killed at any moment has lost nothing that it acknowledged, and no revision.
#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>

#include "storage/rocksdb/rocksdb_store.h"
#include "tests/crash/oracle.h"
#include "tests/support/env.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

extern char** environ;

namespace onward::crash {
namespace {

using ::testing::IsEmpty;

// A started program whose output is read line by line.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { fclose(out_); }

  // The next line; empty at the end.
  std::string Line() {
    std::array<char, 4096> line{};
    return fgets(line.data(), static_cast<int>(line.size()), out_) == nullptr ? "" : line.data();
  }
  void Kill() const { kill(pid_, SIGKILL); }
  // The signal that ended it; 0: it ended by itself.
  int Wait() const {
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  pid_t pid_ = -1;
  FILE* out_ = nullptr;
};

// The write of one revision, read by its history entry, its record and its request id, which must agree.
std::optional<Write> WriteAt(const storage::Store& store, const std::string& inventory,
                             uint64_t revision) {
  const auto entry = store.History(inventory, std::nullopt, revision + 1, 1);
  ONWARD_EXPECT_OK(entry);
  if (!entry.ok() || entry->size() != 1 || entry->front().revision != revision) {
    return std::nullopt;
  }
  const std::string& write = entry->front().request_id;
  const auto request = store.FindRequest(inventory, write);
  EXPECT_TRUE(request.ok() && request->has_value() && (*request)->revision == revision) << write;
  const auto own = store.Get(inventory, {model::RecordKind::kParty, write}, revision);
  const auto last = store.Get(inventory, {model::RecordKind::kParty, "last"}, revision);
  if (!own.ok() || !last.ok() || !own->has_value() || !last->has_value()) {
    return std::nullopt;
  }
  EXPECT_EQ((*own)->last_changed_at, revision);
  const std::string& payload = std::get<model::Party>((*own)->record).display_name;
  EXPECT_EQ(std::get<model::Party>((*last)->record).display_name, payload);
  return Write{inventory, write, payload};
}

// The puts of law registers, in order.
void ReadLaws(const storage::Store& store, Found& puts) {
  const auto laws = store.ListLaws();
  ONWARD_ASSERT_OK(laws);
  EXPECT_GE(laws->size(), puts.size()) << "law registers went back";
  while (puts.size() < laws->size()) {
    const storage::LawInfo& info = (*laws)[laws->size() - 1 - puts.size()];
    EXPECT_EQ(info.number, puts.size() + 1);
    const auto law = store.GetLaw(info.meta.version);
    ONWARD_ASSERT_OK(law);
    puts.push_back(Write{kLawLog, info.meta.version, law->bytes});
  }
}

// Reads from the store what was not read before: what was read once cannot change, or the oracle says so at
// the end, when all is read again.
void ReadNew(const storage::Store& store, std::map<std::string, Found>& found) {
  const auto heads = store.ListInventories();
  ONWARD_ASSERT_OK(heads);
  for (const storage::InventoryHead& head : *heads) {
    Found& writes = found[head.id];
    EXPECT_GE(head.revision, writes.size()) << head.id << " went back";
    while (writes.size() < head.revision) {
      writes.push_back(WriteAt(store, head.id, writes.size() + 1));
    }
  }
  ReadLaws(store, found[kLawLog]);
}

// ONWARD_CRASH_CYCLES: how often it is killed. ONWARD_SEED repeats a run, as far as time allows.
TEST(StoreCrashTest, NothingAcknowledgedIsLost) {
  const uint64_t cycles = ::onward::testing::NumberFromEnv("ONWARD_CRASH_CYCLES", 50);
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::array<std::string, 3> steps = {"wal", "anchor", "publish"};
  const ::onward::testing::TempFolder folder;
  Oracle oracle;
  std::map<std::string, Found> found;
  for (uint64_t cycle = 0; cycle < cycles; ++cycle) {
    SCOPED_TRACE("cycle " + std::to_string(cycle));
    std::vector<std::string> arguments = {ONWARD_STORE_CRASH_WRITER, folder.path(),
                                          "run" + std::to_string(cycle)};
    // Every other time it kills itself between two steps of a commit.
    const bool by_itself = cycle % 2 == 1;
    if (by_itself) {
      arguments.push_back(steps.at(cycle / 2 % steps.size()));
      arguments.push_back(std::to_string(1 + random() % 60));
    }
    const uint64_t kill_at = oracle.acknowledged() + 1 + random() % 200;
    Child child(arguments);
    // What is in the pipe was said before it died, so it counts too.
    for (std::string line = child.Line(); !line.empty(); line = child.Line()) {
      if (oracle.Hear(line) && !by_itself && oracle.acknowledged() == kill_at) {
        child.Kill();
      }
    }
    ASSERT_EQ(child.Wait(), SIGKILL);
    const auto store = storage::OpenRocksDb(folder.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    ReadNew(**store, found);
    ASSERT_THAT(oracle.Problems(found), IsEmpty());
  }
  const auto store = storage::OpenRocksDb(folder.path(), {});
  ASSERT_TRUE(store.ok()) << store.status();
  std::map<std::string, Found> all;
  ReadNew(**store, all);
  EXPECT_THAT(oracle.Problems(all), IsEmpty());
  EXPECT_GT(oracle.acknowledged(), cycles);
  RecordProperty("acknowledged", std::to_string(oracle.acknowledged()));
}

}  // namespace
}  // namespace onward::crash
