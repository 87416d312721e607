#include "graph/verdict/decide.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace onward::verdict {
namespace {

struct ProgressRow {
  Reason reason;
  int progress;
};

// How far a failing mechanism came in the order of checks: the further, the more it says.
constexpr std::array kProgress = {
    ProgressRow{Reason::kNotAnEuInstrument, 1}, ProgressRow{Reason::kNotYetInForce, 2},
    ProgressRow{Reason::kExpired, 3},           ProgressRow{Reason::kInvalidated, 3},
    ProgressRow{Reason::kOutOfScope, 4},        ProgressRow{Reason::kRoleMismatch, 5},
    ProgressRow{Reason::kImporterUnderGdpr, 6}, ProgressRow{Reason::kCertificationMissing, 7},
    ProgressRow{Reason::kConditionNotMet, 7},   ProgressRow{Reason::kNotForRepetitive, 8},
    ProgressRow{Reason::kTiaNegative, 9},
};

int Progress(Reason reason) {
  for (const ProgressRow& row : kProgress) {
    if (row.reason == reason) {
      return row.progress;
    }
  }
  return 0;
}

int BadnessOf(const Attempt& attempt) { return Badness(VerdictOf(attempt.candidate.outcome)); }

bool CarriesAll(const Attempt& attempt) { return attempt.for_controller.empty(); }

// Index of the best attempt among those that `filter` lets through; the first of equals; -1: none.
template <typename Filter>
int BestOf(const std::vector<Attempt>& attempts, Filter filter) {
  int best = -1;
  for (size_t i = 0; i < attempts.size(); ++i) {
    if (filter(attempts[i]) &&
        (best < 0 || BadnessOf(attempts[i]) < BadnessOf(attempts[static_cast<size_t>(best)]))) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

// The weakest of each controller's best; -1: one of them has nothing, or there is none.
int WeakestController(const std::vector<Attempt>& attempts,
                      const std::vector<std::string>& controllers) {
  int weakest = -1;
  for (const std::string& controller : controllers) {
    const int best = BestOf(attempts, [&controller](const Attempt& attempt) {
      return CarriesAll(attempt) || attempt.for_controller == controller;
    });
    if (best < 0) {
      return -1;
    }
    if (weakest < 0 || BadnessOf(attempts[static_cast<size_t>(best)]) >
                           BadnessOf(attempts[static_cast<size_t>(weakest)])) {
      weakest = best;
    }
  }
  return weakest;
}

bool IsBetter(int a, int b, const std::vector<Attempt>& attempts) {
  if (a < 0 || b < 0) {
    return b < 0;
  }
  return BadnessOf(attempts[static_cast<size_t>(a)]) <= BadnessOf(attempts[static_cast<size_t>(b)]);
}

// The failure that says most about why nothing carries.
int BestDocumented(const std::vector<Attempt>& attempts) {
  const auto key = [](const Attempt& attempt) {
    const bool on_file = attempt.standing >= Standing::kCertificate;
    return std::make_tuple(on_file, Progress(attempt.candidate.outcome), attempt.standing,
                           attempt.ended);
  };
  int best = -1;
  for (size_t i = 0; i < attempts.size(); ++i) {
    const bool documented = attempts[i].standing != Standing::kRegisterOnly &&
                            VerdictOf(attempts[i].candidate.outcome) == Verdict::kLacking;
    if (documented && (best < 0 || key(attempts[i]) > key(attempts[static_cast<size_t>(best)]))) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

// What carries the data of some controllers only does not carry the flow.
void MarkPartial(Reason reason, std::string_view others, std::vector<Attempt>& attempts) {
  for (Attempt& attempt : attempts) {
    const Verdict verdict = VerdictOf(attempt.candidate.outcome);
    if (!CarriesAll(attempt) &&
        (verdict == Verdict::kCovered || verdict == Verdict::kConditional)) {
      attempt.candidate.outcome = reason;
      attempt.further.clear();
      if (!attempt.candidate.explanation.empty()) {
        attempt.candidate.explanation =
            "Carries only the data of " + attempt.for_controller + "; " + std::string(others) + ".";
      }
    }
  }
}

constexpr std::string_view kAlsoOthers =
    "the flow also carries data of others for whom the exporter acts";
constexpr std::string_view kMaybeOthers =
    "a role upstream is not recorded, so the flow may carry data of others";

Outcome OutcomeOf(std::vector<Attempt> attempts, int deciding) {
  Outcome outcome;
  outcome.deciding = deciding;
  if (deciding >= 0) {
    outcome.reason = attempts[static_cast<size_t>(deciding)].candidate.outcome;
    outcome.further = attempts[static_cast<size_t>(deciding)].further;
  }
  outcome.attempts = std::move(attempts);
  return outcome;
}

// Of outcomes with one verdict, the one that says more than that the roles do not fit.
Outcome MostTelling(std::vector<Outcome> outcomes) {
  for (Outcome& outcome : outcomes) {
    if (outcome.reason != Reason::kRoleMismatch) {
      return std::move(outcome);
    }
  }
  return std::move(outcomes.front());
}

const Attempt* FindSame(const Attempt& wanted, const Outcome& outcome) {
  for (const Attempt& attempt : outcome.attempts) {
    if (attempt.candidate.mechanism == wanted.candidate.mechanism &&
        attempt.candidate.record == wanted.candidate.record &&
        attempt.for_controller == wanted.for_controller) {
      return &attempt;
    }
  }
  return nullptr;
}

bool DependsOnRoles(const Attempt& attempt, const std::vector<Outcome>& outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(), [&attempt](const Outcome& outcome) {
    const Attempt* same = FindSame(attempt, outcome);
    return same == nullptr ||
           VerdictOf(same->candidate.outcome) != VerdictOf(attempt.candidate.outcome);
  });
}

}  // namespace

Outcome Decide(std::vector<Attempt> attempts, const std::vector<std::string>& controllers,
               bool controllers_complete) {
  const int by_controllers = WeakestController(attempts, controllers);
  if (by_controllers < 0) {
    MarkPartial(Reason::kOutOfScope, kAlsoOthers, attempts);
  } else if (!controllers_complete) {
    MarkPartial(Reason::kRoleUnknown, kMaybeOthers, attempts);
  }
  const int by_one = BestOf(attempts, CarriesAll);
  int deciding = IsBetter(by_one, by_controllers, attempts) ? by_one : by_controllers;
  const bool carried =
      deciding >= 0 &&
      VerdictOf(attempts[static_cast<size_t>(deciding)].candidate.outcome) != Verdict::kLacking;
  if (!carried) {
    MarkPartial(Reason::kOutOfScope, kAlsoOthers, attempts);
    deciding = BestDocumented(attempts);
  }
  return OutcomeOf(std::move(attempts), deciding);
}

Outcome AcrossRoles(std::vector<Outcome> outcomes) {
  const Verdict first = outcomes.front().verdict();
  const bool agree = std::all_of(outcomes.begin(), outcomes.end(), [first](const Outcome& outcome) {
    return outcome.verdict() == first;
  });
  if (agree) {
    return MostTelling(std::move(outcomes));
  }
  const auto less_bad = [](const Outcome& a, const Outcome& b) {
    return Badness(a.verdict()) < Badness(b.verdict());
  };
  const auto worst = std::max_element(outcomes.begin(), outcomes.end(), less_bad);
  if (worst->verdict() == Verdict::kConditional) {
    // Carried whatever the roles are, in one case under a condition: that much is certain.
    return std::move(*worst);
  }
  const auto best = std::min_element(outcomes.begin(), outcomes.end(), less_bad);
  Outcome merged = *best;
  for (size_t i = 0; i < merged.attempts.size(); ++i) {
    if (DependsOnRoles(merged.attempts[i], outcomes)) {
      Candidate& candidate = merged.attempts[i].candidate;
      if (!candidate.explanation.empty()) {
        candidate.explanation = "Depends on a role that is not recorded: with one, " +
                                std::string(Name(candidate.outcome)) + " (" +
                                candidate.explanation + "), with another not.";
      }
      candidate.outcome = Reason::kRoleUnknown;
    }
  }
  merged.reason = Reason::kRoleUnknown;
  merged.further.clear();
  return merged;
}

}  // namespace onward::verdict
