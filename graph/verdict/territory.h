// Inside or outside the territory, with the unsettled codes read one way or the other. Internal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/verdict/hop.h"

namespace onward::verdict {

// One way to read the codes whose status the law leaves open.
struct Reading {
  // Unsettled codes that count as inside; the others count as outside.
  std::vector<std::string> inside;
};

// A region such as GLOBAL: somewhere, inside or not.
bool IsAnywhere(const law::Jurisdiction& place);

enum class Place { kInside, kOutside, kUnknown };

// Where a disclosure into `code` goes on that day. Empty, not in the register, or a region whose
// countries are not determinable: unknown.
Place PlaceOf(std::string_view code, const law::Register& law, Date day, const Reading& reading);

// An importer that country rules never apply to.
bool IsInternationalOrganisation(const model::Party& party, const law::Register& law);

// Whether the exporter is bound; nullopt: neither its place nor Art. 3(2) is recorded.
std::optional<bool> BoundUnder(const Hop& hop, const Reading& reading);

// Every reading of the unsettled codes among the places of this hop; all of them outside first.
// One reading where nothing is unsettled.
std::vector<Reading> ReadingsOf(const Hop& hop);

}  // namespace onward::verdict
