// onward completion: scripts for shells.
#include "clients/cli/completion.h"

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/options.h"

namespace onward::cli {

Command CompletionCommand() {
  return {
      "completion",
      "print a completion script for a shell",
      {"source <(onward completion bash)",
       "onward completion fish > ~/.config/fish/completions/onward.fish"},
      {"bash", "zsh", "fish"},
      [](CLI::App& app) -> Action {
        auto shell = std::make_shared<std::string>();
        AddChoice(app, "SHELL", *shell, {"bash", "zsh", "fish"}, "bash, zsh or fish").Required();
        return [shell](Context& context) -> absl::StatusOr<int> {
          context.environment.out << CompletionScript(*shell);
          return kExitOk;
        };
      }};
}

}  // namespace onward::cli
