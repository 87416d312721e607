// onward completion: scripts for shells.
#include "clients/cli/completion.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"

namespace onward::cli {

Command CompletionCommand() {
  return {"completion",
          "print a completion script for a shell",
          {"source <(onward completion bash)",
           "onward completion fish > ~/.config/fish/completions/onward.fish"},
          {"bash", "zsh", "fish"},
          [](CLI::App& app) -> Action {
            auto shell = std::make_shared<std::string>();
            app.add_option("SHELL", *shell, "bash, zsh or fish")
                ->required()
                ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
            return [shell](Context& context) -> absl::StatusOr<int> {
              context.environment.out << CompletionScript(*shell);
              return kExitOk;
            };
          }};
}

}  // namespace onward::cli
