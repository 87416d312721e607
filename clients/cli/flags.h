// Options that commands share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/options.h"
#include "clients/cli/output.h"
#include "clients/cli/what_if.h"
#include "clients/cpp/connect.h"
#include "onward/v1/consistency.pb.h"
#include "onward/v1/verdict.pb.h"

namespace onward::cli {

struct OutputFlags {
  std::string format = "table";
  bool no_colour = false;

  Format Parsed() const { return ParseFormat(format); }
};

// Where the records are: files (offline) or a server.
struct SourceFlags {
  std::vector<std::string> files;
  std::string server;
  std::string inventory = "default";
  // Of the server. What a flag does not say, the environment may: ONWARD_TLS_CA, ONWARD_TLS_CERT, ONWARD_TLS_KEY,
  // ONWARD_TOKEN_FILE.
  client::ConnectOptions connect;
  double timeout_seconds = 0;
};

// Which state is asked about.
struct TimeFlags {
  std::string as_of;
  uint64_t at_revision = 0;
  std::string law_known_at;
};

struct FailOnFlag {
  std::string level = "lacking";
  // Whether the verdict counts as a finding.
  bool IsFinding(v1::Verdict verdict) const;
  // 1 for a finding, else 0.
  int ExitCode(v1::Verdict verdict) const;
};

// What every question about verdicts takes.
struct QuestionFlags {
  SourceFlags source;
  TimeFlags time;
  OutputFlags output;
  FailOnFlag fail_on;
  WhatIfFlags what_if;
};

void AddOutputFlags(CLI::App& app, OutputFlags& flags);
// -f, --server, --inventory, --timeout.
void AddSourceFlags(CLI::App& app, SourceFlags& flags);
// The same without -f.
void AddServerFlags(CLI::App& app, SourceFlags& flags);
// Only --server and --timeout.
void AddConnectionFlags(CLI::App& app, SourceFlags& flags);
void AddAsOfFlag(CLI::App& app, std::string& as_of, const std::string& help);
void AddAtRevisionFlag(CLI::App& app, uint64_t& revision);
void AddTimeFlags(CLI::App& app, TimeFlags& flags);
void AddFailOnFlag(CLI::App& app, FailOnFlag& flag);
// Source, time, --fail-on, output, and what is assumed: see SetWhatIf.
void AddQuestionFlags(CLI::App& app, QuestionFlags& flags);

// `request` reads at the revision, if one is given.
template <typename Request>
void SetRevision(uint64_t revision, Request& request) {
  if (revision != 0) {
    request.mutable_consistency()->set_at_revision(revision);
  }
}

template <typename Request>
void SetTime(const TimeFlags& flags, Request& request) {
  request.set_as_of(flags.as_of);
  request.set_law_known_at(flags.law_known_at);
  SetRevision(flags.at_revision, request);
}

// Whose records, as they were when.
template <typename Request>
void SetQuestion(const QuestionFlags& flags, Request& request) {
  request.set_inventory(flags.source.inventory);
  SetTime(flags.time, request);
}

}  // namespace onward::cli
