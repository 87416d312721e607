#include "tests/oracle/naive_judge.h"

#include <algorithm>

namespace onward::oracle {
namespace {

using law::ConditionDefault;
using law::InstrumentCategory;
using law::RolePair;
using model::Agreement;
using model::AgreementSide;
using model::Flow;
using model::Party;
using model::Role;
using verdict::Reason;
using verdict::Verdict;

// Outcome of one mechanism.
struct Try {
  Verdict verdict = Verdict::kLacking;
  std::set<Reason> reasons;
  // On file: an agreement, a derogation, a certificate.
  bool documented = false;
  // A country-wide decision that ended or whose condition is not met.
  bool country_wide_failure = false;
};

Try Lacking(Reason reason, bool documented) {
  return {Verdict::kLacking, {reason}, documented, false};
}

class Naive {
 public:
  Naive(const World& world, const law::Register& law, const verdict::Question& question,
        const verdict::Arrival& arrival)
      : world_(world),
        law_(law),
        flow_(world.flow),
        exporter_(world.parties.at(world.flow.exporter)),
        importer_(world.parties.at(world.flow.importer)),
        day_(question.as_of),
        known_at_(question.law_known_at),
        arrival_(arrival) {}

  Answer Judge() {
    if (day_ < law_.starts_on()) {
      return {Verdict::kUndetermined, {Reason::kBeforeRegister}};
    }
    if (!flow_.interval.Contains(day_)) {
      return {Verdict::kNotATransfer, {Reason::kNotInEffect}};
    }
    if (exporter_.party_type == model::PartyType::kEuInstitution) {
      return {Verdict::kUndetermined, {Reason::kOtherRegime}};
    }
    if (flow_.collection == model::Collection::kDirectFromDataSubject) {
      return {Verdict::kNotATransfer,
              {Reason::kDirectCollection, Reason::kExporterNotBound, Reason::kFreeFlow}};
    }
    const law::Jurisdiction* place = law_.FindJurisdiction(importer_.establishment);
    const bool organisation =
        importer_.party_type == model::PartyType::kInternationalOrganisation ||
        (place != nullptr && place->kind == law::JurisdictionKind::kInternationalOrganisation);
    const bool place_known = place != nullptr && place->code != "GLOBAL";
    const std::optional<bool> bound = Bound();
    const bool free = place_known && !organisation && place->FreeFlowOn(day_) != nullptr;
    if (free && bound != false) {
      return {Verdict::kNotATransfer, {Reason::kFreeFlow}};
    }
    if (bound == false && !arrival_.restricted) {
      return {Verdict::kNotATransfer, {Reason::kExporterNotBound, Reason::kFreeFlow}};
    }
    if (!bound.has_value() && arrival_.restricted && arrival_.only_from_importer) {
      return {Verdict::kUndetermined, {Reason::kExporterUnknown, Reason::kTerritoryUnsettled}};
    }
    if (bound != true && arrival_.restricted && arrival_.only_from_importer) {
      return {Verdict::kNotATransfer, {Reason::kReturned, Reason::kFreeFlow}};
    }
    if (free) {
      return {Verdict::kNotATransfer, {Reason::kFreeFlow}};
    }
    if (!bound.has_value() && !arrival_.restricted) {
      return {Verdict::kUndetermined,
              {Reason::kExporterUnknown, Reason::kDestinationUnknown, Reason::kTerritoryUnsettled}};
    }
    if (!place_known && !organisation) {
      return {Verdict::kUndetermined, {Reason::kDestinationUnknown}};
    }
    if (place_known && !organisation && place->UnsettledOn(day_)) {
      return {Verdict::kUndetermined, {Reason::kTerritoryUnsettled}};
    }
    onward_ = bound != true;
    bound_unknown_ = !bound.has_value();
    return Decide(Tries());
  }

