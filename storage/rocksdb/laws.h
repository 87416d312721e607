// The published log of law registers: what readers may see. An entry is published only once its put is
// durable, anchor included.
#pragma once

#include <utility>
#include <vector>

#include "graph/base/mutex.h"
#include "storage/law_log.h"

namespace onward::storage {

// Thread-safe.
class Laws {
 public:
  // Oldest first.
  std::vector<LawInfo> List() const {
    const MutexLock lock(mutex_);
    return laws_;
  }
  void Publish(std::vector<LawInfo> laws) {
    const MutexLock lock(mutex_);
    laws_ = std::move(laws);
  }

 private:
  mutable Mutex mutex_;
  std::vector<LawInfo> laws_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::storage
