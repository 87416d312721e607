// onward audit: chains, checkpoints and proofs.
#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/proto_files.h"
#include "clients/cli/session.h"
#include "services/offline_audit.h"

namespace onward::cli {
namespace {

using exchange::Json;

struct Flags {
  std::string action;
  std::string word;
  std::string data;
  std::string checkpoint;
  std::string public_key;
  std::string new_key;
  std::string file;
  uint64_t since = 0;
  // Whether --inventory was given.
  bool inventory_given = false;
  SourceFlags source;
  OutputFlags output;
};

absl::Status Usage(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "USAGE", message);
}

std::string Base64(const std::string& bytes) { return absl::Base64Escape(bytes); }

// ENTRY_CHANGED.
std::string KindName(v1::AuditProblem::Kind kind) {
  return v1::AuditProblem::Kind_Name(kind).substr(sizeof("KIND_") - 1);
}

std::string RecordName(const v1::AuditProblem& problem) {
  if (!problem.has_record()) {
    return "";
  }
  std::string kind =
      v1::RecordKind_Name(problem.record().kind()).substr(sizeof("RECORD_KIND_") - 1);
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return kind + "/" + problem.record().id();
}

Json VerificationJson(const v1::VerifyAuditResponse& response) {
  Json json;
  json["inventory"] = response.inventory();
  json["entries"] = response.entries();
  json["versions"] = response.versions();
  json["versionsCompacted"] = response.versions_compacted();
  json["versionsErased"] = response.versions_erased();
  json["root"] = Base64(response.root());
  json["chainHash"] = Base64(response.chain_hash());
  json["problem"] = nullptr;
  if (response.has_problem()) {
    json["problem"] = {{"kind", KindName(response.problem().kind())},
                       {"revision", response.problem().revision()},
                       {"record", RecordName(response.problem())},
                       {"text", response.problem().text()}};
  }
  return json;
}

std::string VerificationText(const v1::VerifyAuditResponse& response) {
  std::string text = response.inventory() + ": ";
  if (response.has_problem()) {
    const v1::AuditProblem& problem = response.problem();
    const std::string record = RecordName(problem);
    text += "NOT WHOLE, first at revision " + std::to_string(problem.revision()) +
            (record.empty() ? "" : ", " + record) + ": " + problem.text() + " (" +
            KindName(problem.kind()) +
            ")\n  entries before it: " + std::to_string(response.entries()) + "\n";
    return text;
  }
  text += "whole: " + std::to_string(response.entries()) + " entries, " +
          std::to_string(response.versions()) + " versions of records as they say";
  if (response.versions_compacted() > 0) {
    text += ", " + std::to_string(response.versions_compacted()) + " forgotten by compaction";
  }
  if (response.versions_erased() > 0) {
    text += ", " + std::to_string(response.versions_erased()) +
            " of them without contacts that were erased";
  }
  return text + "\n  root " + Base64(response.root()) + "\n";
}

Answer AnswerOf(const std::vector<v1::VerifyAuditResponse>& responses) {
  Answer answer;
  answer.document["inventories"] = Json::array();
  answer.table.columns = {"inventory", "entries",  "versions", "root",
                          "problem",   "revision", "record"};
  for (const v1::VerifyAuditResponse& response : responses) {
    answer.lines.push_back(VerificationJson(response));
    answer.document["inventories"].push_back(answer.lines.back());
    const v1::AuditProblem& problem = response.problem();
    const bool bad = response.has_problem();
    answer.table.rows.push_back({response.inventory(), std::to_string(response.entries()),
                                 std::to_string(response.versions()), Base64(response.root()),
                                 bad ? KindName(problem.kind()) : "",
                                 bad ? std::to_string(problem.revision()) : "",
                                 RecordName(problem)});
    answer.text += VerificationText(response);
  }
  if (responses.empty()) {
    answer.text = "No inventory.\n";
  }
  return answer;
}

absl::StatusOr<v1::AuditCheckpoint> ReadCheckpoint(const Flags& flags, const Context& context) {
  if (flags.public_key.empty()) {
    return Usage("audit verify --checkpoint needs --public-key FILE, the key that signed it");
  }
  const auto text = ReadWholeFile(flags.checkpoint, context.environment);
  if (!text.ok()) {
    return text.status();
  }
  // Without --inventory a checkpoint says itself of which one it is.
  return services::OpenAuditCheckpoint(*text, flags.inventory_given ? flags.source.inventory : "",
                                       flags.public_key);
}

absl::StatusOr<std::vector<v1::VerifyAuditResponse>> AskServer(
    const Flags& flags, const v1::VerifyAuditRequest& request, Context& context) {
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  auto response = (*session)->client().VerifyAudit(request);
  if (!response.ok()) {
    return response.status();
  }
  return std::vector<v1::VerifyAuditResponse>{*std::move(response)};
}

absl::StatusOr<int> RunVerify(const Flags& flags, Context& context) {
  v1::VerifyAuditRequest request;
  const bool all = !flags.data.empty() && !flags.inventory_given;
  request.set_inventory(all ? "" : flags.source.inventory);
  absl::StatusOr<v1::AuditCheckpoint> checkpoint = v1::AuditCheckpoint();
  if (!flags.checkpoint.empty()) {
    checkpoint = ReadCheckpoint(flags, context);
    if (!checkpoint.ok()) {
      return checkpoint.status();
    }
    request.set_inventory(checkpoint->inventory());
    request.set_tree_size(checkpoint->tree_size());
  }
  auto responses = flags.data.empty() ? AskServer(flags, request, context)
                                      : services::VerifyAuditFolder(flags.data, request.inventory(),
                                                                    request.tree_size());
  if (!responses.ok()) {
    return responses.status();
  }
  bool bad = false;
  for (v1::VerifyAuditResponse& response : *responses) {
    if (!flags.checkpoint.empty()) {
      services::CompareCheckpoint(*checkpoint, response);
    }
    bad = bad || response.has_problem();
  }
  Answer answer = AnswerOf(*responses);
  if (!flags.checkpoint.empty() && !bad) {
    answer.text += "  the first " + std::to_string(checkpoint->tree_size()) +
                   " entries are those of the checkpoint\n";
  }
  Print(answer, flags.output.Parsed(), context.environment);
  return bad ? kExitFindings : kExitOk;
}

absl::StatusOr<int> RunCheckpoint(const Flags& flags, Context& context) {
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  v1::GetCheckpointRequest request;
  request.set_inventory(flags.source.inventory);
  const auto checkpoint = (*session)->client().GetCheckpoint(request);
  if (!checkpoint.ok()) {
    return checkpoint.status();
  }
  Answer answer;
  answer.document["inventory"] = checkpoint->inventory();
  answer.document["treeSize"] = checkpoint->tree_size();
  answer.document["root"] = Base64(checkpoint->root());
  answer.document["chainHash"] = Base64(checkpoint->chain_hash());
  answer.document["note"] = checkpoint->note();
  answer.document["publicKey"] = Base64(checkpoint->public_key());
  answer.lines = {answer.document};
  answer.table = {{"inventory", "treeSize", "root"},
                  {{checkpoint->inventory(), std::to_string(checkpoint->tree_size()),
                    Base64(checkpoint->root())}}};
  answer.text = checkpoint->note();
  Print(answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

absl::StatusOr<int> RunProve(const Flags& flags, Context& context) {
  v1::ProveEntryRequest request;
  uint64_t revision = 0;
  if (!absl::SimpleAtoi(flags.word, &revision) || revision == 0) {
    return Usage("audit prove takes a revision, from 1: onward audit prove 812");
  }
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  request.set_inventory(flags.source.inventory);
  request.set_revision(revision);
  request.set_old_size(flags.since);
  const auto proof = (*session)->client().ProveEntry(request);
  if (!proof.ok()) {
    return proof.status();
  }
  if (proof->checkpoint().note().empty()) {
    context.environment.err << "onward: the server has no --audit-key: the proof is not signed, "
                               "and `onward audit check-proof` will refuse it\n";
  }
  const absl::Status written = WriteMessageFile(*proof, flags.file, context.environment);
  return written.ok() ? absl::StatusOr<int>(kExitOk) : written;
}

absl::StatusOr<int> RunCheckProof(const Flags& flags, Context& context) {
  if (flags.word.empty() || flags.public_key.empty()) {
    return Usage("audit check-proof takes a file and --public-key FILE");
  }
  v1::AuditProof proof;
  if (absl::Status read = ReadMessageFile(flags.word, context.environment, proof); !read.ok()) {
    return read;
  }
  const absl::Status fits = services::CheckAuditProof(proof, flags.public_key);
  Answer answer;
  answer.document["inventory"] = proof.checkpoint().inventory();
  answer.document["revision"] = proof.entry().revision();
  answer.document["fits"] = fits.ok();
  answer.document["text"] = std::string(fits.message());
  answer.lines = {answer.document};
  answer.table = {{"inventory", "revision", "fits"},
                  {{proof.checkpoint().inventory(), std::to_string(proof.entry().revision()),
                    fits.ok() ? "yes" : "no"}}};
  answer.text = fits.ok() ? "Revision " + std::to_string(proof.entry().revision()) +
                                " of inventory " + proof.checkpoint().inventory() + " by \"" +
                                proof.entry().author() + "\" is in the signed checkpoint of size " +
                                std::to_string(proof.checkpoint().tree_size()) + ".\n"
                          : "NOT PROVEN: " + std::string(fits.message()) + "\n";
  Print(answer, flags.output.Parsed(), context.environment);
  return fits.ok() ? kExitOk : kExitFindings;
}

absl::StatusOr<int> RunKey(const Flags& flags, Context& context) {
  if (flags.new_key.empty()) {
    return Usage("audit key needs --new FILE: where the key goes");
  }
  if (const absl::Status made = services::MakeAuditKey(flags.new_key); !made.ok()) {
    return made;
  }
  context.environment.out << "Key " << flags.new_key << " for the server (onwardd --audit-key); "
                          << flags.new_key << ".pub for whoever checks.\n";
  return kExitOk;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  if (flags.action == "verify") {
    return RunVerify(flags, context);
  }
  if (flags.action == "checkpoint") {
    return RunCheckpoint(flags, context);
  }
  if (flags.action == "prove") {
    return RunProve(flags, context);
  }
  return flags.action == "check-proof" ? RunCheckProof(flags, context) : RunKey(flags, context);
}

}  // namespace

Command AuditCommand() {
  const std::vector<std::string> actions = {"verify", "checkpoint", "prove", "check-proof", "key"};
  return {"audit",
          "verify the chain of all changes, sign it, prove an entry",
          {"onward audit verify                                  # by the server",
           "onward audit verify --data /var/lib/onward           # a folder, without a server",
           "onward audit verify --data DIR --checkpoint kept.jsonl --public-key key.pub",
           "onward audit checkpoint > kept.note                  # signed now",
           "onward audit prove 812 -O proof.json                 # that revision 812 is in it",
           "onward audit check-proof proof.json --public-key key.pub",
           "onward audit key --new key                           # for onwardd --audit-key"},
          actions,
          [actions](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "ACTION", flags->action, actions).Required();
            AddArgument(app, "WORD", flags->word);
            AddText(app, "--data", flags->data, "DIR",
                    "verify: a store's folder; no server is asked, nothing is changed");
            AddText(app, "--checkpoint", flags->checkpoint, "FILE",
                    "verify: also against this one: a note, or what a sink wrote");
            AddText(app, "--public-key", flags->public_key, "FILE",
                    "the key that must have signed");
            AddNumber(app, "--since", flags->since, "SIZE",
                      "prove: also that the tree of this size is the beginning");
            AddText(app, "-O,--output-file", flags->file, "FILE", "prove: where the proof goes");
            AddText(app, "--new", flags->new_key, "FILE", "key: make FILE and FILE.pub");
            AddServerFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags, &app](Context& context) {
              flags->inventory_given = IsGiven(app, "--inventory");
              return Run(*flags, context);
            };
          }};
}

}  // namespace onward::cli
