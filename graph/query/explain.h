// The proof of one flow's verdict.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/query/remedies.h"
#include "graph/query/transfers.h"

namespace onward::query {

// A record that a verdict rests on, and where it was read.
struct EvidenceItem {
  model::RecordRef record;
  std::vector<model::Source> sources;
};

struct Explanation {
  Explanation() = default;
  Explanation(const Explanation&) = delete;
  Explanation& operator=(const Explanation&) = delete;
  Explanation(Explanation&&) = default;
  Explanation& operator=(Explanation&&) = default;
  ~Explanation() = default;

  std::shared_ptr<const model::Flow> flow;
  verdict::HopVerdict verdict;
  // One per destination, the worst first. They point into `verdict`.
  std::vector<TransferRow> destinations;
  // The steps of the flow's verdict over all dates, the first at its beginning.
  std::vector<VerdictStep> steps;
  std::vector<EvidenceItem> evidence;
  // What would make it pass, smallest change first; each was re-evaluated.
  std::vector<std::string> remedies;
};

// nullopt: no such flow. A flow that does not take place on the date is NOT_IN_EFFECT. The answer refers
// to `judgements` and, within itself, to its own verdict: it may be moved, not copied.
// `limits` bound the search for remedies.
std::optional<Explanation> Explain(const Judgements& judgements, std::string_view flow,
                                   const RemedyLimits& limits = {});

}  // namespace onward::query
