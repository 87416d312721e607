#include "services/http/http.h"

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"

namespace onward::http {
namespace {

struct CurlFree {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlPtr = std::unique_ptr<CURL, CurlFree>;
using ListPtr = std::unique_ptr<curl_slist, CurlFree>;

// What is kept of an answer.
struct Kept {
  std::optional<size_t> bytes_max;
  std::string text;
};

// Ends the transfer once there is more than may be.
size_t Take(const char* data, size_t size, size_t count, void* user) {
  auto* const kept = static_cast<Kept*>(user);
  const size_t bytes = size * count;
  if (!kept->bytes_max) {
    return bytes;
  }
  if (kept->text.size() + bytes > *kept->bytes_max) {
    return 0;
  }
  kept->text.append(data, bytes);
  return bytes;
}

void SetUp(CURL* curl, const Request& request, Kept* kept) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, request.plain ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, kept);
  if (!request.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, request.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
}

void SetPost(CURL* curl, const std::string& text, const curl_slist* headers) {
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
}

}  // namespace

absl::StatusOr<Answer> Send(const Request& request) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const CurlPtr curl(curl_easy_init());
  const ListPtr headers(curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8"));
  if (curl == nullptr || headers == nullptr) {
    return absl::UnavailableError("out of memory");
  }
  Kept kept{request.answer_bytes_max, {}};
  SetUp(curl.get(), request, &kept);
  if (request.post) {
    SetPost(curl.get(), *request.post, headers.get());
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_WRITE_ERROR) {
    return absl::InvalidArgumentError(absl::StrCat(request.name, ": has more than ",
                                                   request.answer_bytes_max.value_or(0), " bytes"));
  }
  if (code != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat(request.name, ": ", curl_easy_strerror(code)));
  }
  Answer answer{0, std::move(kept.text)};
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

absl::Status BadStatus(const Request& request, const Answer& answer) {
  return absl::UnavailableError(absl::StrCat(request.name, ": HTTP status ", answer.status));
}

}  // namespace onward::http
