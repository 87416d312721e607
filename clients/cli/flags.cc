#include "clients/cli/flags.h"

#include <CLI/CLI.hpp>

#include "clients/cli/exit_code.h"
#include "clients/cli/style.h"
#include "services/exchange/record_reader.h"

namespace onward::cli {
namespace {

const CLI::Validator& IsDate() {
  static const CLI::Validator kValidator(
      [](std::string& text) {
        return exchange::IsCalendarDate(text) ? std::string()
                                              : "no such date: " + text + " (YYYY-MM-DD)";
      },
      "", "date");
  return kValidator;
}

}  // namespace

bool FailOnFlag::IsFinding(v1::Verdict verdict) const {
  const int severity = Severity(verdict);
  if (level == "none") {
    return false;
  }
  if (level == "conditional") {
    return severity >= Severity(v1::VERDICT_CONDITIONAL);
  }
  if (level == "undetermined") {
    return severity >= Severity(v1::VERDICT_UNDETERMINED);
  }
  return severity >= Severity(v1::VERDICT_LACKING);
}

int FailOnFlag::ExitCode(v1::Verdict verdict) const {
  return IsFinding(verdict) ? kExitFindings : kExitOk;
}

void AddOutputFlags(CLI::App& app, OutputFlags& flags) {
  app.add_option("-o,--output", flags.format, "table, json, jsonl, yaml, csv or markdown")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(FormatNames()).description(""));
  app.add_flag("--no-color", flags.no_colour, "never colour; so does NO_COLOR");
}

void AddServerFlags(CLI::App& app, SourceFlags& flags) {
  app.add_option("--inventory", flags.inventory, "whose records (default)")->type_name("ID");
  AddConnectionFlags(app, flags);
}

void AddConnectionFlags(CLI::App& app, SourceFlags& flags) {
  app.add_option("--server", flags.server, "HOST:PORT or unix:PATH; or ONWARD_SERVER")
      ->type_name("ADDR");
  app.add_option("--timeout", flags.timeout_seconds, "for the whole call (30; offline 600)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 86'400.0).description(""));
}

void AddSourceFlags(CLI::App& app, SourceFlags& flags) {
  AddListFlag(app, "-f,--file", flags.files, "PATH", "manifests to ask offline: file, folder or -");
  AddServerFlags(app, flags);
}

void AddDateFlag(CLI::App& app, const std::string& name, std::string& date,
                 const std::string& help) {
  app.add_option(name, date, help)->type_name("DATE")->check(IsDate());
}

void AddAsOfFlag(CLI::App& app, std::string& as_of, const std::string& help) {
  AddDateFlag(app, "--as-of", as_of, help);
}

void AddAtRevisionFlag(CLI::App& app, uint64_t& revision) {
  app.add_option("--at-revision", revision, "the records as they were then")->type_name("N");
}

void AddTimeFlags(CLI::App& app, TimeFlags& flags) {
  AddAsOfFlag(app, flags.as_of, "the day asked about (today, UTC)");
  AddAtRevisionFlag(app, flags.at_revision);
  AddDateFlag(app, "--law-known-at", flags.law_known_at, "the law as known on that day");
}

void AddFailOnFlag(CLI::App& app, FailOnFlag& flag) {
  app.add_option("--fail-on", flag.level,
                 "exit 1 from: conditional, undetermined, lacking; or none")
      ->type_name("LEVEL")
      ->check(
          CLI::IsMember(std::vector<std::string>{"lacking", "undetermined", "conditional", "none"})
              .description(""));
}

void AddQuestionFlags(CLI::App& app, QuestionFlags& flags) {
  AddSourceFlags(app, flags.source);
  AddTimeFlags(app, flags.time);
  AddFailOnFlag(app, flags.fail_on);
  AddOutputFlags(app, flags.output);
}

void AddListFlag(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                 const std::string& type, const std::string& help) {
  app.add_option(name, values, help)->type_name(type)->allow_extra_args(false);
}

}  // namespace onward::cli
