#include "services/metrics/verdict_counter.h"

#include <utility>

namespace onward::metrics {
namespace {

// How many times as long as it worked.
constexpr int kRestFactor = 9;

VerdictCounts CountsOf(const query::Judgements& judged) {
  VerdictCounts counts{};
  const uint32_t flows = judged.snapshot().FlowCount();
  for (uint32_t flow = 0; flow < flows; ++flow) {
    const auto verdict = static_cast<size_t>(judged.VerdictOf(flow));
    if (verdict < counts.size()) {
      ++counts.at(verdict);
    }
  }
  return counts;
}

}  // namespace

VerdictCounter::VerdictCounter(commands::Engine& engine)
    : engine_(engine), thread_([this] { Run(); }) {}

VerdictCounter::~VerdictCounter() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void VerdictCounter::Wake() {
  {
    const MutexLock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

std::map<std::string, VerdictCounts> VerdictCounter::counts() const {
  const MutexLock lock(mutex_);
  std::map<std::string, VerdictCounts> counts;
  for (const auto& [id, counted] : counted_) {
    counts.emplace(id, counted.flows);
  }
  return counts;
}

void VerdictCounter::CountNow() {
  const MutexLock one_round(round_mutex_);
  for (const std::string& id : engine_.residents().Ids()) {
    if (stopping_) {
      return;
    }
    if (engine_.residents().Peek(id) == nullptr && IsCounted(id)) {
      continue;
    }
    // One at a time: those that were read for this may leave memory again.
    if (const auto inventory = engine_.Find(id); inventory.ok()) {
      CountOne(*inventory);
    }
  }
}

bool VerdictCounter::IsCounted(const std::string& id) const {
  const auto stored = engine_.store().GetHead(id);
  const commands::LawPtr law = engine_.law();
  const Date day = engine_.clock().Today();
  const MutexLock lock(mutex_);
  const auto it = counted_.find(id);
  return it != counted_.end() && stored.ok() && it->second.revision == stored->revision &&
         it->second.law == law && it->second.day == day;
}

void VerdictCounter::CountOne(const std::shared_ptr<commands::InventoryRuntime>& inventory) {
  const std::string& id = inventory->identity().id;
  const commands::Reading reading{inventory, inventory->head(), engine_.law()};
  Counted next{reading.revision(), inventory->replacements(), reading.law, engine_.clock().Today()};
  {
    const MutexLock lock(mutex_);
    const auto it = counted_.find(id);
    if (it != counted_.end() && it->second.revision == next.revision &&
        it->second.replacements == next.replacements && it->second.law == next.law &&
        it->second.day == next.day) {
      return;
    }
  }
  commands::CallContext call;
  call.cancelled = [this] { return stopping_.load(); };
  const auto judged = engine_.Judge(reading, {next.day}, call);
  if (!judged.ok()) {
    return;  // it is being stopped; else the next round tries again
  }
  next.flows = CountsOf(**judged);
  const MutexLock lock(mutex_);
  counted_[id] = std::move(next);
}

void VerdictCounter::Run() {
  while (WaitForWake()) {
    const auto began = std::chrono::steady_clock::now();
    CountNow();
    Rest(std::chrono::steady_clock::now() - began);
  }
}

bool VerdictCounter::WaitForWake() {
  std::unique_lock<std::mutex> lock(mutex_.native());
  changed_.wait(lock, [this] { return stopping_ || woken_; });
  woken_ = false;
  return !stopping_;
}

void VerdictCounter::Rest(std::chrono::steady_clock::duration worked) {
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  const auto until =
      std::chrono::system_clock::now() +
      std::chrono::duration_cast<std::chrono::system_clock::duration>(worked * kRestFactor);
  std::unique_lock<std::mutex> lock(mutex_.native());
  changed_.wait_until(lock, until, [this] { return stopping_.load(); });
}

}  // namespace onward::metrics
