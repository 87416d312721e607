#include "clients/cli/run.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "services/exchange/message_json.h"
#include "tests/support/fake_clock.h"

namespace onward::cli {
namespace {

using exchange::Json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

constexpr char kManifest[] = R"(
kind: Party
id: acme
displayName: Acme
establishment: FI
---
kind: Party
id: vendor
displayName: Vendor
establishment: US
---
kind: Party
id: agency
establishment: SE
---
kind: Flow
id: acme-to-vendor
exporter: acme
importer: vendor
exporterRole: CONTROLLER
importerRole: PROCESSOR
dataCategories: [contact.email]
from: 2019-01-01
---
kind: Flow
id: acme-to-agency
exporter: acme
importer: agency
dataCategories: [contact.email]
)";

class RunTest : public ::testing::Test {
 protected:
  RunTest() : clock_(Date::Of(2024, 3, 1)) {}
  void SetUp() override {
    const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / "onward-cli" / info->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Write("in.yaml", kManifest);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  // Runs with `input` on standard input, which is a terminal where `terminal` says so.
  Outcome Call(const std::vector<std::string>& arguments, const std::string& input = "",
               bool terminal = false) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment{
        .in = in,
        .out = out,
        .err = err,
        .in_is_terminal = terminal,
        .columns = 100,
        .variable = [this](const std::string& name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          return found == variables_.end() ? std::nullopt : std::optional(found->second);
        },
        .clock = &clock_};
    const int code = cli::Run(arguments, environment);
    return {code, out.str(), err.str()};
  }

  std::filesystem::path folder_;
  testing::FakeClock clock_;
  std::map<std::string, std::string> variables_;
};

TEST_F(RunTest, HelpOfEveryCommandIsShortAndHasExamples) {
  EXPECT_EQ(Call({"--help"}).code, 0);
  EXPECT_EQ(Call({}).out, Call({"--help"}).out);
  for (const Command& command : Commands()) {
    const Outcome outcome = Call({command.name, "--help"});
    EXPECT_EQ(outcome.code, 0) << command.name;
    EXPECT_THAT(outcome.out, HasSubstr("Usage: onward " + command.name)) << command.name;
    EXPECT_THAT(outcome.out, HasSubstr("Examples:\n  ")) << command.name;
    EXPECT_LE(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 30) << outcome.out;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 100U) << line;
    }
    EXPECT_EQ(Call({"help", command.name}).out, outcome.out);
  }
}

TEST_F(RunTest, UsageErrorsSuggestWhatWasMeant) {
  const Outcome command = Call({"asess"});
  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("unknown command asess; did you mean assess?"));
  const Outcome option = Call({"assess", "--as-off", "2020-01-01"});
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("unknown option --as-off; did you mean --as-of"));
  EXPECT_THAT(option.err, HasSubstr("See `onward assess --help`."));
  EXPECT_EQ(Call({"assess", "--as-of", "2021-02-30"}).code, 2);
  EXPECT_EQ(Call({"assess", "-o", "xml"}).code, 2);
  EXPECT_EQ(Call({"check", "acme"}).code, 2);
}

TEST_F(RunTest, AssessJudgesFilesOffline) {
  const Outcome outcome =
      Call({"assess", "-f", Path("in.yaml"), "--as-of", "2020-12-09", "-o", "json"});
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  const Json answer = Json::parse(outcome.out);
  EXPECT_EQ(answer["asOf"], "2020-12-09");
  ASSERT_THAT(answer["transfers"], SizeIs(1));
  EXPECT_EQ(answer["transfers"][0]["flow"], "acme-to-vendor");
  EXPECT_EQ(answer["transfers"][0]["destination"], "US");
  EXPECT_EQ(answer["transfers"][0]["verdict"], "LACKING");
  const Json all = Json::parse(
      Call({"assess", "-f", Path("in.yaml"), "--as-of", "2020-12-09", "--all", "-o", "json"}).out);
  EXPECT_THAT(all["transfers"], SizeIs(2));
  EXPECT_EQ(all["summary"]["NOT_A_TRANSFER"], 1);
}

TEST_F(RunTest, TodayIsTheClocks) {
  EXPECT_EQ(Json::parse(Call({"assess", "-f", Path("in.yaml"), "-o", "json"}).out)["asOf"],
            "2024-03-01");
}

TEST_F(RunTest, EveryFormatOfAssessHasTheFlow) {
  for (const std::string format : {"table", "json", "jsonl", "yaml", "csv", "markdown"}) {
    const Outcome outcome = Call({"assess", "-f", Path("in.yaml"), "-o", format});
    EXPECT_EQ(outcome.code, 1) << format << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(format == "table" ? "Acme → Vendor" : "acme-to-vendor"));
  }
}

