// One thread that tells watchers what changes.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "services/commands/watch.h"
#include "services/commands/watch_feed.h"

namespace onward::commands {

// A watcher, and how far it was told.
struct WatchCursor {
  WatchPtr watch;
  WatchRequest request;
  std::shared_ptr<InventoryRuntime> inventory;
  // First revision that was not told yet.
  uint64_t next = 1;
  // What verdicts and findings were last told for.
  LawPtr law;
  Date day;
  // It has been told all there was: from then on it has to keep up.
  bool live = false;
  std::chrono::system_clock::time_point told;
};

// A mark for what the watcher was told. `law` is the one in effect.
WatchMessage MarkOf(const WatchCursor& cursor, const LawPtr& law);

// Thread-safe; has a thread of its own from the first watcher on. Each watcher in turn gets a few revisions,
// so that one that is far behind keeps no other waiting. The engine must outlive it.
class WatchLane {
 public:
  explicit WatchLane(Engine& engine);
  // Ends the thread; watches that are open are told nothing more.
  ~WatchLane();
  WatchLane(const WatchLane&) = delete;
  WatchLane& operator=(const WatchLane&) = delete;

  void Add(WatchCursor cursor);
  // Looks whether there is something to tell.
  void Wake();

 private:
  void Run();
  // Waits for something to do; false: the end.
  bool Wait(bool at_once);
  // One turn of each watcher; true: some have more to be told.
  bool Round();
  // True: there is more to tell.
  absl::StatusOr<bool> Turn(WatchCursor& cursor);
  absl::Status TellNewLaw(WatchCursor& cursor);
  absl::Status TellNewDay(WatchCursor& cursor, Date today);
  absl::Status TellAnew(WatchCursor& cursor, WatchCause cause, const JudgedState& before,
                        const JudgedState& after);
  absl::Status TellRevision(WatchCursor& cursor, uint64_t head);
  absl::Status AddJudged(WatchCursor& cursor, const JudgedState& before, const JudgedState& after,
                         WatchMessage& message);
  void TellProgress(WatchCursor& cursor, std::chrono::system_clock::time_point now);
  void Put(WatchCursor& cursor, WatchMessage message);
  WatchFeed& FeedOf(const WatchCursor& cursor);
  void Sweep();

  Engine& engine_;
  CallContext call_;
  std::atomic<bool> stopped_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  bool woken_ = false;
  std::vector<WatchCursor> added_;
  std::thread thread_;

  // Of the thread.
  std::vector<WatchCursor> cursors_;
  std::map<const InventoryRuntime*, std::unique_ptr<WatchFeed>> feeds_;
};

}  // namespace onward::commands
