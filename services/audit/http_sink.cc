#include <curl/curl.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/audit/sink.h"

namespace onward::audit {
namespace {

constexpr long kTimeoutMs = 10'000;
constexpr long kGood = 200;
constexpr long kNotGood = 300;

using CurlPtr = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using ListPtr = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

void InitOnce() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// What the endpoint says is of no interest.
size_t Discard(const char* /*data*/, size_t size, size_t count, void* /*user*/) {
  return size * count;
}

// Without user, password and query.
std::string PublicName(const std::string& url) {
  std::string name = url.substr(0, url.find('?'));
  const size_t host = name.find("://") + 3;
  const size_t at = name.substr(0, name.find('/', host)).rfind('@');
  return at == std::string::npos || at < host ? name : name.substr(0, host) + name.substr(at + 1);
}

class HttpSink final : public Sink {
 public:
  explicit HttpSink(std::string url) : url_(std::move(url)), name_(PublicName(url_)) { InitOnce(); }

  const std::string& name() const override { return name_; }

  absl::Status Push(const SignedCheckpoint& checkpoint) override {
    const CurlPtr curl(curl_easy_init(), &curl_easy_cleanup);
    const ListPtr headers(curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8"),
                          &curl_slist_free_all);
    if (curl == nullptr || headers == nullptr) {
      return absl::UnavailableError("out of memory");
    }
    Set(curl.get(), checkpoint.note);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) {
      return absl::UnavailableError(absl::StrCat(name_, ": ", curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return status >= kGood && status < kNotGood
               ? absl::OkStatus()
               : absl::UnavailableError(absl::StrCat(name_, ": HTTP status ", status));
  }

 private:
  void Set(CURL* curl, const std::string& body) const {
    curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeoutMs);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Discard);
  }

  const std::string url_;
  const std::string name_;
};

}  // namespace

std::unique_ptr<Sink> MakeHttpSink(std::string url) {
  return std::make_unique<HttpSink>(std::move(url));
}

}  // namespace onward::audit