TEST_F(RunTest, FailOnDecidesTheExitCode) {
  const std::vector<std::string> command = {"assess", "-f", Path("in.yaml"), "--fail-on"};
  const auto with = [&](const std::string& level) {
    std::vector<std::string> arguments = command;
    arguments.push_back(level);
    return Call(arguments).code;
  };
  EXPECT_EQ(with("lacking"), 1);
  EXPECT_EQ(with("conditional"), 1);
  EXPECT_EQ(with("none"), 0);
}

TEST_F(RunTest, InputFromStandardInput) {
  EXPECT_EQ(Call({"assess", "-f", "-", "-o", "json"}, kManifest).code, 1);
}

TEST_F(RunTest, BadManifestsNameFileAndLine) {
  Write("bad.yaml", "kind: Party\nid: a\nestablishmnt: FI\n");
  const Outcome outcome = Call({"assess", "-f", Path("bad.yaml")});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("bad.yaml:3:1: establishmnt: unknown field of Party; did you "
                                     "mean establishment?"));
}

TEST_F(RunTest, ViolationsOfTheServiceNameFileAndLineToo) {
  Write("bad.yaml",
        "kind: Party\nid: a\n---\nkind: Party\nid: b\nestablishment: XX\n"
        "gdprSubject:\n- from: 2020-01-01\n  until: 2019-01-01\n");
  const Outcome outcome = Call({"assess", "-f", Path("bad.yaml"), "-o", "json"});
  EXPECT_EQ(outcome.code, 3);
  const Json error = Json::parse(outcome.err);
  EXPECT_EQ(error["code"], "INVALID_ARGUMENT");
  EXPECT_EQ(error["reason"], "INVALID_RECORD");
  ASSERT_THAT(error["violations"], SizeIs(2));
  EXPECT_EQ(error["violations"][0]["field"], "establishment");
  EXPECT_EQ(error["violations"][0]["file"], Path("bad.yaml"));
  EXPECT_EQ(error["violations"][0]["line"], 6);
  EXPECT_EQ(error["violations"][0]["column"], 16);
  EXPECT_GE(error["violations"][1]["line"], 8);
  EXPECT_EQ(error["message"], "2 problems in the manifests; nothing was written");
}

TEST_F(RunTest, TwoPartiesWithOneIdentifierAreInvalidInput) {
  Write("bad.yaml",
        "kind: Party\nid: a\nidentifiers: [{scheme: lei, value: X1}]\n---\n"
        "kind: Party\nid: b\nidentifiers: [{scheme: lei, value: X1}]\n");
  const Outcome outcome = Call({"assess", "-f", Path("bad.yaml")});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err,
              HasSubstr("bad.yaml:7:36: identifiers[0].value: parties b and a both hold"));
}

TEST_F(RunTest, CheckIsAGate) {
  const std::string file = Path("in.yaml");
  const Outcome lacking =
      Call({"check", "acme", "vendor", "-f", file, "--as-of", "2021-01-01", "-o", "json"});
  EXPECT_EQ(lacking.code, 1) << lacking.err;
  EXPECT_EQ(Json::parse(lacking.out)["verdict"], "LACKING");
  const Outcome missing = Call({"check", "vendor", "acme", "-f", file, "-o", "json"});
  EXPECT_EQ(missing.code, 1) << missing.err;
  EXPECT_EQ(Json::parse(missing.out)["reason"], "NOT_RECORDED");
  EXPECT_EQ(Call({"check", "acme", "agency", "-f", file}).code, 0);
}

TEST_F(RunTest, ExplainAndRecordsOffline) {
  const std::string file = Path("in.yaml");
  const Outcome proof = Call({"explain", "acme-to-vendor", "-f", file, "--as-of", "2021-01-01"});
  EXPECT_EQ(proof.code, 1) << proof.err;
  EXPECT_THAT(proof.out, HasSubstr("Acme → Vendor (acme-to-vendor), as of 2021-01-01"));
  EXPECT_THAT(proof.out, HasSubstr("It supports a decision; it is no legal advice."));
  EXPECT_EQ(Call({"get", "party", "vendor", "-f", file}).out,
            "kind: Party\nid: vendor\ndisplayName: Vendor\nestablishment: US\n");
  EXPECT_EQ(Call({"get", "party", "nobody", "-f", file}).code, 3);
  EXPECT_THAT(Call({"get", "prty", "nobody", "-f", file}).err, HasSubstr("did you mean party?"));
  EXPECT_EQ(Call({"list", "flows", "-f", file, "-o", "csv"}).out,
            "id,exporter,importer,dataCategories,from,until\n"
            "acme-to-agency,acme,agency,contact.email,,\n"
            "acme-to-vendor,acme,vendor,contact.email,2019-01-01,\n");
}