 private:
  std::optional<bool> Bound() const {
    for (const Interval& interval : exporter_.gdpr_subject) {
      if (!flow_.exporter_gdpr_subject.has_value() && interval.Contains(day_)) {
        return true;
      }
    }
    if (flow_.exporter_gdpr_subject == true) {
      return true;
    }
    const law::Jurisdiction* place = law_.FindJurisdiction(exporter_.establishment);
    if (place == nullptr || place->code == "GLOBAL") {
      return flow_.exporter_gdpr_subject == false ? std::optional<bool>() : std::nullopt;
    }
    return place->BindsExporter(day_);
  }

  bool ImporterSubject() const {
    if (flow_.importer_gdpr_subject.has_value()) {
      return *flow_.importer_gdpr_subject;
    }
    if (model::IsProcessorRole(flow_.importer_role)) {
      return false;
    }
    return std::any_of(importer_.gdpr_subject.begin(), importer_.gdpr_subject.end(),
                       [&](const Interval& i) { return i.Contains(day_); });
  }

  // The first record that states a condition wins: flow, agreement, importer, exporter.
  static std::optional<bool> In(const std::vector<model::Statement>& statements,
                                const std::string& id, Date day) {
    for (const model::Statement& s : statements) {
      if (s.condition == id && s.interval.Contains(day)) {
        return s.met;
      }
    }
    return std::nullopt;
  }

  // Who may state a condition as met: of an adequacy decision the importer alone, of a safeguard the
  // importer, of a derogation the exporter. The other side of the last two can only deny it.
  enum class Of { kAdequacy, kSafeguard, kDerogation };

  std::optional<bool> Stated(const std::string& id, Of of, const Agreement* agreement) const {
    if (const auto v = In(flow_.statements, id, day_)) {
      return v;
    }
    std::optional<bool> agreed;
    for (const Agreement& a : world_.agreements) {
      if ((of == Of::kAdequacy && InForce(a)) || &a == agreement) {
        if (const auto v = In(a.statements, id, day_)) {
          agreed = agreed.has_value() ? *agreed && *v : *v;
        }
      }
    }
    if (agreed.has_value()) {
      return agreed;
    }
    const auto importer = In(importer_.statements, id, day_);
    const auto exporter = In(exporter_.statements, id, day_);
    if (of == Of::kAdequacy) {
      return importer;
    }
    const auto& speaker = of == Of::kSafeguard ? importer : exporter;
    const auto& other = of == Of::kSafeguard ? exporter : importer;
    return other == false ? other : speaker;
  }

  bool ExclusionApplies(const std::string& id) const {
    if (const auto v = In(flow_.statements, id, day_)) {
      return *v;
    }
    std::optional<bool> agreed;
    for (const Agreement& a : world_.agreements) {
      if (InForce(a)) {
        if (const auto v = In(a.statements, id, day_)) {
          agreed = agreed.value_or(false) || *v;
        }
      }
    }
    return agreed.has_value() ? *agreed : In(importer_.statements, id, day_) == true;
  }

  // Joins the outcome of conditions: false = not met, true = all met, nullopt = something open.
  std::optional<bool> Conditions(const std::vector<law::Condition>& conditions, Of of,
                                 const Agreement* agreement) const {
    bool open = false;
    for (const law::Condition& c : conditions) {
      const std::optional<bool> met = Stated(c.id, of, agreement);
      if (met == false || (!met.has_value() && c.if_unstated == ConditionDefault::kNotMet)) {
        return false;
      }
      open = open || (!met.has_value() && c.if_unstated == ConditionDefault::kOpen);
    }
    return open ? std::nullopt : std::optional<bool>(true);
  }

  // How the entries on the list meet the data.
  struct Listing {
    bool on_file = false;
    Verdict outcome = Verdict::kLacking;
  };

