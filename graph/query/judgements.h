// The verdicts of all flows of a snapshot on one date: computed once, asked many times.
#pragma once

#include <memory>
#include <vector>

#include "graph/law/register.h"
#include "graph/query/arrivals.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"

namespace onward::query {

class Judgements;
class OverTime;
class FindingMemo;
using JudgementsPtr = std::shared_ptr<const Judgements>;

// Immutable; safe to share between threads. Holds its snapshot and law.
class Judgements {
 public:
  Judgements(const Judgements&) = delete;
  Judgements& operator=(const Judgements&) = delete;
  ~Judgements();

  static JudgementsPtr Make(SnapshotPtr snapshot, law::RegisterPtr law,
                            const verdict::Question& question);

  const Snapshot& snapshot() const { return *snapshot_; }
  const law::Register& law() const { return *law_; }
  const verdict::Question& question() const { return question_; }
  const Arrivals& arrivals() const { return arrivals_; }
  // How the verdicts change over all dates (graph/query/over_time.h); shared by those who ask these
  // judgements.
  OverTime& over_time() const { return *over_time_; }
  // The findings that were asked about last (graph/query/findings.h), shared likewise.
  FindingMemo& findings() const { return *findings_; }

  // The verdict of a flow by its number. Null: it does not take place on that date.
  const verdict::HopVerdict* Of(uint32_t flow) const {
    return arrivals_.InEffect(flow) ? &verdicts_[flow] : nullptr;
  }

 private:
  Judgements(SnapshotPtr snapshot, law::RegisterPtr law, const verdict::Question& question);

  SnapshotPtr snapshot_;
  law::RegisterPtr law_;
  verdict::Question question_;
  Arrivals arrivals_;
  std::vector<verdict::HopVerdict> verdicts_;
  std::unique_ptr<OverTime> over_time_;
  std::unique_ptr<FindingMemo> findings_;
};

}  // namespace onward::query
