#include "clients/cli/run.h"

#include <CLI/CLI.hpp>

#include <algorithm>

#include "clients/cli/command.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/help.h"
#include "services/exchange/nearest.h"

namespace onward::cli {
namespace {

bool IsHelp(const std::string& word) { return word == "-h" || word == "--help"; }

// Before a lone `--`.
bool AsksForHelp(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end, IsHelp);
}

const Command* FindCommand(const std::string& name) {
  const auto found = std::find_if(Commands().begin(), Commands().end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == Commands().end() ? nullptr : &*found;
}

// The value of -o as written, before anything is checked.
bool WantsJson(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    const bool option = words[i] == "-o" || words[i] == "--output";
    if ((option && i + 1 < words.size() && words[i + 1].starts_with("json")) ||
        words[i].starts_with("--output=json") || words[i].starts_with("-ojson")) {
      return true;
    }
  }
  return false;
}

int UsageError(Context& context, const std::string& message, const std::string& command) {
  context.hint = "See `onward " + (command.empty() ? "" : command + " ") + "--help`.";
  PrintFailure(Error(absl::StatusCode::kInvalidArgument, "USAGE", message), context);
  return kExitUsage;
}

int UnknownCommand(const std::string& name, Context& context) {
  std::vector<std::string> names;
  for (const Command& command : Commands()) {
    names.push_back(command.name);
  }
  return UsageError(context, "unknown command " + name + exchange::DidYouMean(name, names), "");
}

// The message of a parse error, with what may have been meant by an unknown option.
std::string ParseMessage(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> extras = app.remaining();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr || extras.empty()) {
    return error.what();
  }
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  const std::string word = extras.front().substr(0, extras.front().find('='));
  return (word.starts_with("-") ? "unknown option " : "unexpected argument ") + word +
         exchange::DidYouMean(word, names);
}

int RunCommand(const Command& command, const std::vector<std::string>& words, Context& context) {
  CLI::App app;
  app.set_help_flag();
  const Action action = command.setup(app);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return UsageError(context, ParseMessage(app, error), command.name);
  }
  const absl::StatusOr<int> code = action(context);
  if (code.ok()) {
    return *code;
  }
  PrintFailure(code.status(), context);
  return ExitCodeOf(code.status());
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Environment& environment) {
  Context context{environment, {}, nullptr, {}, WantsJson(arguments)};
  if (arguments.empty() || IsHelp(arguments[0])) {
    environment.out << ProgramHelp();
    return kExitOk;
  }
  const std::string& name = arguments[0] == "--version" ? "version" : arguments[0];
  const Command* command =
      FindCommand(name == "help" && arguments.size() > 1 ? arguments[1] : name);
  if (name == "help" && arguments.size() == 1) {
    environment.out << ProgramHelp();
    return kExitOk;
  }
  if (command == nullptr) {
    return UnknownCommand(name == "help" ? arguments[1] : name, context);
  }
  const std::vector<std::string> words(arguments.begin() + 1, arguments.end());
  if (name == "help" || AsksForHelp(words)) {
    environment.out << CommandHelp(*command);
    return kExitOk;
  }
  return RunCommand(*command, words, context);
}

}  // namespace onward::cli
