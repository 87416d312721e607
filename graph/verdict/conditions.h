// Conditions of a mechanism against what the records state. Internal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/verdict/attempt.h"

namespace onward::verdict {

// Whose own records speak about a condition.
enum class Speaker {
  // Conditions of a recipient: what the exporter's record says is about the exporter.
  kImporterAlone,
  // May state it as met; the other side may only state it as not met.
  kImporter,
  kExporter
};

// Where statements about a mechanism are looked for: the flow, then agreements, then the parties.
struct StatementScope {
  std::vector<const model::Agreement*> agreements;
  // The entity on the exporting side.
  const Entity* exporter = nullptr;
  Speaker speaker = Speaker::kImporter;
};

struct Stated {
  std::optional<bool> met;
  // kind/id.
  std::string by;
};

// What is stated about `condition` on that day; the more specific record wins. Two that disagree at
// one level: the cautious one. Where nothing is stated, the types of the parties answer what they
// can.
Stated StatedAbout(std::string_view condition, law::PartyTypeAnswer answer, bool cautious,
                   const Hop& hop, const StatementScope& scope);

// A condition as found, for the proof; empty where no words are wanted.
ConditionOutcome AsFound(const std::string& condition, const std::string& requirement,
                         const Stated& stated, const Hop& hop);

// Checks each condition: not met, or not stated in a closed world, fails; not stated in an open
// world stays open.
void CheckConditions(const std::vector<law::Condition>& conditions, const Hop& hop,
                     const StatementScope& scope, Findings& findings);

// Checks what a decision leaves out: an exclusion that is stated to apply inside its dates fails.
void CheckExclusions(const law::Decision& decision, const Hop& hop, const StatementScope& scope,
                     Findings& findings);

}  // namespace onward::verdict
