// The gate: may these categories go from one party to another?
#pragma once

#include <string>
#include <vector>

#include "graph/query/judgements.h"

namespace onward::query {

struct CheckQuestion {
  // Party ids.
  std::string from;
  std::string to;
  // Empty: whatever the flows carry.
  std::vector<std::string> data_categories;
};

struct CheckAnswer {
  verdict::Verdict verdict = verdict::Verdict::kUndetermined;
  verdict::Reason reason = verdict::Reason::kNotRecorded;
  // The flow that decides; empty: none.
  std::string flow;
  std::string destination;
  std::string mechanism;
  // Worst verdict of the hops below `to` for these categories and this origin; unspecified: none.
  verdict::Verdict downstream = verdict::Verdict::kUnspecified;
  // Asked-for categories that no flow carries as a whole.
  std::vector<std::string> not_carried;
  friend bool operator==(const CheckAnswer&, const CheckAnswer&) = default;
};

// The worst verdict of the flows that carry the categories on the date; UNDETERMINED / NOT_RECORDED where
// a category is carried by none, unless something worse is found. A flow that does not state its
// categories counts among the flows, but is no proof that it carries one.
CheckAnswer Check(const Judgements& judgements, const CheckQuestion& question);
// The same for who asks again and again: the judgements keep the last answers, up to some 32,000 of them, of
// questions about few categories.
CheckAnswer CheckAgain(const Judgements& judgements, const CheckQuestion& question);

}  // namespace onward::query
