// What the law register lists, as of a date.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/law/register.h"

namespace onward::commands {

struct JurisdictionFilter {
  std::optional<Date> as_of;
  // With as_of: places inside the free-flow area on that day.
  bool free_flow_only = false;
  // Empty: all.
  std::vector<std::string> codes;
};
bool Selects(const JurisdictionFilter& filter, const law::Jurisdiction& jurisdiction);

struct DecisionFilter {
  // In force on that day.
  std::optional<Date> as_of;
  // As known on this day.
  Date known_at = Date::Max();
  // Empty: all.
  std::vector<std::string> codes;
};
bool Selects(const DecisionFilter& filter, const law::Decision& decision);

// Whether the instrument can be newly relied on on that day; all where none is given.
bool Selects(std::optional<Date> as_of, const law::Instrument& instrument);

}  // namespace onward::commands
