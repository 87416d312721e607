#include "graph/verdict/conditions.h"

#include <utility>

namespace onward::verdict {
namespace {

using model::PartyType;
using model::RecordKind;

// The answer of one level of records; a cautious one ends the search on it.
class Level {
 public:
  explicit Level(bool cautious) : cautious_(cautious) {}

  void Hear(const std::vector<model::Statement>& statements, std::string_view condition, Date day,
            RecordKind kind, const std::string& id) {
    for (const model::Statement& statement : statements) {
      if (statement.condition != condition || !statement.met.has_value() ||
          !statement.interval.Contains(day)) {
        continue;
      }
      if (!stated_.met.has_value() || (*statement.met == cautious_ && *stated_.met != cautious_)) {
        stated_ = {statement.met, RefText(kind, id)};
      }
    }
  }
  bool Answers() const { return stated_.met.has_value(); }
  bool IsCautious() const { return stated_.met == std::optional<bool>(cautious_); }
  const Stated& stated() const { return stated_; }

 private:
  bool cautious_;
  Stated stated_;
};

Level HearEntity(const Entity& entity, std::string_view condition, bool cautious, Date day) {
  Level level(cautious);
  for (const model::Party* party : entity) {
    level.Hear(party->statements, condition, day, RecordKind::kParty, party->id);
  }
  return level;
}

// The speaker's own word; the other side only as far as it is the cautious one.
Stated HearParties(std::string_view condition, bool cautious, const Hop& hop,
                   const StatementScope& scope) {
  const Entity& exporter = scope.exporter == nullptr ? hop.exporter : *scope.exporter;
  const Level importers = HearEntity(hop.importer, condition, cautious, hop.Day());
  if (scope.speaker == Speaker::kImporterAlone) {
    return importers.stated();
  }
  const Level exporters = HearEntity(exporter, condition, cautious, hop.Day());
  const bool importer_speaks = scope.speaker == Speaker::kImporter;
  const Level& speaker = importer_speaks ? importers : exporters;
  const Level& other = importer_speaks ? exporters : importers;
  if (other.IsCautious() && !speaker.IsCautious()) {
    return other.stated();
  }
  return speaker.stated();
}

std::optional<bool> IsPublicBody(const model::Party& party) {
  switch (party.party_type) {
    case PartyType::kPublicBody:
      return true;
    case PartyType::kOrganisation:
      return false;
    case PartyType::kUnspecified:
    case PartyType::kInternationalOrganisation:
    case PartyType::kEuInstitution:
    case PartyType::kUnnamedRecipients:
      break;
  }
  return std::nullopt;
}

Stated AnswerOf(law::PartyTypeAnswer answer, const Hop& hop, const StatementScope& scope) {
  const Entity& exporting = scope.exporter == nullptr ? hop.exporter : *scope.exporter;
  const std::optional<bool> exporter = IsPublicBody(*exporting.front());
  const std::optional<bool> importer = IsPublicBody(hop.ImporterParty());
  const std::string by_exporter = RefText(RecordKind::kParty, exporting.front()->id);
  const std::string by_importer = RefText(RecordKind::kParty, hop.ImporterParty().id);
  switch (answer) {
    case law::PartyTypeAnswer::kBothPublicBodies:
      if (exporter == false) {
        return {false, by_exporter};
      }
      if (importer == false || (importer == true && exporter == true)) {
        return {importer, by_importer};
      }
      break;
    case law::PartyTypeAnswer::kImporterPublicBody:
      if (importer.has_value()) {
        return {importer, by_importer};
      }
      break;
    case law::PartyTypeAnswer::kImporterNotPublicBody:
      if (importer == true) {
        return {false, by_importer};
      }
      break;
    case law::PartyTypeAnswer::kExporterNotPublicBody:
      if (exporter == false) {
        return {true, by_exporter};
      }
      break;
    case law::PartyTypeAnswer::kNone:
      break;
  }
  return {};
}

// A public body does not always act as one: where the type speaks against an assumption, it stays
// open.
bool AssumptionHolds(const law::Condition& condition, const Hop& hop, const StatementScope& scope) {
  const Entity& exporting = scope.exporter == nullptr ? hop.exporter : *scope.exporter;
  return condition.answered_by != law::PartyTypeAnswer::kExporterNotPublicBody ||
         IsPublicBody(*exporting.front()) != true;
}

Reason ReasonIfUnstated(const law::Condition& condition, const Hop& hop,
                        const StatementScope& scope) {
  switch (condition.if_unstated) {
    case law::ConditionDefault::kOpen:
      return Reason::kConditionNotStated;
    case law::ConditionDefault::kNotMet:
      return Reason::kConditionNotMet;
    case law::ConditionDefault::kMet:
      break;
  }
  return AssumptionHolds(condition, hop, scope) ? Reason::kUnspecified
                                                : Reason::kConditionNotStated;
}

std::string SentenceAbout(const law::Condition& condition, const Stated& stated, Reason reason) {
  const std::string what = condition.id + " (" + condition.requirement + ")";
  if (stated.met.has_value()) {
    return "Condition not met, as stated by " + stated.by + ": " + what + ".";
  }
  if (reason == Reason::kConditionNotMet) {
    return "Condition not recorded as met, and it must be: " + what + ".";
  }
  return "Not stated whether this condition is met: " + what + ".";
}

}  // namespace

ConditionOutcome AsFound(const std::string& condition, const std::string& requirement,
                         const Stated& stated, const Hop& hop) {
  ConditionOutcome outcome;
  if (!hop.wordless) {
    outcome.condition = condition;
    outcome.requirement = requirement;
    outcome.met = stated.met;
    outcome.stated_by = stated.by;
  }
  return outcome;
}

Stated StatedAbout(std::string_view condition, law::PartyTypeAnswer answer, bool cautious,
                   const Hop& hop, const StatementScope& scope) {
  Level flow(cautious);
  flow.Hear(hop.flow.statements, condition, hop.Day(), RecordKind::kFlow, hop.flow.id);
  if (flow.Answers()) {
    return flow.stated();
  }
  Level agreements(cautious);
  for (const model::Agreement* agreement : scope.agreements) {
    agreements.Hear(agreement->statements, condition, hop.Day(), RecordKind::kAgreement,
                    agreement->id);
  }
  if (agreements.Answers()) {
    return agreements.stated();
  }
  Stated parties = HearParties(condition, cautious, hop, scope);
  return parties.met.has_value() ? parties : AnswerOf(answer, hop, scope);
}

void CheckConditions(const std::vector<law::Condition>& conditions, const Hop& hop,
                     const StatementScope& scope, Findings& findings) {
  for (const law::Condition& condition : conditions) {
    const Stated stated = StatedAbout(condition.id, condition.answered_by, false, hop, scope);
    Reason reason = Reason::kUnspecified;
    if (!stated.met.has_value()) {
      reason = ReasonIfUnstated(condition, hop, scope);
    } else if (!*stated.met) {
      reason = Reason::kConditionNotMet;
    }
    findings.AddCondition(AsFound(condition.id, condition.requirement, stated, hop), reason,
                          hop.Words([&] { return SentenceAbout(condition, stated, reason); }));
  }
}

void CheckExclusions(const law::Decision& decision, const Hop& hop, const StatementScope& scope,
                     Findings& findings) {
  for (const law::Exclusion& exclusion : decision.exclusions) {
    if (!exclusion.interval.Contains(hop.Day())) {
      continue;
    }
    const Stated stated = StatedAbout(exclusion.id, exclusion.answered_by, true, hop, scope);
    if (!stated.met.has_value()) {
      continue;
    }
    const std::string limit = hop.Words([&] { return "does not reach " + exclusion.excludes; });
    findings.AddCondition(AsFound(exclusion.id, limit, stated, hop),
                          *stated.met ? Reason::kOutOfScope : Reason::kUnspecified, hop.Words([&] {
                            return "Decision " + decision.number + " leaves this out, and " +
                                   stated.by + " says that it applies: " + exclusion.excludes + ".";
                          }));
  }
}

}  // namespace onward::verdict
