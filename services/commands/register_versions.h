// The law registers of a store: which there are, who put each, and which is in effect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"

namespace onward::commands {

// Where a register came from.
struct RegisterInfo {
  std::string version;
  std::string knowledge_cutoff;
  // SHA-256: 32 bytes.
  std::string digest;
  // Comes with the program; what follows is empty then.
  bool built_in = false;
  storage::Time put_at;
  std::string author;
  std::string comment;
  bool in_effect = false;
};

RegisterInfo InfoOf(const storage::LawInfo& put, bool in_effect);
// Of a register that was never put.
RegisterInfo InfoOf(const LawVersion& law, bool built_in, bool in_effect);

// A register as it is kept. Not checked again: it is only shown.
struct KeptRegister {
  RegisterInfo info;
  std::string bytes;
};
// One version; empty: the one in effect. REGISTER_VERSION_NOT_FOUND.
absl::StatusOr<KeptRegister> GetRegister(const Engine& engine, const std::string& version);

struct RegisterPage {
  std::vector<RegisterInfo> versions;
  // Absent: the last page.
  std::optional<uint64_t> next;
};
// Puts from the newest back, then the built-in register. `from`: RegisterPage::next of the page before.
absl::StatusOr<RegisterPage> ListRegisters(const Engine& engine, std::optional<uint64_t> from,
                                           size_t size);

}  // namespace onward::commands
