#include "clients/cli/flags.h"

#include "clients/cli/exit_code.h"
#include "clients/cli/style.h"

namespace onward::cli {
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
  AddWord(app, "-o,--output", flags.format, FormatNames(), "FORMAT",
          "table, json, jsonl, yaml, csv or markdown");
  AddSwitch(app, "--no-color", flags.no_colour, "never colour; so does NO_COLOR");
}

void AddServerFlags(CLI::App& app, SourceFlags& flags) {
  AddText(app, "--inventory", flags.inventory, "ID", "whose records (default)");
  AddConnectionFlags(app, flags);
}

void AddConnectionFlags(CLI::App& app, SourceFlags& flags) {
  AddText(app, "--server", flags.server, "ADDR", "HOST:PORT or unix:PATH; or ONWARD_SERVER");
  // The help of the program tells of them: they would be a third of the help of most commands.
  AddText(app, "--tls-ca", flags.connect.tls_ca, "FILE", "use TLS: authorities of the server")
      .Hidden();
  AddText(app, "--tls-cert", flags.connect.tls_cert, "FILE", "client certificate").Hidden();
  AddText(app, "--tls-key", flags.connect.tls_key, "FILE", "its key").Hidden();
  AddText(app, "--token-file", flags.connect.token_file, "FILE", "bearer token").Hidden();
  AddSeconds(app, "--timeout", flags.timeout_seconds, "for the whole call (30; offline 600)");
}

void AddSourceFlags(CLI::App& app, SourceFlags& flags) {
  AddListFlag(app, "-f,--file", flags.files, "PATH", "manifests to ask offline: file, folder or -");
  AddServerFlags(app, flags);
}

void AddAsOfFlag(CLI::App& app, std::string& as_of, const std::string& help) {
  AddDateFlag(app, "--as-of", as_of, help);
}

void AddAtRevisionFlag(CLI::App& app, uint64_t& revision) {
  AddNumber(app, "--at-revision", revision, "N", "the records as they were then");
}

void AddTimeFlags(CLI::App& app, TimeFlags& flags) {
  AddAsOfFlag(app, flags.as_of, "the day asked about (today, UTC)");
  AddAtRevisionFlag(app, flags.at_revision);
  AddDateFlag(app, "--law-known-at", flags.law_known_at, "the law as known on that day");
}

void AddFailOnFlag(CLI::App& app, FailOnFlag& flag) {
  AddWord(app, "--fail-on", flag.level, {"lacking", "undetermined", "conditional", "none"}, "LEVEL",
          "exit 1 from: conditional, undetermined, lacking; or none");
}

void AddQuestionFlags(CLI::App& app, QuestionFlags& flags) {
  AddSourceFlags(app, flags.source);
  AddTimeFlags(app, flags.time);
  AddWhatIfFlags(app, flags.what_if);
  AddFailOnFlag(app, flags.fail_on);
  AddOutputFlags(app, flags.output);
}

}  // namespace onward::cli
