#include "graph/query/explain.h"

#include <algorithm>
#include <utility>

#include "graph/query/rows.h"

namespace onward::query {
namespace {

std::vector<EvidenceItem> EvidenceOf(const Snapshot& snapshot, const verdict::HopVerdict& hop) {
  std::vector<EvidenceItem> items;
  for (const model::RecordRef& ref : hop.evidence) {
    const RecordPtr record = snapshot.Find(ref);
    items.push_back(
        {ref, record == nullptr ? std::vector<model::Source>() : model::SourcesOf(*record)});
  }
  return items;
}

}  // namespace

std::optional<Explanation> Explain(const Judgements& judgements, std::string_view flow,
                                   const RemedyLimits& limits) {
  const Snapshot& snapshot = judgements.snapshot();
  const std::optional<uint32_t> number = snapshot.FlowNumber(flow);
  if (!number.has_value()) {
    return std::nullopt;
  }
  History history(judgements);
  if (!history.Find(*number, limits.stop)) {
    return std::nullopt;
  }
  Explanation explanation;
  explanation.flow = std::make_shared<const model::Flow>(snapshot.FlowAt(*number));
  explanation.verdict = history.At(*number, judgements.question().as_of);
  auto rows = RowsOf(judgements, *number, explanation.verdict, history, limits.stop);
  if (!rows.has_value()) {
    return std::nullopt;
  }
  explanation.destinations = *std::move(rows);
  std::stable_sort(explanation.destinations.begin(), explanation.destinations.end(),
                   [](const TransferRow& a, const TransferRow& b) {
                     return verdict::Badness(a.verdict->verdict) >
                            verdict::Badness(b.verdict->verdict);
                   });
  explanation.steps = history.StepsOf(*number);
  explanation.evidence = EvidenceOf(snapshot, explanation.verdict);
  for (Remedy& remedy : FindRemedies(judgements, *number, explanation.verdict, limits)) {
    explanation.remedies.push_back(std::move(remedy.text));
  }
  return explanation;
}

}  // namespace onward::query
