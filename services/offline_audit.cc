#include "services/offline_audit.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/audit/key_file.h"
#include "services/rpc/audit.h"
#include "services/rpc/convert.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/merkle.h"
#include "storage/audit/verify.h"
#include "storage/changelog.h"
#include "storage/rocksdb/audit.h"

namespace onward::services {
namespace {

// The note in a line of a sink; empty: the line is none, or of another inventory.
std::string NoteIn(const std::string& line, const std::string& inventory) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("note") || !json["note"].is_string()) {
    return "";
  }
  const std::string of = json.value("inventory", "");
  return inventory.empty() || of == inventory ? json["note"].get<std::string>() : "";
}

std::string LastNoteOf(std::string_view text, const std::string& inventory) {
  std::string note;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string found = NoteIn(std::string(text.substr(0, end)), inventory);
    note = found.empty() ? std::move(note) : std::move(found);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return note;
}

v1::AuditCheckpoint ToMessage(const audit::Checkpoint& checkpoint, const std::string& note,
                              const std::string& public_key) {
  v1::AuditCheckpoint message;
  message.set_inventory(audit::InventoryOf(checkpoint));
  message.set_tree_size(checkpoint.tree_size);
  message.set_root(checkpoint.root);
  message.set_chain_hash(checkpoint.chain_hash);
  rpc::ToProto(std::chrono::system_clock::time_point(checkpoint.time), message.mutable_made_at());
  message.set_note(note);
  message.set_public_key(public_key);
  return message;
}

absl::Status Misfit(const std::string& what) { return absl::InvalidArgumentError(what); }

audit::Hashes HashesIn(const google::protobuf::RepeatedPtrField<std::string>& field) {
  return {field.begin(), field.end()};
}

}  // namespace

absl::Status MakeAuditKey(const std::string& path) { return audit::WriteNewKey(path).status(); }

absl::StatusOr<std::vector<v1::VerifyAuditResponse>> VerifyAuditFolder(const std::string& data,
                                                                       const std::string& inventory,
                                                                       uint64_t tree_size) {
  ONWARD_ASSIGN_OR_RETURN(const auto folder, storage::OpenForAudit(data));
  const std::vector<std::string> wanted =
      inventory.empty() ? folder->inventories() : std::vector<std::string>{inventory};
  std::vector<v1::VerifyAuditResponse> responses;
  for (const std::string& id : wanted) {
    ONWARD_ASSIGN_OR_RETURN(const auto source, folder->Open(id));
    ONWARD_ASSIGN_OR_RETURN(const audit::Verification verification,
                            audit::Verify(*source, {tree_size, {}}));
    rpc::ToProto(*source, verification, &responses.emplace_back());
  }
  return responses;
}

absl::StatusOr<v1::AuditCheckpoint> OpenAuditCheckpoint(std::string_view text,
                                                        const std::string& inventory,
                                                        const std::string& public_key_file) {
  ONWARD_ASSIGN_OR_RETURN(const std::string key, audit::ReadPublicKeyFile(public_key_file));
  const bool lines = text.starts_with('{');
  const std::string note = lines ? LastNoteOf(text, inventory) : std::string(text);
  if (note.empty()) {
    return Misfit(inventory.empty()
                      ? "there is no checkpoint in the file"
                      : "there is no checkpoint of inventory " + inventory + " in the file");
  }
  ONWARD_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint, audit::OpenCheckpoint(note, key));
  if (!inventory.empty() && audit::InventoryOf(checkpoint) != inventory) {
    return Misfit(
        absl::StrCat("the checkpoint is of ", checkpoint.origin, ", not of inventory ", inventory));
  }
  return ToMessage(checkpoint, note, key);
}

void CompareCheckpoint(const v1::AuditCheckpoint& checkpoint, v1::VerifyAuditResponse& response) {
  if (response.has_problem()) {
    return;
  }
  v1::AuditProblem problem;
  problem.set_kind(v1::AuditProblem::KIND_CHECKPOINT_DIFFERS);
  problem.set_revision(std::min(response.entries() + 1, checkpoint.tree_size()));
  if (response.entries() < checkpoint.tree_size()) {
    problem.set_text(absl::StrCat("history was cut: the checkpoint has ", checkpoint.tree_size(),
                                  " entries, the chain only ", response.entries()));
  } else if (checkpoint.tree_size() > 0 && response.root_at_tree_size() != checkpoint.root()) {
    problem.set_text(absl::StrCat(
        "history was rewritten: the first ", checkpoint.tree_size(),
        " entries have another root than the checkpoint; some entry up to there is another one"));
    problem.set_revision(checkpoint.tree_size());
  } else {
    return;
  }
  *response.mutable_problem() = std::move(problem);
}

absl::Status CheckAuditProof(const v1::AuditProof& proof, const std::string& public_key_file) {
  ONWARD_ASSIGN_OR_RETURN(const std::string key, audit::ReadPublicKeyFile(public_key_file));
  ONWARD_ASSIGN_OR_RETURN(const storage::ChangelogEntry entry, rpc::EntryFrom(proof.entry()));
  if (proof.checkpoint().note().empty()) {
    return absl::PermissionDeniedError(
        "the proof has no signed checkpoint: the server had no key when it was made");
  }
  ONWARD_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                          audit::OpenCheckpoint(proof.checkpoint().note(), key));
  if (audit::InventoryOf(checkpoint) != proof.checkpoint().inventory()) {
    return Misfit("the checkpoint is of another inventory: " + checkpoint.origin);
  }
  if (storage::HashOf(entry) != entry.hash) {
    return Misfit("the hash of the entry is not that of its content");
  }
  if (entry.info.revision == 0 ||
      !audit::VerifyInclusion(audit::LeafHash(entry.hash), entry.info.revision - 1,
                              checkpoint.tree_size, HashesIn(proof.inclusion()), checkpoint.root)) {
    return Misfit(absl::StrCat("the entry of revision ", entry.info.revision,
                               " is not in the tree of the checkpoint"));
  }
  if (proof.old_size() > 0 &&
      !audit::VerifyConsistency(proof.old_size(), checkpoint.tree_size,
                                HashesIn(proof.consistency()), proof.old_root(), checkpoint.root)) {
    return Misfit(absl::StrCat("the tree of size ", proof.old_size(),
                               " is not the beginning of that of the checkpoint"));
  }
  return absl::OkStatus();
}

}  // namespace onward::services
