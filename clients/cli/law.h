// onward law: what each of its actions does. Errors carry their places in the context.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/flags.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct LawFlags {
  std::string action;
  // What stands behind the action.
  std::vector<std::string> words;
  std::vector<std::string> codes;
  bool free_flow = false;
  std::string as_of;
  std::string known_at;
  bool dry_run = false;
  std::string expect;
  std::string comment;
  SourceFlags source;
  OutputFlags output;
};

// decisions, jurisdictions, instruments.
absl::StatusOr<Answer> ListLaw(client::Client& client, const LawFlags& flags,
                               const Environment& environment);
// The registers that were put, newest first.
absl::StatusOr<Answer> ListLawVersions(client::Client& client);
// One record by its id or code.
absl::StatusOr<Answer> ShowLaw(client::Client& client, const LawFlags& flags, const Style& style,
                               size_t width);

// A whole register: of files, where `word` is a path, else a version that the server knows. Empty: the one
// in effect.
absl::StatusOr<v1::LawRegister> RegisterNamed(client::Client& client, const std::string& word,
                                              Context& context);

struct LawDifference {
  Answer answer;
  bool any = false;
};
LawDifference DiffLaw(const v1::LawRegister& before, const v1::LawRegister& after,
                      const Style& style);

// Puts the register that `word` names, as RegisterNamed, or tries it.
absl::StatusOr<Answer> PutLaw(client::Client& client, const LawFlags& flags, Context& context);
// Checks files: a whole register, or some records of one laid over that of `base`. `checker` is asked.
absl::StatusOr<Answer> LintLaw(client::Client& base, client::Client& checker,
                               const std::string& path, Context& context);

}  // namespace onward::cli