  Listing Listed(const law::Decision& decision) const {
    const bool hr =
        std::find(flow_.data_subject_categories.begin(), flow_.data_subject_categories.end(),
                  "employee") != flow_.data_subject_categories.end();
    const law::Scheme* scheme = law_.FindScheme(decision.scheme);
    Listing listing;
    bool has_hr = false;
    bool has_other = false;
    bool silent = false;
    for (const model::Certification& c : importer_.certifications) {
      if (c.scheme != decision.scheme) {
        continue;
      }
      listing.on_file = true;
      if (!c.interval.Contains(day_) || day_ < scheme->listable.from) {
        continue;
      }
      silent = silent || c.coverage.empty();
      for (const model::CertificationCoverage x : c.coverage) {
        has_hr = has_hr || x == model::CertificationCoverage::kHr;
        has_other = has_other || x == model::CertificationCoverage::kNonHr;
      }
    }
    // Employees' data to a processor listed for other data only: contested. To a controller: not enough.
    if (hr ? has_hr : has_other) {
      listing.outcome = Verdict::kCovered;
    } else if (hr ? model::IsProcessorRole(flow_.importer_role) && (has_other || silent) : silent) {
      listing.outcome = Verdict::kConditional;
    }
    return listing;
  }

  // The table is read top to bottom in one place, so that a reader can hold it against its source.
  // NOLINTNEXTLINE(readability-function-cognitive-complexity)
  void TryDecision(const law::Decision& d, std::vector<Try>& tries) const {
    if (!d.in_scope) {
      return;
    }
    const Interval force = d.IntervalKnownAt(known_at_);
    Listing listing;
    if (d.requires_certification) {
      listing = Listed(d);
    }
    const bool on_file = listing.on_file;
    const bool certified = !d.requires_certification || listing.outcome != Verdict::kLacking;
    const bool contested = listing.outcome == Verdict::kConditional;
    if (day_ < force.from || force.IsEmpty()) {
      if (on_file) {
        tries.push_back(Lacking(Reason::kNotYetInForce, true));
      }
      return;
    }
    if (day_ >= force.until) {
      if (d.requires_certification && !on_file) {
        return;
      }
      Try t = Lacking(Reason::kExpired, on_file);
      t.reasons = {Reason::kInvalidated, Reason::kExpired};
      if (d.ended_by.has_value()) {
        t.reasons = {d.ended_by->kind == law::EndKind::kInvalidated ? Reason::kInvalidated
                                                                    : Reason::kExpired};
      }
      t.country_wide_failure = !d.requires_certification;
      tries.push_back(t);
      return;
    }
    if (!certified) {
      if (on_file) {
        tries.push_back(Lacking(Reason::kCertificationMissing, true));
      }
      return;
    }
    for (const law::Exclusion& e : d.exclusions) {
      if (e.interval.Contains(day_) && ExclusionApplies(e.id)) {
        Try t{Verdict::kLacking, {Reason::kOutOfScope, Reason::kConditionNotMet}, on_file, true};
        tries.push_back(t);
        return;
      }
    }
    const std::optional<bool> conditions = Conditions(d.conditions, Of::kAdequacy, nullptr);
    if (conditions == false) {
      tries.push_back(
          {Verdict::kLacking, {Reason::kConditionNotMet, Reason::kOutOfScope}, on_file, true});
    } else if (!conditions.has_value() || contested) {
      tries.push_back({Verdict::kConditional,
                       {Reason::kConditionNotStated, Reason::kContested},
                       on_file,
                       false});
    } else {
      tries.push_back({Verdict::kCovered, {Reason::kAdequacy}, on_file, false});
    }
  }

  // The days on which the agreement binds a party on a side.
  std::vector<Interval> Terms(const Agreement& a, const std::string& party,
                              AgreementSide side) const {
    Interval term = a.interval;
    if (a.signed_on.has_value() && *a.signed_on > term.from) {
      term.from = *a.signed_on;
    }
    bool has_entry = false;
    std::vector<Interval> terms;
    for (const model::AgreementParty& p : a.sides) {
      if (p.party == party) {
        has_entry = true;
        if (p.side == side || p.side == AgreementSide::kBoth) {
          terms.push_back(term.Meet(p.interval));
        }
      }
    }
    if (!has_entry) {
      terms.push_back(term);
    }
    std::erase_if(terms, [](const Interval& i) { return i.IsEmpty(); });
    return terms;
  }

