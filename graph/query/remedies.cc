#include "graph/query/remedies.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "graph/query/remedies_internal.h"
#include "graph/query/rows.h"

namespace onward::query {
namespace {

using verdict::Candidate;
using verdict::DestinationVerdict;
using verdict::HopVerdict;
using verdict::Verdict;

// Steps of one remedy: more than this is no remedy but a project.
constexpr int kStepsMax = 6;

const model::Party& PartyOf(const Snapshot& snapshot, const std::string& id) {
  static const model::Party kNotRecorded;
  const model::Party* const party = snapshot.FindParty(id);
  return party == nullptr ? kNotRecorded : *party;
}

model::RecordRef RefOf(const model::Record& record) {
  return {model::KindOf(record), model::IdOf(record)};
}

// Which mechanism, on which record, a remedy is about.
struct Target {
  std::string mechanism;
  std::string record;
};

// The target among those tried for the destination; else what decides there.
const Candidate* FindTarget(const DestinationVerdict& destination, const Target& target) {
  for (const Candidate& candidate : destination.candidates) {
    // A decision has no record until the first certificate is on file.
    if (candidate.mechanism == target.mechanism &&
        (target.record.empty() || candidate.record == target.record)) {
      return &candidate;
    }
  }
  return destination.deciding < 0
             ? nullptr
             : &destination.candidates[static_cast<size_t>(destination.deciding)];
}

bool IsOffered(const HopVerdict& hop) {
  return hop.verdict == Verdict::kCovered || hop.verdict == Verdict::kNotATransfer;
}

class RemedySearch {
 public:
  RemedySearch(const WhatIf& present, const RemedyLimits& limits)
      : present_(present), limits_(limits), budget_(limits) {}

  std::vector<Remedy> Run() {
    if (std::optional<Remedy> question = QuestionAbout(present_, budget_)) {
      found_.push_back(*std::move(question));
    }
    const DestinationVerdict& deciding = present_.verdict().Deciding();
    for (const Candidate& candidate : deciding.candidates) {
      Pursue(present_, {candidate.mechanism, candidate.record});
    }
    const bool mended = std::any_of(found_.begin(), found_.end(), [](const Remedy& remedy) {
      return remedy.verdict == Verdict::kCovered && remedy.effort > 0;
    });
    if (present_.verdict().verdict == Verdict::kLacking || !mended) {
      TrySigning();
    }
    return Best();
  }

 private:
  void TrySigning() {
    if (deciding_kind() == verdict::HopKind::kUndetermined) {
      return;
    }
    for (const law::Instrument* instrument : SignableInstruments(present_)) {
      std::string id;
      const Change signing = SigningOf(present_, *instrument, id);
      if (const std::optional<WhatIf> then = present_.With(signing, budget_)) {
        const model::RecordRef ref{model::RecordKind::kAgreement, id};
        Pursue(*then, {instrument->id, model::ToString(ref)});
      }
    }
  }

  verdict::HopKind deciding_kind() const { return present_.verdict().Deciding().kind; }

  // Step by step until the flow passes or nothing more helps.
  void Pursue(WhatIf state, const Target& target) {
    for (int step = 0; step < kStepsMax && !IsOffered(state.verdict()); ++step) {
      const Candidate* const candidate = FindTarget(state.verdict().Deciding(), target);
      const std::optional<Change> mend =
          candidate == nullptr ? std::nullopt : MendOf(state, *candidate);
      std::optional<WhatIf> next =
          mend.has_value() ? state.With(*mend, budget_) : std::optional<WhatIf>();
      if (!next.has_value() || next->verdict() == state.verdict()) {
        break;
      }
      state = *std::move(next);
    }
    Keep(state);
  }

