// The verdicts of all flows of a snapshot on one date: computed once, asked many times.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/law/register.h"
#include "graph/query/arrivals.h"
#include "graph/query/chunks.h"
#include "graph/query/memo.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"

namespace onward::query {

class Judgements;
class OverTime;
class FindingMemo;
class PreparedSince;
using JudgementsPtr = std::shared_ptr<const Judgements>;
using ProofPtr = std::shared_ptr<const verdict::HopVerdict>;

// The verdict on a flow, or on one destination of it, without its proof.
struct DestinationOutcome {
  // Register code, or UNKNOWN.
  std::string destination;
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  // Mechanism that decides; empty: none.
  std::string mechanism;
  friend bool operator==(const DestinationOutcome&, const DestinationOutcome&) = default;
};

struct JudgeOptions {
  // Asked every few thousand flows; its error ends the work. Empty: nobody asks for an end.
  std::function<absl::Status()> check = {};
  // Up to this many flows are judged one by one on each date.
  size_t singly_max = 200;
};

// Immutable; safe to share between threads. Holds its snapshot and law.
//
// Of a large inventory it keeps one byte a flow beside the arrivals. What does not depend on the date (verdict/
// prepared.h, over_time.h) is made once for a snapshot, a law and a day of knowing it, and shared by the
// judgements of all dates that live at one time.
class Judgements {
 public:
  Judgements(const Judgements&) = delete;
  Judgements& operator=(const Judgements&) = delete;
  ~Judgements();

  // The error of `options.check` where that ended the work.
  static absl::StatusOr<JudgementsPtr> Make(SnapshotPtr snapshot, law::RegisterPtr law,
                                            const verdict::Question& question,
                                            const JudgeOptions& options);
  // Of a later snapshot, which came from that of `before` by Snapshot::With of `mutations` (those of several
  // writes one after the other), under the same law and on the same date: judges what they touch, and all
  // flows only where that cannot be bounded. Shares with `before` what stands. Answers as Make does.
  static absl::StatusOr<JudgementsPtr> After(const Judgements& before, SnapshotPtr after,
                                             const std::vector<model::Mutation>& mutations,
                                             const JudgeOptions& options);
  // To the end.
  static JudgementsPtr Make(SnapshotPtr snapshot, law::RegisterPtr law,
                            const verdict::Question& question);

  const Snapshot& snapshot() const { return *snapshot_; }
  const SnapshotPtr& snapshot_ptr() const { return snapshot_; }
  const law::Register& law() const { return *law_; }
  const verdict::Question& question() const { return question_; }
  const Arrivals& arrivals() const { return *arrivals_; }
  // How the verdicts change over all dates (graph/query/over_time.h).
  OverTime& over_time() const { return *over_time_; }
  // The findings that were asked about last (graph/query/findings.h); shared by those who ask these
  // judgements.
  FindingMemo& findings() const { return *findings_; }
  // What else was computed from these judgements.
  Memo& memo() const { return *memo_; }

  // The worst verdict of a flow's destinations; kUnspecified: it does not take place on that date.
  verdict::Verdict VerdictOf(uint32_t flow) const {
    return static_cast<verdict::Verdict>(verdicts_[flow]);
  }
  // Of the destination that decides. `destination` is empty where the flow does not take place on that date.
  DestinationOutcome BriefOf(uint32_t flow) const;
  // In order of code, each code once. Empty: it does not take place on that date.
  std::vector<DestinationOutcome> DestinationsOf(uint32_t flow) const;
  // The same without reason and mechanism, which are not set: quicker, for those who only count.
  std::vector<DestinationOutcome> PlacesOf(uint32_t flow) const;
  // The verdict with its proof; nullopt: it does not take place on that date. Dear: for few flows.
  std::optional<verdict::HopVerdict> Proof(uint32_t flow) const;

 private:
  Judgements(SnapshotPtr snapshot, law::RegisterPtr law, const verdict::Question& question);

  // False: stopped, since `stop` said so.
  bool Judge(const std::function<bool()>& stop, size_t singly_max);
  // Of these flows anew.
  bool JudgeAgain(const std::vector<uint32_t>& flows, const std::function<bool()>& stop);
  bool FindArrivals(const std::function<bool()>& stop);
  verdict::Verdict JudgeFlow(uint32_t flow);

  SnapshotPtr snapshot_;
  law::RegisterPtr law_;
  verdict::Question question_;
  std::shared_ptr<OverTime> over_time_;
  // Null: flows are judged one by one.
  const PreparedSince* prepared_ = nullptr;
  std::shared_ptr<const Arrivals> arrivals_;
  // By flow.
  Chunks<uint8_t, 10> verdicts_;
  // By flow, without prepared verdicts.
  std::vector<std::vector<DestinationOutcome>> judged_;
  std::unique_ptr<FindingMemo> findings_;
  std::unique_ptr<Memo> memo_;
};

}  // namespace onward::query
