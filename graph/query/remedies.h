// What would make a flow pass: changes of its records, each tried before it is named.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "graph/query/judgements.h"

namespace onward::query {

// Bounds of the work: every evaluation judges the flow on a snapshot of its own.
struct RemedyLimits {
  size_t evaluations_max = 64;
  size_t remedies_max = 4;
  // True ends the search with what was found. Empty: never.
  std::function<bool()> stop;
};

// A part of a remedy: what to do, and the records that it changes.
struct RemedyStep {
  std::string text;
  std::vector<model::RecordRef> records;
};

struct Remedy {
  // What to do or to find out, and what follows, in words.
  std::string text;
  // The flow's verdict then; of a question: after its best answer.
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  // The change that was tried; of a question: its best answer.
  std::vector<model::Mutation> mutations;
  // What is done one after the other; of a question: nothing.
  std::vector<RemedyStep> steps;
  // Effort, for the order: the larger the more.
  int effort = 0;
};

// Remedies of `present`, the flow's verdict on the date of `judgements`: the smallest change first. Each
// makes the flow COVERED or NOT_A_TRANSFER, or CONDITIONAL where it was worse. What is on file is mended
// first; certificates and instruments that may be added are those of the register that are in force and
// fit the roles. Derogations are never proposed, only completed. Facts that are not recorded become
// questions: what would follow from each kind of answer. Empty: nothing that was tried helps, or nothing
// is needed.
std::vector<Remedy> FindRemedies(const Judgements& judgements, uint32_t flow,
                                 const verdict::HopVerdict& present,
                                 const RemedyLimits& limits = {});

}  // namespace onward::query
