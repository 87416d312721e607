// onward assess: the verdict on every transfer of an inventory.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/transfers.h"

namespace onward::cli {
namespace {

struct Flags {
  QuestionFlags question;
  bool all = false;
};

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::ListTransfersRequest request;
  request.set_include_not_a_transfer(flags.all);
  return ShowTransfers(std::move(request), flags.question, &AssessJson, context);
}

}  // namespace

Command AssessCommand() {
  return {"assess",
          "judge every transfer of an inventory on a day",
          {"onward assess -f inventory/                       # files, no server needed",
           "onward assess -f inventory/ --as-of 2020-12-09 -o json",
           "onward assess --server 127.0.0.1:7430 --fail-on undetermined"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddSwitch(app, "--all", flags->all, "with what is not a transfer, and why");
            AddQuestionFlags(app, flags->question);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
