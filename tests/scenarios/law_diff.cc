// onward_law_diff BASE NEW CASES: every verdict of the scenarios that differs between two registers.
// BASE and NEW are folders of *.txtpb. Asked are the dates of the cases and every day on which a verdict
// may change under either register. Exit code 0, or 2 where something cannot be read.
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "graph/base/status_macros.h"
#include "services/law_register.h"
#include "tests/scenarios/diff.h"
#include "tests/scenarios/prepared.h"

namespace onward::scenarios {
namespace {

constexpr int kArguments = 4;
constexpr int kUnreadable = 2;

absl::StatusOr<law::RegisterPtr> ReadLaw(const std::string& folder) {
  ONWARD_ASSIGN_OR_RETURN(v1::LawRegister message, services::ReadRegisterFolder(folder));
  ONWARD_ASSIGN_OR_RETURN(services::LoadedRegister loaded,
                          services::LoadRegister(std::move(message)));
  return loaded.domain;
}

absl::Status Print(const std::string& base, const std::string& other, const std::string& folder) {
  ONWARD_ASSIGN_OR_RETURN(const law::RegisterPtr before, ReadLaw(base));
  ONWARD_ASSIGN_OR_RETURN(const law::RegisterPtr after, ReadLaw(other));
  ONWARD_ASSIGN_OR_RETURN(const std::vector<Prepared> cases, ReadAll(folder));
  size_t different = 0;
  for (const Prepared& prepared : cases) {
    const std::string text = DifferencesBetween(before, after, prepared);
    if (!text.empty()) {
      ++different;
      std::cout << std::filesystem::path(prepared.scenario().file).filename().string() << ": "
                << prepared.scenario().title << "\n"
                << text;
    }
  }
  if (different == 0) {
    std::cout << "no difference in " << cases.size() << " scenarios (law " << before->version()
              << " and " << after->version() << ")\n";
  } else {
    std::cout << different << " of " << cases.size() << " scenarios differ\n";
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace onward::scenarios

int main(int argc, char** argv) {
  using onward::scenarios::kArguments;
  if (argc != kArguments) {
    std::cerr << "usage: onward_law_diff BASE NEW CASES\n";
    return onward::scenarios::kUnreadable;
  }
  const absl::Status printed = onward::scenarios::Print(argv[1], argv[2], argv[3]);
  if (!printed.ok()) {
    std::cerr << printed.message() << "\n";
    return onward::scenarios::kUnreadable;
  }
  return 0;
}
