#include "services/law_register/convert.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace onward::services {
namespace {

namespace pb = onward::v1;

Date FromOf(const std::string& text) { return Date::Parse(text).value_or(Date::Min()); }
Date UntilOf(const std::string& text) { return Date::Parse(text).value_or(Date::Max()); }

// The domain enums follow the order of the contract's, which begin with UNSPECIFIED = 0.
template <typename To, typename From>
To Shifted(From value, To fallback) {
  return value == From{} ? fallback : static_cast<To>(static_cast<int>(value) - 1);
}

template <typename Domain, typename Contract>
constexpr bool Ends(Domain domain, Contract contract, int shift) {
  return static_cast<int>(domain) + shift == static_cast<int>(contract);
}

static_assert(Ends(law::ConditionDefault::kMet, pb::CONDITION_DEFAULT_MET, 1));
static_assert(Ends(law::EndKind::kRepealed, pb::END_KIND_REPEALED, 1));
static_assert(Ends(law::InstrumentCategory::kOnwardTool, pb::INSTRUMENT_CATEGORY_ONWARD_TOOL, 1));
static_assert(Ends(law::RolePair::kP2C, pb::ROLE_PAIR_P2C, 1));
static_assert(Ends(law::TiaNeed::kConditional, pb::TIA_NEED_CONDITIONAL, 1));
static_assert(Ends(law::PartyTypeAnswer::kExporterNotPublicBody,
                   pb::PARTY_TYPE_ANSWER_EXPORTER_NOT_PUBLIC_BODY, 0));
static_assert(Ends(law::TerritoryBasis::kTcaBridge, pb::TERRITORY_BASIS_TCA_BRIDGE, 0));
static_assert(Ends(law::LookAlike::kNotAnEuInstrument, pb::LOOK_ALIKE_OUTCOME_NOT_AN_EU_INSTRUMENT,
                   0));
static_assert(Ends(law::RepetitionRule::kDiscouraged, pb::REPETITION_RULE_DISCOURAGED_WP114, 0));

law::Condition Convert(const pb::Condition& from) {
  return {from.id(), from.requirement(), Shifted(from.if_unstated(), law::ConditionDefault::kOpen),
          static_cast<law::PartyTypeAnswer>(from.party_type_answer())};
}

std::vector<law::Condition> ConvertAll(
    const google::protobuf::RepeatedPtrField<pb::Condition>& from) {
  std::vector<law::Condition> to;
  for (const pb::Condition& condition : from) {
    to.push_back(Convert(condition));
  }
  return to;
}

std::vector<law::TerritoryInterval> ConvertAll(
    const google::protobuf::RepeatedPtrField<pb::TerritoryInterval>& from) {
  std::vector<law::TerritoryInterval> to;
  for (const pb::TerritoryInterval& interval : from) {
    to.push_back({{FromOf(interval.from()), UntilOf(interval.until())},
                  static_cast<law::TerritoryBasis>(interval.basis())});
  }
  return to;
}

law::JurisdictionKind KindOf(pb::JurisdictionStatus status) {
  if (status == pb::JURISDICTION_STATUS_INTERNATIONAL_ORGANISATION) {
    return law::JurisdictionKind::kInternationalOrganisation;
  }
  return status == pb::JURISDICTION_STATUS_REGION ? law::JurisdictionKind::kRegion
                                                  : law::JurisdictionKind::kCountry;
}

law::Jurisdiction Convert(const pb::Jurisdiction& from) {
  law::Jurisdiction to;
  to.code = from.code();
  to.name = from.name();
  to.kind = KindOf(from.status());
  to.directive_95_46 = ConvertAll(from.directive_95_46());
  to.gdpr_territory = ConvertAll(from.gdpr_territory());
  to.free_flow = ConvertAll(from.free_flow());
  to.contested = from.contested();
  to.contested_from = Date::Parse(from.contested_from());
  to.split_status = from.split_status();
  to.settled_from = Date::Parse(from.settled_from());
  to.notes = from.notes();
  to.source = from.source();
  return to;
}

using CaseNumbers = std::map<std::string, std::string>;

std::optional<law::DecisionEnd> ConvertEnd(const pb::AdequacyDecision& from,
                                           const CaseNumbers& cases) {
  if (!from.has_ended_by()) {
    return std::nullopt;
  }
  const pb::DecisionEnd& end = from.ended_by();
  const auto named = cases.find(end.by());
  return law::DecisionEnd{Shifted(end.kind(), law::EndKind::kExpired), UntilOf(end.date()),
                          named == cases.end() ? end.by() : named->second};
}

law::Decision Convert(const pb::AdequacyDecision& from, const CaseNumbers& cases) {
  law::Decision to;
  to.id = from.id();
  to.number = from.decision();
  to.codes.assign(from.countries().begin(), from.countries().end());
  if (!from.organisation().empty()) {
    to.codes.push_back(from.organisation());
  }
  to.in_scope = from.in_scope();
  to.article = from.legal_basis();
  to.adopted = UntilOf(from.adopted());
  to.interval = {UntilOf(from.from()), UntilOf(from.until())};
  to.ended_by = ConvertEnd(from, cases);
  to.scope = from.scope();
  to.requires_certification = from.requires_certification();
  to.scheme = from.scheme();
  to.conditions = ConvertAll(from.recipient_conditions());
  for (const pb::Exclusion& exclusion : from.exclusions()) {
    to.exclusions.push_back({exclusion.id(),
                             exclusion.excludes(),
                             {FromOf(exclusion.from()), UntilOf(exclusion.until())},
                             static_cast<law::PartyTypeAnswer>(exclusion.party_type_answer())});
  }
  for (const pb::KnownEnd& known : from.history()) {
    to.history.push_back({UntilOf(known.known_from()), UntilOf(known.until())});
  }
  to.source = from.source();
  return to;
}

law::Scheme Convert(const pb::Scheme& from) {
  return {from.id(),   from.decision(),
          from.list(), {UntilOf(from.listable_from()), UntilOf(from.until())},
          from.rule(), from.source()};
}

law::TiaRule Convert(const pb::TiaRule& from) {
  return {Shifted(from.need(), law::TiaNeed::kNotRequired), UntilOf(from.from()), from.condition(),
          from.note()};
}

std::optional<law::LegacyReliance> ConvertLegacy(const pb::Instrument& from) {
  if (!from.has_legacy_reliance()) {
    return std::nullopt;
  }
  const pb::LegacyReliance& legacy = from.legacy_reliance();
  law::LegacyReliance to;
  to.contract_before = FromOf(legacy.contract_before());
  to.until = UntilOf(legacy.until());
  to.requirement = legacy.requirement();
  if (legacy.has_condition()) {
    to.condition = Convert(legacy.condition());
  }
  to.source = legacy.source();
  return to;
}

law::Instrument Convert(const pb::Instrument& from) {
  law::Instrument to;
  to.id = from.id();
  to.name = from.name();
  to.article = from.article();
  to.category = Shifted(from.category(), law::InstrumentCategory::kNotATransferTool);
  to.onward_only = from.onward_only();
  for (const int pair : from.role_pairs()) {
    to.role_pairs.push_back(Shifted(static_cast<pb::RolePair>(pair), law::RolePair::kC2C));
  }
  to.tia = Convert(from.tia());
  to.repetition_rule = static_cast<law::RepetitionRule>(from.repetition_rule());
  to.conditions = ConvertAll(from.conditions());
  to.unusable_if_importer_subject_to_gdpr = from.unusable_if_importer_subject_to_gdpr();
  to.interval = {UntilOf(from.from()), UntilOf(from.until())};
  to.earliest_use = Date::Parse(from.earliest_use());
  to.legacy = ConvertLegacy(from);
  to.look_alike = static_cast<law::LookAlike>(from.look_alike());
  to.local_onward_evidence = from.local_onward_evidence();
  to.processing_terms = from.processing_terms();
  to.notes = from.notes();
  to.source = from.source();
  return to;
}

template <typename Records, typename Key>
void Sort(Records* records, Key key) {
  std::stable_sort(records->pointer_begin(), records->pointer_end(),
                   [&](const auto* a, const auto* b) { return (a->*key)() < (b->*key)(); });
}

}  // namespace

