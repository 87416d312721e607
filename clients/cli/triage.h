// Answers to findings, written as Triage records.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"

namespace onward::cli {

// Which finding, and what about it.
struct TriageAnswer {
  std::string inventory;
  std::string code;
  // kind/id.
  std::string subject;
  v1::TriageDecision decision = v1::TRIAGE_DECISION_UNSPECIFIED;
  std::string until;
  std::string owner;
  std::string reason;
};

// A write that answers the finding, in place of an earlier answer. NOT_FOUND where nothing of that
// code and subject is found on the day, with or without an answer.
absl::StatusOr<v1::ApplyRequest> AnswerRequest(client::Client& client, const TriageAnswer& answer,
                                               const std::string& as_of);

// A write that takes back every answer to the finding. NOT_FOUND where there is none.
absl::StatusOr<v1::ApplyRequest> ReopenRequest(client::Client& client, const TriageAnswer& answer);

}  // namespace onward::cli