TEST_F(RunTest, EveryFormatOfFindingsHasTheFlow) {
  for (const std::string format : {"table", "json", "jsonl", "yaml", "csv", "markdown"}) {
    const Outcome outcome = Call({"findings", "-f", Path("in.yaml"), "-o", format});
    EXPECT_EQ(outcome.code, 1) << format << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("flow/acme-to-vendor")) << format;
  }
}

TEST_F(RunTest, FindingsFailFromASeverityOn) {
  const std::vector<std::string> command = {
      "findings", "-f", Path("in.yaml"), "--code", "chain-not-disclosed", "--fail-on"};
  const auto with = [&](const std::string& level) {
    std::vector<std::string> arguments = command;
    arguments.push_back(level);
    return Call(arguments).code;
  };
  EXPECT_EQ(with("high"), 0);
  EXPECT_EQ(with("low"), 1);
  EXPECT_EQ(with("none"), 0);
  EXPECT_EQ(with("lacking"), 2);
}

TEST_F(RunTest, ATriageRecordHidesAFinding) {
  Write("triage.yaml",
        "kind: Triage\nid: t\nfinding: TRANSFER_LACKING\nsubject: flow/acme-to-vendor\n"
        "decision: ACCEPTED\nacceptedUntil: 2024-03-02\nowner: dpo\n"
        "reason: clauses are being signed\n");
  const auto list = [this](const std::string& day, const std::string& more) {
    std::vector<std::string> arguments = {"findings",
                                          "-f",
                                          Path("in.yaml"),
                                          "-f",
                                          Path("triage.yaml"),
                                          "--as-of",
                                          day,
                                          "--code",
                                          "TRANSFER_LACKING",
                                          "-o",
                                          "json"};
    if (!more.empty()) {
      arguments.push_back(more);
    }
    return Call(arguments);
  };
  const Outcome hidden = list("2024-03-01", "");
  EXPECT_EQ(hidden.code, 0) << hidden.err;
  EXPECT_EQ(Json::parse(hidden.out)["summary"]["triaged"], 1);
  const Outcome shown = list("2024-03-01", "--all");
  EXPECT_EQ(shown.code, 0);
  EXPECT_EQ(Json::parse(shown.out)["findings"][0]["triage"]["owner"], "dpo");
  EXPECT_EQ(list("2024-03-02", "").code, 1);
}

TEST_F(RunTest, FindingsRefuseWhatIsNoQuestionOrAnswer) {
  const std::string file = Path("in.yaml");
  EXPECT_EQ(Call({"findings", "-f", file, "--code", "NO_SUCH"}).code, 3);
  EXPECT_EQ(Call({"findings", "-f", file, "--severity", "hihg"}).code, 3);
  EXPECT_EQ(Call({"findings", "-f", file, "--ends-within", "0"}).code, 2);
  EXPECT_EQ(Call({"findings", "-f", file, "--owner", "dpo"}).code, 2);
  EXPECT_EQ(Call({"findings", "list", "TRANSFER_LACKING", "-f", file}).code, 2);
  const std::vector<std::string> answer = {"flow/f", "--owner", "a", "--reason", "b"};
  const auto refused = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), answer.begin(), answer.end());
    return Call(arguments).code == 2;
  };
  EXPECT_TRUE(refused({"findings", "accept", "TRANSFER_LACKING"}));
  EXPECT_TRUE(refused({"findings", "false-positive", "--until", "2030-01-01", "TRANSFER_LACKING"}));
  EXPECT_TRUE(refused({"findings", "reopen", "-f", file, "TRANSFER_LACKING"}));
  EXPECT_TRUE(refused({"findings", "reopen", "--party", "acme", "TRANSFER_LACKING"}));
  EXPECT_EQ(Call({"findings", "accept", "TRANSFER_LACKING"}).code, 2);
  EXPECT_EQ(Call({"findings", "reopen", "TRANSFER_LACKING", "flow/f"}).code, 2);
  EXPECT_THAT(Call({"findings", "catalogue"}).out, HasSubstr("### TRANSFER_LACKING"));
}

