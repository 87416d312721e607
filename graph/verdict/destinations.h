// Where a flow goes: the importer's establishment and every site but transit. Internal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/verdict/hop.h"

namespace onward::verdict {

// The destination whose code is not recorded.
inline constexpr std::string_view kUnknownCode = "UNKNOWN";
// An international organisation without a code of its own in the register.
inline constexpr std::string_view kOrganisationCode = "IO";

struct Destination {
  // Register code, kUnknownCode or kOrganisationCode.
  std::string code;
  // establishment, or what happens at the site and where.
  std::string basis;
  // Null: the establishment.
  const model::Site* site = nullptr;
  // Null where the site names a country.
  const model::Location* location = nullptr;
  // Party id of who runs the site; empty: not stated, or the establishment.
  std::string operator_party;
  // The importer is an international organisation and this is itself: no country rule applies.
  bool organisation = false;
};

// The code of an importer's establishment as a destination.
std::string SeatOf(const model::Party& importer, const law::Register& law);

// At least one: the establishment first, then sites in their order.
std::vector<Destination> DestinationsOf(const Hop& hop);

}  // namespace onward::verdict
