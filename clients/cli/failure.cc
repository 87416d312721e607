#include "clients/cli/failure.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/text.h"
#include "clients/cpp/error_details.h"
#include "google/rpc/error_details.pb.h"
#include "services/exchange/changes_reader.h"
#include "services/exchange/message_json.h"
#include "services/exchange/record_reader.h"

namespace onward::cli {
namespace {

using exchange::Json;
using exchange::Problem;

// A field of a mutation's record.
struct RecordField {
  size_t mutation = 0;
  std::string path;
};

// Takes mutations[3].upsert.party.establishment apart.
std::optional<RecordField> ParseRecordField(std::string_view field) {
  constexpr std::string_view kStart = "mutations[";
  if (!field.starts_with(kStart)) {
    return std::nullopt;
  }
  field.remove_prefix(kStart.size());
  RecordField result;
  const auto [end, error] =
      std::from_chars(field.data(), field.data() + field.size(), result.mutation);
  if (error != std::errc()) {
    return std::nullopt;
  }
  field.remove_prefix(static_cast<size_t>(end - field.data()));
  // ] and upsert and the kind.
  for (int i = 0; i < 3 && !field.empty(); ++i) {
    const size_t dot = field.find('.');
    field.remove_prefix(dot == std::string_view::npos ? field.size() : dot + 1);
  }
  result.path = field;
  return result;
}

std::string CodeName(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

Json ProblemJson(const Problem& problem) {
  return {{"field", problem.field},
          {"file", problem.place.file},
          {"line", problem.place.line},
          {"column", problem.place.column},
          {"message", problem.message}};
}

// Conflicts between records name their field in the metadata and at the start of the message.
std::vector<client::FieldViolation> ViolationsOf(const absl::Status& status) {
  client::ErrorDetails details = client::DetailsOf(status);
  const auto field = details.metadata.find("field");
  if (details.violations.empty() && field != details.metadata.end()) {
    std::string_view message(status.message().data(), status.message().size());
    const std::string start = field->second + ": ";
    message.remove_prefix(message.starts_with(start) ? start.size() : 0);
    details.violations.push_back({field->second, std::string(message)});
  }
  return details.violations;
}

// Violations of a status that no command has given places yet.
std::vector<Problem> ProblemsOf(const absl::Status& status, const Context& context) {
  if (!context.problems.empty()) {
    return context.problems;
  }
  std::vector<Problem> problems;
  for (const client::FieldViolation& violation : ViolationsOf(status)) {
    const std::optional<exchange::Place> place =
        context.changes == nullptr ? std::nullopt : context.changes->Locate(violation.field);
    problems.push_back(
        {place.value_or(exchange::Place()),
         place.has_value() ? exchange::ChangesPath(violation.field) : violation.field,
         violation.description});
  }
  return problems;
}

std::string ProblemLine(const Problem& problem) {
  if (!problem.place.file.empty()) {
    return exchange::ToString(problem);
  }
  return (problem.field.empty() ? "" : problem.field + ": ") + problem.message;
}

// What to do about it, where the command has said nothing.
std::string_view HintOf(const absl::Status& status) {
  const std::string reason = client::DetailsOf(status).reason;
  if (reason == "UNAUTHENTICATED") {
    return "Say who you are: --tls-ca with --tls-cert and --tls-key, or --token-file. The server's "
           "log tells why it was not "
           "believed.";
  }
  return reason == "PERMISSION_DENIED"
             ? "Whoever keeps the server's access policy can give you a role that allows it."
             : "";
}

}  // namespace

absl::Status Error(absl::StatusCode code, const std::string& reason, const std::string& message) {
  absl::Status status(code, message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  return status;
}

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kResourceExhausted:
      return kExitInvalid;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kExitDenied;
    case absl::StatusCode::kFailedPrecondition:
      // Two parties with the same identifier: the records themselves are wrong.
      return client::DetailsOf(status).reason == "DUPLICATE_IDENTIFIER" ? kExitInvalid
                                                                        : kExitConflict;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return kExitConflict;
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      return kExitUnavailable;
  }
  return kExitUnavailable;
}

absl::Status ExplainByPlaces(const absl::Status& status, const exchange::Manifest& manifest,
                             Context& context) {
  bool placed = false;
  for (const client::FieldViolation& violation : ViolationsOf(status)) {
    const std::optional<RecordField> field = ParseRecordField(violation.field);
    if (field.has_value() && field->mutation < manifest.entries.size()) {
      placed = true;
      context.problems.push_back({manifest.Locate(field->mutation, field->path),
                                  exchange::ToJsonPath(field->path), violation.description});
    } else {
      context.problems.push_back({{}, violation.field, violation.description});
    }
  }
  if (!placed) {
    return status;
  }
  const auto metadata = client::DetailsOf(status).metadata;
  const auto found = metadata.find("not_listed");
  size_t not_shown = 0;
  if (found != metadata.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), not_shown);
  }
  absl::Status counted(status.code(), ProblemsMessage(context.problems.size(), not_shown));
  status.ForEachPayload([&counted](absl::string_view url, const absl::Cord& payload) {
    counted.SetPayload(url, payload);
  });
  return counted;
}

std::string ProblemsMessage(size_t shown, size_t not_shown) {
  return Count(shown + not_shown, "problem", "problems") +
         " in the manifests; nothing was written" +
         (not_shown == 0 ? "" : "; " + std::to_string(not_shown) + " are not shown");
}

void PrintFailure(const absl::Status& status, const Context& context) {
  const std::vector<Problem> problems = ProblemsOf(status, context);
  const std::string message(status.message());
  std::ostream& err = context.environment.err;
  if (context.json_errors) {
    Json violations = Json::array();
    for (const Problem& problem : problems) {
      violations.push_back(ProblemJson(problem));
    }
    err << exchange::JsonText({{"code", CodeName(status)},
                               {"reason", client::DetailsOf(status).reason},
                               {"message", message},
                               {"violations", violations}})
        << "\n";
    return;
  }
  err << "onward: " << (message.empty() ? CodeName(status) : OneLine(message)) << "\n";
  for (const Problem& problem : problems) {
    // A single violation may already be the message.
    if (!problem.place.file.empty() || message.find(problem.message) == std::string::npos) {
      err << "  " << OneLine(ProblemLine(problem)) << "\n";
    }
  }
  const std::string_view hint = context.hint.empty() ? HintOf(status) : context.hint;
  if (!hint.empty()) {
    err << hint << "\n";
  }
}

}  // namespace onward::cli
