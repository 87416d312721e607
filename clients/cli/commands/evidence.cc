// onward evidence: a question and its answer with all that they were made from, and the check of such a file.
#include <google/protobuf/util/time_util.h>

#include <memory>
#include <utility>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/pages.h"
#include "clients/cli/proto_files.h"
#include "clients/cli/session.h"
#include "graph/base/clock.h"
#include "graph/base/status_macros.h"
#include "services/offline_audit.h"

namespace onward::cli {
namespace {

constexpr int kRecordsMax = 200'000;
constexpr uint64_t kChangesMax = 1'000'000;

struct Flags {
  std::string action;
  std::string word;
  std::string origin;
  std::string file;
  std::string public_key;
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
};

absl::Status Usage(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "USAGE", message);
}

absl::Status TooLarge(const std::string& what) {
  return Error(absl::StatusCode::kResourceExhausted, "LIMIT_EXCEEDED",
               "the bundle would have more than " + what);
}

// The question as it was answered: date, law and revision written out.
template <class Request>
void Settle(const v1::AnswerStamp& stamp, Request& request) {
  request.set_as_of(stamp.as_of());
  request.set_law_known_at(stamp.law_known_at());
  request.mutable_consistency()->set_at_revision(stamp.revision());
}

absl::StatusOr<v1::AnswerStamp> AskExplain(client::Client& client, const Flags& flags,
                                           v1::EvidenceBundle& bundle) {
  v1::ExplainRequest& request = *bundle.mutable_explain();
  request.set_inventory(flags.source.inventory);
  request.set_flow(flags.word);
  SetTime(flags.time, request);
  ONWARD_ASSIGN_OR_RETURN(*bundle.mutable_explanation(), client.Explain(request));
  const v1::AnswerStamp& stamp = bundle.explanation().stamp();
  Settle(stamp, request);
  return stamp;
}

absl::StatusOr<v1::AnswerStamp> AskExposure(client::Client& client, const Flags& flags,
                                            v1::EvidenceBundle& bundle) {
  v1::ExposureRequest& request = *bundle.mutable_exposure();
  request.set_inventory(flags.source.inventory);
  request.set_origin(flags.origin);
  SetTime(flags.time, request);
  v1::ExposureResponse& all = *bundle.mutable_exposed();
  ONWARD_RETURN_IF_ERROR(EachPage(
      request, [&](const v1::ExposureRequest& page) { return client.Exposure(page); },
      [&all](v1::ExposureResponse& page) {
        all.mutable_recipients()->MergeFrom(page.recipients());
        page.mutable_recipients()->Swap(all.mutable_recipients());
        all = std::move(page);
      }));
  Settle(all.stamp(), request);
  return all.stamp();
}

absl::Status AddRecords(client::Client& client, v1::EvidenceBundle& bundle) {
  for (int kind = v1::RecordKind_MIN + 1; kind <= v1::RecordKind_MAX; ++kind) {
    v1::ListRequest request;
    request.set_inventory(bundle.inventory());
    request.set_kind(static_cast<v1::RecordKind>(kind));
    request.set_contacts_as_commitments(true);
    request.mutable_consistency()->set_at_revision(bundle.revision());
    ONWARD_RETURN_IF_ERROR(EachPage(
        request, [&](const v1::ListRequest& page) { return client.List(page); },
        [&bundle](const v1::ListResponse& page) {
          bundle.mutable_records()->MergeFrom(page.records());
        }));
    if (bundle.records_size() > kRecordsMax) {
      return TooLarge("200,000 records");
    }
  }
  return absl::OkStatus();
}

absl::Status AddEntries(client::Client& client, v1::EvidenceBundle& bundle) {
  uint64_t changes = 0;
  v1::ListAuditEntriesRequest request;
  request.set_inventory(bundle.inventory());
  request.set_page_size(kPageSize);
  while (request.after_revision() < bundle.revision()) {
    ONWARD_ASSIGN_OR_RETURN(v1::ListAuditEntriesResponse page, client.ListAuditEntries(request));
    if (page.entries().empty()) {
      return Error(absl::StatusCode::kDataLoss, "STORE_CORRUPTED",
                   "the chain ends before revision " + std::to_string(bundle.revision()));
    }
    bundle.set_chain_start(page.chain_start());
    for (v1::AuditEntry& entry : *page.mutable_entries()) {
      request.set_after_revision(entry.revision());
      changes += static_cast<uint64_t>(entry.changes_size());
      if (entry.revision() <= bundle.revision()) {
        bundle.mutable_entries()->Add(std::move(entry));
      }
    }
    if (changes > kChangesMax) {
      return TooLarge("a million changes");
    }
  }
  return absl::OkStatus();
}

absl::Status AddProof(client::Client& client, v1::EvidenceBundle& bundle) {
  v1::ProveEntryRequest request;
  request.set_inventory(bundle.inventory());
  request.set_revision(bundle.revision());
  ONWARD_ASSIGN_OR_RETURN(*bundle.mutable_proof(), client.ProveEntry(request));
  return absl::OkStatus();
}

absl::Status AddLaw(client::Client& client, v1::EvidenceBundle& bundle) {
  v1::GetRegisterRequest request;
  request.set_version(bundle.law_version());
  ONWARD_ASSIGN_OR_RETURN(v1::GetRegisterResponse response, client.GetRegister(request));
  *bundle.mutable_register_() = std::move(*response.mutable_register_());
  return absl::OkStatus();
}

void SetTimeOf(const Context& context, v1::EvidenceBundle& bundle) {
  const SystemClock system;
  const Clock& clock = context.environment.clock != nullptr ? *context.environment.clock : system;
  const auto since = clock.Now().time_since_epoch();
  *bundle.mutable_made_at() = google::protobuf::util::TimeUtil::SecondsToTimestamp(
      std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

absl::StatusOr<v1::EvidenceBundle> Collect(client::Client& client, const Flags& flags,
                                           const Context& context) {
  v1::EvidenceBundle bundle;
  bundle.set_format(1);
  bundle.set_inventory(flags.source.inventory);
  ONWARD_ASSIGN_OR_RETURN(const v1::StatsResponse stats, client.Stats());
  bundle.set_server_version(stats.server_version());
  SetTimeOf(context, bundle);
  ONWARD_ASSIGN_OR_RETURN(const v1::AnswerStamp stamp, flags.origin.empty()
                                                           ? AskExplain(client, flags, bundle)
                                                           : AskExposure(client, flags, bundle));
  bundle.set_revision(stamp.revision());
  bundle.set_law_version(stamp.law_version());
  ONWARD_RETURN_IF_ERROR(AddRecords(client, bundle));
  ONWARD_RETURN_IF_ERROR(AddLaw(client, bundle));
  ONWARD_RETURN_IF_ERROR(AddEntries(client, bundle));
  ONWARD_RETURN_IF_ERROR(AddProof(client, bundle));
  return bundle;
}

absl::StatusOr<int> RunCreate(const Flags& flags, Context& context) {
  if (flags.word.empty() == flags.origin.empty()) {
    return Usage("evidence create takes a flow, or --origin PARTY for its exposure");
  }
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::EvidenceBundle bundle,
                          Collect(session->client(), flags, context));
  if (bundle.proof().checkpoint().note().empty()) {
    context.environment.err << "onward: the server has no --audit-key: nobody vouches for the "
                               "chain in this bundle\n";
  }
  ONWARD_RETURN_IF_ERROR(WriteMessageFile(bundle, flags.file, context.environment));
  return kExitOk;
}

Answer AnswerOf(const v1::EvidenceBundle& bundle, const services::EvidenceReport& report) {
  Answer answer;
  answer.document["inventory"] = bundle.inventory();
  answer.document["revision"] = bundle.revision();
  answer.document["lawVersion"] = bundle.law_version();
  answer.document["checked"] = report.checked;
  answer.document["differences"] = report.differences;
  answer.lines = {answer.document};
  answer.table.columns = {"result", "what"};
  for (const std::string& what : report.checked) {
    answer.table.rows.push_back({"fits", what});
    answer.text += "fits     " + what + "\n";
  }
  for (const std::string& what : report.differences) {
    answer.table.rows.push_back({"differs", what});
    answer.text += "DIFFERS  " + what + "\n";
  }
  return answer;
}

absl::StatusOr<int> RunCheck(const Flags& flags, Context& context) {
  if (flags.word.empty()) {
    return Usage("evidence check takes a file: onward evidence check bundle.json");
  }
  v1::EvidenceBundle bundle;
  ONWARD_RETURN_IF_ERROR(ReadMessageFile(flags.word, context.environment, bundle));
  ONWARD_ASSIGN_OR_RETURN(const services::EvidenceReport report,
                          services::CheckEvidence(bundle, flags.public_key));
  Print(AnswerOf(bundle, report), flags.output.Parsed(), context.environment);
  return report.differences.empty() ? kExitOk : kExitFindings;
}

}  // namespace

Command EvidenceCommand() {
  return {"evidence",
          "put an answer with all its grounds into one file, or check such a file",
          {"onward evidence create smartum-to-salesforce --as-of 2020-12-09 -O bundle.json",
           "onward evidence create --origin smartum -O exposure.json",
           "onward evidence check bundle.json --public-key key.pub   # offline"},
          {"create", "check"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "ACTION", flags->action, {"create", "check"}).Required();
            AddArgument(app, "FLOW|FILE", flags->word);
            AddText(app, "--origin", flags->origin, "PARTY", "create: the exposure of this origin");
            AddText(app, "-O,--output-file", flags->file, "FILE", "create: where the bundle goes");
            AddText(app, "--public-key", flags->public_key, "FILE",
                    "check: the key that must have signed the checkpoint");
            AddServerFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) {
              return flags->action == "create" ? RunCreate(*flags, context)
                                               : RunCheck(*flags, context);
            };
          }};
}

}  // namespace onward::cli
