// A law register in all the forms that answers are made from.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "graph/law/register.h"
#include "graph/model/validate.h"

namespace onward::commands {

// Immutable: an answer that holds one is made from it from start to end, whatever is put meanwhile.
struct LawVersion {
  law::RegisterPtr domain;
  // The words of the register that records may use.
  model::Vocabulary vocabulary;
  // What the store keeps, and its SHA-256 (32 bytes). Equal bytes are the same register.
  std::string bytes;
  std::string digest;
  // The register in the form that its maker answers with; no command looks into it.
  std::shared_ptr<const void> message;

  const std::string& version() const { return domain->version(); }
};
using LawPtr = std::shared_ptr<const LawVersion>;

// Makes a register from the bytes that a store kept, with every check.
using LawLoader = std::function<absl::StatusOr<LawPtr>(const std::string& bytes)>;

}  // namespace onward::commands
