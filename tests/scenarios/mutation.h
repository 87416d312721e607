// Dates of a law register, each shifted by a day: what a slip of the pen would make of it.
#pragma once

#include <string>
#include <vector>

#include "graph/base/date.h"
#include "graph/law/register.h"
#include "onward/v1/law_register.pb.h"

namespace onward::scenarios {

enum class RecordList { kRegister, kJurisdictions, kDecisions, kSchemes, kInstruments };

// One date, or all dates of a record that have one value, shifted by a day.
struct Mutation {
  RecordList list = RecordList::kRegister;
  // Index in its list.
  int record = 0;
  std::string id;
  // Places of the dates inside the record (free_flow[0].from), at least one.
  std::vector<std::string> paths;
  Date date;
  int days = 0;
  // Whether the record vouches for all of them.
  bool verified = true;
};

// Every shift of every date that a judge reads, by a day either way. Fields that hold a date and are
// neither known to be read nor known not to be are added to `unknown` (decisions.review_date).
std::vector<Mutation> AllMutations(const v1::LawRegister& law, std::vector<std::string>& unknown);

// The register with it.
v1::LawRegister Mutated(const v1::LawRegister& law, const Mutation& mutation);

// Why no case can see it; empty: one must. `before` and `after` are the domain forms of the register and
// of the register with it.
std::string WhyUnseen(const v1::LawRegister& law, const law::Register& before,
                      const law::Register& after, const Mutation& mutation);

// Places and instruments of which a case must name one to see it; empty: any case may.
std::vector<std::string> SeenThrough(const v1::LawRegister& law, const Mutation& mutation);

}  // namespace onward::scenarios
