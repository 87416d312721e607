// onward version.
#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/help.h"

namespace onward::cli {

Command VersionCommand() {
  return {"version",
          "print the version of this program",
          {"onward version", "onward status                 # that of a server, and its law"},
          {},
          [](CLI::App&) -> Action {
            return [](Context& context) -> absl::StatusOr<int> {
              context.environment.out << "onward " << ProgramVersion() << "\n";
              return kExitOk;
            };
          }};
}

}  // namespace onward::cli
