// Equal values once. Internal to this folder.
#pragma once

#include <array>
#include <cstddef>
#include <deque>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "graph/base/mutex.h"

namespace onward::query {

// Values live as long as the pool, at one address. Thread-safe.
template <class T>
class Pool {
 public:
  // The one that is equal.
  T* Take(const T& value) {
    const size_t hash = absl::HashOf(value);
    Shard& shard = shards_[hash >> (sizeof(hash) * 8 - kShardsLog)];
    const MutexLock lock(shard.mutex);
    const auto at = shard.known.find(Key{hash, &value});
    if (at != shard.known.end()) {
      return at->value;
    }
    T* const kept = &shard.values.emplace_back(value);
    shard.known.insert(Entry{hash, kept});
    return kept;
  }

 private:
  // Threads seldom wait for each other.
  static constexpr size_t kShardsLog = 5;

  struct Entry {
    size_t hash = 0;
    T* value = nullptr;
  };
  struct Key {
    size_t hash = 0;
    const T* value = nullptr;
  };
  struct Hash {
    using is_transparent = void;
    template <class Any>
    size_t operator()(const Any& entry) const {
      return entry.hash;
    }
  };
  struct Equal {
    using is_transparent = void;
    template <class One, class Other>
    bool operator()(const One& one, const Other& other) const {
      return one.hash == other.hash && *one.value == *other.value;
    }
  };
  struct Shard {
    Mutex mutex;
    absl::flat_hash_set<Entry, Hash, Equal> known ONWARD_GUARDED_BY(mutex);
    std::deque<T> values ONWARD_GUARDED_BY(mutex);
  };

  std::array<Shard, size_t{1} << kShardsLog> shards_;
};

}  // namespace onward::query
