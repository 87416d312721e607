#include "graph/query/judgements.h"

#include <utility>

#include "graph/query/findings.h"
#include "graph/query/looks.h"
#include "graph/query/over_time.h"
#include "graph/query/prepared_since.h"
#include "graph/verdict/brief.h"

namespace onward::query {
namespace {

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

Judgements::Judgements(SnapshotPtr snapshot, law::RegisterPtr law,
                       const verdict::Question& question)
    : snapshot_(std::move(snapshot)),
      law_(std::move(law)),
      question_(question),
      over_time_(OverTime::Shared(snapshot_, law_, question.law_known_at)),
      findings_(std::make_unique<FindingMemo>()),
      memo_(std::make_unique<Memo>()) {}

Judgements::~Judgements() = default;

absl::StatusOr<JudgementsPtr> Judgements::Make(SnapshotPtr snapshot, law::RegisterPtr law,
                                               const verdict::Question& question,
                                               const JudgeOptions& options) {
  std::shared_ptr<Judgements> made(
      new Judgements(std::move(snapshot), std::move(law), question));  // private constructor
  Looks looks(options);
  if (!made->Judge([&looks] { return looks.Stop(); }, options.singly_max)) {
    return looks.ended();
  }
  return JudgementsPtr(std::move(made));
}

JudgementsPtr Judgements::Make(SnapshotPtr snapshot, law::RegisterPtr law,
                               const verdict::Question& question) {
  return *Make(std::move(snapshot), std::move(law), question, JudgeOptions());
}

bool Judgements::Judge(const std::function<bool()>& stop, size_t singly_max) {
  const uint32_t flows = snapshot_->FlowCount();
  if (flows > singly_max) {
    prepared_ = over_time_->PrepareAll(stop);
    if (prepared_ == nullptr) {
      return false;
    }
  } else {
    prepared_ = over_time_->AtHand();
  }
  if (!FindArrivals(stop)) {
    return false;
  }
  verdicts_.Grow(flows);
  judged_.resize(prepared_ == nullptr ? flows : 0);
  std::optional<PreparedSinceDay> day;
  if (prepared_ != nullptr) {
    day.emplace(*prepared_, question_.as_of);
  }
  for (uint32_t flow = 0; flow < flows; ++flow) {
    if (flow % kFlowsPerLook == 0 && stop()) {
      return false;
    }
    if (arrivals_->InEffect(flow)) {
      const verdict::Verdict found =
          day.has_value() ? day->VerdictOf(flow, arrivals_->Of(flow)) : JudgeFlow(flow);
      verdicts_.At(flow) = static_cast<uint8_t>(found);
    }
  }
  return true;
}

bool Judgements::FindArrivals(const std::function<bool()>& stop) {
  arrivals_ = Arrivals::Compute(*snapshot_, *law_, question_, prepared_, stop);
  return arrivals_ != nullptr;
}

verdict::Verdict Judgements::JudgeFlow(uint32_t flow) {
  if (prepared_ != nullptr) {
    return prepared_->VerdictOn(flow, question_.as_of, arrivals_->Of(flow));
  }
  const verdict::HopVerdict hop = verdict::JudgeWithoutProof(snapshot_->FlowAt(flow), *snapshot_,
                                                             *law_, question_, arrivals_->Of(flow));
  judged_[flow] = OutcomesOf(hop);
  return hop.verdict;
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
  if (!arrivals_->InEffect(flow)) {
    return outcomes;
  }
  for (auto& [code, brief] :
       prepared_->DestinationsOn(flow, question_.as_of, arrivals_->Of(flow))) {
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
  } else if (arrivals_->InEffect(flow)) {
    for (auto& [code, brief] : prepared_->VerdictsOn(flow, question_.as_of, arrivals_->Of(flow))) {
      places.push_back({std::move(code), brief.verdict, verdict::Reason::kUnspecified, ""});
    }
  }
  return places;
}

std::optional<verdict::HopVerdict> Judgements::Proof(uint32_t flow) const {
  if (!arrivals_->InEffect(flow)) {
    return std::nullopt;
  }
  return verdict::JudgeHop(snapshot_->FlowAt(flow), *snapshot_, *law_, question_,
                           arrivals_->Of(flow));
}

}  // namespace onward::query
