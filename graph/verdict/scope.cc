#include "graph/verdict/scope.h"

#include <algorithm>
#include <string_view>

#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

std::vector<std::string> NotListed(const model::Strings& words, const model::Strings& listed) {
  std::vector<std::string> missing;
  for (const std::string& word : words) {
    const bool is_listed =
        std::any_of(listed.begin(), listed.end(),
                    [&word](const std::string& entry) { return LiesUnder(word, entry); });
    if (!is_listed) {
      missing.push_back(word);
    }
  }
  return missing;
}

void CheckList(const model::Strings& words, const model::Strings& listed, std::string_view what,
               const std::string& agreement, Findings& findings) {
  if (listed.empty()) {
    return;
  }
  if (words.empty()) {
    findings.Add(Reason::kConditionNotStated, "Agreement " + agreement + " is limited to certain " +
                                                  std::string(what) +
                                                  "; the flow does not state its own.");
    return;
  }
  const std::vector<std::string> missing = NotListed(words, listed);
  if (!missing.empty()) {
    findings.Add(Reason::kOutOfScope, "Agreement " + agreement + " does not list these " +
                                          std::string(what) + ": " + Joined(missing) + ".");
  }
}

}  // namespace

void CheckScope(const model::Agreement& agreement, const model::Flow& flow, Findings& findings) {
  model::Strings categories = flow.data_categories;
  if (categories.empty()) {
    categories.emplace_back(model::kAllReceived);  // not limited is as good as everything
  }
  CheckList(categories, agreement.data_categories, "data categories", agreement.id, findings);
  CheckList(flow.data_subject_categories, agreement.data_subject_categories, "data subjects",
            agreement.id, findings);
  CheckList(flow.purposes, agreement.purposes, "purposes", agreement.id, findings);
}

}  // namespace onward::verdict
