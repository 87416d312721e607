#include "services/commands/fair_queue.h"

#include <algorithm>
#include <utility>

namespace onward::commands {

FairQueue::Pushed FairQueue::Push(const std::string& key, Work work) {
  if (waiting_ >= waiting_max_) {
    return Pushed::kFull;
  }
  const auto known = keys_.find(key);
  if (known != keys_.end() && known->second.waiting.size() >= key_waiting_max_) {
    return Pushed::kKeyFull;
  }
  Key& of_key = keys_[key];
  if (of_key.waiting.empty()) {
    turns_.push_back(key);
  }
  of_key.waiting.push_back(std::move(work));
  ++waiting_;
  return Pushed::kYes;
}

std::optional<FairQueue::Turn> FairQueue::Pop(size_t key_running_max) {
  const auto next = std::find_if(turns_.begin(), turns_.end(), [&](const std::string& key) {
    return key.empty() || keys_.at(key).running < key_running_max;
  });
  if (next == turns_.end()) {
    return std::nullopt;
  }
  Key& of_key = keys_.at(*next);
  Turn turn{*next, std::move(of_key.waiting.front()), ++of_key.running};
  of_key.waiting.pop_front();
  --waiting_;
  if (of_key.waiting.empty()) {
    turns_.erase(next);
  } else {
    turns_.splice(turns_.end(), turns_, next);
  }
  return turn;
}

void FairQueue::Done(const std::string& key) {
  const auto found = keys_.find(key);
  if (found == keys_.end()) {
    return;
  }
  --found->second.running;
  if (found->second.running == 0 && found->second.waiting.empty()) {
    keys_.erase(found);
  }
}

}  // namespace onward::commands
