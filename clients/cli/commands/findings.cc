// onward findings: what is worth a person's attention, and the owner's answers to it.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "clients/cli/change.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/findings.h"
#include "clients/cli/session.h"
#include "clients/cli/triage.h"
#include "services/exchange/nearest.h"

namespace onward::cli {
namespace {

const std::vector<std::string>& Actions() {
  static const std::vector<std::string> kActions = {"list", "accept", "false-positive", "reopen",
                                                    "catalogue"};
  return kActions;
}

struct Flags {
  std::string action = "list";
  std::string code;
  std::string subject;
  std::vector<std::string> severities;
  std::vector<std::string> codes;
  bool all = false;
  uint32_t within_days = 0;
  std::string fail_on = "high";
  std::string until;
  std::string owner;
  std::string reason;
  ChangeFlags change;
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
};

int UsageError(const std::string& message, Context& context) {
  context.hint = "See `onward findings --help`.";
  PrintFailure(Error(absl::StatusCode::kInvalidArgument, "USAGE", message), context);
  return kExitUsage;
}

absl::StatusOr<v1::ListFindingsRequest> RequestOf(const Flags& flags) {
  v1::ListFindingsRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_include_triaged(flags.all);
  request.set_ends_within_days(flags.within_days);
  SetTime(flags.time, request);
  request.mutable_codes()->Add(flags.codes.begin(), flags.codes.end());
  for (const std::string& word : flags.severities) {
    const auto severity = ParseSeverity(word);
    if (!severity.ok()) {
      return severity.status();
    }
    request.add_severities(*severity);
  }
  return request;
}

// Accepted ones never fail.
bool Fails(const FindingList& list, const std::string& level) {
  const auto least = ParseSeverity(level);
  return least.ok() &&
         std::any_of(list.findings.begin(), list.findings.end(), [&](const v1::Finding& finding) {
           return finding.severity() <= *least && !finding.has_triage();
         });
}

absl::StatusOr<int> List(const Flags& flags, Context& context) {
  auto request = RequestOf(flags);
  if (!request.ok()) {
    return request.status();
  }
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  const auto list = FetchFindings((*session)->client(), *std::move(request));
  if (!list.ok()) {
    return list.status();
  }
  const Environment& environment = context.environment;
  Print(FindingsAnswer(*list, MakeStyle(environment, flags.output),
                       static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  return Fails(*list, flags.fail_on) ? kExitFindings : kExitOk;
}

absl::StatusOr<int> Catalogue(const Flags& flags, Context& context) {
  auto session = flags.source.server.empty() ? Session::OpenBuiltIn(context)
                                             : Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  const auto kinds = (*session)->client().ListFindingKinds();
  if (!kinds.ok()) {
    return kinds.status();
  }
  Answer answer;
  answer.document = exchange::Json::array();
  answer.table.columns = {"code", "severity", "title", "source", "meaning", "remedy"};
  for (const v1::FindingKind& kind : kinds->kinds()) {
    answer.document.push_back(exchange::ToJson(kind, exchange::EmptyFields::kKeep));
    answer.lines.push_back(answer.document.back());
    answer.table.rows.push_back({kind.code(), answer.document.back().value("severity", ""),
                                 kind.title(), kind.source(), kind.meaning(), kind.remedy()});
  }
  answer.text = kinds->page();
  answer.markdown = kinds->page();
  Print(answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

// What is missing or too much for an answer; empty: nothing.
std::string WrongWith(const Flags& flags) {
  if (flags.code.empty() || flags.subject.empty()) {
    return flags.action + " needs CODE and SUBJECT, as in TRANSFER_LACKING flow/acme-to-vendor";
  }
  if (!flags.source.files.empty()) {
    return "answers are written to a server; beside files, write a Triage record";
  }
  if (flags.action == "reopen") {
    return "";
  }
  if (flags.owner.empty() || flags.reason.empty()) {
    return flags.action + " needs --owner and --reason";
  }
  if (flags.until.empty() == (flags.action == "accept")) {
    return flags.action == "accept" ? "accept needs --until" : "a false positive has no --until";
  }
  return "";
}

absl::StatusOr<int> Answers(const Flags& flags, Context& context) {
  if (const std::string wrong = WrongWith(flags); !wrong.empty()) {
    return UsageError(wrong, context);
  }
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  const TriageAnswer answer{
      flags.source.inventory,
      flags.code,
      flags.subject,
      flags.action == "accept" ? v1::TRIAGE_DECISION_ACCEPTED : v1::TRIAGE_DECISION_FALSE_POSITIVE,
      flags.until,
      flags.owner,
      flags.reason};
  auto request = flags.action == "reopen" ? ReopenRequest(client, answer)
                                          : AnswerRequest(client, answer, flags.time.as_of);
  if (!request.ok()) {
    return request.status();
  }
  ChangeFlags change = flags.change;
  change.comment = "findings " + flags.action + " " + flags.code + " " + flags.subject;
  change.author = flags.owner;
  return Change(client, *std::move(request), nullptr, change, flags.output, context);
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  const bool answers = flags.action != "list" && flags.action != "catalogue";
  if (!answers && !flags.code.empty()) {
    return UsageError("unexpected argument " + flags.code + "; --code selects", context);
  }
  if (flags.action == "list") {
    return List(flags, context);
  }
  if (flags.action == "catalogue") {
    return Catalogue(flags, context);
  }
  return Answers(flags, context);
}

void AddListing(CLI::App& app, Flags& flags) {
  AddListFlag(app, "--severity", flags.severities, "LEVEL",
              "only high, medium, low, info; repeatable");
  AddListFlag(app, "--code", flags.codes, "CODE", "only this kind; repeatable");
  app.add_flag("--all", flags.all, "with what was accepted or called a false positive");
  app.add_option("--within", flags.within_days, "ends of mechanisms that many days ahead (90)")
      ->type_name("DAYS");
  app.add_option("--fail-on", flags.fail_on, "exit 1 from: info, low, medium, high; or none")
      ->type_name("LEVEL")
      ->check(CLI::IsMember(std::vector<std::string>{"high", "medium", "low", "info", "none"})
                  .description(""));
}

void AddAnswering(CLI::App& app, Flags& flags) {
  app.add_option("--until", flags.until, "accept: first day that counts again")->type_name("DATE");
  app.add_option("--owner", flags.owner, "who answers for it")->type_name("NAME");
  app.add_option("--reason", flags.reason, "why")->type_name("TEXT");
  app.add_flag("--dry-run", flags.change.dry_run, "only show what would be written");
  app.add_flag("-y,--yes", flags.change.yes, "do not ask");
}

}  // namespace

Command FindingsCommand() {
  return {
      "findings",
      "list what needs attention; accept, reopen",
      {"onward findings -f inventory/ --severity high     # exit 1 if there are any",
       "onward findings accept TRANSFER_LACKING flow/acme-to-vendor --until 2027-01-01 \\",
       "    --owner dpo --reason \"clauses are being signed\"",
       "onward findings catalogue -o markdown"},
      Actions(),
      [](CLI::App& app) -> Action {
        auto flags = std::make_shared<Flags>();
        app.add_option("ACTION", flags->action)->check(CLI::IsMember(Actions()).description(""));
        app.add_option("CODE", flags->code);
        app.add_option("SUBJECT", flags->subject);
        AddListing(app, *flags);
        AddAnswering(app, *flags);
        AddSourceFlags(app, flags->source);
        AddTimeFlags(app, flags->time);
        AddOutputFlags(app, flags->output);
        return [flags](Context& context) { return Run(*flags, context); };
      }};
}

}  // namespace onward::cli
