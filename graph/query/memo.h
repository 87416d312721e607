// What was computed from a value once and is shared by those who ask the same value again.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <typeindex>

#include "graph/base/mutex.h"
#include "graph/base/patient_lock.h"

namespace onward::query {

// One object of each type, made when it is first asked for. Thread-safe: who comes while it is made waits.
class Memo {
 public:
  // `make()` returns a std::shared_ptr<const T>, or null where it was stopped, so that the next one makes it; it may ask the memo for
  // other types, but not for T. Null: it was stopped, or `stop` said so while another one made it.
  template <class T, class Make>
  std::shared_ptr<const T> Get(const Make& make, const std::function<bool()>& stop = {})
      ONWARD_EXCLUDES(mutex_) {
    const std::shared_ptr<Slot> slot = SlotOf(typeid(T));
    if (!slot->made.load(std::memory_order_acquire)) {
      const PatientLock lock(slot->making, stop);
      if (!lock.held()) {
        return nullptr;
      }
      if (slot->value == nullptr) {
        slot->value = make();
      }
      slot->made.store(slot->value != nullptr, std::memory_order_release);
    }
    return std::static_pointer_cast<const T>(slot->value);
  }

 private:
  struct Slot {
    // Held while the value is made.
    PatientMutex making;
    // From then on the value stays.
    std::atomic<bool> made{false};
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
