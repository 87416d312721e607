#include <utility>

#include "graph/base/status_macros.h"
#include "services/audit/sink.h"
#include "services/http/http.h"

namespace onward::audit {
namespace {

constexpr std::chrono::seconds kTimeout(10);
constexpr long kGood = 200;
constexpr long kNotGood = 300;

// Without user, password and query.
std::string PublicName(const std::string& url) {
  std::string name = url.substr(0, url.find('?'));
  const size_t host = name.find("://") + 3;
  const size_t at = name.substr(0, name.find('/', host)).rfind('@');
  return at == std::string::npos || at < host ? name : name.substr(0, host) + name.substr(at + 1);
}

class HttpSink final : public Sink {
 public:
  explicit HttpSink(std::string url) : url_(std::move(url)), name_(PublicName(url_)) {}

  const std::string& name() const override { return name_; }

  // What the endpoint says is of no interest.
  absl::Status Push(const SignedCheckpoint& checkpoint) override {
    http::Request request;
    request.url = url_;
    request.name = name_;
    request.plain = true;
    request.timeout = kTimeout;
    request.post = checkpoint.note;
    ONWARD_ASSIGN_OR_RETURN(const http::Answer answer, http::Send(request));
    return answer.status >= kGood && answer.status < kNotGood ? absl::OkStatus()
                                                              : http::BadStatus(request, answer);
  }

 private:
  const std::string url_;
  const std::string name_;
};

}  // namespace

std::unique_ptr<Sink> MakeHttpSink(std::string url) {
  return std::make_unique<HttpSink>(std::move(url));
}

}  // namespace onward::audit
