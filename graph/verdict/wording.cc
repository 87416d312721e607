#include "graph/verdict/wording.h"

#include "graph/verdict/destinations.h"

namespace onward::verdict {

std::string DecisionText(const law::Decision& decision) { return "Decision " + decision.number; }

std::string ListText(const law::Scheme& scheme) {
  const std::string& list = scheme.list.empty() ? scheme.id : scheme.list;
  return list.substr(0, list.find(','));
}

std::string EndedText(const law::Instrument& instrument) {
  const std::string day = instrument.interval.until.ToString();
  return instrument.annulled_by.empty()
             ? instrument.name + " ended on " + day
             : instrument.name + ", invalidated on " + day + " by " + instrument.annulled_by;
}

Reason EndReasonOf(const law::Instrument& instrument) {
  return instrument.annulled_by.empty() ? Reason::kExpired : Reason::kInvalidated;
}

std::string PlaceText(std::string_view code, const law::Register& law) {
  if (code == kUnknownCode) {
    return "a place that is not recorded";
  }
  if (code == kOrganisationCode) {
    return "an international organisation";
  }
  const law::Jurisdiction* place = law.FindJurisdiction(code);
  const std::string text(code);
  return place == nullptr || place->name.empty() ? text : place->name + " (" + text + ")";
}

std::string_view PairText(law::RolePair pair) {
  switch (pair) {
    case law::RolePair::kC2C:
      return "controller to controller";
    case law::RolePair::kC2P:
      return "controller to processor";
    case law::RolePair::kP2P:
      return "processor to processor";
    case law::RolePair::kP2C:
      return "processor to controller";
  }
  return "";
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) {
      text += i + 1 == words.size() ? " and " : ", ";
    }
    text += words[i];
  }
  return text;
}

std::string Capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

std::string SinceText(Date from) { return from.IsOpen() ? "" : " since " + from.ToString(); }

}  // namespace onward::verdict
