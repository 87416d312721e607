// onward: the command line.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "clients/cli/environment.h"
#include "clients/cli/run.h"

namespace {

constexpr int kNarrowest = 60;
constexpr int kWidest = 200;
constexpr int kDefaultColumns = 120;

std::optional<std::string> Variable(const std::string& name) {
  const char* value =
      std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread so far.
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int Columns() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0) {
    return kDefaultColumns;
  }
  return std::clamp(static_cast<int>(size.ws_col), kNarrowest, kWidest);
}

// Whether the locale is a UTF-8 one; the first variable that is set decides.
bool LocaleIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = Variable(name).value_or("");
    if (!value.empty()) {
      return value.find("UTF-8") != std::string::npos || value.find("utf8") != std::string::npos ||
             value.find("utf-8") != std::string::npos || value.find("UTF8") != std::string::npos;
    }
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away ends the output, not the program.
  std::signal(SIGPIPE, SIG_IGN);
  const onward::cli::Environment environment{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .in_is_terminal = isatty(STDIN_FILENO) != 0,
      .out_is_terminal = isatty(STDOUT_FILENO) != 0,
      .err_is_terminal = isatty(STDERR_FILENO) != 0,
      .columns = Columns(),
      .utf8 = isatty(STDOUT_FILENO) == 0 || LocaleIsUtf8(),
      .variable = Variable,
  };
  const int code = onward::cli::Run(std::vector<std::string>(argv + 1, argv + argc), environment);
  std::cout.flush();
  return code;
}
