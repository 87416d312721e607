// Changes of the law that are tried and never stored: an annulment, adequacy that ends, adequacy that is
// granted. Pure functions from one register to another.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/law/register.h"

namespace onward::law {

// A decision, scheme or instrument of the register is no longer in force from that day on. A scheme ends with
// the decision that recognises it, and the decision with its scheme.
struct Annulment {
  std::string id;
  Date from;
};

// No adequacy decision for the place is in force from that day on.
struct AdequacyDrop {
  std::string jurisdiction;
  Date from;
};

// From that day on there is a decision for the place, for all data and without conditions.
struct AdequacyGrant {
  std::string jurisdiction;
  Date from;
};

using Change = std::variant<Annulment, AdequacyDrop, AdequacyGrant>;

// Why a change cannot be tried.
struct ChangeRefusal {
  // Of the change: id, jurisdiction or from.
  std::string_view field;
  std::string message;
  // Where the register has no such id or code: those that it has. Else empty.
  std::vector<std::string> known;
};

using Changed = std::variant<RegisterPtr, ChangeRefusal>;

// The register with the change; its version stays. What every check of a register asks for
// (services/law_register) still holds. A change is known from the beginning: law_known_at does not hide it; but an
// end that was known earlier, and is earlier, still counts for who knew no better.
//
// Refused: an id or code that the register does not have; what has ended by that day; a day that is not
// after the first one in force; adequacy for a place that needs none, or has it.
Changed With(const Register& law, const Change& change);

}  // namespace onward::law
