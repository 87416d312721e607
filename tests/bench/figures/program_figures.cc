// What a command line takes from start to end, beside a program that does nothing.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "graph/model/wire.h"
#include "onward/v1/record.pb.h"
#include "services/exchange/manifest_writer.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/generator/records.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

// Milliseconds. `command` ends with nullptr; output is dropped.
double RunMillis(const std::vector<const char*>& command) {
  int status = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const double seconds = Seconds([&] {
    // Not fork, which copies the page tables of all that the groups before have used.
    pid_t child = 0;
    if (posix_spawn(&child, command.front(), &actions, nullptr,
                    const_cast<char* const*>(command.data()), environ) != 0 ||
        waitpid(child, &status, 0) != child) {
      Fail("a program could not be started");
    }
  });
  posix_spawn_file_actions_destroy(&actions);
  // 1: findings, as it should be.
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
    Fail(absl::StrCat(command.front(), " failed"));
  }
  return seconds * 1'000;
}

// A manifest of about a hundred records.
void WriteHundred(const std::string& path, const Settings& settings) {
  GeneratorOptions options;
  options.tenants = 1;
  options.controllers = 5;
  options.tiers = 1;
  options.flows_max = 55;
  options.seed = settings.seed;
  std::ofstream file(path);
  const std::vector<model::Record> records = GenerateRecords(options);
  for (const model::Record& record : records) {
    v1::Record message;
    model::RecordToWire(record, message);
    file << "---\n" << exchange::WriteManifest(message);
  }
}

}  // namespace

void TakeProgramFigures(const Settings& settings, const Report& report) {
  const testing::TempFolder folder;
  const std::string manifest = folder.path() + "/hundred.yaml";
  WriteHundred(manifest, settings);
  const std::string onward = settings.programs + "/onward";
  const auto nothing = [] { return RunMillis({"/bin/true", nullptr}); };
  Figure help = TakePairs(
      settings.Pairs(),
      [&] {
        return RunMillis({onward.c_str(), "--help", nullptr});
      },
      nothing);
  help.name = "onward --help / true";
  help.target = "<= 20 ms";
  Figure assess = TakePairs(
      settings.Pairs(),
      [&] {
        return RunMillis({onward.c_str(), "assess", "-f", manifest.c_str(), nullptr});
      },
      nothing);
  assess.name = "onward assess of 100 records, offline / true";
  assess.target = "<= 100 ms";
  for (Figure* figure : {&help, &assess}) {
    figure->group = "command line";
    figure->ours = "onward";
    figure->other = "true";
    figure->unit = "ms";
    report(*figure);
  }
}

}  // namespace onward::bench
