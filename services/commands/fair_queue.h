// Whose work is next: inventories take turns, so that one that asks for much waits for itself.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace onward::commands {

// Work that waits, by whose it is. Each key that has any gets one turn after the other; work of one key keeps its order. Keys are known
// as long as they have work. Not thread-safe.
class FairQueue {
 public:
  using Work = std::function<void()>;
  enum class Pushed { kYes, kFull, kKeyFull };
  struct Turn {
    std::string key;
    Work work;
    // Of its key, this one included.
    size_t running = 0;
  };

  // Of all keys, and of one, that wait.
  FairQueue(size_t waiting_max, size_t key_waiting_max)
      : waiting_max_(waiting_max), key_waiting_max_(key_waiting_max) {}

  // kFull, kKeyFull: `work` was not taken.
  Pushed Push(const std::string& key, Work work);
  // The next one whose key runs fewer than `key_running_max`; it runs until Done. Work under the empty key is not one inventory's: of that
  // any number may run. nullopt: there is none.
  std::optional<Turn> Pop(size_t key_running_max);
  void Done(const std::string& key);

  size_t waiting() const { return waiting_; }
  size_t waiting_max() const { return waiting_max_; }
  size_t key_waiting_max() const { return key_waiting_max_; }

 private:
  struct Key {
    std::deque<Work> waiting;
    size_t running = 0;
  };

  const size_t waiting_max_;
  const size_t key_waiting_max_;
  size_t waiting_ = 0;
  std::unordered_map<std::string, Key> keys_;
  // Those with work that waits, in turn.
  std::list<std::string> turns_;
};

}  // namespace onward::commands
