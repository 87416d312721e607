#include "services/commands/engine.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "storage/errors.h"
#include "storage/load.h"

namespace onward::commands {
namespace {

// Some more parts than threads: parts need not be alike.
size_t PartsOfALoad() {
  const size_t threads = WorkThreads::Max();
  return threads == 1 ? 1 : 3 * threads;
}

// What one thread of a load makes of its part.
class SnapshotPart final : public storage::LoadSink {
 public:
  void Add(RecordPtr record) override { builder_.Add(std::move(record)); }
  uint32_t AddTerms(const model::FlowTerms& terms) override { return builder_.AddTerms(terms); }
  void AddFlow(std::string_view id, std::string_view exporter, std::string_view importer,
               const Interval& interval, uint32_t terms) override {
    builder_.AddFlow(id, exporter, importer, interval, terms);
  }
  SnapshotBuilder Take() { return std::move(builder_); }

 private:
  SnapshotBuilder builder_;
};

storage::Time ToStoreTime(std::chrono::system_clock::time_point time) {
  return std::chrono::time_point_cast<std::chrono::microseconds>(time);
}

// Counts a waiter for as long as it lives.
class Waiter {
 public:
  explicit Waiter(std::atomic<size_t>& count) : count_(count), before_(count_.fetch_add(1)) {}
  ~Waiter() { count_.fetch_sub(1); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  size_t before() const { return before_; }

 private:
  std::atomic<size_t>& count_;
  const size_t before_;
};

// The dearest way counts, where a call judges several times.
void NoteJudged(const CallContext& call, CallTrace::Judged how) {
  if (call.trace != nullptr) {
    call.trace->judged = std::max(call.trace->judged, how);
  }
}

// The same call with a tenth of its time left over: an answer that comes with the deadline is lost.
CallContext GivingUpInTime(CallContext call) {
  const auto now = std::chrono::system_clock::now();
  if (call.deadline != std::chrono::system_clock::time_point::max() && call.deadline > now) {
    call.deadline -= (call.deadline - now) / 10;
  }
  return call;
}

}  // namespace

Engine::Engine(EngineDeps deps, const EngineOptions& options)
    : deps_(std::move(deps)),
      options_(options),
      started_at_(ToStoreTime(clock().Now())),
      law_(deps_.built_in_law),
      residents_(options.memory_budget_bytes, options.inventory_quota) {}

storage::Time Engine::Now() const { return ToStoreTime(clock().Now()); }

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(EngineDeps deps, const EngineOptions& options,
                                                     const Progress& progress) {
  if (deps.token_key == nullptr) {
    ONWARD_ASSIGN_OR_RETURN(deps.token_key, TokenKey::Random());
  }
  std::unique_ptr<Engine> engine(new Engine(std::move(deps), options));
  ONWARD_RETURN_IF_ERROR(engine->LoadLaw());
  ONWARD_RETURN_IF_ERROR(engine->Load(progress));
  return engine;
}

absl::Status Engine::LoadLaw() {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<storage::LawInfo> laws, store().ListLaws());
  if (laws.empty()) {
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(const storage::StoredLaw stored,
                          store().GetLaw(laws.front().meta.version));
  if (stored.info.digest == law()->digest) {
    return absl::OkStatus();
  }
  if (stored.info.digest == built_in_law()->digest) {
    SetLaw(built_in_law());
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(LawPtr law, deps_.load_law(stored.bytes));
  SetLaw(std::move(law));
  return absl::OkStatus();
}

LawPtr Engine::law() const {
  const MutexLock lock(law_mutex_);
  return law_;
}

void Engine::SetLaw(LawPtr law) {
  {
    const MutexLock lock(law_mutex_);
    if (!past_laws_.Find(law_->version())) {
      past_laws_.Add(law_->version(), law_);
    }
    law_ = std::move(law);
  }
  changes_.Notify();
}

absl::StatusOr<LawPtr> Engine::FindLaw(const std::string& version) const {
  {
    const MutexLock lock(law_mutex_);
    if (law_->version() == version) {
      return law_;
    }
    if (auto past = past_laws_.Find(version)) {
      return *std::move(past);
    }
  }
  const absl::StatusOr<storage::StoredLaw> stored = store().GetLaw(version);
  if (absl::IsNotFound(stored.status()) && built_in_law()->version() == version) {
    return built_in_law();
  }
  ONWARD_RETURN_IF_ERROR(stored.status());
  if (stored->info.digest == built_in_law()->digest) {
    return built_in_law();
  }
  ONWARD_ASSIGN_OR_RETURN(LawPtr loaded, deps_.load_law(stored->bytes));
  const MutexLock lock(law_mutex_);
  // Kept verdicts belong to one object: the pages of a list find the same one.
  if (auto past = past_laws_.Find(version)) {
    return *std::move(past);
  }
  past_laws_.Add(version, loaded);
  return loaded;
}

absl::Status Engine::Load(const Progress& progress) {
  ONWARD_ASSIGN_OR_RETURN(std::vector<storage::InventoryHead> heads, store().ListInventories());
  if (heads.empty()) {
    ONWARD_ASSIGN_OR_RETURN(storage::InventoryHead head,
                            store().CreateInventory(kDefaultInventory, "Default", Now()));
    heads.push_back(std::move(head));
  }
  size_t done = 0;
  for (const storage::InventoryHead& head : heads) {
    ONWARD_ASSIGN_OR_RETURN(SnapshotPtr snapshot, Rebuild(head.id, head.revision, CallContext()));
    // What a compaction or an erasure that was cut short left; where that cannot be written now, the next start tries again.
    store().Forget(head.id, {}).status().IgnoreError();
    store().Scrub(head.id, {}).status().IgnoreError();
    residents_.Add(MakeRuntime(head.id, std::move(snapshot)));
    if (progress) {
      progress(++done, heads.size());
    }
  }
  return absl::OkStatus();
}

RuntimePtr Engine::MakeRuntime(const std::string& inventory, SnapshotPtr snapshot) const {
  return std::make_shared<InventoryRuntime>(IdentityOf(inventory), std::move(snapshot),
                                            options_.past_snapshots_max, options_.judged_dates_max,
                                            &changes_);
}

InventoryIdentity Engine::IdentityOf(const std::string& inventory) const {
  return {inventory, store().incarnation(), deps_.token_key};
}

void Engine::FoldIfDue(const std::shared_ptr<InventoryRuntime>& inventory) {
  constexpr size_t kShare = 64;
  const SnapshotPtr head = inventory->head();
  if (head->unfolded() >= std::max(options_.fold_records_min, head->size() / kShare)) {
    folder_.Add(inventory);
  }
}

void Engine::Add(const storage::InventoryHead& head) {
  residents_.Add(MakeRuntime(head.id, Snapshot::Empty()));
}

absl::Status Engine::Load(const storage::InventoryHead& head) {
  ONWARD_ASSIGN_OR_RETURN(SnapshotPtr snapshot, Rebuild(head.id, head.revision, CallContext()));
  residents_.Add(MakeRuntime(head.id, std::move(snapshot)));
  return absl::OkStatus();
}

absl::StatusOr<RuntimePtr> Engine::Find(const std::string& inventory, const CallContext& call) {
  if (call.held != nullptr && call.held->identity().id == inventory) {
    return call.held;
  }
  if (!call.may_block) {
    ONWARD_ASSIGN_OR_RETURN(RuntimePtr at_hand, residents_.Find(inventory, {}, call));
    return at_hand == nullptr ? absl::StatusOr<RuntimePtr>(WouldBlock()) : at_hand;
  }
  const auto load = [this](const std::string& id,
                           const std::function<bool()>& stop) -> absl::StatusOr<RuntimePtr> {
    CallContext reading;
    reading.cancelled = stop;
    ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead head, store().GetHead(id));
    ONWARD_ASSIGN_OR_RETURN(SnapshotPtr snapshot, Rebuild(id, head.revision, reading));
    return MakeRuntime(id, std::move(snapshot));
  };
  return residents_.Find(inventory, load, call);
}

absl::StatusOr<SnapshotPtr> Engine::Rebuild(const std::string& inventory, uint64_t revision,
                                            const CallContext& call) const {
  if (revision == 0) {
    return Snapshot::Empty();
  }
  std::deque<SnapshotPart> parts(PartsOfALoad());
  std::vector<storage::LoadSink*> sinks;
  sinks.reserve(parts.size());
  for (SnapshotPart& part : parts) {
    sinks.push_back(&part);
  }
  absl::Status stopped;
  const auto stop = [&] {
    stopped.Update(call.Check());
    return !stopped.ok();
  };
  ONWARD_RETURN_IF_ERROR(store().Load(inventory, revision, sinks, stop).status());
  ONWARD_RETURN_IF_ERROR(stopped);
  SnapshotBuilder whole = parts.front().Take();
  for (auto part = std::next(parts.begin()); part != parts.end(); ++part) {
    whole.Append(part->Take());
  }
  return whole.Take(revision);
}

absl::Status Engine::Reload(InventoryRuntime& inventory) {
  ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead head,
                          store().GetHead(inventory.identity().id));
  if (head.revision == inventory.head()->revision()) {
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(SnapshotPtr snapshot, Rebuild(head.id, head.revision, CallContext()));
  inventory.Replace(std::move(snapshot));
  const MutexLock lock(what_if_mutex_);
  what_ifs_.Clear();
  return absl::OkStatus();
}

absl::Status Engine::TakeIn() {
  {
    const MutexLock one_put(put_mutex_);
    const LawGate::Put gate(law_gate_);
    ONWARD_RETURN_IF_ERROR(LoadLaw());
  }
  ONWARD_ASSIGN_OR_RETURN(const std::vector<storage::InventoryHead> heads,
                          store().ListInventories());
  for (const storage::InventoryHead& head : heads) {
    // Known ones stay as they are; what is not in memory is read when it is asked about.
    if (residents_.QuotaOf(head.id) == nullptr) {
      Add(head);
    }
    if (const RuntimePtr inventory = residents_.Peek(head.id); inventory != nullptr) {
      const MutexLock lock(inventory->write_mutex());
      ONWARD_RETURN_IF_ERROR(Reload(*inventory));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SnapshotPtr> Engine::At(InventoryRuntime& inventory, uint64_t revision,
                                       const CallContext& call) {
  SnapshotPtr head = inventory.head();
  if (head->revision() == revision) {
    return head;
  }
  if (revision > head->revision()) {
    return storage::RevisionInFuture(inventory.identity().id, revision, head->revision());
  }
  ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead stored,
                          store().GetHead(inventory.identity().id));
  if (revision > 0 && revision < stored.oldest) {
    // It may still be in memory.
    return storage::RevisionCompacted(stored.id, revision, stored.oldest);
  }
  if (SnapshotPtr past = inventory.FindPast(revision); past != nullptr) {
    return past;
  }
  if (!call.may_block) {
    return WouldBlock();
  }
  const uint64_t replacements = inventory.replacements();
  const TraceTime time(call.trace == nullptr ? nullptr : &call.trace->records);
  ONWARD_ASSIGN_OR_RETURN(SnapshotPtr rebuilt, Rebuild(inventory.identity().id, revision, call));
  inventory.KeepPast(rebuilt, replacements);
  return rebuilt;
}

absl::StatusOr<SnapshotPtr> Engine::Wait(InventoryRuntime& inventory, uint64_t revision,
                                         const CallContext& call) {
  if (SnapshotPtr head = inventory.head(); head->revision() >= revision) {
    return head;
  }
  if (!call.may_block) {
    return WouldBlock();
  }
  const Waiter waiter(waiters_);
  if (waiter.before() >= options_.waiters_max) {
    return NotFreshEnough(revision, inventory.head()->revision());
  }
  const TraceTime time(call.trace == nullptr ? nullptr : &call.trace->revision_wait);
  return inventory.WaitFor(revision, GivingUpInTime(call));
}

absl::StatusOr<SnapshotPtr> Engine::Select(InventoryRuntime& inventory, const Freshness& freshness,
                                           const CallContext& call) {
  if (const auto* at_least = std::get_if<AtLeast>(&freshness.requirement)) {
    return Wait(inventory, at_least->revision, call);
  }
  if (const auto* at = std::get_if<AtRevision>(&freshness.requirement)) {
    return At(inventory, at->revision, call);
  }
  // The one process that writes publishes before it acknowledges: what is at hand is the newest.
  return inventory.head();
}

absl::StatusOr<Reading> Engine::ReadStored(const std::string& inventory, const Freshness& freshness,
                                           const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(RuntimePtr runtime, Find(inventory, call));
  ONWARD_ASSIGN_OR_RETURN(SnapshotPtr snapshot, Select(*runtime, freshness, call));
  if (call.trace != nullptr) {
    call.trace->revision = snapshot->revision();
  }
  return Reading{std::move(runtime), std::move(snapshot), law()};
}

absl::StatusOr<Reading> Engine::Read(const std::string& inventory, const Freshness& freshness,
                                     const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading stored, ReadStored(inventory, freshness, call));
  return Imagine(stored, freshness.what_if, call);
}

absl::StatusOr<Reading> Engine::Read(const std::string& inventory, const PageRequest& page,
                                     const Freshness& freshness, const CallContext& call) {
  if (!page.from) {
    return Read(inventory, freshness, call);
  }
  ONWARD_ASSIGN_OR_RETURN(Reading reading,
                          ReadStored(inventory, AtRevision{page.from->revision}, call));
  if (page.from->law_version != reading.law->version()) {
    ONWARD_ASSIGN_OR_RETURN(reading.law, FindLaw(page.from->law_version));
  }
  return Imagine(reading, freshness.what_if, call);
}

std::shared_ptr<Engine::WhatIfSlot> Engine::SlotOf(WhatIfKey key) {
  const MutexLock lock(what_if_mutex_);
  if (auto found = what_ifs_.Find(key)) {
    return *std::move(found);
  }
  auto slot = std::make_shared<WhatIfSlot>();
  what_ifs_.Add(std::move(key), slot);
  return slot;
}

absl::StatusOr<Reading> Engine::Imagine(const Reading& stored, const WhatIfPtr& what_if,
                                        const CallContext& call) {
  if (what_if == nullptr) {
    return stored;
  }
  if (!call.may_block) {
    return WouldBlock();
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  const TraceTime time(call.trace == nullptr ? nullptr : &call.trace->records);
  const std::shared_ptr<WhatIfSlot> slot =
      SlotOf({stored.inventory->identity().id, stored.revision(), stored.law, what_if->digest});
  absl::Status ended;
  const PatientLock lock(slot->mutex, [&] { return !(ended = call.Check()).ok(); });
  if (!lock.held()) {
    return ended;
  }
  slot->mutex.AssertHeld();
  if (!slot->reading) {
    ONWARD_ASSIGN_OR_RETURN(const Assumed assumed, Assume(store(), stored, *what_if));
    slot->reading =
        Reading{std::make_shared<InventoryRuntime>(stored.inventory->identity(), assumed.snapshot,
                                                   options_.past_snapshots_max, kWhatIfDatesMax),
                assumed.snapshot, assumed.law, true};
  }
  return *slot->reading;
}

absl::StatusOr<query::JudgementsPtr> Engine::Judge(const Reading& reading, const When& when,
                                                   const CallContext& call) {
  if (!call.may_block) {
    query::JudgementsPtr at_hand = JudgedAtHand(reading, when);
    if (at_hand == nullptr) {
      return WouldBlock();
    }
    return at_hand;
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  const JudgementKey key{reading.revision(), when.as_of, when.law_known_at, reading.law};
  const TraceTime time(call.trace == nullptr ? nullptr : &call.trace->judging);
  NoteJudged(call, CallTrace::Judged::kAtHand);
  return reading.inventory->Judged(key, call, [&]() -> absl::StatusOr<query::JudgementsPtr> {
    query::JudgeOptions options;
    options.check = [&call] { return call.Check(); };
    const auto earlier = reading.inventory->JudgedEarlier(key, reading.snapshot);
    NoteJudged(call, earlier.has_value() ? CallTrace::Judged::kAfterWrites
                                         : CallTrace::Judged::kFromScratch);
    return earlier.has_value() ? query::Judgements::After(*earlier->judged, reading.snapshot,
                                                          earlier->writes, options)
                               : query::Judgements::Make(reading.snapshot, reading.law->domain,
                                                         {when.as_of, when.law_known_at}, options);
  });
}

query::JudgementsPtr Engine::JudgedAtHand(const Reading& reading, const When& when) const {
  return reading.inventory->FindJudged(
      {reading.revision(), when.as_of, when.law_known_at, reading.law});
}

}  // namespace onward::commands
