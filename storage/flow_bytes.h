// The bytes of a stored flow (onward.store.v1.Record), looked at without reading all of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/base/date.h"

namespace onward::storage {

// Views of the bytes that it was cut from.
struct FlowBytes {
  std::string_view id;
  std::string_view exporter;
  std::string_view importer;
  Interval interval;
  // All other fields, as they stand there: those before the interval, and those behind it.
  std::string_view before;
  std::string_view behind;

  // Both together: equal for flows whose terms have the same bytes. May be a view of `scratch`.
  std::string_view Terms(std::string& scratch) const;
};

// Nullopt for anything but a flow whose fields stand in order, none of its own twice, with ends in ASCII and
// days inside the calendar: DecodeRecord says what that is. The bytes of the terms are not read: they are good
// where the same bytes were once.
std::optional<FlowBytes> CutFlow(std::string_view record_bytes);

}  // namespace onward::storage
