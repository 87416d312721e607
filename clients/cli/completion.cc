#include "clients/cli/completion.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/output.h"

namespace onward::cli {
namespace {

struct OptionWords {
  std::string short_name;
  std::string long_name;
  std::string help;
  bool takes_value = false;
  bool takes_path = false;
  std::vector<std::string> values;
};

std::vector<std::string> ValuesOf(const std::string& long_name, const std::string& command) {
  if (long_name == "output" && command == "watch") {
    return {"table", "json", "jsonl"};
  }
  if (long_name == "output") {
    return FormatNames();
  }
  if (long_name == "fail-on" && command == "findings") {
    return {"high", "medium", "low", "info", "none"};
  }
  if ((long_name == "to" && command == "timeline") || long_name == "verdict") {
    return {"lacking", "undetermined", "conditional", "covered", "not-a-transfer"};
  }
  if (long_name == "severity") {
    return {"high", "medium", "low", "info"};
  }
  if (long_name == "fail-on") {
    return {"lacking", "undetermined", "conditional", "none"};
  }
  return {};
}

std::vector<OptionWords> OptionsOf(const Command& command) {
  CLI::App app;
  app.set_help_flag();
  command.setup(app);
  std::vector<OptionWords> options;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      continue;
    }
    OptionWords words;
    words.short_name = option->get_snames().empty() ? "" : option->get_snames().front();
    words.long_name = option->get_lnames().front();
    words.help = option->get_description();
    words.takes_value = !option->get_type_name().empty();
    words.takes_path = option->get_type_name() == "PATH";
    words.values = ValuesOf(words.long_name, command.name);
    options.push_back(std::move(words));
  }
  return options;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

// Between single quotes of any of the shells; help texts hold no quotes of their own.
std::string Plain(const std::string& text, std::string_view without) {
  std::string plain;
  for (const char c : text) {
    plain.push_back(c == '\'' || without.find(c) != std::string_view::npos ? ' ' : c);
  }
  return plain;
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  for (const Command& command : Commands()) {
    names.push_back(command.name);
  }
  return names;
}

std::string Bash() {
  std::string cases;
  for (const Command& command : Commands()) {
    std::vector<std::string> words = command.words;
    for (const OptionWords& option : OptionsOf(command)) {
      words.push_back("--" + option.long_name);
    }
    cases += "    " + command.name + ") words='" + Join(words) + " --help' ;;\n";
  }
  return "# bash completion for onward: source <(onward completion bash)\n"
         "_onward() {\n"
         "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" words=''\n"
         "  case \"$prev\" in\n"
         "    -o|--output) words='" +
         Join(ValuesOf("output", "")) +
         "' ;;\n"
         "    --fail-on) words='" +
         Join(ValuesOf("fail-on", "")) + " " + Join(ValuesOf("severity", "")) +
         "' ;;\n"
         "    --severity) words='" +
         Join(ValuesOf("severity", "")) +
         "' ;;\n"
         "    -f|--file) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
         "    *) if [ \"$COMP_CWORD\" -eq 1 ]; then words='" +
         Join(CommandNames()) +
         "'; else\n"
         "  case \"${COMP_WORDS[1]}\" in\n" +
         cases +
         "  esac; fi ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "}\n"
         "complete -o filenames -F _onward onward\n";
}

std::string ZshOption(const OptionWords& option) {
  std::string text = " '--" + option.long_name + "[" + Plain(option.help, "[]:") + "]";
  if (option.takes_path) {
    text += ":path:_files";
  } else if (!option.values.empty()) {
    text += ":value:(" + Join(option.values) + ")";
  } else if (option.takes_value) {
    text += ":value:";
  }
  return text + "'";
}

std::string Zsh() {
  std::string commands;
  std::string cases;
  for (const Command& command : Commands()) {
    commands += "    '" + command.name + ":" + Plain(command.summary, ":") + "'\n";
    cases += "    " + command.name + ") _arguments";
    for (const OptionWords& option : OptionsOf(command)) {
      cases += ZshOption(option);
    }
    cases += " '*:word:(" + Join(command.words) + ")' ;;\n";
  }
  return "#compdef onward\n"
         "_onward() {\n"
         "  local -a commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "  local command=$words[2]\n"
         "  shift words; (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "compdef _onward onward\n";
}

std::string Fish() {
  std::string text =
      "# fish completion for onward: onward completion fish | source\n"
      "complete -c onward -f\n";
  for (const Command& command : Commands()) {
    text += "complete -c onward -n __fish_use_subcommand -a " + command.name + " -d '" +
            Plain(command.summary, "") + "'\n";
    const std::string within =
        "complete -c onward -n '__fish_seen_subcommand_from " + command.name + "'";
    if (!command.words.empty()) {
      text += within + " -a '" + Join(command.words) + "'\n";
    }
    for (const OptionWords& option : OptionsOf(command)) {
      text += within + (option.short_name.empty() ? "" : " -s " + option.short_name) + " -l " +
              option.long_name;
      text += option.takes_path ? " -r -F" : option.takes_value ? " -x" : "";
      text += option.values.empty() ? "" : " -a '" + Join(option.values) + "'";
      text += " -d '" + Plain(option.help, "") + "'\n";
    }
  }
  return text;
}

}  // namespace

std::string CompletionScript(std::string_view shell) {
  if (shell == "bash") {
    return Bash();
  }
  if (shell == "zsh") {
    return Zsh();
  }
  return shell == "fish" ? Fish() : "";
}

}  // namespace onward::cli
