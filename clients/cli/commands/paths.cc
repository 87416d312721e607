// onward paths: along which parties data go.
#include "clients/cli/paths.h"

#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/flags.h"
#include "clients/cli/options.h"
#include "clients/cli/session.h"
#include "clients/cli/transfers.h"
#include "clients/cli/what_if.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

constexpr uint32_t kMaxHops = 256;
constexpr uint32_t kMaxPaths = 10'000;
constexpr uint32_t kMaxSteps = 10'000'000;

struct Flags {
  std::string from;
  std::string to;
  std::string country;
  bool outside_eea = false;
  std::vector<std::string> verdicts;
  std::vector<std::string> categories;
  std::vector<std::string> through;
  std::vector<std::string> not_through;
  uint32_t max_hops = 0;
  uint32_t max_paths = 0;
  uint32_t max_steps = 0;
  std::string cursor;
  QuestionFlags question;
};

absl::Status SetTarget(const Flags& flags, v1::FindPathsRequest& request) {
  const int given =
      (flags.to.empty() ? 0 : 1) + (flags.country.empty() ? 0 : 1) + (flags.outside_eea ? 1 : 0);
  if (given > 1) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                 "where do the paths end? Say one of TO, --country and --outside-eea");
  }
  if (!flags.to.empty()) {
    request.set_to(flags.to);
  } else if (!flags.country.empty()) {
    std::string code = flags.country;
    std::transform(code.begin(), code.end(), code.begin(), [](char c) {
      return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    });
    request.set_country(code);
  } else {
    request.set_outside_eea(true);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::FindPathsRequest> RequestOf(const Flags& flags) {
  v1::FindPathsRequest request;
  SetQuestion(flags.question, request);
  request.set_from(flags.from);
  ONWARD_RETURN_IF_ERROR(SetTarget(flags, request));
  for (const std::string& word : flags.verdicts) {
    ONWARD_ASSIGN_OR_RETURN(const v1::Verdict verdict, ParseVerdict(word));
    request.add_verdicts(verdict);
  }
  request.mutable_data_categories()->Add(flags.categories.begin(), flags.categories.end());
  request.mutable_through()->Add(flags.through.begin(), flags.through.end());
  request.mutable_not_through()->Add(flags.not_through.begin(), flags.not_through.end());
  request.set_max_hops(flags.max_hops);
  request.set_max_paths(flags.max_paths);
  request.set_max_steps(flags.max_steps);
  request.set_cursor(flags.cursor);
  return request;
}

// A finding is one whatever was not looked at; without one, only a whole list says that there is none.
int ExitCodeOf(const PathList& list, const FailOnFlag& fail_on) {
  const bool found = std::any_of(list.paths.begin(), list.paths.end(), [&](const auto& path) {
    return fail_on.IsFinding(path.verdict());
  });
  if (found) {
    return kExitFindings;
  }
  const bool asked_for = list.end.limit() == v1::PATHS_LIMIT_PATHS && fail_on.level == "none";
  return list.end.truncated() && !asked_for ? kExitPartial : kExitOk;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(v1::FindPathsRequest request, RequestOf(flags));
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.question.source, context));
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.question.what_if, session->client(), context, request));
  ONWARD_ASSIGN_OR_RETURN(const PathList list, FetchPaths(session->client(), request));
  const Environment& environment = context.environment;
  Print(PathsAnswer(list, MakeStyle(environment, flags.question.output),
                    static_cast<size_t>(environment.columns)),
        flags.question.output.Parsed(), environment);
  return ExitCodeOf(list, flags.question.fail_on);
}

void AddFilters(CLI::App& app, Flags& flags) {
  AddListFlag(app, "--verdict", flags.verdicts, "VERDICT",
              "only paths with this worst hop; repeatable");
  AddListFlag(app, "--category", flags.categories, "ID", "only of this data; repeatable");
  AddListFlag(app, "--through", flags.through, "ID", "only by way of this party; repeatable");
  AddListFlag(app, "--not-through", flags.not_through, "ID", "not by way of it; repeatable");
}

void AddBounds(CLI::App& app, Flags& flags) {
  AddNumber(app, "--max-hops", flags.max_hops, 1, kMaxHops, "N", "longest path in flows (16)");
  AddNumber(app, "--max-paths", flags.max_paths, 1, kMaxPaths, "N", "how many paths (100)");
  AddNumber(app, "--max-steps", flags.max_steps, 1, kMaxSteps, "N",
            "how long to search, in flows looked at (1000000)");
  AddText(app, "--cursor", flags.cursor, "TEXT",
          "go on where an answer of a server ended (its `cursor`)");
}

}  // namespace

Command PathsCommand() {
  return {
      "paths",
      "along which parties data go, shortest path first",
      {"onward paths acme                                # to anywhere outside the EEA",
       "onward paths acme --country US --verdict lacking --not-through cdn",
       "onward paths acme -f inventory/ -o json          # exit code 7: there may be more paths"},
      {},
      [](CLI::App& app) -> Action {
        auto flags = std::make_shared<Flags>();
        AddArgument(app, "FROM", flags->from, "party whose data, held or received, go on")
            .Required();
        AddArgument(app, "TO", flags->to, "party where the paths end");
        AddText(app, "--country", flags->country, "CODE", "paths that end in this country");
        AddSwitch(app, "--outside-eea", flags->outside_eea,
                  "paths that end outside the EEA, or at an unknown place (default)");
        AddFilters(app, *flags);
        AddBounds(app, *flags);
        AddQuestionFlags(app, flags->question);
        return [flags](Context& context) { return Run(*flags, context); };
      }};
}

}  // namespace onward::cli
