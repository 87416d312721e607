// onward law: what the law register says, and how it is replaced.
#include <algorithm>
#include <memory>
#include <utility>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/law.h"
#include "clients/cli/law_files.h"
#include "clients/cli/session.h"
#include "services/exchange/nearest.h"

namespace onward::cli {
namespace {

// What may stand behind an action, and which options mean something there.
struct LawAction {
  std::string name;
  size_t words_min = 0;
  size_t words_max = 0;
  std::vector<std::string> options;
};

const std::vector<LawAction>& Actions() {
  static const std::vector<LawAction> kActions = {
      {"list", 1, 1, {"--as-of", "--law-known-at", "--place", "--free-flow"}},
      {"show", 1, 1, {}},
      {"diff", 1, 2, {}},
      {"lint", 1, 1, {}},
      {"put", 1, 1, {"--dry-run", "--expect", "--comment"}},
      {"versions", 0, 0, {}}};
  return kActions;
}

const std::vector<std::string>& Subjects() {
  static const std::vector<std::string> kSubjects = {"jurisdictions", "decisions", "instruments"};
  return kSubjects;
}

// What is wrong with the words; empty: nothing.
std::string UsageProblem(const LawFlags& flags, const CLI::App& app) {
  const auto action = std::find_if(Actions().begin(), Actions().end(),
                                   [&](const LawAction& one) { return one.name == flags.action; });
  if (flags.words.size() < action->words_min || flags.words.size() > action->words_max) {
    return "law " + flags.action + " takes " +
           (action->words_max == 0   ? "no argument"
            : action->words_max == 1 ? "one argument"
                                     : "one or two arguments");
  }
  if (flags.action == "list" &&
      std::find(Subjects().begin(), Subjects().end(), flags.words[0]) == Subjects().end()) {
    return "law list: unknown list " + flags.words[0] + " (decisions, instruments, jurisdictions)" +
           exchange::DidYouMean(flags.words[0], Subjects());
  }
  for (const char* option : {"--as-of", "--law-known-at", "--place", "--free-flow", "--dry-run",
                             "--expect", "--comment"}) {
    const auto& known = action->options;
    if (IsGiven(app, option) && std::find(known.begin(), known.end(), option) == known.end()) {
      return "law " + flags.action + ": " + option + " has no meaning there";
    }
  }
  return "";
}

// The server that is named, else the register that this program was built with.
absl::StatusOr<std::unique_ptr<Session>> OpenLaw(const LawFlags& flags, Context& context) {
  const auto variable = context.environment.variable
                            ? context.environment.variable("ONWARD_SERVER").value_or("")
                            : std::string();
  return flags.source.server.empty() && variable.empty() ? Session::OpenBuiltIn(context)
                                                         : Session::Open(flags.source, context);
}

int Finish(const Answer& answer, const LawFlags& flags, const Context& context, int code) {
  Print(answer, flags.output.Parsed(), context.environment);
  return code;
}

absl::StatusOr<int> RunDiff(client::Client& client, const LawFlags& flags, Context& context) {
  const bool two = flags.words.size() == 2;
  const auto before = RegisterNamed(client, two ? flags.words[0] : "", context);
  if (!before.ok()) {
    return before.status();
  }
  const auto after = RegisterNamed(client, flags.words.back(), context);
  if (!after.ok()) {
    return after.status();
  }
  const LawDifference difference =
      DiffLaw(*before, *after, MakeStyle(context.environment, flags.output));
  return Finish(difference.answer, flags, context, difference.any ? kExitFindings : kExitOk);
}

absl::StatusOr<Answer> RunLint(client::Client& base, const LawFlags& flags, Context& context) {
  // Here the list of problems has no limit of a transport.
  auto checker = Session::OpenBuiltIn(context);
  if (!checker.ok()) {
    return checker.status();
  }
  return LintLaw(base, (*checker)->client(), flags.words[0], context);
}

absl::StatusOr<int> Run(const LawFlags& flags, Context& context) {
  auto session =
      flags.action == "put" ? Session::Open(flags.source, context) : OpenLaw(flags, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  if (flags.action == "diff") {
    return RunDiff(client, flags, context);
  }
  const Environment& environment = context.environment;
  const auto answer = flags.action == "list" ? ListLaw(client, flags, environment)
                      : flags.action == "show"
                          ? ShowLaw(client, flags, MakeStyle(environment, flags.output),
                                    static_cast<size_t>(environment.columns))
                      : flags.action == "lint" ? RunLint(client, flags, context)
                      : flags.action == "put"  ? PutLaw(client, flags, context)
                                               : ListLawVersions(client);
  if (!answer.ok()) {
    return answer.status();
  }
  return Finish(*answer, flags, context, kExitOk);
}

void AddFlags(CLI::App& app, LawFlags& flags) {
  std::vector<std::string> names;
  for (const LawAction& action : Actions()) {
    names.push_back(action.name);
  }
  AddChoice(app, "ACTION", flags.action, names).Required();
  AddArguments(app, "WORD", flags.words);
  AddAsOfFlag(app, flags.as_of, "list: only what is in force on that day");
  AddDateFlag(app, "--law-known-at,--known-at", flags.known_at, "list: as known on that day");
  AddListFlag(app, "--place", flags.codes, "CODE", "list: only this place; repeatable");
  AddSwitch(app, "--free-flow", flags.free_flow, "list: only places inside the EEA's free flow");
  AddSwitch(app, "--dry-run", flags.dry_run, "put: only say what would change");
  AddText(app, "--expect", flags.expect, "VERSION", "put: only where this version is in effect");
  AddText(app, "--comment", flags.comment, "TEXT", "put: why, for the list of versions");
  AddText(app, "--server", flags.source.server, "ADDR",
          "ask a server; else the built-in register (put: 127.0.0.1:7430)");
  AddSeconds(app, "--timeout", flags.source.timeout_seconds,
             "for the whole call (30; offline 600)");
  AddOutputFlags(app, flags.output);
}

}  // namespace

absl::StatusOr<v1::LawRegister> RegisterNamed(client::Client& client, const std::string& word,
                                              Context& context) {
  if (!word.empty() && IsPath(word)) {
    auto files = RegisterFiles::Read(word, context);
    if (!files.ok()) {
      return files.status();
    }
    if (files->IsWhole()) {
      return files->merged();
    }
    auto in_effect = client.GetRegister({});
    if (!in_effect.ok()) {
      return in_effect.status();
    }
    return files->LaidOver(std::move(*in_effect->mutable_register_()));
  }
  v1::GetRegisterRequest request;
  request.set_version(word);
  auto response = client.GetRegister(request);
  if (!response.ok()) {
    return response.status();
  }
  return std::move(*response->mutable_register_());
}

Command LawCommand() {
  return {"law",
          "list, show, compare, check and replace the law register",
          {"onward law list decisions --as-of 2020-07-15      # in force on that day",
           "onward law list jurisdictions --free-flow --as-of 2020-12-31",
           "onward law show adq-GB-2021-1772",
           "onward law lint graph/law/register                # or one changed file",
           "onward law diff 2026-11-22 register/              # versions, folders or files",
           "onward law put register/ --dry-run --expect 2026-11-22",
           "onward law versions --server 127.0.0.1:7430"},
          {"list", "show", "diff", "lint", "put", "versions", "jurisdictions", "decisions",
           "instruments"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<LawFlags>();
            AddFlags(app, *flags);
            return [flags, &app](Context& context) -> absl::StatusOr<int> {
              const std::string problem = UsageProblem(*flags, app);
              if (problem.empty()) {
                return Run(*flags, context);
              }
              context.hint = "See `onward law --help`.";
              PrintFailure(Error(absl::StatusCode::kInvalidArgument, "USAGE", problem), context);
              return kExitUsage;
            };
          }};
}

}  // namespace onward::cli
