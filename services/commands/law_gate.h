// Keeps writes of records and puts of a law register apart: records are checked against the register in
// effect, so it must not change between their check and their commit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace onward::commands {

// Thread-safe. Any number of writes, or one put. A put that waits goes before writes that come later, so
// that it is never kept waiting for ever.
class LawGate {
 public:
  // A write of records, for as long as it lives. None inside another.
  class Write {
   public:
    explicit Write(LawGate& gate) : gate_(gate) {
      std::unique_lock<std::mutex> lock(gate_.mutex_);
      gate_.changed_.wait(lock, [this] { return gate_.puts_ == 0; });
      ++gate_.writes_;
    }
    ~Write() {
      const std::lock_guard<std::mutex> lock(gate_.mutex_);
      if (--gate_.writes_ == 0) {
        gate_.changed_.notify_all();
      }
    }
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;

   private:
    LawGate& gate_;
  };

  // A put, for as long as it lives. Callers see to it that there is one at a time.
  class Put {
   public:
    explicit Put(LawGate& gate) : gate_(gate) {
      std::unique_lock<std::mutex> lock(gate_.mutex_);
      ++gate_.puts_;
      gate_.changed_.wait(lock, [this] { return gate_.writes_ == 0; });
    }
    ~Put() {
      const std::lock_guard<std::mutex> lock(gate_.mutex_);
      --gate_.puts_;
      gate_.changed_.notify_all();
    }
    Put(const Put&) = delete;
    Put& operator=(const Put&) = delete;

   private:
    LawGate& gate_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  size_t writes_ = 0;
  size_t puts_ = 0;
};

}  // namespace onward::commands