  // The days on which the agreement stands between the two in this direction.
  std::vector<Interval> TermsBetween(const Agreement& a) const {
    std::vector<Interval> terms;
    for (const Interval& e : Terms(a, exporter_.id, AgreementSide::kExporter)) {
      for (const Interval& i : Terms(a, importer_.id, AgreementSide::kImporter)) {
        if (!e.Meet(i).IsEmpty()) {
          terms.push_back(e.Meet(i));
        }
      }
    }
    return terms;
  }

  bool InForce(const Agreement& a) const {
    for (const Interval& i : TermsBetween(a)) {
      if (i.Contains(day_)) {
        return true;
      }
    }
    return false;
  }

  bool PairFits(const law::Instrument& i) const {
    const bool from_controller = model::IsControllerRole(flow_.exporter_role);
    const bool to_controller = model::IsControllerRole(flow_.importer_role);
    const RolePair pair = from_controller ? (to_controller ? RolePair::kC2C : RolePair::kC2P)
                                          : (to_controller ? RolePair::kP2C : RolePair::kP2P);
    return std::find(i.role_pairs.begin(), i.role_pairs.end(), pair) != i.role_pairs.end();
  }

  // Stated that the condition of an assessment does not hold; the exporter can only say that it does.
  bool StatedAsNot(const std::string& id, const Agreement& a) const {
    for (const auto* statements : {&flow_.statements, &a.statements}) {
      if (const auto v = In(*statements, id, day_)) {
        return !*v;
      }
    }
    return In(exporter_.statements, id, day_) != true &&
           In(importer_.statements, id, day_) == false;
  }

  // The assessment: true = fine, false = negative, nullopt = missing or overdue.
  std::optional<bool> Tia(const law::Instrument& i, const Agreement& a,
                          std::set<Reason>& open) const {
    if (i.tia.need == law::TiaNeed::kNotRequired || day_ < i.tia.from) {
      return true;
    }
    if (i.tia.need == law::TiaNeed::kConditional && StatedAsNot(i.tia.condition, a)) {
      return true;
    }
    const model::TransferImpactAssessment* latest = nullptr;
    for (const model::TransferImpactAssessment& t : a.tias) {
      const bool place =
          t.countries.empty() || std::find(t.countries.begin(), t.countries.end(),
                                           importer_.establishment) != t.countries.end();
      if (place && t.performed_on.has_value() && *t.performed_on <= day_ &&
          (latest == nullptr || *latest->performed_on < *t.performed_on)) {
        latest = &t;
      }
    }
    if (latest == nullptr) {
      open.insert(Reason::kTiaMissing);
      return std::nullopt;
    }
    if (latest->outcome == model::TiaOutcome::kInadequate) {
      return false;
    }
    bool fine = true;
    if (latest->outcome == model::TiaOutcome::kAdequateWithMeasures &&
        latest->supplementary_measures.empty()) {
      open.insert(Reason::kConditionNotStated);
      fine = false;
    }
    if (latest->review_due.has_value() && *latest->review_due <= day_) {
      open.insert(Reason::kTiaOverdue);
      fine = false;
    }
    return fine ? std::optional<bool>(true) : std::nullopt;
  }

