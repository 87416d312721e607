#include "graph/query/judgements.h"

#include <utility>

#include "graph/query/findings.h"
#include "graph/query/over_time.h"

namespace onward::query {

Judgements::~Judgements() = default;

JudgementsPtr Judgements::Make(SnapshotPtr snapshot, law::RegisterPtr law,
                               const verdict::Question& question) {
  return JudgementsPtr(new Judgements(std::move(snapshot), std::move(law), question));
}

Judgements::Judgements(SnapshotPtr snapshot, law::RegisterPtr law,
                       const verdict::Question& question)
    : snapshot_(std::move(snapshot)),
      law_(std::move(law)),
      question_(question),
      arrivals_(Arrivals::Compute(*snapshot_, *law_, question)),
      verdicts_(snapshot_->Flows().size()),
      over_time_(std::make_unique<OverTime>(*snapshot_, *law_, question.law_known_at)),
      findings_(std::make_unique<FindingMemo>()),
      memo_(std::make_unique<Memo>()) {
  for (uint32_t flow = 0; flow < verdicts_.size(); ++flow) {
    if (arrivals_.InEffect(flow)) {
      verdicts_[flow] = verdict::JudgeHop(*snapshot_->Flows()[flow], *snapshot_, *law_, question_,
                                          arrivals_.Of(flow));
    }
  }
}

verdict::Verdict Judgements::VerdictOf(uint32_t flow) const {
  return arrivals_.InEffect(flow) ? verdicts_[flow].verdict : verdict::Verdict::kUnspecified;
}

std::vector<DestinationOutcome> Judgements::DestinationsOf(uint32_t flow) const {
  std::vector<DestinationOutcome> outcomes;
  if (!arrivals_.InEffect(flow)) {
    return outcomes;
  }
  for (const verdict::DestinationVerdict& entry : verdicts_[flow].destinations) {
    outcomes.push_back({entry.destination, entry.verdict, entry.reason, entry.mechanism});
  }
  return outcomes;
}

std::optional<verdict::HopVerdict> Judgements::Proof(uint32_t flow) const {
  return arrivals_.InEffect(flow) ? std::optional(verdicts_[flow]) : std::nullopt;
}

}  // namespace onward::query
