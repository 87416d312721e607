// onward findings: what is worth a person's attention, and the owner's answers to it.
#include <algorithm>
#include <memory>

#include "clients/cli/change.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/findings.h"
#include "clients/cli/session.h"
#include "clients/cli/triage.h"
#include "graph/base/status_macros.h"

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
  std::vector<std::string> parties;
  bool all = false;
  uint32_t ends_within_days = 0;
  std::string fail_on = "high";
  std::string until;
  std::string owner;
  std::string reason;
  ChangeFlags change;
  SourceFlags source;
  TimeFlags time;
  WhatIfFlags what_if;
  OutputFlags output;
};

// As the catalogue writes it, whatever the user's letters.
std::string Code(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return word;
}

int UsageError(const std::string& message, Context& context) {
  context.hint = "See `onward findings --help`.";
  PrintFailure(Error(absl::StatusCode::kInvalidArgument, "USAGE", message), context);
  return kExitUsage;
}

absl::StatusOr<v1::ListFindingsRequest> RequestOf(const Flags& flags) {
  v1::ListFindingsRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_include_triaged(flags.all);
  request.set_ends_within_days(flags.ends_within_days);
  SetTime(flags.time, request);
  for (const std::string& code : flags.codes) {
    request.add_codes(Code(code));
  }
  request.mutable_parties()->Add(flags.parties.begin(), flags.parties.end());
  for (const std::string& word : flags.severities) {
    ONWARD_ASSIGN_OR_RETURN(const v1::FindingSeverity severity, ParseSeverity(word));
    request.add_severities(severity);
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
  ONWARD_ASSIGN_OR_RETURN(v1::ListFindingsRequest request, RequestOf(flags));
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  ONWARD_RETURN_IF_ERROR(SetWhatIf(flags.what_if, session->client(), context, request));
  ONWARD_ASSIGN_OR_RETURN(const FindingList list,
                          FetchFindings(session->client(), std::move(request)));
  const Environment& environment = context.environment;
  Print(FindingsAnswer(list, MakeStyle(environment, flags.output),
                       static_cast<size_t>(environment.columns)),
        flags.output.Parsed(), environment);
  return Fails(list, flags.fail_on) ? kExitFindings : kExitOk;
}

absl::StatusOr<int> Catalogue(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(const auto session, flags.source.server.empty()
                                                  ? Session::OpenBuiltIn(context)
                                                  : Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::ListFindingKindsResponse kinds,
                          session->client().ListFindingKinds());
  Answer answer;
  answer.document = exchange::Json::array();
  answer.table.columns = {"code", "severity", "title", "source", "meaning", "remedy"};
  for (const v1::FindingKind& kind : kinds.kinds()) {
    answer.document.push_back(exchange::ToJson(kind, exchange::EmptyFields::kKeep));
    answer.lines.push_back(answer.document.back());
    answer.table.rows.push_back({kind.code(), answer.document.back().value("severity", ""),
                                 kind.title(), kind.source(), kind.meaning(), kind.remedy()});
  }
  answer.text = kinds.page();
  answer.markdown = kinds.page();
  Print(answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

// What is missing or too much for a list; empty: nothing.
std::string WrongWithList(const Flags& flags) {
  if (!flags.code.empty()) {
    return "unexpected argument " + flags.code + "; --code and --party select";
  }
  const bool answers = !flags.until.empty() || !flags.owner.empty() || !flags.reason.empty() ||
                       flags.change.dry_run || flags.change.yes;
  return answers ? "--until, --owner, --reason, --dry-run and --yes are for accept, "
                   "false-positive and reopen"
                 : "";
}

// The same for an answer.
std::string WrongWithAnswer(const Flags& flags) {
  if (flags.code.empty() || flags.subject.empty()) {
    return flags.action + " needs CODE and SUBJECT, as in TRANSFER_LACKING flow/acme-to-vendor";
  }
  if (!flags.source.files.empty()) {
    return "answers are written to a server; beside files, write a Triage record";
  }
  if (!flags.severities.empty() || !flags.codes.empty() || !flags.parties.empty() || flags.all) {
    return "--severity, --code, --party and --all are for the list";
  }
  if (flags.time.at_revision != 0 || !flags.time.law_known_at.empty() || !flags.what_if.empty()) {
    return "an answer is to the records and the law as they are now";
  }
  if (flags.owner.empty() || flags.reason.empty()) {
    return flags.action + " needs --owner and --reason, for the history";
  }
  if (flags.until.empty() == (flags.action == "accept")) {
    return flags.action == "accept" ? "accept needs --until" : "only accept has --until";
  }
  return "";
}

absl::StatusOr<int> Answers(const Flags& flags, Context& context) {
  if (const std::string wrong = WrongWithAnswer(flags); !wrong.empty()) {
    return UsageError(wrong, context);
  }
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  client::Client& client = session->client();
  const TriageAnswer answer{
      flags.source.inventory,
      Code(flags.code),
      flags.subject,
      flags.action == "accept" ? v1::TRIAGE_DECISION_ACCEPTED : v1::TRIAGE_DECISION_FALSE_POSITIVE,
      flags.until,
      flags.owner,
      flags.reason};
  ONWARD_ASSIGN_OR_RETURN(v1::ApplyRequest request,
                          flags.action == "reopen"
                              ? ReopenRequest(client, answer)
                              : AnswerRequest(client, answer, flags.time.as_of));
  ChangeFlags change = flags.change;
  change.comment =
      "findings " + flags.action + " " + answer.code + " " + flags.subject + ": " + flags.reason;
  change.author = flags.owner;
  return Change(client, std::move(request), nullptr, change, flags.output, context);
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  if (flags.action != "list" && flags.action != "catalogue") {
    return Answers(flags, context);
  }
  if (const std::string wrong = WrongWithList(flags); !wrong.empty()) {
    return UsageError(wrong, context);
  }
  return flags.action == "list" ? List(flags, context) : Catalogue(flags, context);
}

void AddListing(CLI::App& app, Flags& flags) {
  AddListFlag(app, "--severity", flags.severities, "LEVEL",
              "only high, medium, low, info; repeatable");
  AddListFlag(app, "--code", flags.codes, "CODE", "only this kind; repeatable");
  AddListFlag(app, "--party", flags.parties, "ID", "only about it or its flows; repeatable");
  AddSwitch(app, "--all", flags.all, "with what was accepted or called a false positive");
  AddNumber(app, "--ends-within", flags.ends_within_days, 1, 3'650, "DAYS",
            "what ends that many days ahead (90)");
  AddWord(app, "--fail-on", flags.fail_on, {"high", "medium", "low", "info", "none"}, "LEVEL",
          "exit 1 from: info, low, medium, high; or none");
}

void AddAnswering(CLI::App& app, Flags& flags) {
  AddDateFlag(app, "--until", flags.until, "accept: first day that counts again");
  AddText(app, "--owner", flags.owner, "NAME", "answers: who");
  AddText(app, "--reason", flags.reason, "TEXT", "answers: why");
  AddSwitch(app, "--dry-run", flags.change.dry_run, "answers: only show what would be written");
  AddSwitch(app, "-y,--yes", flags.change.yes, "answers: do not ask");
}

}  // namespace

Command FindingsCommand() {
  return {"findings",
          "list what needs attention; accept, reopen",
          {"onward findings -f inventory/ --ends-within 30    # exit 1 if one is high",
           "onward findings accept TRANSFER_LACKING flow/a-b --until 2027-01-01 --owner dpo "
           "--reason signing",
           "onward findings catalogue -o markdown"},
          Actions(),
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "ACTION", flags->action, Actions());
            AddArgument(app, "CODE", flags->code);
            AddArgument(app, "SUBJECT", flags->subject);
            AddListing(app, *flags);
            AddAnswering(app, *flags);
            AddSourceFlags(app, flags->source);
            AddTimeFlags(app, flags->time);
            AddWhatIfFlags(app, flags->what_if);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