  // As above. NOLINTNEXTLINE(readability-function-cognitive-complexity,readability-function-size)
  void TryInstrument(const law::Instrument& i, const Agreement& a, std::vector<Try>& tries) const {
    if (i.id == "art28" || i.category == InstrumentCategory::kAdequacy ||
        i.category == InstrumentCategory::kDerogation) {
      return;
    }
    if (i.look_alike == law::LookAlike::kNotAnEuInstrument) {
      tries.push_back(Lacking(Reason::kNotAnEuInstrument, true));
      return;
    }
    if (i.look_alike == law::LookAlike::kLacking) {
      return;  // no transfer tool at all
    }
    if (i.onward_only && !onward_) {
      tries.push_back(
          {Verdict::kLacking, {Reason::kOutOfScope, Reason::kConditionNotMet}, true, false});
      return;
    }
    if (!InForce(a)) {
      tries.push_back({Verdict::kLacking,
                       {Reason::kNotYetInForce, Reason::kExpired, Reason::kOutOfScope},
                       true,
                       false});
      return;
    }
    if (day_ < i.interval.from || (i.earliest_use.has_value() && day_ < *i.earliest_use)) {
      tries.push_back(Lacking(Reason::kNotYetInForce, true));
      return;
    }
    bool open = false;
    std::set<Reason> open_reasons;
    if (day_ >= i.interval.until) {
      const auto& legacy = i.legacy;
      if (!legacy.has_value() || day_ >= legacy->until ||
          (a.signed_on.has_value() && *a.signed_on >= legacy->contract_before)) {
        tries.push_back(Lacking(Reason::kExpired, true));
        return;
      }
      if (legacy->condition.has_value()) {
        const std::optional<bool> met = Stated(legacy->condition->id, Of::kSafeguard, &a);
        if (met == false) {
          tries.push_back(Lacking(Reason::kExpired, true));
          return;
        }
        open = open || !met.has_value();
      }
      open = open || !a.signed_on.has_value();
      if (open) {
        open_reasons.insert(Reason::kConditionNotStated);
      }
    }
    if (!PairFits(i)) {
      tries.push_back(Lacking(Reason::kRoleMismatch, true));
      return;
    }
    if (i.unusable_if_importer_subject_to_gdpr && ImporterSubject()) {
      tries.push_back(Lacking(Reason::kImporterUnderGdpr, true));
      return;
    }
    const std::optional<bool> conditions = Conditions(i.conditions, Of::kSafeguard, &a);
    if (conditions == false) {
      tries.push_back(Lacking(Reason::kConditionNotMet, true));
      return;
    }
    if (!conditions.has_value()) {
      open = true;
      open_reasons.insert(Reason::kConditionNotStated);
    }
    const std::optional<bool> tia = Tia(i, a, open_reasons);
    if (tia == false) {
      tries.push_back(Lacking(Reason::kTiaNegative, true));
      return;
    }
    open = open || !tia.has_value();
    if (i.category == InstrumentCategory::kNotAGroundAlone) {
      open = true;
      open_reasons.insert({Reason::kConditionNotStated, Reason::kContested});
    }
    if (i.onward_only && bound_unknown_) {
      tries.push_back({Verdict::kUndetermined, {Reason::kExporterUnknown}, true, false});
    } else if (open) {
      tries.push_back({Verdict::kConditional, open_reasons, true, false});
    } else {
      tries.push_back({Verdict::kCovered, {Reason::kSafeguard}, true, false});
    }
  }

  void TryDerogation(std::vector<Try>& tries) const {
    if (!flow_.derogation.has_value()) {
      return;
    }
    const law::Instrument& i = *law_.FindInstrument(flow_.derogation->instrument);
    if (day_ < i.interval.from) {
      tries.push_back(Lacking(Reason::kNotYetInForce, true));
    } else if (day_ >= i.interval.until) {
      tries.push_back(Lacking(Reason::kExpired, true));
    } else if (Conditions(i.conditions, Of::kDerogation, nullptr) == false) {
      tries.push_back(Lacking(Reason::kConditionNotMet, true));
      if (flow_.derogation->repetitive == true) {
        tries.back().reasons.insert(Reason::kNotForRepetitive);
      }
    } else if (flow_.derogation->repetitive == true) {
      tries.push_back(Lacking(Reason::kNotForRepetitive, true));
    } else if (!flow_.derogation->repetitive.has_value() ||
               !Conditions(i.conditions, Of::kDerogation, nullptr).has_value()) {
      tries.push_back({Verdict::kConditional,
                       {Reason::kRepetitionNotStated, Reason::kConditionNotStated},
                       true,
                       false});
    } else {
      tries.push_back({Verdict::kCovered, {Reason::kDerogation}, true, false});
    }
  }

