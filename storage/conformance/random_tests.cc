// Random operations and reopenings against one map; many threads at once.
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "storage/conformance/conformance.h"
#include "tests/support/env.h"

namespace onward::storage {
namespace {

using ::onward::testing::IsOk;

// What the store should hold: for each inventory, the parties of each revision by id.
using Parties = std::map<std::string, std::string>;
using Model = std::map<std::string, std::vector<Parties>>;

class RandomRun {
 public:
  explicit RandomRun(uint64_t seed) : random_(seed) {}

  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  std::string Pick(const std::vector<std::string>& of) { return of[Below(of.size())]; }

  // Writes to distinct parties, and what they make of `parties`.
  std::vector<RecordWrite> Writes(Parties& parties) {
    std::set<std::string> ids;
    for (size_t i = Below(4); i > 0; --i) {
      ids.insert(Pick({"a", "a-", "a-b", "a.b", "b", "c", "zz"}));
    }
    std::vector<RecordWrite> writes;
    for (const std::string& id : ids) {
      if (Below(3) == 0) {
        writes.push_back(DeleteParty(id));
        parties.erase(id);
      } else {
        const std::string name = std::string(Below(50), 'n') + std::to_string(Below(1000));
        writes.push_back(PutParty(id, name));
        parties[id] = name;
      }
    }
    return writes;
  }

 private:
  std::mt19937_64 random_;
};

Parties AllAt(Store& store, const std::string& inventory, uint64_t revision) {
  Parties parties;
  ONWARD_EXPECT_OK(store.Scan(inventory, revision, [&parties](const StoredRecord& stored) {
    const auto& party = std::get<model::Party>(stored.record);
    parties[party.id] = party.display_name;
    return true;
  }));
  return parties;
}

void ExpectEqual(Store& store, const Model& model) {
  EXPECT_EQ(store.ListInventories()->size(), model.size());
  for (const auto& [inventory, revisions] : model) {
    EXPECT_EQ(store.GetHead(inventory)->revision, revisions.size() - 1);
    for (uint64_t revision = 0; revision < revisions.size(); ++revision) {
      ASSERT_EQ(AllAt(store, inventory, revision), revisions[revision])
          << inventory << " at " << revision;
    }
  }
}

TEST_P(ConformanceTest, RandomOperationsAgreeWithOneMap) {
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  RandomRun run(seed);
  Model model;
  for (int step = 0; step < 250; ++step) {
    const std::string inventory = run.Pick({"x", "y", "z"});
    if (model.count(inventory) == 0) {
      ONWARD_ASSERT_OK(store().CreateInventory(inventory, "", At(step)));
      model[inventory] = {Parties()};
      continue;
    }
    std::vector<Parties>& revisions = model[inventory];
    const uint64_t head = revisions.size() - 1;
    const size_t what = run.Below(20);
    if (what == 0 && GetParam().keeps_nothing.empty()) {
      Reopen();
    } else if (what == 1) {
      EXPECT_THAT(store().Commit(inventory, head + 1, {}, {}), HasErrorReason("HEAD_MOVED"));
    } else if (what < 6) {
      const uint64_t at = run.Below(head + 1);
      const std::string id = run.Pick({"a", "a-", "a-b", "zz"});
      const auto found = revisions[at].find(id);
      EXPECT_EQ(NameAt(inventory, id, at), found == revisions[at].end() ? "-" : found->second);
    } else {
      Parties next = revisions.back();
      const std::vector<RecordWrite> writes = run.Writes(next);
      ASSERT_THAT(store().Commit(inventory, head, writes, {}), IsOk());
      revisions.push_back(std::move(next));
    }
  }
  ExpectEqual(store(), model);
  if (GetParam().keeps_nothing.empty()) {
    Reopen();
    ExpectEqual(store(), model);
  }
}

// Reads the head and commits on top of it until it works.
void CommitOnHead(Store& store, const std::string& inventory, const std::string& id) {
  while (true) {
    const uint64_t head = store.GetHead(inventory)->revision;
    const auto done = store.Commit(inventory, head, {PutParty(id, id)}, {});
    if (done.ok()) {
      EXPECT_EQ(*done, head + 1);
      return;
    }
    ASSERT_THAT(done, HasErrorReason("HEAD_MOVED"));
  }
}

TEST_P(ConformanceTest, EightWritersMakeOneGaplessLine) {
  constexpr int kWriters = 8;
  constexpr int kEach = 20;
  Create("shared");
  for (int w = 0; w < kWriters; ++w) {
    Create("own" + std::to_string(w));
  }
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([this, w] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(w) + "-" + std::to_string(i);
        CommitOnHead(store(), "shared", id);
        CommitOnHead(store(), "own" + std::to_string(w), id);
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  EXPECT_EQ(Head("shared"), kWriters * kEach);
  EXPECT_EQ(ScanAt("shared", kWriters * kEach).size(), kWriters * kEach);
  uint64_t expected = kWriters * kEach;
  for (const RevisionInfo& info : Entries("shared", std::nullopt, 0, 1000)) {
    EXPECT_EQ(info.revision, expected--);
    EXPECT_EQ(info.changes.size(), 1U);
  }
  EXPECT_EQ(expected, 0U);
  EXPECT_EQ(Head("own3"), kEach);
}

TEST_P(ConformanceTest, AReaderSeesWholeRevisionsWhileOthersWrite) {
  Create("a");
  Commit("a", {PutParty("p", "0"), PutParty("q", "0")});
  std::atomic<bool> stop{false};
  std::thread writer([this, &stop] {
    for (int i = 1; i <= 100; ++i) {
      const std::string name = std::to_string(i);
      ONWARD_EXPECT_OK(store().Commit("a", static_cast<uint64_t>(i),
                                      {PutParty("p", name), PutParty("q", name)}, {}));
    }
    stop = true;
  });
  while (!stop) {
    const uint64_t head = store().GetHead("a")->revision;
    const Parties parties = AllAt(store(), "a", head);
    ASSERT_EQ(parties.size(), 2U);
    EXPECT_EQ(parties.at("p"), std::to_string(head - 1));
    EXPECT_EQ(parties.at("q"), std::to_string(head - 1));
    EXPECT_EQ(NameAt("a", "p", head), std::to_string(head - 1));
  }
  writer.join();
}

}  // namespace
}  // namespace onward::storage
