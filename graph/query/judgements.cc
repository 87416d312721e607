#include "graph/query/judgements.h"

#include <utility>

namespace onward::query {

JudgementsPtr Judgements::Make(SnapshotPtr snapshot, law::RegisterPtr law,
                               const verdict::Question& question, const verdict::Policy& policy) {
  return JudgementsPtr(new Judgements(std::move(snapshot), std::move(law), question, policy));
}

Judgements::Judgements(SnapshotPtr snapshot, law::RegisterPtr law,
                       const verdict::Question& question, const verdict::Policy& policy)
    : snapshot_(std::move(snapshot)),
      law_(std::move(law)),
      question_(question),
      policy_(policy),
      arrivals_(Arrivals::Compute(*snapshot_, *law_, question, policy)),
      verdicts_(snapshot_->Flows().size()) {
  for (uint32_t flow = 0; flow < verdicts_.size(); ++flow) {
    if (arrivals_.InEffect(flow)) {
      verdicts_[flow] = verdict::JudgeHop(*snapshot_->Flows()[flow], *snapshot_, *law_, question_,
                                          arrivals_.Of(flow), policy_);
    }
  }
}

}  // namespace onward::query