law::RegisterPtr ConvertRegister(const pb::LawRegister& message) {
  CaseNumbers cases;
  for (const pb::CourtCase& court_case : message.cases()) {
    cases.emplace(court_case.id(), court_case.case_number());
  }
  law::RegisterParts parts;
  parts.version = message.version();
  parts.knowledge_cutoff = FromOf(message.knowledge_cutoff());
  parts.starts_on = UntilOf(message.starts_on());
  for (const pb::Jurisdiction& jurisdiction : message.jurisdictions()) {
    parts.jurisdictions.push_back(Convert(jurisdiction));
  }
  for (const pb::AdequacyDecision& decision : message.decisions()) {
    parts.decisions.push_back(Convert(decision, cases));
  }
  for (const pb::Scheme& scheme : message.schemes()) {
    parts.schemes.push_back(Convert(scheme));
  }
  for (const pb::Instrument& instrument : message.instruments()) {
    parts.instruments.push_back(Convert(instrument));
  }
  return std::make_shared<const law::Register>(std::move(parts));
}

void SortRegister(pb::LawRegister& message) {
  Sort(message.mutable_jurisdictions(), &pb::Jurisdiction::code);
  Sort(message.mutable_decisions(), &pb::AdequacyDecision::id);
  Sort(message.mutable_schemes(), &pb::Scheme::id);
  Sort(message.mutable_cases(), &pb::CourtCase::id);
  Sort(message.mutable_instruments(), &pb::Instrument::id);
}

}  // namespace onward::services
