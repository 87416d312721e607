// The server's certificate, key and client authorities, from files that may be replaced at any time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"
#include "graph/base/mutex.h"

namespace onward::identity {

// Paths of PEM files. Empty client_ca: clients are not asked for certificates.
struct TlsPaths {
  std::string cert;
  std::string key;
  std::string client_ca;
};

// Contents that fit each other.
struct TlsMaterial {
  std::string chain_pem;
  std::string key_pem;
  std::string client_ca_pem;
  // When the certificate ends, in seconds since 1970.
  int64_t not_after = 0;
};

// Thread-safe.
class TlsFiles {
 public:
  // INVALID_ARGUMENT: what is wrong with the files, or with how they fit.
  static absl::StatusOr<std::unique_ptr<TlsFiles>> Open(TlsPaths paths, const Clock* clock);

  // Reads the files again. Where they are not good (CheckPair in certificate.h), the last good ones stay, and INVALID_ARGUMENT
  // says why.
  absl::Status Reload() ONWARD_EXCLUDES(mutex_);

  // In use; another pointer for other contents.
  std::shared_ptr<const TlsMaterial> material() const ONWARD_EXCLUDES(mutex_);
  const TlsPaths& paths() const { return paths_; }
  // Reloads that were refused.
  uint64_t failures() const { return failures_; }

 private:
  TlsFiles(TlsPaths paths, const Clock* clock) : paths_(std::move(paths)), clock_(clock) {}
  absl::StatusOr<TlsMaterial> Read() const;

  const TlsPaths paths_;
  const Clock* const clock_;
  std::atomic<uint64_t> failures_{0};
  mutable Mutex mutex_;
  std::shared_ptr<const TlsMaterial> material_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::identity
