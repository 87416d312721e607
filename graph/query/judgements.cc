#include "graph/query/judgements.h"

#include <utility>

#include "graph/query/findings.h"
#include "graph/query/over_time.h"
#include "graph/verdict/brief.h"

namespace onward::query {
namespace {

const verdict::Prepared* PreparedFor(const Snapshot& snapshot, size_t singly_max,
                                     OverTime& over_time) {
  return snapshot.Flows().size() > singly_max ? &over_time.PrepareAll() : over_time.AtHand();
}

std::vector<DestinationOutcome> OutcomesOf(const verdict::HopVerdict& hop) {
  std::vector<DestinationOutcome> outcomes;
  outcomes.reserve(hop.destinations.size());
  for (const verdict::DestinationVerdict& entry : hop.destinations) {
    outcomes.push_back({entry.destination, entry.verdict, entry.reason, entry.mechanism});
  }
  return outcomes;
}

// The first of the worst.
const DestinationOutcome* WorstOf(const std::vector<DestinationOutcome>& outcomes) {
  const DestinationOutcome* worst = nullptr;
  for (const DestinationOutcome& outcome : outcomes) {
    if (worst == nullptr || verdict::Badness(outcome.verdict) > verdict::Badness(worst->verdict)) {
      worst = &outcome;
    }
  }
  return worst;
}

}  // namespace

Judgements::~Judgements() = default;

JudgementsPtr Judgements::Make(SnapshotPtr snapshot, law::RegisterPtr law,
                               const verdict::Question& question, size_t singly_max) {
  return JudgementsPtr(new Judgements(std::move(snapshot), std::move(law), question, singly_max));
}

Judgements::Judgements(SnapshotPtr snapshot, law::RegisterPtr law,
                       const verdict::Question& question, size_t singly_max)
    : snapshot_(std::move(snapshot)),
      law_(std::move(law)),
      question_(question),
      over_time_(OverTime::Shared(snapshot_, law_, question.law_known_at)),
      prepared_(PreparedFor(*snapshot_, singly_max, *over_time_)),
      arrivals_(Arrivals::Compute(*snapshot_, *law_, question, prepared_)),
      verdicts_(snapshot_->Flows().size(), 0),
      findings_(std::make_unique<FindingMemo>()),
      memo_(std::make_unique<Memo>()) {
  JudgeAll();
}

void Judgements::JudgeAll() {
  judged_.resize(prepared_ == nullptr ? verdicts_.size() : 0);
  for (uint32_t flow = 0; flow < verdicts_.size(); ++flow) {
    if (!arrivals_.InEffect(flow)) {
      continue;
    }
    verdict::Verdict verdict = verdict::Verdict::kUnspecified;
    if (prepared_ != nullptr) {
      verdict = prepared_->VerdictOn(flow, question_.as_of, arrivals_.Of(flow));
    } else {
      const verdict::HopVerdict hop = verdict::JudgeWithoutProof(
          *snapshot_->Flows()[flow], *snapshot_, *law_, question_, arrivals_.Of(flow));
      verdict = hop.verdict;
      judged_[flow] = OutcomesOf(hop);
    }
    verdicts_[flow] = static_cast<uint8_t>(verdict);
  }
}

DestinationOutcome Judgements::BriefOf(uint32_t flow) const {
  const std::vector<DestinationOutcome> outcomes = DestinationsOf(flow);
  const DestinationOutcome* const worst = WorstOf(outcomes);
  return worst == nullptr ? DestinationOutcome() : *worst;
}

std::vector<DestinationOutcome> Judgements::DestinationsOf(uint32_t flow) const {
  if (prepared_ == nullptr) {
    return judged_[flow];
  }
  std::vector<DestinationOutcome> outcomes;
  if (!arrivals_.InEffect(flow)) {
    return outcomes;
  }
  for (auto& [code, brief] : prepared_->DestinationsOn(flow, question_.as_of, arrivals_.Of(flow))) {
    outcomes.push_back(
        {std::move(code), brief.verdict, brief.reason, prepared_->MechanismId(brief.mechanism)});
  }
  return outcomes;
}

std::vector<DestinationOutcome> Judgements::PlacesOf(uint32_t flow) const {
  std::vector<DestinationOutcome> places;
  if (prepared_ == nullptr) {
    for (const DestinationOutcome& outcome : judged_[flow]) {
      places.push_back({outcome.destination, outcome.verdict, verdict::Reason::kUnspecified, ""});
    }
  } else if (arrivals_.InEffect(flow)) {
    for (auto& [code, brief] : prepared_->VerdictsOn(flow, question_.as_of, arrivals_.Of(flow))) {
      places.push_back({std::move(code), brief.verdict, verdict::Reason::kUnspecified, ""});
    }
  }
  return places;
}

std::optional<verdict::HopVerdict> Judgements::Proof(uint32_t flow) const {
  if (!arrivals_.InEffect(flow)) {
    return std::nullopt;
  }
  return verdict::JudgeHop(*snapshot_->Flows()[flow], *snapshot_, *law_, question_,
                           arrivals_.Of(flow));
}

const verdict::HopVerdict* Judgements::Of(uint32_t flow) const {
  if (!arrivals_.InEffect(flow)) {
    return nullptr;
  }
  const MutexLock lock(kept_mutex_);
  const auto at = kept_.find(flow);
  return &(at == kept_.end() ? kept_.emplace(flow, *Proof(flow)).first : at)->second;
}

}  // namespace onward::query
