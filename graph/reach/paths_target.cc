#include "graph/reach/paths_target.h"

#include <algorithm>

#include "graph/reach/places.h"

namespace onward::reach {

bool PathTarget::IsAsked(const std::string& code) const {
  if (question_.to.has_value()) {
    return true;
  }
  if (!question_.country.empty()) {
    return code == question_.country;
  }
  const query::Judgements& judged = graph_.judged();
  return IsOutside(code, judged.law(), judged.question().as_of);
}

bool PathTarget::Ends(uint32_t edge) const {
  if (question_.to.has_value()) {
    return graph_.To(edge) == *question_.to;
  }
  const std::vector<query::DestinationOutcome> places = PlacesOf(graph_, edge);
  return std::any_of(places.begin(), places.end(),
                     [&](const auto& place) { return IsAsked(place.destination); });
}

std::string PathTarget::DestinationOf(uint32_t edge) const {
  std::string destination;
  int worst = -1;
  for (const query::DestinationOutcome& place : PlacesOf(graph_, edge)) {
    if (IsAsked(place.destination) && verdict::Badness(place.verdict) > worst) {
      worst = verdict::Badness(place.verdict);
      destination = place.destination;
    }
  }
  return destination;
}

}  // namespace onward::reach
