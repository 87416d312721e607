#include "clients/cli/help.h"

#include <CLI/CLI.hpp>

#include <algorithm>

#include "clients/cli/text.h"

#ifndef ONWARD_VERSION
#error "the build defines ONWARD_VERSION"
#endif

namespace onward::cli {
namespace {

constexpr size_t kCommandColumn = 14;
constexpr size_t kOptionColumn = 26;

std::string OptionNames(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) {
    names += "-" + name + ", ";
  }
  if (option.get_snames().empty()) {
    names += "    ";
  }
  names += "--" + option.get_lnames().front();
  const std::string type = option.get_type_name();
  return type.empty() ? names : names + " " + type;
}

std::string Usage(const CLI::App& app, const std::string& name) {
  std::string usage = "Usage: onward " + name;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      const std::string& positional = option->get_name(true);
      usage += option->get_required() ? " " + positional : " [" + positional + "]";
    }
  }
  return usage + " [OPTIONS]\n";
}

}  // namespace

std::string ProgramHelp() {
  std::string text =
      "onward - who receives personal data, where, and on what legal footing\n\n"
      "Usage: onward COMMAND [OPTIONS]\n\n";
  for (const Command& command : Commands()) {
    text += "  " + Pad(command.name, kCommandColumn) + command.summary + "\n";
  }
  return text +
         "\nA server with TLS: --tls-ca FILE (or `system`), for a client certificate --tls-cert "
         "FILE and\n"
         "--tls-key FILE, for a bearer token --token-file FILE, beside --server; or "
         "ONWARD_TLS_CA,\n"
         "ONWARD_TLS_CERT, ONWARD_TLS_KEY, ONWARD_TOKEN_FILE.\n"
         "\nExit codes: 0 nothing found, 1 findings or a difference, 2 usage, 3 invalid input,\n"
         "4 not allowed, 5 conflict, 6 unavailable, 7 partial. `onward COMMAND --help` has "
         "examples.\n";
}

std::string CommandHelp(const Command& command) {
  CLI::App app;
  app.set_help_flag();
  command.setup(app);
  std::string text =
      "onward " + command.name + " - " + command.summary + "\n\n" + Usage(app, command.name) + "\n";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional() && !option->get_group().empty()) {
      text +=
          "  " + Pad(OptionNames(*option), kOptionColumn) + " " + option->get_description() + "\n";
    }
  }
  text += "\nExamples:\n";
  for (const std::string& example : command.examples) {
    text += "  " + example + "\n";
  }
  return text;
}

std::string ProgramVersion() { return ONWARD_VERSION; }

}  // namespace onward::cli
