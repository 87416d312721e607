#include "clients/cli/triage.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "clients/cli/failure.h"
#include "clients/cli/pages.h"
#include "graph/base/status_macros.h"
#include "services/exchange/nearest.h"

namespace onward::cli {
namespace {

constexpr size_t kIdMax = 128;
constexpr uint32_t kPageSize = 1'000;
// As far ahead as can be asked: whoever answers looked that far or less.
constexpr uint32_t kEndsWithinDays = 3'650;

// FNV-1a, as 16 hexadecimal digits.
std::string Hash(const std::string& text) {
  constexpr uint64_t kBasis = 14'695'981'039'346'656'037U;
  constexpr uint64_t kPrime = 1'099'511'628'211U;
  uint64_t hash = kBasis;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  }
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) {
    digits.push_back("0123456789abcdef"[(hash >> static_cast<unsigned>(shift)) & 0xF]);
  }
  return digits;
}

// transfer-lacking.flow.acme-to-vendor: the same for each answer to one finding.
std::string IdOf(const TriageAnswer& answer) {
  std::string id = answer.code + "." + answer.subject;
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    if (c == '/') {
      return '.';
    }
    if (c == '_') {
      return '-';
    }
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string hash = Hash(answer.code + "." + answer.subject);
  return id.size() <= kIdMax ? id : id.substr(0, kIdMax - hash.size() - 1) + "-" + hash;
}

// Ids of the Triage records that answer the finding.
absl::StatusOr<std::vector<std::string>> AnswersTo(client::Client& client,
                                                   const TriageAnswer& answer) {
  std::vector<std::string> ids;
  v1::ListRequest request;
  request.set_inventory(answer.inventory);
  request.set_kind(v1::RECORD_KIND_TRIAGE);
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request), [&](const v1::ListRequest& asked) { return client.List(asked); },
      [&](const v1::ListResponse& page) {
        for (const v1::Record& record : page.records()) {
          const v1::Triage& triage = record.triage();
          if (triage.finding() == answer.code && triage.subject() == answer.subject) {
            ids.push_back(triage.id());
          }
        }
      }));
  return ids;
}

void AddDelete(const std::string& id, v1::ApplyRequest& request) {
  v1::RecordRef& ref = *request.add_mutations()->mutable_delete_();
  ref.set_kind(v1::RECORD_KIND_TRIAGE);
  ref.set_id(id);
}

absl::Status NoSuchCode(client::Client& client, const std::string& code) {
  const auto kinds = client.ListFindingKinds();
  if (!kinds.ok()) {
    return kinds.status();
  }
  std::vector<std::string> codes;
  for (const v1::FindingKind& kind : kinds->kinds()) {
    if (kind.code() == code) {
      return absl::OkStatus();
    }
    codes.push_back(kind.code());
  }
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
               "unknown finding " + code + exchange::DidYouMean(code, codes));
}

absl::Status MustBeLater(const std::string& until, const std::string& day) {
  // Dates in this form are in order as texts.
  return until.empty() || until > day
             ? absl::OkStatus()
             : Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                     "accepted until " + until + " would not hold on " + day + "; say a later day");
}

absl::Status MustBeFound(client::Client& client, const TriageAnswer& answer,
                         const std::string& as_of) {
  v1::ListFindingsRequest request;
  request.set_inventory(answer.inventory);
  request.set_as_of(as_of);
  request.set_include_triaged(true);
  request.set_ends_within_days(kEndsWithinDays);
  request.set_page_size(1);
  request.add_codes(answer.code);
  request.add_subjects(answer.subject);
  const auto found = client.ListFindings(request);
  if (!found.ok()) {
    return found.status();
  }
  const std::string& day = found->stamp().as_of();
  return found->findings().empty()
             ? Error(absl::StatusCode::kNotFound, "FINDING_NOT_FOUND",
                     "no finding " + answer.code + " on " + answer.subject + " as of " + day)
             : MustBeLater(answer.until, day);
}

}  // namespace

absl::StatusOr<v1::ApplyRequest> AnswerRequest(client::Client& client, const TriageAnswer& answer,
                                               const std::string& as_of) {
  if (absl::Status status = NoSuchCode(client, answer.code); !status.ok()) {
    return status;
  }
  if (absl::Status status = MustBeFound(client, answer, as_of); !status.ok()) {
    return status;
  }
  const auto earlier = AnswersTo(client, answer);
  if (!earlier.ok()) {
    return earlier.status();
  }
  v1::ApplyRequest request;
  request.set_inventory(answer.inventory);
  v1::Triage& triage = *request.add_mutations()->mutable_upsert()->mutable_triage();
  triage.set_id(IdOf(answer));
  triage.set_finding(answer.code);
  triage.set_subject(answer.subject);
  triage.set_decision(answer.decision);
  triage.set_accepted_until(answer.until);
  triage.set_owner(answer.owner);
  triage.set_reason(answer.reason);
  for (const std::string& id : *earlier) {
    if (id != triage.id()) {
      AddDelete(id, request);
    }
  }
  return request;
}

absl::StatusOr<v1::ApplyRequest> ReopenRequest(client::Client& client, const TriageAnswer& answer) {
  const auto ids = AnswersTo(client, answer);
  if (!ids.ok()) {
    return ids.status();
  }
  if (ids->empty()) {
    return Error(absl::StatusCode::kNotFound, "TRIAGE_NOT_FOUND",
                 "nothing on record answers " + answer.code + " on " + answer.subject);
  }
  v1::ApplyRequest request;
  request.set_inventory(answer.inventory);
  for (const std::string& id : *ids) {
    AddDelete(id, request);
  }
  return request;
}

}  // namespace onward::cli
