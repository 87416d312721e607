// Audit without a server: keys, folders, checkpoints, proofs and bundles of evidence, for the command line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "onward/v1/audit.pb.h"
#include "onward/v1/evidence.pb.h"

namespace onward::services {

// A new key in two files, `path` (for its owner alone) and `path`.pub. ALREADY_EXISTS.
absl::Status MakeAuditKey(const std::string& path);

// The chains of a store's folder, read without changing it. Empty inventory: all of them, in order of id.
// `tree_size`: as in VerifyAuditRequest. INVENTORY_NOT_FOUND, and errors of a folder that cannot be read.
absl::StatusOr<std::vector<v1::VerifyAuditResponse>> VerifyAuditFolder(const std::string& data,
                                                                       const std::string& inventory,
                                                                       uint64_t tree_size);

// The checkpoint in a text: a signed note, or lines that a sink wrote, of which the last one of the inventory
// counts (empty: the last one). INVALID_ARGUMENT: neither, or a key file that cannot be read;
// PERMISSION_DENIED: not signed by this key.
absl::StatusOr<v1::AuditCheckpoint> OpenAuditCheckpoint(std::string_view text,
                                                        const std::string& inventory,
                                                        const std::string& public_key_file);
// Sets the problem KIND_CHECKPOINT_DIFFERS where the chain is shorter than the checkpoint or has another root at
// its size; `response` was asked for with its size. A problem that is there stays.
void CompareCheckpoint(const v1::AuditCheckpoint& checkpoint, v1::VerifyAuditResponse& response);

// OK: the entry is in the tree of the checkpoint, which the key signed. Else INVALID_ARGUMENT or
// PERMISSION_DENIED says what does not fit.
absl::Status CheckAuditProof(const v1::AuditProof& proof, const std::string& public_key_file);

// What was compared in a bundle, and what differs: a sentence each.
struct EvidenceReport {
  std::vector<std::string> checked;
  std::vector<std::string> differences;
};
// Asks the question of a bundle again, with its records and its law, and checks its chain. Without a key the
// signature is not looked at, which `checked` says. INVALID_ARGUMENT: not a whole bundle.
absl::StatusOr<EvidenceReport> CheckEvidence(const v1::EvidenceBundle& bundle,
                                             const std::string& public_key_file);

}  // namespace onward::services
