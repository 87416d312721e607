// Keeps a key ring current from an issuer's key set, over HTTPS.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"
#include "graph/base/mutex.h"
#include "services/identity/jwks.h"
#include "services/identity/kept_keys.h"

namespace onward::identity {

struct JwksSource {
  // https://...
  std::string url;
  // PEM file of the authorities that the issuer's certificate may be of; empty: those of the system.
  std::string ca_file;
  // Of one attempt.
  std::chrono::milliseconds timeout{5'000};
  // After an attempt that went well, and after one that did not.
  std::chrono::milliseconds refresh{600'000};
  std::chrono::milliseconds retry{30'000};
  // The least between two attempts that tokens with an unknown kid ask for.
  std::chrono::milliseconds between_wanted{60'000};
  // What the issuer gave last, for the next start.
  KeptKeys kept = {};
};

// One answer, at most kJwksBytesMax bytes, HTTP status 200, no redirects. UNAVAILABLE, INVALID_ARGUMENT.
absl::StatusOr<std::string> FetchJwks(const JwksSource& source);

// One thread. The keys that were kept are in the ring from the start, where they may be used. The first attempt is made at once, in the
// background: an issuer that is down stops nobody. Where an attempt fails, the keys stay as they are. Thread-safe.
class JwksFetcher {
 public:
  // `tell` hears how an attempt ended, where that is news, and why keys that were kept are not used or new ones not kept. `ring` and
  // `clock` must outlive it.
  using Tell = std::function<void(const absl::Status& status, size_t keys)>;
  JwksFetcher(JwksSource source, KeyRing* ring, const Clock* clock, Tell tell);
  ~JwksFetcher();
  JwksFetcher(const JwksFetcher&) = delete;
  JwksFetcher& operator=(const JwksFetcher&) = delete;

  // A token named a key that is not there: try again, if that is not too soon. Does not wait.
  void Want() ONWARD_EXCLUDES(mutex_);

 private:
  void Run();
  absl::Status Attempt();
  void UseKept();

  const JwksSource source_;
  KeyRing* const ring_;
  const Clock* const clock_;
  const Tell tell_;
  Mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ ONWARD_GUARDED_BY(mutex_) = false;
  bool wanted_ ONWARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace onward::identity
