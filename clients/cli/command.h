// A subcommand: its texts and what it does, in one place.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/environment.h"
#include "services/exchange/changes_reader.h"
#include "services/exchange/problem.h"

namespace CLI {
class App;
}  // namespace CLI

namespace onward::cli {

// What a running command shares with those who print its errors.
struct Context {
  const Environment& environment;
  // What is wrong with the input, with places; beside the status that the command returns.
  std::vector<exchange::Problem> problems;
  // Where what a question assumes was read, for errors about it; null: not from files.
  std::shared_ptr<const exchange::Changes> changes = nullptr;
  // What to do about an error; empty: nothing to say.
  std::string hint;
  // Errors as one JSON object.
  bool json_errors = false;
};

// Runs a command whose options were parsed. Returns the exit code.
using Action = std::function<absl::StatusOr<int>(Context&)>;

struct Command {
  std::string name;
  // One line, for the list of commands.
  std::string summary;
  // Command lines with what they do after two spaces and `#`.
  std::vector<std::string> examples;
  // Words that can stand behind the command, for completion.
  std::vector<std::string> words;
  // Adds the options to `app` and returns what runs once they are parsed.
  std::function<Action(CLI::App& app)> setup;
};

// All subcommands, in the order of help.
const std::vector<Command>& Commands();

}  // namespace onward::cli
