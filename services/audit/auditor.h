// Signs the chains of all inventories: when asked, every so often where a head moved, and at the end; and hands
// the checkpoints to the sinks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"
#include "graph/base/mutex.h"
#include "services/audit/delivery.h"
#include "services/audit/sink.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/ed25519.h"
#include "storage/audit/merkle.h"
#include "storage/store.h"

namespace onward::audit {

struct AuditorOptions {
  // Null: nothing is signed.
  std::optional<SigningKey> key;
  // What origins begin with; empty: made of the store's incarnation.
  std::string name;
  std::chrono::seconds interval{300};
};

// A checkpoint, and its note; the note is empty where there is no key.
struct MadeCheckpoint {
  Checkpoint checkpoint;
  std::string note;
};

struct AuditorStats {
  bool signing = false;
  std::string name;
  std::chrono::seconds interval{0};
  uint64_t checkpoints = 0;
  std::optional<std::chrono::system_clock::time_point> last_checkpoint_at;
  // Of the last round; empty: it went well.
  std::string last_error;
  std::vector<DeliveryStats> sinks;
};

// FAILED_PRECONDITION, NO_AUDIT_KEY.
absl::Status NoAuditKey();

// Asked while a chain is read; an error ends the work with it. May be empty.
using CheckCall = std::function<absl::Status()>;

// Thread-safe.
class Auditor {
 public:
  // Told why a round failed; may be empty.
  using OnError = std::function<void(const std::string& what)>;

  // INVALID_ARGUMENT for a name that no key can be called, or sinks without a key. Store and clock must
  // outlive it.
  static absl::StatusOr<std::unique_ptr<Auditor>> Make(const storage::Store* store,
                                                       const Clock* clock, AuditorOptions options,
                                                       std::vector<std::unique_ptr<Sink>> sinks,
                                                       OnError on_error = {});
  ~Auditor();
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  // Of the head as it is. Reads the entries since the last one. INVENTORY_NOT_FOUND; Corrupted where an
  // entry does not follow the one before: such a chain is not signed.
  absl::StatusOr<MadeCheckpoint> CheckpointOf(const std::string& inventory,
                                              const CheckCall& check = {}) ONWARD_EXCLUDES(mutex_);
  bool can_sign() const { return options_.key.has_value(); }
  // 32 bytes; empty without a key.
  std::string public_key() const;

  // Signs every inventory that moved since the last round and hands the notes to the sinks. Goes on after
  // an error; returns the first one.
  absl::Status SignMoved() ONWARD_EXCLUDES(mutex_, stats_mutex_);
  // Rounds from a thread of its own from now on, and sending.
  void Start();
  // One last round, and the end of all threads. Further calls do nothing.
  void Stop();

  AuditorStats stats() const ONWARD_EXCLUDES(stats_mutex_);

 private:
  // What is known of a chain.
  struct Tree {
    Frontier frontier;
    std::string chain_hash;
    // Size that was signed in a round.
    std::optional<uint64_t> sent;
  };

  Auditor(const storage::Store* store, const Clock* clock, AuditorOptions options,
          OnError on_error);
  absl::Status Advance(const storage::InventoryHead& head, Tree& tree,
                       const CheckCall& check) const;
  absl::StatusOr<MadeCheckpoint> Sign(const std::string& inventory, const Tree& tree) const;
  absl::Status SignOne(const storage::InventoryHead& head) ONWARD_EXCLUDES(mutex_, stats_mutex_);
  void Run() ONWARD_EXCLUDES(run_mutex_);

  const storage::Store& store_;
  const Clock& clock_;
  AuditorOptions options_;
  const OnError on_error_;
  std::vector<std::unique_ptr<Delivery>> deliveries_;

  Mutex mutex_;
  std::map<std::string, Tree> trees_ ONWARD_GUARDED_BY(mutex_);
  mutable Mutex stats_mutex_;
  AuditorStats stats_ ONWARD_GUARDED_BY(stats_mutex_);
  Mutex run_mutex_;
  std::condition_variable stop_;
  bool stopping_ ONWARD_GUARDED_BY(run_mutex_) = false;
  std::thread thread_;
};

}  // namespace onward::audit
