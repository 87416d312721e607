// The law register as domain values: dated legal facts, immutable once built. The facts themselves are
// text files beside this header (register/*.txtpb), parsed and checked by services/law_register; meaning
// of each field: proto/onward/v1/law_register.proto. Every interval is [from, until).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/base/date.h"

namespace onward::law {

// What a condition does when nothing is stated about it: open world, closed world, assumed met.
enum class ConditionDefault { kOpen, kNotMet, kMet };

// Where nothing is stated, the type of a party may answer (a public body on both sides ...).
enum class PartyTypeAnswer {
  kNone,
  // True if both are public bodies, false if one is another organisation.
  kBothPublicBodies,
  // True if the importer is a public body, false if it is another organisation.
  kImporterPublicBody,
  // False if the importer is a public body.
  kImporterNotPublicBody,
  // True if the exporter is no public body; open where it is one.
  kExporterNotPublicBody
};

struct Condition {
  std::string id;
  std::string requirement;
  ConditionDefault if_unstated = ConditionDefault::kOpen;
  PartyTypeAnswer answered_by = PartyTypeAnswer::kNone;
};

enum class TerritoryBasis {
  kUnspecified,
  kEuMember,
  kEuTerritory,
  kEeaEfta,
  kBrexitTransition,
  kTcaBridge
};

struct TerritoryInterval {
  Interval interval;
  TerritoryBasis basis = TerritoryBasis::kUnspecified;
};

enum class JurisdictionKind { kCountry, kInternationalOrganisation, kRegion };

// A country, territory, region (EU, EEA, GLOBAL) or international organisation (IO:EPO).
struct Jurisdiction {
  std::string code;
  std::string name;
  JurisdictionKind kind = JurisdictionKind::kCountry;
  std::vector<TerritoryInterval> directive_95_46;
  std::vector<TerritoryInterval> gdpr_territory;
  std::vector<TerritoryInterval> free_flow;
  bool contested = false;
  std::optional<Date> contested_from;
  bool split_status = false;
  std::optional<Date> settled_from;
  std::string notes;
  std::string source;

  // An exporter established here is bound by the GDPR, or the Directive before it, on that day.
  bool BindsExporter(Date day) const;
  // A disclosure into this place is no third-country transfer on that day; null where it is one.
  const TerritoryInterval* FreeFlowOn(Date day) const;
  // Split codes, contested ones from their day on, and those before their settled_from: judged under
  // both readings.
  bool UnsettledOn(Date day) const;
};

struct Exclusion {
  std::string id;
  std::string excludes;
  Interval interval;
  PartyTypeAnswer answered_by = PartyTypeAnswer::kNone;
};

// From known_from on it was known that a decision is in force up to `until`.
struct KnownEnd {
  Date known_from;
  Date until = Date::Max();
};

enum class EndKind { kInvalidated, kExpired, kLapsed, kRepealed };

struct DecisionEnd {
  EndKind kind = EndKind::kExpired;
  Date date;
  // Court case in words (C-311/18), or another cause.
  std::string by;
};

// An adequacy decision.
struct Decision {
  std::string id;
  // Official number: (EU) 2016/1250.
  std::string number;
  std::vector<std::string> codes;  // countries, or the organisation
  bool in_scope = true;
  std::string article;
  Date adopted;
  Interval interval;  // as known today
  std::optional<DecisionEnd> ended_by;
  std::string scope;
  bool requires_certification = false;
  std::string scheme;
  std::vector<Condition> conditions;
  std::vector<Exclusion> exclusions;
  std::vector<KnownEnd> history;
  std::string source;

