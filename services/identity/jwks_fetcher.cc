#include "services/identity/jwks_fetcher.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "graph/base/status_macros.h"
#include "services/http/http.h"

namespace onward::identity {
namespace {

using Steady = std::chrono::steady_clock;

constexpr long kHttpOk = 200;

}  // namespace

absl::StatusOr<std::string> FetchJwks(const JwksSource& source) {
  http::Request request;
  request.url = source.url;
  request.name = source.url;
  request.ca_file = source.ca_file;
  request.timeout = source.timeout;
  request.answer_bytes_max = kJwksBytesMax;
  ONWARD_ASSIGN_OR_RETURN(http::Answer answer, http::Send(request));
  if (answer.status != kHttpOk) {
    return http::BadStatus(request, answer);
  }
  return std::move(answer.text);
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
