#include "services/commands/check.h"

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

constexpr size_t kCategoriesMax = 1'000;

void CheckId(const std::string& id, const std::string& field, model::Violations& violations) {
  if (!model::IsValidId(id)) {
    violations.Add(field, id.empty() ? "is required" : "is not an id");
  }
}

void CheckQuestion(const query::CheckQuestion& question, const std::string& path,
                   model::Violations& violations) {
  CheckId(question.from, absl::StrCat(path, ".from"), violations);
  CheckId(question.to, absl::StrCat(path, ".to"), violations);
  const std::string categories = absl::StrCat(path, ".data_categories");
  if (question.data_categories.size() > kCategoriesMax) {
    violations.Add(categories, absl::StrCat("has more than ", kCategoriesMax, " entries"));
    return;
  }
  for (size_t i = 0; i < question.data_categories.size(); ++i) {
    if (!model::IsValidId(question.data_categories[i])) {
      violations.Add(absl::StrCat(categories, "[", i, "]"), "is not an id");
    }
  }
}

// Paths are only made where something is wrong: this is the quick way through.
bool LooksRight(const query::CheckQuestion& question) {
  if (question.data_categories.size() > kCategoriesMax || !model::IsValidId(question.from) ||
      !model::IsValidId(question.to)) {
    return false;
  }
  for (const std::string& category : question.data_categories) {
    if (!model::IsValidId(category)) {
      return false;
    }
  }
  return true;
}

absl::Status CheckQuestions(const std::vector<query::CheckQuestion>& questions, const char* field) {
  model::Violations violations;
  for (size_t i = 0; i < questions.size(); ++i) {
    if (!LooksRight(questions[i])) {
      const bool single = std::string_view(field) == "question";
      CheckQuestion(questions[i], single ? field : absl::StrCat(field, "[", i, "]"), violations);
    }
  }
  return violations.empty() ? absl::OkStatus() : InvalidRequest(violations);
}

}  // namespace

absl::StatusOr<CheckResult> Check(Engine& engine, const CheckRequest& request, const char* field,
                                  const CallContext& call) {
  const size_t max = engine.options().batch_checks_max;
  if (request.questions.size() > max) {
    return LimitExceeded("batch_checks_max", max, request.questions.size());
  }
  ONWARD_RETURN_IF_ERROR(CheckQuestions(request.questions, field));
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr judged, engine.Judge(reading, when, call));
  CheckResult result;
  result.basis = BasisOf(reading, when);
  result.answers.reserve(request.questions.size());
  for (const query::CheckQuestion& question : request.questions) {
    ONWARD_RETURN_IF_ERROR(call.Check());
    result.answers.push_back(query::CheckAgain(*judged, question));
  }
  return result;
}

}  // namespace onward::commands
