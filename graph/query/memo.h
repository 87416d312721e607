// What was computed from a value once and is shared by those who ask the same value again.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>

#include "graph/base/mutex.h"

namespace onward::query {

// One object of each type, made when it is first asked for. Thread-safe: who comes while it is made waits.
class Memo {
 public:
  // `make()` returns a std::shared_ptr<const T>; it may ask the memo for other types, but not for T.
  template <class T, class Make>
  std::shared_ptr<const T> Get(const Make& make) ONWARD_EXCLUDES(mutex_) {
    const std::shared_ptr<Slot> slot = SlotOf(typeid(T));
    std::call_once(slot->made, [&] { slot->value = make(); });
    return std::static_pointer_cast<const T>(slot->value);
  }

 private:
  struct Slot {
    std::once_flag made;
    std::shared_ptr<const void> value;
  };

  std::shared_ptr<Slot> SlotOf(std::type_index type) ONWARD_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    std::shared_ptr<Slot>& slot = slots_[type];
    if (slot == nullptr) {
      slot = std::make_shared<Slot>();
    }
    return slot;
  }

  Mutex mutex_;
  std::map<std::type_index, std::shared_ptr<Slot>> slots_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::query
