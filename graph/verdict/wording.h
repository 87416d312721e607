// Phrases that several explanations share. Facts come from the records and the register. Internal to graph/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/verdict/hop.h"

namespace onward::verdict {

// Decision (EU) 2016/1250.
std::string DecisionText(const law::Decision& decision);
// The name of a scheme's public list.
std::string ListText(const law::Scheme& scheme);
// How an instrument that is no longer in force ended: its name, and on which day by what; and the reason
// that this gives.
std::string EndedText(const law::Instrument& instrument);
Reason EndReasonOf(const law::Instrument& instrument);
// United States of America (US); for UNKNOWN: a place that is not recorded.
std::string PlaceText(std::string_view code, const law::Register& law);
// controller to processor.
std::string_view PairText(law::RolePair pair);
// a, b and c.
std::string Joined(const std::vector<std::string>& words);
// `text` with an upper-case first letter.
std::string Capitalised(std::string text);
// since 2016-08-01; empty for an open beginning.
std::string SinceText(Date from);

}  // namespace onward::verdict
