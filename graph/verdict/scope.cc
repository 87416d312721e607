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

// Words of a flow against a list of an agreement.
struct Lists {
  const model::Strings& words;
  const model::Strings& listed;
  std::string_view what;
};

void CheckList(const Lists& lists, const std::string& agreement, const Hop& hop,
               Findings& findings) {
  const auto& [words, listed, what] = lists;
  if (listed.empty()) {
    return;
  }
  if (words.empty()) {
    findings.Add(Reason::kConditionNotStated, hop.Words([&, what = what] {
      return "Agreement " + agreement + " is limited to certain " + std::string(what) +
             "; the flow does not state its own.";
    }));
    return;
  }
  const std::vector<std::string> missing = NotListed(words, listed);
  if (!missing.empty()) {
    findings.Add(Reason::kOutOfScope, hop.Words([&, what = what] {
      return "Agreement " + agreement + " does not list these " + std::string(what) + ": " +
             Joined(missing) + ".";
    }));
  }
}

}  // namespace

void CheckScope(const model::Agreement& agreement, const Hop& hop, Findings& findings) {
  static const model::Strings kEverything = {std::string(model::kAllReceived)};
  const model::Flow& flow = hop.flow;
  // Not limited is as good as everything.
  const model::Strings& categories =
      flow.data_categories.empty() ? kEverything : flow.data_categories;
  CheckList({categories, agreement.data_categories, "data categories"}, agreement.id, hop,
            findings);
  CheckList({flow.data_subject_categories, agreement.data_subject_categories, "data subjects"},
            agreement.id, hop, findings);
  CheckList({flow.purposes, agreement.purposes, "purposes"}, agreement.id, hop, findings);
}

}  // namespace onward::verdict
