#include "graph/reach/places.h"

#include <algorithm>

namespace onward::reach {

bool IsOutside(std::string_view code, const law::Register& law, Date day) {
  const law::Jurisdiction* const place = code.empty() ? nullptr : law.FindJurisdiction(code);
  return place == nullptr || place->UnsettledOn(day) || place->FreeFlowOn(day) == nullptr;
}

std::vector<query::DestinationOutcome> PlacesOf(const DayGraph& graph, uint32_t edge) {
  const query::Judgements& judged = graph.judged();
  if (!graph.Held(edge)) {
    return judged.DestinationsOf(graph.FlowOf(edge));
  }
  const model::Flow flow = graph.snapshot().FlowAt(graph.FlowOf(edge));
  verdict::Question question = judged.question();
  question.as_of = std::min(question.as_of, flow.interval.until.Plus(-1));
  std::vector<query::DestinationOutcome> places;
  for (const verdict::DestinationVerdict& entry :
       verdict::JudgeHop(flow, graph.snapshot(), judged.law(), question, {}).destinations) {
    places.push_back(
        {entry.destination, verdict::Verdict::kUnspecified, verdict::Reason::kUnspecified, ""});
  }
  return places;
}

}  // namespace onward::reach