TEST_F(RunTest, TimelineSaysWhatTurnsLackingAndFailsOnIt) {
  Write("later.yaml",
        "kind: Flow\nid: later\nexporter: acme\nimporter: vendor\nexporterRole: CONTROLLER\n"
        "importerRole: PROCESSOR\ndataCategories: [contact.email]\nfrom: 2024-06-01\n");
  std::vector<std::string> command = {"timeline",         "-f",   Path("in.yaml"), "-f",
                                      Path("later.yaml"), "--to", "lacking"};
  const Outcome text = Call(command);
  EXPECT_EQ(text.code, 1) << text.err;
  EXPECT_THAT(text.out, HasSubstr("2024-06-01  Acme → Vendor (US)"));
  EXPECT_THAT(text.out, HasSubstr("because: flow/later begins\n"));
  EXPECT_THAT(text.out, HasSubstr("1 change from 2024-03-01 until 2025-03-01: 1 to lacking\n"));
  command.insert(command.end(), {"-o", "json"});
  const Json document = Json::parse(Call(command).out);
  ASSERT_THAT(document["entries"], SizeIs(1));
  EXPECT_EQ(document["entries"][0]["flow"], "later");
  EXPECT_EQ(document["entries"][0]["after"], "LACKING");
  command.insert(command.end(), {"--months", "2"});
  EXPECT_EQ(Call(command).code, 0);
  for (const std::string format : {"jsonl", "yaml", "csv", "markdown"}) {
    const Outcome outcome = Call({"timeline", "-f", Path("in.yaml"), "--flow", "acme-to-vendor",
                                  "--fail-on", "none", "-o", format});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("2019-01-01")) << format;
  }
}

TEST_F(RunTest, TimelineRefusesWhatIsNoQuestion) {
  const std::string file = Path("in.yaml");
  EXPECT_EQ(Call({"timeline", "-f", file, "--from", "2024-02-30"}).code, 2);
  EXPECT_EQ(Call({"timeline", "-f", file, "--months", "0"}).code, 2);
  EXPECT_EQ(Call({"timeline", "-f", file, "--flow", "a", "--origin", "b"}).code, 2);
  EXPECT_EQ(Call({"timeline", "-f", file, "--until", "2020-01-01"}).code, 3);
  EXPECT_EQ(Call({"timeline", "-f", file, "--flow", "nothing"}).code, 3);
  EXPECT_THAT(Call({"timeline", "-f", file, "--to", "lackng"}).err,
              HasSubstr("did you mean LACKING"));
}

TEST_F(RunTest, LawNeedsNoServer) {
  const Outcome before =
      Call({"law", "list", "decisions", "--place", "US", "--as-of", "2020-07-15"});
  EXPECT_EQ(before.code, 0) << before.err;
  EXPECT_THAT(before.out, HasSubstr("adq-US-2016-1250"));
  const Outcome after =
      Call({"law", "list", "decisions", "--place", "US", "--as-of", "2020-07-16"});
  EXPECT_THAT(after.out, ::testing::Not(HasSubstr("adq-US-2016-1250")));
  EXPECT_EQ(Call({"law", "list", "instruments", "-o", "json"}).code, 0);
  EXPECT_EQ(Call({"law", "list", "jurisdictions", "--place", "FI", "-o", "yaml"}).code, 0);
}

TEST_F(RunTest, NobodyThereIsUnavailable) {
  variables_["ONWARD_SERVER"] = "unix:" + Path("nobody.sock");
  EXPECT_EQ(Call({"status", "--timeout", "0.3"}).code, 6);
}

TEST_F(RunTest, CompletionKnowsEveryCommand) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = Call({"completion", shell});
    EXPECT_EQ(outcome.code, 0);
    for (const Command& command : Commands()) {
      EXPECT_THAT(outcome.out, HasSubstr(command.name)) << shell;
    }
    EXPECT_THAT(outcome.out, HasSubstr("law-known-at")) << shell;
  }
  EXPECT_EQ(Call({"completion", "tcsh"}).code, 2);
}

TEST_F(RunTest, VersionIsOneLine) {
  EXPECT_THAT(Call({"--version"}).out, ::testing::MatchesRegex("onward [0-9.]+\n"));
}

// Says that one record would be created and one verdict changes; remembers what was asked.
class FakeInventory final : public v1::Inventory::Service {
 public:
  grpc::Status Apply(grpc::ServerContext* /*context*/, const v1::ApplyRequest* request,
                     v1::ApplyResponse* response) override {
    requests.push_back(*request);
    response->set_created(changes ? 1 : 0);
    response->set_unchanged(changes ? 0 : 1);
    response->set_dry_run(request->dry_run());
    v1::VerdictChange& change = *response->add_verdict_changes();
    change.set_flow("acme-to-vendor");
    change.set_destination("US");
    change.set_after(v1::VERDICT_LACKING);
    change.set_reason_after(v1::VERDICT_REASON_NO_MECHANISM);
    return error;
  }

