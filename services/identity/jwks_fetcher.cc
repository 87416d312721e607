#include "services/identity/jwks_fetcher.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"

namespace onward::identity {
namespace {

using Steady = std::chrono::steady_clock;

constexpr long kHttpOk = 200;

struct CurlFree {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// Ends the transfer once there is more than a key set may have.
size_t Keep(const char* data, size_t size, size_t count, void* user) {
  auto* text = static_cast<std::string*>(user);
  const size_t bytes = size * count;
  if (text->size() + bytes > kJwksBytesMax) {
    return 0;
  }
  text->append(data, bytes);
  return bytes;
}

void SetUp(CURL* curl, const JwksSource& source, std::string* text) {
  curl_easy_setopt(curl, CURLOPT_URL, source.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(source.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
  if (!source.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, source.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
}

}  // namespace

absl::StatusOr<std::string> FetchJwks(const JwksSource& source) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, CurlFree> curl(curl_easy_init());
  if (curl == nullptr) {
    return absl::UnavailableError("out of memory");
  }
  std::string text;
  SetUp(curl.get(), source, &text);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_WRITE_ERROR) {
    return absl::InvalidArgumentError(
        absl::StrCat(source.url, ": has more than ", kJwksBytesMax, " bytes"));
  }
  if (code != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat(source.url, ": ", curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != kHttpOk) {
    return absl::UnavailableError(absl::StrCat(source.url, ": HTTP status ", status));
  }
  return text;
}

JwksFetcher::JwksFetcher(JwksSource source, KeyRing* ring, const Clock* clock, Tell tell)
    : source_(std::move(source)), ring_(ring), clock_(clock), tell_(std::move(tell)) {
  UseKept();
  thread_ = std::thread([this] { Run(); });
}

JwksFetcher::~JwksFetcher() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void JwksFetcher::Want() {
  const MutexLock lock(mutex_);
  wanted_ = true;
  changed_.notify_all();
}

void JwksFetcher::UseKept() {
  if (!source_.kept.Keeps()) {
    return;
  }
  absl::StatusOr<KeySetPtr> kept = source_.kept.Read(clock_->Now());
  if (kept.ok()) {
    ring_->Use(*std::move(kept));
  } else if (tell_ && !absl::IsNotFound(kept.status())) {
    tell_(kept.status(), 0);
  }
}

absl::Status JwksFetcher::Attempt() {
  ONWARD_ASSIGN_OR_RETURN(const std::string text, FetchJwks(source_));
  ONWARD_ASSIGN_OR_RETURN(KeySetPtr keys, KeySet::Parse(text));
  ring_->Use(std::move(keys));
  return source_.kept.Keeps() ? source_.kept.Keep(text, clock_->Now()) : absl::OkStatus();
}

void JwksFetcher::Run() {
  std::string told = "-";
  while (true) {
    {
      // Before the attempt: a key that is wanted while it runs may be newer than what it brings.
      const MutexLock lock(mutex_);
      wanted_ = false;
    }
    const absl::Status status = Attempt();
    const KeySetPtr keys = ring_->keys();
    const std::string news = status.ok() ? "" : std::string(status.message());
    if (tell_ && news != told) {
      tell_(status, keys == nullptr ? 0 : keys->size());
    }
    told = news;
    std::unique_lock<std::mutex> lock(mutex_.native());
    const Steady::time_point ended = Steady::now();
    const Steady::time_point next = ended + (status.ok() ? source_.refresh : source_.retry);
    const Steady::time_point soonest = ended + source_.between_wanted;
    while (!stopping_ && Steady::now() < (wanted_ ? std::min(next, soonest) : next)) {
      changed_.wait_until(lock, wanted_ ? std::min(next, soonest) : next);
    }
    if (stopping_) {
      return;
    }
  }
}

}  // namespace onward::identity