  std::vector<Try> Tries() const {
    std::vector<Try> tries;
    for (const law::Decision* d : law_.DecisionsFor(importer_.establishment)) {
      TryDecision(*d, tries);
    }
    for (const Agreement& a : world_.agreements) {
      for (const std::string& id : a.instruments) {
        TryInstrument(*law_.FindInstrument(id), a, tries);
      }
    }
    TryDerogation(tries);
    return tries;
  }

  bool ExporterCountryIsAdequate() const {
    const auto& decisions = law_.DecisionsFor(exporter_.establishment);
    return std::any_of(decisions.begin(), decisions.end(), [&](const law::Decision* d) {
      return d->in_scope && d->IntervalKnownAt(known_at_).Contains(day_);
    });
  }

  Answer Decide(const std::vector<Try>& tries) const {
    for (const Verdict wanted : {Verdict::kCovered, Verdict::kConditional}) {
      Answer answer{wanted, {}};
      for (const Try& t : tries) {
        if (t.verdict == wanted) {
          answer.reasons.insert(t.reasons.begin(), t.reasons.end());
        }
      }
      if (!answer.reasons.empty()) {
        return answer;
      }
    }
    if (onward_ && arrival_.only_under_adequacy && ExporterCountryIsAdequate()) {
      return {Verdict::kConditional, {Reason::kOnwardByLocalRules}};
    }
    Answer answer{Verdict::kLacking, {}};
    for (const Try& t : tries) {
      if (t.verdict == Verdict::kUndetermined) {
        return {Verdict::kUndetermined, t.reasons};
      }
      answer.reasons.insert(t.reasons.begin(), t.reasons.end());
    }
    const bool any_documented =
        std::any_of(tries.begin(), tries.end(), [](const Try& t) { return t.documented; });
    if (any_documented) {
      answer.reasons.clear();
      for (const Try& t : tries) {
        if (t.documented) {
          answer.reasons.insert(t.reasons.begin(), t.reasons.end());
        }
      }
    }
    if (answer.reasons.empty()) {
      answer.reasons = {Reason::kNoMechanism};
    }
    return answer;
  }

  const World& world_;
  const law::Register& law_;
  const Flow& flow_;
  const Party& exporter_;
  const Party& importer_;
  Date day_;
  Date known_at_;
  verdict::Arrival arrival_;
  bool onward_ = false;
  bool bound_unknown_ = false;
};

}  // namespace

// A role that is not recorded: whatever it may be is tried.
Answer NaiveJudge(const World& world, const law::Register& law, const verdict::Question& question,
                  const verdict::Arrival& arrival) {
  const auto possible = [](Role role) {
    return role == Role::kUnspecified ? std::vector<Role>{Role::kController, Role::kProcessor}
                                      : std::vector<Role>{role};
  };
  std::set<Verdict> verdicts;
  std::map<Verdict, std::set<Reason>> reasons;
  for (const Role exporter : possible(world.flow.exporter_role)) {
    for (const Role importer : possible(world.flow.importer_role)) {
      World assumed = world;
      assumed.flow.exporter_role = exporter;
      assumed.flow.importer_role = importer;
      const Answer answer = Naive(assumed, law, question, arrival).Judge();
      verdicts.insert(answer.verdict);
      reasons[answer.verdict].insert(answer.reasons.begin(), answer.reasons.end());
    }
  }
  if (verdicts.size() == 1) {
    return {*verdicts.begin(), reasons[*verdicts.begin()]};
  }
  if (verdicts == std::set<Verdict>{Verdict::kCovered, Verdict::kConditional}) {
    return {Verdict::kConditional, reasons[Verdict::kConditional]};
  }
  return {Verdict::kUndetermined, {Reason::kRoleUnknown}};
}

}  // namespace onward::oracle
