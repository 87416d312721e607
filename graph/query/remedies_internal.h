// The parts of the search for remedies. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/query/remedies.h"

namespace onward::query {

// Counts evaluations, and says when to stop.
class RemedyBudget {
 public:
  explicit RemedyBudget(const RemedyLimits& limits)
      : stop_(limits.stop), left_(limits.evaluations_max) {}

  // Takes one evaluation; false: no more.
  bool Take() {
    if (left_ == 0 || (stop_ && stop_())) {
      left_ = 0;
      return false;
    }
    --left_;
    return true;
  }

 private:
  const std::function<bool()>& stop_;
  size_t left_;
};

// One step of a remedy: changed records, what that means in words, and how much effort it is.
struct Change {
  std::vector<model::Record> records;
  std::string text;
  int effort = 0;
};

// The flow with some changes, judged. Refers to the judgements.
class WhatIf {
 public:
  // Nothing changed yet.
  WhatIf(const Judgements& judgements, uint32_t flow, const verdict::HopVerdict& present);

  // Judged anew on a snapshot with the change. Nullopt: the budget is used up.
  std::optional<WhatIf> With(const Change& change, RemedyBudget& budget) const;

  const Snapshot& snapshot() const { return changed_ ? *changed_ : judged_->snapshot(); }
  const law::Register& law() const { return judged_->law(); }
  Date day() const { return judged_->question().as_of; }
  Date law_known_at() const { return judged_->question().law_known_at; }
  const model::Flow& flow() const { return *snapshot().FindFlow(flow_); }
  // An empty one where it is not recorded.
  const model::Party& exporter() const;
  const model::Party& importer() const;
  std::string ExporterName() const;
  std::string ImporterName() const;
  std::optional<bool> ExporterBound() const;
  const verdict::HopVerdict& verdict() const { return verdict_; }
  const std::vector<RemedyStep>& steps() const { return steps_; }
  int effort() const { return effort_; }
  // Such an agreement is there without the changes.
  bool IsOnFile(std::string_view agreement) const {
    return judged_->snapshot().FindAgreement(agreement) != nullptr;
  }
  std::vector<model::Mutation> Mutations() const;

 private:
  void Judge();

  const Judgements* judged_;
  std::string flow_;
  SnapshotPtr changed_;
  verdict::HopVerdict verdict_;
  std::vector<model::Record> records_;
  std::vector<RemedyStep> steps_;
  int effort_ = 0;
};

// Better, and good enough to be named.
bool IsRemedy(const verdict::HopVerdict& present, const verdict::HopVerdict& then);
// COVERED (ADEQUACY)
std::string VerdictText(const verdict::HopVerdict& hop);

// The next step towards a candidate that carries: what its outcome asks for. Nullopt: nothing helps that
// is a matter of records.
std::optional<Change> MendOf(const WhatIf& state, const verdict::Candidate& candidate);

// A new agreement with one instrument of the register between the two. `id` gets the agreement's.
Change SigningOf(const WhatIf& state, const law::Instrument& instrument, std::string& id);
// Safeguards of the register that the two could sign on that day.
std::vector<const law::Instrument*> SignableInstruments(const WhatIf& state);

// What is asked where a fact is not recorded; nullopt: no answer would help, or nothing to ask.
std::optional<Remedy> QuestionAbout(const WhatIf& present, RemedyBudget& budget);

}  // namespace onward::query
