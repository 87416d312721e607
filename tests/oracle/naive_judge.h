// A second, naive evaluator: the tables of the law register read top to bottom, for one date, with plain
// loops and no shared code with graph/verdict. Slow and small on purpose; tests compare the two.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/law/register.h"
#include "graph/model/record.h"
#include "graph/verdict/judge.h"
#include "graph/verdict/verdict.h"

namespace onward::oracle {

// A tiny world around one flow.
struct World {
  std::map<std::string, model::Party> parties;
  std::vector<model::Agreement> agreements;
  model::Flow flow;
  // All fields unspecified: none recorded.
  model::Policy policy;
};

// What may be said: the verdict, and every reason that the tables allow for it where several faults
// stand side by side.
struct Answer {
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  std::set<verdict::Reason> reasons;
};

// Judges the flow of a world whose importer has one destination: its establishment (no sites).
Answer NaiveJudge(const World& world, const law::Register& law, const verdict::Question& question,
                  const verdict::Arrival& arrival);

}  // namespace onward::oracle
