// onward law put and lint.
#include <string>
#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/law.h"
#include "clients/cli/law_files.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "clients/cpp/error_details.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;

std::string Outcome(const v1::PutRegisterResponse& response, bool dry_run) {
  const std::string& version = response.info().version();
  if (response.unchanged()) {
    return "Law register " + version + " is in effect already; nothing was written.\n";
  }
  return dry_run ? "Law register " + version + " is consistent; nothing was written (dry run).\n"
                 : "Law register " + version + " is in effect.\n";
}

std::string ImpactText(const v1::PutRegisterResponse& response, bool dry_run) {
  if (response.unchanged()) {
    return "";
  }
  const std::string day = " as of " + response.stamp().as_of();
  if (response.impacts().empty()) {
    return std::string(dry_run ? "No verdict would change" : "No verdict changed") + day + ".\n";
  }
  std::string text =
      std::string(dry_run ? "Verdicts that would change" : "Verdicts that changed") + day + ":\n";
  for (const v1::RegisterImpact& impact : response.impacts()) {
    text += "  " + impact.inventory() + ": " + std::to_string(impact.changed()) +
            ", of them newly lacking: " + std::to_string(impact.newly_lacking()) + "\n";
  }
  return text;
}

Answer AnswerOf(const v1::PutRegisterResponse& response, bool dry_run) {
  Answer answer;
  answer.document = exchange::ToJson(response, EmptyFields::kKeep);
  answer.document["dryRun"] = dry_run;
  answer.lines = {answer.document};
  answer.table.columns = {"version", "inventory", "changed", "newlyLacking"};
  for (const v1::RegisterImpact& impact : response.impacts()) {
    answer.table.rows.push_back({response.info().version(), impact.inventory(),
                                 std::to_string(impact.changed()),
                                 std::to_string(impact.newly_lacking())});
  }
  answer.text = Outcome(response, dry_run) + ImpactText(response, dry_run);
  return answer;
}

Answer Consistent(const v1::LawRegister& law) {
  Answer answer;
  const std::vector<std::pair<std::string, int>> counts = {
      {"jurisdictions", law.jurisdictions_size()},
      {"decisions", law.decisions_size()},
      {"schemes", law.schemes_size()},
      {"cases", law.cases_size()},
      {"instruments", law.instruments_size()}};
  answer.document["version"] = law.version();
  answer.document["problems"] = exchange::Json::array();
  answer.table.columns = {"version"};
  answer.table.rows = {{law.version()}};
  answer.text = "Law register " + law.version() + " is consistent:";
  for (const auto& [name, count] : counts) {
    answer.document[name] = count;
    answer.table.columns.push_back(name);
    answer.table.rows[0].push_back(std::to_string(count));
    answer.text += (name == "jurisdictions" ? " " : ", ") + std::to_string(count) + " " + name;
  }
  answer.text += ".\n";
  answer.lines = {answer.document};
  return answer;
}

}  // namespace

absl::StatusOr<Answer> PutLaw(client::Client& client, const LawFlags& flags, Context& context) {
  v1::PutRegisterRequest request;
  request.set_expected_version(flags.expect);
  request.set_comment(flags.comment);
  request.set_dry_run(flags.dry_run);
  RegisterFiles files;
  if (IsPath(flags.words[0])) {
    auto read = RegisterFiles::Read(flags.words[0], context);
    if (!read.ok()) {
      return read.status();
    }
    files = *std::move(read);
    *request.mutable_register_() = files.merged();
  } else {
    auto kept = RegisterNamed(client, flags.words[0], context);
    if (!kept.ok()) {
      return kept.status();
    }
    *request.mutable_register_() = *std::move(kept);
  }
  const auto response = client.PutRegister(request);
  if (!response.ok()) {
    const client::ErrorDetails details = client::DetailsOf(response.status());
    if (details.metadata.count("not_listed") > 0) {
      context.hint = "`onward law lint` lists every problem of a register.";
    }
    return files.Explain(response.status(), context);
  }
  return AnswerOf(*response, flags.dry_run);
}

absl::StatusOr<Answer> LintLaw(client::Client& base, client::Client& checker,
                               const std::string& path, Context& context) {
  const auto files = RegisterFiles::Read(path, context);
  if (!files.ok()) {
    return files.status();
  }
  v1::PutRegisterRequest request;
  request.set_dry_run(true);
  if (files->IsWhole()) {
    *request.mutable_register_() = files->merged();
  } else {
    auto in_effect = base.GetRegister({});
    if (!in_effect.ok()) {
      return in_effect.status();
    }
    *request.mutable_register_() = files->LaidOver(std::move(*in_effect->mutable_register_()));
  }
  const auto response = checker.PutRegister(request);
  const std::string reason = client::DetailsOf(response.status()).reason;
  if (reason == "REGISTER_VERSION_EXISTS") {
    context.environment.err << "onward: version " << request.register_().version()
                            << " names another register; give this one a new version before you "
                               "put it\n";
  } else if (!response.ok()) {
    return files->Explain(response.status(), context);
  }
  return Consistent(request.register_());
}

}  // namespace onward::cli