  // In force as known on `known_at`: empty if not adopted by then.
  Interval IntervalKnownAt(Date known_at) const;
};

struct Scheme {
  std::string id;
  std::string decision;
  std::string list;
  Interval listable;
  std::string rule;
  std::string source;
};

enum class InstrumentCategory {
  kAdequacy,
  kSafeguard,
  kScc,
  kDerogation,
  kNotATransferTool,
  kNotAGroundAlone,
  kOnwardTool
};

enum class RolePair { kC2C, kC2P, kP2P, kP2C };

enum class TiaNeed { kNotRequired, kRequired, kConditional };

struct TiaRule {
  TiaNeed need = TiaNeed::kNotRequired;
  Date from = Date::Max();
  std::string condition;
  std::string note;
};

struct LegacyReliance {
  Date contract_before;
  Date until = Date::Max();
  std::string requirement;
  std::optional<Condition> condition;
  std::string source;
};

enum class LookAlike { kNone, kLacking, kNotAnEuInstrument };

enum class RepetitionRule {
  kNone,
  kExceptionByInterpretation,
  kOccasional,
  kForbidden,
  kDiscouraged
};

struct Instrument {
  std::string id;
  std::string name;
  std::string article;
  InstrumentCategory category = InstrumentCategory::kSafeguard;
  bool onward_only = false;
  std::vector<RolePair> role_pairs;
  TiaRule tia;
  RepetitionRule repetition_rule = RepetitionRule::kNone;
  std::vector<Condition> conditions;
  bool unusable_if_importer_subject_to_gdpr = false;
  Interval interval;
  std::optional<Date> earliest_use;
  std::optional<LegacyReliance> legacy;
  // What it was annulled by, where it was; its end is then no orderly one.
  std::string annulled_by;
  LookAlike look_alike = LookAlike::kNone;
  bool local_onward_evidence = false;
  // Holds, or counts as, the terms of Art. 28(3) and (4).
  bool processing_terms = false;
  std::string notes;
  std::string source;
};

// The parts that a register is built from.
struct RegisterParts {
  std::string version;
  Date knowledge_cutoff;
  Date starts_on;
  std::vector<Jurisdiction> jurisdictions;
  std::vector<Decision> decisions;
  std::vector<Scheme> schemes;
  std::vector<Instrument> instruments;
};

// The register. Immutable; share it freely between threads. Pointers live as long as it does; null: no
// such entry.
class Register {
 public:
  explicit Register(RegisterParts parts);
  ~Register() = default;
  Register(const Register&) = delete;
  Register& operator=(const Register&) = delete;

  const std::string& version() const { return parts_.version; }
  Date knowledge_cutoff() const { return parts_.knowledge_cutoff; }
  // The first day that the register can answer for.
  Date starts_on() const { return parts_.starts_on; }

  const Jurisdiction* FindJurisdiction(std::string_view code) const;
  const Decision* FindDecision(std::string_view id) const;
  const Scheme* FindScheme(std::string_view id) const;
  const Instrument* FindInstrument(std::string_view id) const;
  // Conditions and exclusions of decisions and instruments, and the parts of TIA and legacy rules:
  // whatever a Statement may name. The text of what it requires, or null.
  const std::string* FindCondition(std::string_view id) const;
  // Decisions (in scope or not) that name this code, oldest first; none for a code without any.
  const std::vector<const Decision*>& DecisionsFor(std::string_view code) const;

  // All entries in order of code or id.
  const std::vector<Jurisdiction>& jurisdictions() const { return parts_.jurisdictions; }
  const std::vector<Decision>& decisions() const { return parts_.decisions; }
  const std::vector<Scheme>& schemes() const { return parts_.schemes; }
  const std::vector<Instrument>& instruments() const { return parts_.instruments; }
  // Every id that FindCondition knows, with its text.
  const std::map<std::string, std::string, std::less<>>& conditions() const { return conditions_; }

 private:
  // Keys are text of parts_.
  template <class Value>
  using Index = absl::flat_hash_map<std::string_view, Value>;

  RegisterParts parts_;
  Index<const Jurisdiction*> jurisdictions_by_code_;
  Index<const Decision*> decisions_by_id_;
  Index<const Scheme*> schemes_by_id_;
  Index<const Instrument*> instruments_by_id_;
  std::map<std::string, std::string, std::less<>> conditions_;
  Index<std::vector<const Decision*>> decisions_by_code_;
};

using RegisterPtr = std::shared_ptr<const Register>;

}  // namespace onward::law
