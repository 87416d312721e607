// One request over HTTP or HTTPS, and what every one is held to: a time, no redirects, TLS 1.2 or later, no other protocols.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace onward::http {

struct Request {
  std::string url;
  // Of the URL, in errors: it may hold what is not for logs.
  std::string name;
  // http:// URLs too; else only https://.
  bool plain = false;
  // PEM file of the authorities that the server's certificate may be of; empty: those of the system.
  std::string ca_file = {};
  // Of all of it.
  std::chrono::milliseconds timeout{5'000};
  // Text to be posted; absent: the URL is asked for.
  std::optional<std::string> post = {};
  // An answer that has more ends the request; absent: what is answered is dropped as it comes.
  std::optional<size_t> answer_bytes_max = {};
};

struct Answer {
  long status = 0;
  std::string text;
};

// Waits. Whatever the status of the answer is: BadStatus makes an error of it. UNAVAILABLE: there is none; INVALID_ARGUMENT: it is too large.
absl::StatusOr<Answer> Send(const Request& request);

// UNAVAILABLE, naming the status.
absl::Status BadStatus(const Request& request, const Answer& answer);

}  // namespace onward::http
