// The verdicts of all flows of a snapshot on one date: computed once, asked many times.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/law/register.h"
#include "graph/query/arrivals.h"
#include "graph/query/memo.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"

namespace onward::query {

class Judgements;
class OverTime;
class FindingMemo;
using JudgementsPtr = std::shared_ptr<const Judgements>;

// The verdict on one destination of a flow, without its proof.
struct DestinationOutcome {
  // Register code, or UNKNOWN.
  std::string destination;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  // Mechanism that decides; empty: none.
  std::string mechanism;
  friend bool operator==(const DestinationOutcome&, const DestinationOutcome&) = default;
};

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
  // What else was computed from these judgements.
  Memo& memo() const { return *memo_; }

  // The worst verdict of a flow's destinations; kUnspecified: it does not take place on that date.
  verdict::Verdict VerdictOf(uint32_t flow) const;
  // In order of code, each code once. Empty: it does not take place on that date.
  std::vector<DestinationOutcome> DestinationsOf(uint32_t flow) const;
  // The verdict with its proof; nullopt: it does not take place on that date. Dear: for few flows.
  std::optional<verdict::HopVerdict> Proof(uint32_t flow) const;

  // The verdict of a flow by its number. Null: it does not take place on that date. New code asks VerdictOf, DestinationsOf or
  // Proof.
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
  std::unique_ptr<Memo> memo_;
};

}  // namespace onward::query