  void Keep(const WhatIf& state) {
    if (state.steps().empty() || !IsRemedy(present_.verdict(), state.verdict())) {
      return;
    }
    Remedy remedy;
    for (const RemedyStep& step : state.steps()) {
      remedy.text += (remedy.text.empty() ? "" : "; then ") + step.text;
    }
    remedy.steps = state.steps();
    remedy.text.front() = absl::ascii_toupper(static_cast<unsigned char>(remedy.text.front()));
    remedy.text += ". The flow would be " + VerdictText(state.verdict()) + ".";
    remedy.verdict = state.verdict().verdict;
    remedy.reason = state.verdict().reason;
    remedy.mutations = state.Mutations();
    remedy.effort = state.effort();
    const bool known = std::any_of(found_.begin(), found_.end(),
                                   [&](const Remedy& other) { return other.text == remedy.text; });
    if (!known) {
      found_.push_back(std::move(remedy));
    }
  }

  // What passes before what does not quite; then by effort.
  std::vector<Remedy> Best() {
    std::stable_sort(found_.begin(), found_.end(), [](const Remedy& a, const Remedy& b) {
      const bool a_open = a.verdict == Verdict::kConditional;
      const bool b_open = b.verdict == Verdict::kConditional;
      return a_open != b_open ? b_open : a.effort < b.effort;
    });
    if (found_.size() > limits_.remedies_max) {
      found_.resize(limits_.remedies_max);
    }
    return std::move(found_);
  }

  const WhatIf& present_;
  const RemedyLimits& limits_;
  RemedyBudget budget_;
  std::vector<Remedy> found_;
};

}  // namespace

WhatIf::WhatIf(const Judgements& judgements, uint32_t flow, const HopVerdict& present)
    : judged_(&judgements), flow_(judgements.snapshot().FlowAt(flow)), verdict_(present) {}

std::optional<WhatIf> WhatIf::With(const Change& change, RemedyBudget& budget) const {
  if (!budget.Take()) {
    return std::nullopt;
  }
  WhatIf next = *this;
  std::vector<model::Mutation> mutations;
  RemedyStep step{change.text, {}};
  for (const model::Record& record : change.records) {
    step.records.push_back(RefOf(record));
    std::erase_if(next.records_,
                  [&](const model::Record& other) { return RefOf(other) == RefOf(record); });
    next.records_.push_back(record);
    mutations.push_back({RefOf(record), record, {}, false});
  }
  next.steps_.push_back(std::move(step));
  next.effort_ += change.effort;
  next.changed_ = snapshot().With(snapshot().revision(), mutations);
  next.flow_ = *next.changed_->FindFlow(flow_.id);
  next.Judge();
  return next;
}

void WhatIf::Judge() {
  verdict::Arrival arrival;
  if (ExporterBound() != true) {
    arrival = Arrivals::Compute(snapshot(), law(), judged_->question())
                  ->Of(snapshot().FlowNumber(flow_.id).value());
  }
  verdict_ = verdict::JudgeHop(flow(), snapshot(), law(), judged_->question(), arrival);
}

const model::Party& WhatIf::exporter() const { return PartyOf(snapshot(), flow().exporter); }
const model::Party& WhatIf::importer() const { return PartyOf(snapshot(), flow().importer); }
std::string WhatIf::ExporterName() const { return PartyName(snapshot(), flow().exporter); }
std::string WhatIf::ImporterName() const { return PartyName(snapshot(), flow().importer); }

std::optional<bool> WhatIf::ExporterBound() const {
  return verdict::ExporterBound(flow(), snapshot(), law(), day());
}

std::vector<model::Mutation> WhatIf::Mutations() const {
  std::vector<model::Mutation> mutations;
  for (const model::Record& record : records_) {
    mutations.push_back({RefOf(record), record, {}, false});
  }
  return mutations;
}

bool IsRemedy(const HopVerdict& present, const HopVerdict& then) {
  const bool good = IsOffered(then) || then.verdict == Verdict::kConditional;
  return good && verdict::Badness(then.verdict) < verdict::Badness(present.verdict);
}

std::string VerdictText(const HopVerdict& hop) {
  return std::string(Name(hop.verdict)) + " (" + std::string(Name(hop.reason)) + ")";
}

std::vector<Remedy> FindRemedies(const Judgements& judgements, uint32_t flow,
                                 const HopVerdict& present, const RemedyLimits& limits) {
  if (IsOffered(present)) {
    return {};
  }
  const WhatIf state(judgements, flow, present);
  return RemedySearch(state, limits).Run();
}

}  // namespace onward::query