  bool changes = true;
  grpc::Status error;
  std::vector<v1::ApplyRequest> requests;
};

class ApplyTest : public RunTest {
 protected:
  void SetUp() override {
    RunTest::SetUp();
    // Socket paths are short; the folder of the test may not be.
    socket_ = std::filesystem::temp_directory_path() / ("onward-" + std::to_string(::getpid()));
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket_.string(), grpc::InsecureServerCredentials());
    builder.RegisterService(&inventory_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    variables_["ONWARD_SERVER"] = "unix:" + socket_.string();
  }
  void TearDown() override {
    server_->Shutdown();
    std::filesystem::remove(socket_);
    RunTest::TearDown();
  }
  Outcome Apply(const std::vector<std::string>& more, const std::string& input = "",
                bool terminal = false) {
    std::vector<std::string> arguments = {"apply", "-f", Path("in.yaml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Call(arguments, input, terminal);
  }

  FakeInventory inventory_;
  std::filesystem::path socket_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ApplyTest, DryRunWritesNothingAndTellsOfADifference) {
  const Outcome outcome = Apply({"--dry-run"});
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  ASSERT_THAT(inventory_.requests, SizeIs(1));
  EXPECT_TRUE(inventory_.requests[0].dry_run());
  EXPECT_THAT(outcome.out, HasSubstr("1 created, 0 updated, 0 unchanged, 0 deleted"));
  EXPECT_THAT(outcome.out, HasSubstr("acme-to-vendor  US     -       ✗ lacking (no mechanism)"));
  inventory_.changes = false;
  EXPECT_EQ(Apply({"--dry-run"}).code, 0);
}

TEST_F(ApplyTest, AsksOnATerminal) {
  EXPECT_EQ(Apply({}, "n\n", true).code, 1);
  ASSERT_THAT(inventory_.requests, SizeIs(1));
  const Outcome yes = Apply({"--merge-sources", "--comment", "why"}, "y\n", true);
  EXPECT_EQ(yes.code, 0) << yes.err;
  EXPECT_THAT(yes.err, HasSubstr("Write this? [y/N]"));
  ASSERT_THAT(inventory_.requests, SizeIs(3));
  EXPECT_FALSE(inventory_.requests[2].dry_run());
  EXPECT_EQ(inventory_.requests[2].comment(), "why");
  EXPECT_EQ(inventory_.requests[2].mutations(0).source_merge(), v1::SOURCE_MERGE_ADD);
}

TEST_F(ApplyTest, WithoutATerminalItNeedsYes) {
  const Outcome outcome = Apply({});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("--yes"));
  ASSERT_THAT(inventory_.requests, SizeIs(1));
  EXPECT_EQ(Apply({"--yes"}).code, 0);
  EXPECT_THAT(inventory_.requests, SizeIs(3));
}

TEST_F(ApplyTest, WritesNothingWhereNothingChanges) {
  inventory_.changes = false;
  EXPECT_EQ(Apply({}).code, 0);
  EXPECT_THAT(inventory_.requests, SizeIs(1));
}

TEST_F(ApplyTest, ErrorsBecomeExitCodes) {
  const std::vector<std::pair<grpc::StatusCode, int>> codes = {
      {grpc::StatusCode::INVALID_ARGUMENT, 3},  {grpc::StatusCode::NOT_FOUND, 3},
      {grpc::StatusCode::PERMISSION_DENIED, 4}, {grpc::StatusCode::UNAUTHENTICATED, 4},
      {grpc::StatusCode::ABORTED, 5},           {grpc::StatusCode::FAILED_PRECONDITION, 5},
      {grpc::StatusCode::DEADLINE_EXCEEDED, 6}, {grpc::StatusCode::INTERNAL, 6}};
  for (const auto& [code, expected] : codes) {
    inventory_.error = {code, "no"};
    EXPECT_EQ(Apply({"--yes"}).code, expected) << code;
  }
}

TEST_F(ApplyTest, DeleteSendsReferencesThatMustExist) {
  EXPECT_EQ(Call({"delete", "flow", "a", "b", "--yes"}).code, 0);
  ASSERT_THAT(inventory_.requests, SizeIs(2));
  const v1::ApplyRequest& request = inventory_.requests[1];
  ASSERT_EQ(request.mutations_size(), 2);
  EXPECT_EQ(request.mutations(1).delete_().id(), "b");
  EXPECT_EQ(request.mutations(1).delete_().kind(), v1::RECORD_KIND_FLOW);
  EXPECT_TRUE(request.mutations(1).precondition().must_exist());
}

}  // namespace
}  // namespace onward::cli
