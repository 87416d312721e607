// Judgements brought up to date after writes, at the price of what these touch.
#include <algorithm>
#include <iterator>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/query/judgements.h"
#include "graph/query/looks.h"
#include "graph/query/over_time.h"
#include "graph/query/prepared_since.h"

namespace onward::query {

absl::StatusOr<JudgementsPtr> Judgements::After(const Judgements& before, SnapshotPtr after,
                                                const std::vector<model::Mutation>& mutations,
                                                const JudgeOptions& options) {
  Looks looks(options);
  const auto stop = [&looks] { return looks.Stop(); };
  std::optional<PreparedSince> next;
  if (before.prepared_ != nullptr) {
    next = before.prepared_->After(*after, mutations, stop);
  }
  if (!looks.ended().ok()) {
    return looks.ended();
  }
  if (!next.has_value()) {
    return Make(std::move(after), before.law_, before.question_, options);
  }
  const std::vector<uint32_t> touched = next->touched();
  std::shared_ptr<Judgements> made(
      new Judgements(std::move(after), before.law_, before.question_));  // private constructor
  made->prepared_ = made->over_time_->Offer(*std::move(next));
  std::optional<Arrivals::Next> arrivals =
      before.arrivals_->After({before.snapshot(), made->snapshot(), mutations, touched},
                              before.law(), before.question_, *made->prepared_, stop);
  bool judged = false;
  if (arrivals.has_value()) {
    made->arrivals_ = std::move(arrivals->arrivals);
    made->verdicts_ = Chunks<uint8_t, 10>(before.verdicts_);
    made->verdicts_.Grow(made->snapshot().FlowCount());
    std::vector<uint32_t> again;
    std::set_union(touched.begin(), touched.end(), arrivals->changed.begin(),
                   arrivals->changed.end(), std::back_inserter(again));
    judged = made->JudgeAgain(again, stop);
  } else {
    judged = looks.ended().ok() && made->Judge(stop, 0);
  }
  if (!judged) {
    return looks.ended();
  }
  return JudgementsPtr(std::move(made));
}

// By themselves, so by several threads.
bool Judgements::JudgeAgain(const std::vector<uint32_t>& flows, const std::function<bool()>& stop) {
  constexpr size_t kAtOnce = 32;
  std::vector<uint8_t> found(flows.size());
  const auto judge = [&](size_t /*thread*/, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const uint32_t flow = flows[i];
      const auto verdict = arrivals_->InEffect(flow)
                               ? prepared_->VerdictOn(flow, question_.as_of, arrivals_->Of(flow))
                               : verdict::Verdict::kUnspecified;
      found[i] = static_cast<uint8_t>(verdict);
    }
  };
  if (!InParallel(flows.size(), kAtOnce, stop, judge)) {
    return false;
  }
  for (size_t i = 0; i < flows.size(); ++i) {
    if (verdicts_[flows[i]] != found[i]) {
      verdicts_.At(flows[i]) = found[i];
    }
  }
  return true;
}

}  // namespace onward::query
