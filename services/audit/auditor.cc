#include "services/audit/auditor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"
#include "graph/base/status_macros.h"
#include "storage/audit_source.h"
#include "storage/errors.h"

namespace onward::audit {
namespace {

constexpr size_t kShortIncarnation = 16;

std::string NameOr(const std::string& name, const storage::Store& store) {
  return name.empty() ? "onward." + store.incarnation().substr(0, kShortIncarnation) : name;
}

}  // namespace

absl::Status NoAuditKey() {
  return WithDetail(absl::FailedPreconditionError(
                        "the server has no key to sign checkpoints with: start it with --audit-key "
                        "FILE (`onward audit key --new FILE` makes one)"),
                    {"NO_AUDIT_KEY", {}});
}

absl::StatusOr<std::unique_ptr<Auditor>> Auditor::Make(const storage::Store* store,
                                                       const Clock* clock, AuditorOptions options,
                                                       std::vector<std::unique_ptr<Sink>> sinks,
                                                       OnError on_error) {
  options.name = NameOr(options.name, *store);
  if (!OriginOf(options.name, "x").ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--audit-name: \"", options.name, "\" cannot name a key: no white space, no plus sign"));
  }
  if (!sinks.empty() && !options.key) {
    return absl::InvalidArgumentError(
        "--audit-sink: checkpoints are sent only where --audit-key signs them");
  }
  std::unique_ptr<Auditor> auditor(
      new Auditor(store, clock, std::move(options), std::move(on_error)));
  for (std::unique_ptr<Sink>& sink : sinks) {
    auditor->deliveries_.push_back(std::make_unique<Delivery>(std::move(sink), clock));
  }
  return auditor;
}

Auditor::Auditor(const storage::Store* store, const Clock* clock, AuditorOptions options,
                 OnError on_error)
    : store_(*store),
      clock_(*clock),
      options_(std::move(options)),
      on_error_(std::move(on_error)) {}

Auditor::~Auditor() { Stop(); }

std::string Auditor::public_key() const {
  return options_.key ? options_.key->public_key() : std::string();
}

absl::Status Auditor::Advance(const storage::InventoryHead& head, Tree& tree,
                              const CheckCall& check) const {
  if (tree.frontier.size() >= head.revision && !tree.chain_hash.empty()) {
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<storage::AuditSource> source,
                          store_.Audit(head.id));
  if (tree.chain_hash.empty()) {
    tree.chain_hash = source->chain().start;
  }
  const absl::Status visited = source->VisitEntries(
      tree.frontier.size(),
      [&](uint64_t place,
          const absl::StatusOr<storage::ChangelogEntry>& entry) -> absl::StatusOr<bool> {
        if (place > head.revision) {
          return false;
        }
        ONWARD_RETURN_IF_ERROR(check ? check() : absl::OkStatus());
        ONWARD_RETURN_IF_ERROR(entry.status());
        if (place != tree.frontier.size() + 1 || entry->previous_hash != tree.chain_hash) {
          return storage::Corrupted(absl::StrCat("changelog of ", head.id, ", revision ", place),
                                    "it does not follow the entry before it");
        }
        tree.frontier.Add(LeafHash(entry->hash));
        tree.chain_hash = entry->hash;
        return true;
      });
  ONWARD_RETURN_IF_ERROR(visited);
  return tree.frontier.size() >= head.revision
             ? absl::OkStatus()
             : storage::Corrupted("changelog of " + head.id, "entries are missing");
}

absl::StatusOr<MadeCheckpoint> Auditor::Sign(const std::string& inventory, const Tree& tree) const {
  MadeCheckpoint made;
  ONWARD_ASSIGN_OR_RETURN(made.checkpoint.origin, OriginOf(options_.name, inventory));
  made.checkpoint.tree_size = tree.frontier.size();
  made.checkpoint.root = tree.frontier.Root();
  made.checkpoint.time = std::chrono::floor<std::chrono::seconds>(clock_.Now());
  made.checkpoint.chain_hash = tree.chain_hash;
  if (options_.key) {
    ONWARD_ASSIGN_OR_RETURN(made.note, SignCheckpoint(made.checkpoint, *options_.key));
  }
  return made;
}

absl::StatusOr<MadeCheckpoint> Auditor::CheckpointOf(const std::string& inventory,
                                                     const CheckCall& check) {
  // The head that was published: durable, so that no crash can take back what is signed.
  ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead head, store_.GetHead(inventory));
  const MutexLock lock(mutex_);
  Tree tree = trees_[inventory];
  ONWARD_RETURN_IF_ERROR(Advance(head, tree, check));
  trees_[inventory] = tree;
  return Sign(inventory, tree);
}

absl::Status Auditor::SignOne(const storage::InventoryHead& head) {
  {
    const MutexLock lock(mutex_);
    if (trees_[head.id].sent == head.revision) {
      return absl::OkStatus();
    }
  }
  ONWARD_ASSIGN_OR_RETURN(const MadeCheckpoint made, CheckpointOf(head.id));
  for (const std::unique_ptr<Delivery>& delivery : deliveries_) {
    delivery->Add({head.id, made.checkpoint.tree_size, made.note});
  }
  {
    const MutexLock lock(mutex_);
    trees_[head.id].sent = made.checkpoint.tree_size;
  }
  const MutexLock lock(stats_mutex_);
  ++stats_.checkpoints;
  stats_.last_checkpoint_at = made.checkpoint.time;
  return absl::OkStatus();
}

absl::Status Auditor::SignMoved() {
  if (!can_sign()) {
    return absl::OkStatus();
  }
  absl::Status first;
  const auto heads = store_.ListInventories();
  first.Update(heads.status());
  for (const storage::InventoryHead& head :
       heads.ok() ? *heads : std::vector<storage::InventoryHead>()) {
    first.Update(SignOne(head));
  }
  {
    const MutexLock lock(stats_mutex_);
    stats_.last_error = std::string(first.message());
  }
  if (!first.ok() && on_error_) {
    on_error_(std::string(first.message()));
  }
  return first;
}

void Auditor::Start() {
  if (!can_sign() || thread_.joinable()) {
    return;
  }
  for (const std::unique_ptr<Delivery>& delivery : deliveries_) {
    delivery->Start();
  }
  thread_ = std::thread([this] { Run(); });
}

void Auditor::Run() {
  while (true) {
    SignMoved().IgnoreError();
    std::unique_lock<std::mutex> held(run_mutex_.native());
    stop_.wait_for(held, options_.interval, [this] { return stopping_; });
    if (stopping_) {
      return;
    }
  }
}

void Auditor::Stop() {
  {
    const MutexLock lock(run_mutex_);
    if (stopping_) {
      return;
    }
    stopping_ = true;
    stop_.notify_all();
  }
  if (thread_.joinable()) {
    thread_.join();
    SignMoved().IgnoreError();
  }
  for (const std::unique_ptr<Delivery>& delivery : deliveries_) {
    delivery->Stop();
  }
}

AuditorStats Auditor::stats() const {
  AuditorStats stats;
  {
    const MutexLock lock(stats_mutex_);
    stats = stats_;
  }
  stats.signing = can_sign();
  stats.name = options_.name;
  stats.interval = options_.interval;
  for (const std::unique_ptr<Delivery>& delivery : deliveries_) {
    stats.sinks.push_back(delivery->stats());
  }
  return stats;
}

}  // namespace onward::audit
