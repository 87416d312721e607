// A flow to read, whose parts somebody else keeps.
#pragma once

#include <string>
#include <string_view>

#include "graph/model/flow.h"

namespace onward::model {

// Lives as long as what it was made from. Cheap to copy. `terms` is never null.
struct FlowView {
  std::string_view id;
  std::string_view exporter;
  std::string_view importer;
  Interval interval;
  const FlowTerms* terms = nullptr;
};

inline FlowView ViewOf(const Flow& flow) {
  return {flow.id, flow.exporter, flow.importer, flow.interval, &flow};
}

// A record of its own.
inline Flow FlowFrom(const FlowView& view) {
  return {*view.terms, std::string(view.id), std::string(view.exporter), std::string(view.importer),
          view.interval};
}

}  // namespace onward::model
