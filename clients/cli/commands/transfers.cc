// onward transfers: the verdicts that filters select, with everything the server says of them.
#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  QuestionFlags question;
  std::vector<std::string> verdicts;
  std::vector<std::string> places;
  std::vector<std::string> categories;
  std::vector<std::string> parties;
  bool all = false;
};

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return text;
}

absl::Status SetVerdicts(const Flags& flags, v1::ListTransfersRequest& request) {
  for (const std::string& word : flags.verdicts) {
    ONWARD_ASSIGN_OR_RETURN(const v1::Verdict verdict, ParseVerdict(word));
    request.add_verdicts(verdict);
    if (verdict == v1::VERDICT_NOT_A_TRANSFER) {
      request.set_include_not_a_transfer(true);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListTransfersRequest> RequestOf(const Flags& flags) {
  v1::ListTransfersRequest request;
  request.set_include_not_a_transfer(flags.all);
  ONWARD_RETURN_IF_ERROR(SetVerdicts(flags, request));
  for (const std::string& place : flags.places) {
    request.add_destinations(Upper(place));
  }
  request.mutable_data_categories()->Add(flags.categories.begin(), flags.categories.end());
  request.mutable_parties()->Add(flags.parties.begin(), flags.parties.end());
  return request;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(v1::ListTransfersRequest request, RequestOf(flags));
  return ShowTransfers(std::move(request), flags.question, &TransfersJson, context);
}

}  // namespace

Command TransfersCommand() {
  return {"transfers",
          "list verdicts by party, place, category or verdict",
          {"onward transfers --verdict lacking --place US",
           "onward transfers -f inventory/ --party salesforce -o csv"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddListFlag(app, "--verdict", flags->verdicts, "VERDICT", "only this one; repeatable");
            AddListFlag(app, "--place", flags->places, "CODE", "only to this place; repeatable");
            AddListFlag(app, "--category", flags->categories, "ID",
                        "only with this data; repeatable");
            AddListFlag(app, "--party", flags->parties, "ID", "only from or to it; repeatable");
            AddSwitch(app, "--all", flags->all, "with what is not a transfer, and why");
            AddQuestionFlags(app, flags->question);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
