// Watchers with random filters and starting points, writers, random cuts: each watcher, across all of its
// streams, is told all that was written, once and in order.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <random>
#include <thread>

#include "services/commands/test_engine.h"
#include "services/commands/test_watch.h"
#include "services/commands/watch_validator.h"
#include "tests/support/env.h"

namespace onward::commands {
namespace {

using model::RecordKind;
using Random = std::mt19937_64;

constexpr int kWriters = 3;
constexpr int kWatchers = 50;

uint64_t Below(Random& random, uint64_t end) { return random() % end; }

class WatchPropertyTest : public EngineTest {
 protected:
  // Queues so short that watchers are cut now and then.
  WatchPropertyTest() {
    EngineOptions options;
    options.watch_items_max = 64;
    options.fold_records_min = 200;
    Reopen(options);
    hub_ = std::make_unique<WatchHub>(engine());
  }
  ~WatchPropertyTest() override { hub_.reset(); }

  // Parties and places of this writer alone, so that it knows which of them are there.
  class Writer {
   public:
    Writer(int number, uint64_t seed) : number_(number), random_(seed) {}

    std::vector<model::Mutation> Next() {
      std::vector<model::Mutation> mutations;
      const size_t many = Below(random_, 10) == 0 ? 12 : 1 + Below(random_, 3);
      for (size_t i = 0; i < many; ++i) {
        const std::string id = std::string(Below(random_, 2) == 0 ? "a" : "b") +
                               std::to_string(number_) + "-" + std::to_string(Below(random_, 40));
        if (std::none_of(mutations.begin(), mutations.end(),
                         [&](const model::Mutation& other) { return other.ref.id == id; })) {
          mutations.push_back(Change(id));
        }
      }
      return mutations;
    }

   private:
    model::Mutation Change(const std::string& id) {
      const bool location = std::hash<std::string>()(id) % 3 == 0;
      if (there_.count(id) > 0 && Below(random_, 4) == 0) {
        there_.erase(id);
        return Delete(location ? RecordKind::kLocation : RecordKind::kParty, id);
      }
      there_.insert(id);
      const std::string name = id + " " + std::to_string(++changes_);
      if (location) {
        model::Location place;
        place.id = id;
        place.country = "US";
        place.name = name;
        return Upsert(place);
      }
      model::Party party = PartyOf(id, "US");
      party.display_name = name;
      return Upsert(party);
    }

    const int number_;
    Random random_;
    std::set<std::string> there_;
    int changes_ = 0;
  };

  void WriteMany(int number, uint64_t seed, uint64_t writes) {
    Writer writer(number, seed);
    for (uint64_t i = 0; i < writes; ++i) {
      ApplyRequest request;
      request.inventory = kDefaultInventory;
      request.request_id = "w" + std::to_string(number) + "-" + std::to_string(i);
      request.mutations = writer.Next();
      const auto written = Apply(engine(), request, CallContext());
      ONWARD_ASSERT_OK(written);
      const std::lock_guard<std::mutex> lock(mutex_);
      ASSERT_TRUE(written_.emplace(written->basis.revision, std::move(request.mutations)).second);
    }
  }

  WatchRequest RandomRequest(Random& random) {
    WatchRequest request;
    request.inventory = kDefaultInventory;
    request.records = true;
    const uint64_t head = Head();
    request.from_revision = Below(random, 3) == 0 ? 0 : 1 + Below(random, head + 1);
    if (Below(random, 3) == 0) {
      request.kinds = {Below(random, 2) == 0 ? RecordKind::kParty : RecordKind::kLocation};
    }
    constexpr std::array<const char*, 5> kPrefixes = {"", "", "a", "b1", "a2-1"};
    request.id_prefix = kPrefixes.at(Below(random, kPrefixes.size()));
    return request;
  }

  // One watcher until it was told all that is written, with random cuts.
  void WatchAll(int number, uint64_t seed) {
    Random random(seed);
    WatchRequest request = RandomRequest(random);
    WatchValidator validator("watcher " + std::to_string(number), request);
    TestWatcher watcher(*hub_);
    uint64_t first = 0;
    bool open = false;
    // Some read a while only once everything was written.
    const bool starved = number % 10 == 0;
    while (!(writing_done_ && validator.next() == Head() + 1)) {
      if (!open) {
        ONWARD_ASSERT_OK(watcher.Open(request));
        open = true;
        if (starved && first == 0) {
          WaitForWriters();
        }
        const auto mark = watcher.Next();
        if (!mark.ok()) {
          open = !CutAsSlow(mark.status());
          continue;
        }
        validator.Begin(mark->basis.revision + 1);
        first = first == 0 ? mark->basis.revision + 1 : first;
        validator.Take(*mark);
      } else {
        const auto message = watcher.Next();
        if (message.ok()) {
          validator.Take(*message);
        }
        open = message.ok() ? Below(random, 60) != 0 : !CutAsSlow(message.status());
      }
      request.from_revision = first == 0 ? request.from_revision : validator.next();
    }
    Finish(validator, first);
  }
  static bool CutAsSlow(const absl::Status& status) {
    EXPECT_TRUE(HasReason(status, "SLOW_CONSUMER")) << status;
    return true;
  }
  void WaitForWriters() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return writing_done_.load(); });
  }
  void Finish(WatchValidator& validator, uint64_t first) {
    const std::lock_guard<std::mutex> lock(mutex_);
    EXPECT_THAT(validator.Check(written_, first), ::testing::IsEmpty());
    events_ += validator.events();
  }
  void CountFinished() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++finished_;
    changed_.notify_all();
  }

  // Marks pass over what filters leave out, so time must go on until all have been told.
  void LetTimePass() {
    std::unique_lock<std::mutex> lock(mutex_);
    writing_done_ = true;
    changed_.notify_all();
    while (!changed_.wait_for(lock, std::chrono::milliseconds(20),
                              [this] { return finished_ == kWatchers; })) {
      clock().Advance(std::chrono::seconds(31));
      hub_->Poke();
    }
  }

  std::unique_ptr<WatchHub> hub_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_, as the numbers are.
  WrittenHistory written_;
  size_t events_ = 0;
  int finished_ = 0;
  std::atomic<bool> writing_done_{false};
};

// ONWARD_WATCH_WRITES: how often each writer writes (1,200: a hundred thousand events); ONWARD_SEED repeats the draws.
TEST_F(WatchPropertyTest, EveryWatcherIsToldEverythingOnceInOrder) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  const uint64_t writes = testing::NumberFromEnv("ONWARD_WATCH_WRITES", 400);
  WriteMany(9, seed, 30);
  std::vector<std::thread> writers;
  std::vector<std::thread> watchers;
  for (int i = 0; i < kWatchers; ++i) {
    watchers.emplace_back([this, i, seed] {
      WatchAll(i, seed + 100 + static_cast<uint64_t>(i));
      CountFinished();
    });
  }
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back(
        [this, i, seed, writes] { WriteMany(i, seed + static_cast<uint64_t>(i), writes); });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  LetTimePass();
  for (std::thread& watcher : watchers) {
    watcher.join();
  }
  EXPECT_EQ(written_.size(), Head());
  EXPECT_EQ(hub_->size(), 0U);
  RecordProperty("events", std::to_string(events_));
}

}  // namespace
}  // namespace onward::commands
