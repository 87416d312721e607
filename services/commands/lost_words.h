// What records would lose if a register took the place of another.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "graph/law/register.h"
#include "graph/model/violations.h"
#include "graph/snapshot.h"

namespace onward::commands {

// Codes and ids that one register has and another lacks. Pure.
class LostWords {
 public:
  LostWords(const law::Register& before, const law::Register& after);

  bool empty() const;
  // Adds each field of a record of the snapshot that holds such a word, as
  // default/agreement/acme-dpa.instruments[0].
  void FindIn(const std::string& inventory, const Snapshot& snapshot,
              model::Violations& violations) const;

 private:
  using Words = std::set<std::string, std::less<>>;

  Words jurisdictions_;
  Words instruments_;
  Words schemes_;
  Words conditions_;
};

}  // namespace onward::commands
