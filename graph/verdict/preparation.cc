#include "graph/verdict/preparation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "graph/verdict/agreements.h"

namespace onward::verdict {
namespace {

// Readings are tried for this many unsettled places of one hop; a flow with more sites than one has all
// of them at once, its legs have two each.
constexpr size_t kUnsettledMax = 4;

// With more controllers than this, each with an agreement of its own, a hop has no shape.
constexpr size_t kKeptMax = 4;

std::vector<std::string> MechanismsOf(const law::Register& law) {
  std::vector<std::string> ids = {""};
  for (const law::Decision& decision : law.decisions()) {
    ids.push_back(decision.id);
  }
  for (const law::Instrument& instrument : law.instruments()) {
    ids.push_back(instrument.id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

Preparation::Preparation(Prepared& prepared, const FlowTable& flows)
    : p_(prepared),
      flows_(flows),
      inventory_(*prepared.inventory_),
      law_(*prepared.law_),
      records_(std::make_shared<Records>(flows_, inventory_, law_)),
      places_(records_->places),
      parties_(records_->parties),
      principals_(flows_, parties_),
      shapes_(parties_, law_, prepared.law_known_at_, inventory_.FindPolicy(), MechanismsOf(law_),
              records_->judged),
      may_be_principal_(parties_.size(), false),
      marks_(parties_.size(), 0),
      seat_codes_(parties_.size(), kNoCode),
      seat_numbers_(parties_.size(), kNoCode),
      read_of_terms_(flows_.TermsCount(), kNoCode),
      sites_of_terms_(flows_.TermsCount(), kNoCode) {
  p_.mechanisms_ = MechanismsOf(law_);
  many_unsettled_ = std::count_if(law_.jurisdictions().begin(), law_.jurisdictions().end(),
                                  MayBeUnsettled) > static_cast<ptrdiff_t>(kUnsettledMax);
  ReadTerms();
  FindPrincipals();
}

Preparation::Preparation(const Preparation& first, Prepared& part)
    : p_(part),
      flows_(first.flows_),
      inventory_(first.inventory_),
      law_(first.law_),
      records_(first.records_),
      places_(records_->places),
      parties_(records_->parties),
      principals_(first.principals_),
      shapes_(parties_, law_, part.law_known_at_, inventory_.FindPolicy(), MechanismsOf(law_),
              records_->judged),
      traits_(first.traits_),
      may_be_principal_(first.may_be_principal_),
      many_unsettled_(first.many_unsettled_),
      marks_(parties_.size(), 0),
      seat_codes_(parties_.size(), kNoCode),
      seat_numbers_(parties_.size(), kNoCode),
      read_of_terms_(flows_.TermsCount(), kNoCode),
      sites_of_terms_(flows_.TermsCount(), kNoCode) {
  p_.mechanisms_ = first.p_.mechanisms_;
}

void Preparation::ReadTerms() {
  traits_.reserve(flows_.TermsCount());
  for (uint32_t number = 0; number < flows_.TermsCount(); ++number) {
    const model::TermsView terms = flows_.TermsAt(number);
    traits_.push_back({model::IsControllerRole(terms.exporter_role), !terms.sites.empty(),
                       !terms.agreements.empty()});
  }
}

void Preparation::FindPrincipals() {
  const auto may_be = [this](uint32_t party) {
    for (const uint32_t member : parties_.Row(party).members) {
      may_be_principal_[member] = true;
    }
  };
  for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
    if (TraitsOf(flow).is_controllers) {
      may_be(parties_.ExporterOf(flow));
    }
  }
  for (uint32_t terms = 0; terms < flows_.TermsCount(); ++terms) {
    for (const std::string& controller : flows_.TermsAt(terms).on_behalf_of) {
      may_be(parties_.NumberOf(controller));
    }
  }
}

std::vector<uint32_t> Preparation::Order() const {
  std::vector<uint32_t> begins(parties_.size() + 1, 0);
  for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
    ++begins[parties_.ExporterOf(flow) + 1];
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<uint32_t> order(flows_.size());
  std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
  for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
    order[next[parties_.ExporterOf(flow)]++] = flow;
  }
  for (size_t party = 0; party + 1 < begins.size(); ++party) {
    std::stable_sort(order.begin() + begins[party], order.begin() + begins[party + 1],
                     [this](uint32_t a, uint32_t b) {
                       return principals_.CategoriesOf(a) < principals_.CategoriesOf(b);
                     });
  }
  return order;
}

uint32_t Preparation::Prepare(uint32_t flow) {
  const uint32_t exporter = parties_.ExporterOf(flow);
  const uint32_t importer = parties_.ImporterOf(flow);
  const bool apart = parties_.Row(exporter).record != nullptr &&
                     parties_.Row(importer).record != nullptr &&
                     !parties_.Overlap(exporter, importer);
  if (!apart || !FindControllers(flow) || !FindAgreements(flow)) {
    return Prepared::kUnprepared;
  }
  parts_.exporter = parties_.Row(exporter).shape;
  parts_.importer = parties_.Row(importer).shape;
  parts_.controllers.clear();
  for (const uint32_t controller : kept_) {
    parts_.controllers.push_back(parties_.Row(controller).shape);
  }
  parts_.others = !kept_.empty() && others_;
  parts_.incomplete = !kept_.empty() && !principals_.complete();
  const bool is_plain = agreements_.empty() && kept_.empty();
  if (is_plain) {
    read_ = ReadOf(flow);
  } else {
    FillFlow(flow);
  }
  const uint32_t sites = is_plain ? SitesOf(flow) : kFurtherSites;
  if (sites != kFurtherSites) {
    return PlainEntry(flow, sites);
  }
  if (!FindLegs(flow, is_plain)) {
    return Prepared::kUnprepared;
  }
  return EntryOf();
}

// Parties that an agreement names which may count for the flow, as far as an exporter may act for them.
std::vector<uint32_t> Preparation::CandidatesOf(const model::TermsView& flow,
                                                uint32_t importer) const {
  std::vector<uint32_t> candidates;
  const auto add = [&](uint32_t party) {
    if (party != PartyTable::kNone && may_be_principal_[party]) {
      candidates.push_back(party);
    }
  };
  for (const std::string& id : flow.agreements) {
    const model::Agreement* agreement = inventory_.FindAgreement(id);
    if (agreement != nullptr && MayDecide(*agreement, law_)) {
      for (const std::string& party : agreement->parties) {
        add(parties_.NumberOf(party));
      }
      for (const model::AgreementParty& side : agreement->sides) {
        add(parties_.NumberOf(side.party));
      }
    }
  }
  if (flow.agreements.empty()) {
    for (const uint32_t member : parties_.Row(importer).members) {
      const PartyRow& row = parties_.Row(member);
      for (const uint32_t partner : row.partners) {
        add(partner);
      }
      if (row.has_agreements) {
        add(member);
      }
    }
  }
  return candidates;
}

// Finds the controllers for whom the exporter acts and that an agreement may name; all others carry the
// flow no further than its own agreements do.
bool Preparation::FindControllers(uint32_t flow) {
  kept_.clear();
  open_reason_ = false;
  if (TraitsOf(flow).is_controllers) {
    return true;
  }
  const model::TermsView record = TermsOf(flow);
  const uint32_t importer = parties_.ImporterOf(flow);
  const std::vector<uint32_t>& own = parties_.Row(importer).members;
  const bool crowd =
      record.agreements.empty() && std::any_of(own.begin(), own.end(), [this](uint32_t member) {
        return parties_.Row(member).in_a_crowd;
      });
  std::vector<uint32_t> candidates = CandidatesOf(record, importer);
  if (candidates.empty() && !crowd) {
    return true;
  }
  principals_.Ask(flow);
  const auto is_one = [this](uint32_t party) { return principals_.IsControllerOrHead(party); };
  std::erase_if(candidates, [&](uint32_t party) { return !is_one(party); });
  // On the days on which the flow is judged.
  const Interval judged = flows_.rows[flow].interval.Meet({law_.starts_on(), Date::Max()});
  const Interval& same = principals_.constant();
  const bool constant =
      judged.IsEmpty() || (same.from <= judged.from && judged.until <= same.until);
  if (candidates.empty() && !crowd) {
    return constant || !principals_.cut();
  }
  return constant && std::none_of(own.begin(), own.end(), is_one) && Keep(crowd, candidates);
}

// Chooses how the controllers with agreements take part in the shape: each by itself; or, where they are
// several and there are others without any, not at all. What carries the data of some does not carry the
// flow then, so its verdict is that of its own agreements; only why it is LACKING they may say better.
bool Preparation::Keep(bool crowd, const std::vector<uint32_t>& candidates) {
  ++mark_;
  const auto keep = [this](uint32_t controller) {
    if (marks_[controller] != mark_ && principals_.IsController(controller)) {
      marks_[controller] = mark_;
      kept_.push_back(controller);
    }
    return kept_.size() <= kKeptMax;
  };
  if (crowd) {
    principals_.EachController(keep);
  }
  for (const uint32_t candidate : candidates) {
    keep(candidate);
    for (const uint32_t branch : parties_.Row(candidate).branches) {
      keep(branch);
    }
  }
  others_ = !crowd && HasFurtherController();
  if (others_ && kept_.size() > 1) {
    open_reason_ = true;
    kept_.clear();
    return true;
  }
  std::sort(kept_.begin(), kept_.end(),
            [this](uint32_t a, uint32_t b) { return parties_.Row(a).id < parties_.Row(b).id; });
  return kept_.size() <= kKeptMax;
}

// A controller that is not kept.
bool Preparation::HasFurtherController() {
  bool found = false;
  principals_.EachController([&](uint32_t controller) {
    found = marks_[controller] != mark_;
    return !found;
  });
  return found;
}

// From parties that were looked up before.
Entity Preparation::EntityOfNumber(uint32_t party) const {
  Entity members;
  for (const uint32_t member : parties_.Row(party).members) {
    members.push_back(parties_.Row(member).record);
  }
  return members;
}

Hop Preparation::HopOf(uint32_t flow) {
  record_ = model::FlowFrom(inventory_.ViewAt(flow));
  return {record_,
          inventory_,
          law_,
          {law_.starts_on(), Date::Max()},
          {},
          EntityOfNumber(parties_.ExporterOf(flow)),
          EntityOfNumber(parties_.ImporterOf(flow))};
}

bool Preparation::FindAgreements(uint32_t flow) {
  agreements_.clear();
  const uint32_t exporter = parties_.ExporterOf(flow);
  const uint32_t importer = parties_.ImporterOf(flow);
  const bool own = TraitsOf(flow).has_agreements || parties_.MayHaveAgreement(exporter, importer);
  if (!own && kept_.empty()) {
    return true;
  }
  const model::Strings& named = TermsOf(flow).agreements;
  model::Strings ids;
  for (const uint32_t controller : kept_) {
    ids.emplace_back(parties_.Row(controller).id);
  }
  agreements_ =
      AgreementsOn(named, EntityOfNumber(exporter), EntityOfNumber(importer), inventory_, ids);
  std::erase_if(agreements_,
                [this](const model::Agreement* agreement) { return !MayDecide(*agreement, law_); });
  return KeepNamed() && KeptStandApart(flow);
}

// Leaves only those controllers that an agreement names indeed.
bool Preparation::KeepNamed() {
  const size_t unnamed = std::erase_if(kept_, [this](uint32_t controller) {
    const Entity entity = EntityOf(parties_.Row(controller).id, inventory_);
    return std::none_of(
        agreements_.begin(), agreements_.end(),
        [&entity](const model::Agreement* agreement) { return Names(*agreement, entity); });
  });
  others_ = others_ || unnamed > 0;
  return kept_.size() < kNamesMax && agreements_.size() < kNamesMax;
}

bool Preparation::KeptStandApart(uint32_t flow) const {
  std::vector<uint32_t> members;
  const auto add = [&](uint32_t party) {
    const std::vector<uint32_t>& more = parties_.Row(party).members;
    members.insert(members.end(), more.begin(), more.end());
  };
  add(parties_.ExporterOf(flow));
  add(parties_.ImporterOf(flow));
  for (const uint32_t controller : kept_) {
    if (parties_.Row(controller).record == nullptr) {
      return false;
    }
    add(controller);
  }
  std::sort(members.begin(), members.end());
  return std::adjacent_find(members.begin(), members.end()) == members.end();
}

}  // namespace onward::verdict
