// Everything that judgements say, as text, for tests that compare them.
#pragma once

#include <string>
#include <vector>

#include "graph/query/judgements.h"

namespace onward::query {

inline std::string Text(const std::vector<DestinationOutcome>& outcomes) {
  std::string text;
  for (const DestinationOutcome& outcome : outcomes) {
    text += " " + outcome.destination + " " + std::string(Name(outcome.verdict)) + " " +
            std::string(Name(outcome.reason)) + " " + outcome.mechanism;
  }
  return text;
}

inline std::string Text(const CategorySet& categories) {
  std::string text = categories.all ? " all" : "";
  for (const std::string& id : categories.ids) {
    text += " " + id;
  }
  return text;
}

// In order of the flows' ids.
inline std::string Said(const Judgements& judged) {
  std::string text;
  const Arrivals& arrivals = judged.arrivals();
  for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
    const verdict::Arrival& came = arrivals.Of(flow);
    text += std::string(judged.snapshot().FlowId(flow)) + ":" +
            std::string(Name(judged.VerdictOf(flow))) + Text({judged.BriefOf(flow)}) + ";" +
            Text(judged.DestinationsOf(flow)) + ";" + (came.restricted ? " restricted" : "") +
            (came.only_under_adequacy ? " under" : "") +
            (came.only_from_importer ? " returned" : "") + (arrivals.Held(flow) ? " held" : "") +
            ";" + Text(arrivals.Received(flow)) + ";";
    for (const std::string& origin : arrivals.OriginsOf(flow)) {
      text += " " + origin;
    }
    text += "\n";
  }
  return text;
}

}  // namespace onward::query
