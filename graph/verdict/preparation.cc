#include "graph/verdict/preparation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "graph/verdict/agreements.h"
#include "graph/verdict/destinations.h"
#include "graph/verdict/territory.h"

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

Preparation::Preparation(Prepared& prepared)
    : p_(prepared),
      inventory_(*prepared.inventory_),
      law_(*prepared.law_),
      places_(law_),
      parties_(prepared.flows_, inventory_, places_, law_),
      principals_(prepared.flows_, parties_),
      shapes_(parties_, law_, prepared.law_known_at_, inventory_.FindPolicy(), MechanismsOf(law_)),
      may_be_principal_(parties_.size(), false),
      marks_(parties_.size(), 0),
      seat_codes_(parties_.size(), kNoCode),
      seat_numbers_(parties_.size(), kNoCode) {
  p_.mechanisms_ = MechanismsOf(law_);
  many_unsettled_ = std::count_if(law_.jurisdictions().begin(), law_.jurisdictions().end(),
                                  MayBeUnsettled) > static_cast<ptrdiff_t>(kUnsettledMax);
  const auto may_be = [this](uint32_t party) {
    for (const uint32_t member : parties_.Row(party).members) {
      may_be_principal_[member] = true;
    }
  };
  for (uint32_t flow = 0; flow < p_.flows_.size(); ++flow) {
    if (model::IsControllerRole(p_.flows_[flow]->exporter_role)) {
      may_be(parties_.ExporterOf(flow));
    }
    for (const std::string& controller : p_.flows_[flow]->on_behalf_of) {
      may_be(parties_.NumberOf(controller));
    }
  }
}

void Preparation::Run() {
  std::vector<uint32_t> order(p_.flows_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    return std::make_tuple(parties_.ExporterOf(a), principals_.CategoriesOf(a), a) <
           std::make_tuple(parties_.ExporterOf(b), principals_.CategoriesOf(b), b);
  });
  p_.entry_of_.assign(p_.flows_.size(), Prepared::kUnprepared);
  for (const uint32_t flow : order) {
    const uint32_t entry = Prepare(flow);
    const bool is_open = entry != Prepared::kUnprepared && open_reason_;
    p_.entry_of_[flow] = entry | (is_open ? Prepared::kOpenReason : 0);
    p_.stats_.unprepared += entry == Prepared::kUnprepared ? 1 : 0;
    if (is_open) {
      ++p_.stats_.open_reasons;
      KeepNames(flow);
    }
  }
  p_.stats_.flows = p_.flows_.size();
  p_.stats_.distinct_hops = p_.entries_.size();
  p_.stats_.shapes = shapes_.size();
  p_.stats_.judged_shapes = shapes_.judged();
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
    terms_ = TermsOf(*p_.flows_[flow]);
  } else {
    FillFlow(*p_.flows_[flow]);
  }
  if (is_plain && p_.flows_[flow]->sites.empty()) {
    return PlainEntry(flow);
  }
  if (!FindLegs(flow, is_plain)) {
    return Prepared::kUnprepared;
  }
  return EntryOf();
}

// Parties that an agreement names which may count for the flow, as far as an exporter may act for them.
std::vector<uint32_t> Preparation::CandidatesOf(const model::Flow& flow, uint32_t importer) const {
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
  const model::Flow& record = *p_.flows_[flow];
  if (model::IsControllerRole(record.exporter_role)) {
    return true;
  }
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
  const Interval judged = record.interval.Meet({law_.starts_on(), Date::Max()});
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
    named_ = std::move(kept_);
    kept_.clear();
    return true;
  }
  std::sort(kept_.begin(), kept_.end(),
            [this](uint32_t a, uint32_t b) { return parties_.Row(a).id < parties_.Row(b).id; });
  return kept_.size() <= kKeptMax;
}

// For the reason, which is judged when it is asked for.
void Preparation::KeepNames(uint32_t flow) {
  if (!p_.flows_[flow]->on_behalf_of.empty()) {
    return;
  }
  p_.named_[flow] = {static_cast<uint32_t>(p_.controllers_.size()),
                     static_cast<uint32_t>(named_.size()), !principals_.complete()};
  for (const uint32_t controller : named_) {
    p_.controllers_.push_back(parties_.Row(controller).id);
  }
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

// As MakeHop, from parties that were looked up before.
Hop Preparation::HopOf(uint32_t flow) const {
  const auto entity = [this](uint32_t party) {
    Entity members;
    for (const uint32_t member : parties_.Row(party).members) {
      members.push_back(parties_.Row(member).record);
    }
    return members;
  };
  return {*p_.flows_[flow],
          inventory_,
          law_,
          {law_.starts_on(), Date::Max()},
          {},
          entity(parties_.ExporterOf(flow)),
          entity(parties_.ImporterOf(flow))};
}

bool Preparation::FindAgreements(uint32_t flow) {
  agreements_.clear();
  const model::Flow& record = *p_.flows_[flow];
  const bool own = !record.agreements.empty() ||
                   parties_.MayHaveAgreement(parties_.ExporterOf(flow), parties_.ImporterOf(flow));
  if (!own && kept_.empty()) {
    return true;
  }
  const Hop hop = HopOf(flow);
  model::Strings ids;
  for (const uint32_t controller : kept_) {
    ids.emplace_back(parties_.Row(controller).id);
  }
  agreements_ = AgreementsOn(hop, ids);
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

// All that is read of the flow, but for its sites and agreements.
void Preparation::FillFlow(const model::Flow& flow) {
  model::Flow& part = parts_.flow;
  part.exporter = ExporterName(0);
  part.importer = ImporterName(0);
  part.exporter_role = flow.exporter_role;
  part.importer_role = flow.importer_role;
  part.exporter_gdpr_subject = flow.exporter_gdpr_subject;
  part.importer_gdpr_subject = flow.importer_gdpr_subject;
  part.data_subject_categories = flow.data_subject_categories;
  part.collection = flow.collection;
  part.statements = StatementsOnly(flow.statements);
  part.interval = flow.interval;
  part.derogation.reset();
  if (flow.derogation.has_value()) {
    part.derogation =
        model::Derogation{flow.derogation->instrument, flow.derogation->repetitive, ""};
  }
  const auto limits = [this](auto list) {
    return std::any_of(agreements_.begin(), agreements_.end(),
                       [list](const model::Agreement* a) { return !(a->*list).empty(); });
  };
  const model::Strings none;
  part.data_categories = limits(&model::Agreement::data_categories) ? flow.data_categories : none;
  part.purposes = limits(&model::Agreement::purposes) ? flow.purposes : none;
}

// A number for what is read of a flow on its own: what FillFlow takes where no agreement takes part.
uint32_t Preparation::TermsOf(const model::Flow& flow) {
  terms_key_.clear();
  FieldWriter writer(terms_key_);
  model::Flow& fields = const_cast<model::Flow&>(flow);  // a writer changes nothing
  writer(fields.exporter_role);
  writer(fields.importer_role);
  writer(fields.exporter_gdpr_subject);
  writer(fields.importer_gdpr_subject);
  writer(fields.data_subject_categories);
  writer(fields.collection);
  writer(fields.statements);
  writer(fields.interval);
  writer(fields.derogation);
  return terms_numbers_.emplace(terms_key_, static_cast<uint32_t>(terms_numbers_.size()))
      .first->second;
}

// Steps of a leg without agreements: all such flows with these numbers share them.
uint32_t Preparation::PlainSteps(uint32_t flow, uint32_t site) {
  const PlainLeg leg = {parts_.exporter, parts_.importer, terms_, SeatNumber(flow), site};
  const auto [at, is_new] = plain_legs_.emplace(leg, 0);
  if (is_new) {
    FillFlow(*p_.flows_[flow]);
    at->second = site == kNoCode ? SeatSteps(flow) : SiteSteps(flow, p_.codes_[site]);
  }
  return at->second;
}

// Of a flow without sites and agreements.
uint32_t Preparation::PlainEntry(uint32_t flow) {
  const PlainLeg leg = {parts_.exporter, parts_.importer, terms_, SeatNumber(flow), kNoCode};
  const auto [at, is_new] = plain_entries_.emplace(leg, 0);
  if (is_new) {
    legs_.assign(1, {SeatCode(flow), PlainSteps(flow, kNoCode)});
    at->second = EntryOf();
  }
  return at->second;
}

// Whether each site has a country and nobody in particular runs it, so that its place can be read off.
bool Preparation::HasSimpleSites(uint32_t flow) const {
  const model::Flow& record = *p_.flows_[flow];
  const PartyRow& importer = parties_.Row(parties_.ImporterOf(flow));
  return !many_unsettled_ && !IsInternationalOrganisation(*importer.record, law_) &&
         std::all_of(record.sites.begin(), record.sites.end(), [](const model::Site& site) {
           return site.location.empty() && site.operator_party.empty() && !site.country.empty() &&
                  site.operation != model::SiteOperation::kTransit;
         });
}

bool Preparation::FindLegs(uint32_t flow, bool is_plain) {
  legs_.clear();
  const model::Flow& record = *p_.flows_[flow];
  const auto steps_at = [&](uint32_t site) {
    if (is_plain) {
      return PlainSteps(flow, site);
    }
    return site == kNoCode ? SeatSteps(flow) : SiteSteps(flow, p_.codes_[site]);
  };
  if (record.sites.empty()) {
    legs_.push_back({SeatCode(flow), steps_at(kNoCode)});
    return true;
  }
  if (HasSimpleSites(flow)) {
    legs_.push_back({SeatCode(flow), steps_at(kNoCode)});
    for (const model::Site& site : record.sites) {
      const uint32_t code = CodeNumber(site.country);
      legs_.push_back({code, steps_at(code)});
    }
    return true;
  }
  const Hop hop = HopOf(flow);
  for (const Destination& destination : DestinationsOf(hop)) {
    const bool is_site = destination.site != nullptr;
    if (!destination.operator_party.empty() || (is_site && many_unsettled_)) {
      return false;
    }
    const uint32_t code = is_site ? CodeNumber(destination.code) : SeatCode(flow);
    legs_.push_back({code, steps_at(is_site ? code : kNoCode)});
  }
  return true;
}

// Flows without sites go where their importer is established, all to the same code.
uint32_t Preparation::SeatCode(uint32_t flow) {
  uint32_t& code = seat_codes_[parties_.ImporterOf(flow)];
  if (code == kNoCode) {
    const Hop hop = HopOf(flow);
    code = CodeNumber(DestinationsOf(hop).front().code);
  }
  return code;
}

// The recorded place of the importer.
uint32_t Preparation::SeatNumber(uint32_t flow) {
  uint32_t& number = seat_numbers_[parties_.ImporterOf(flow)];
  if (number == kNoCode) {
    number = CodeNumber(parties_.Row(parties_.ImporterOf(flow)).record->establishment);
  }
  return number;
}

uint32_t Preparation::SeatSteps(uint32_t flow) {
  parts_.flow.sites.clear();
  parts_.flow.agreements.clear();
  parts_.agreements.clear();
  if (!agreements_.empty()) {
    const std::string& seat = parties_.Row(parties_.ImporterOf(flow)).record->establishment;
    AddAgreements(flow, {seat, places_.AnyLike(seat), "", ""});
  }
  return Stored(shapes_.Find(parts_));
}

uint32_t Preparation::SiteSteps(uint32_t flow, const std::string& code) {
  const std::string& seat = parties_.Row(parties_.ImporterOf(flow)).record->establishment;
  const std::string& seat_like = places_.AnyLike(seat);
  const std::string site = code == kUnknownCode ? "" : code;
  const std::string& site_like = site == seat ? seat_like : places_.AnotherLike(site, seat_like);
  parts_.flow.sites.assign(1, model::Site{});
  parts_.flow.sites.front().country = site_like;
  AddAgreements(flow, {seat, seat_like, site, site_like});
  return Stored(shapes_.Find(parts_));
}

void Preparation::AddAgreements(uint32_t flow, const LegPlaces& places) {
  parts_.agreements.clear();
  parts_.flow.agreements.clear();
  if (agreements_.empty()) {
    return;
  }
  PartNames names;
  const auto add = [&](uint32_t party, auto name_of) {
    const std::vector<uint32_t>& members = parties_.Row(party).members;
    for (size_t i = 0; i < members.size(); ++i) {
      names.Add(parties_.Row(members[i]).id, name_of(i));
    }
  };
  add(parties_.ExporterOf(flow), ExporterName);
  add(parties_.ImporterOf(flow), ImporterName);
  for (size_t i = 0; i < kept_.size(); ++i) {
    add(kept_[i], [i](size_t member) { return ControllerName(i, member); });
  }
  for (size_t i = 0; i < agreements_.size(); ++i) {
    parts_.flow.agreements.push_back(AgreementName(i));
    parts_.agreements.push_back(PartOf(*agreements_[i], AgreementName(i), names, places, law_));
  }
}

uint32_t Preparation::CodeNumber(const std::string& code) {
  const auto [at, is_new] = codes_.emplace(code, static_cast<uint32_t>(p_.codes_.size()));
  if (is_new) {
    p_.codes_.push_back(code);
  }
  return at->second;
}

// The entry with these legs; made where it is the first of its kind.
uint32_t Preparation::EntryOf() {
  if (legs_.size() == 1) {
    const uint64_t key = uint64_t{legs_.front().code} << 32 | legs_.front().steps;
    const auto [at, is_new] =
        single_entries_.emplace(key, static_cast<uint32_t>(p_.entries_.size()));
    if (is_new) {
      MakeEntry();
    }
    return at->second;
  }
  std::string key;
  FieldWriter writer(key);
  for (Leg& leg : legs_) {
    writer(leg.code);
    writer(leg.steps);
  }
  const auto [at, is_new] =
      entries_.emplace(std::move(key), static_cast<uint32_t>(p_.entries_.size()));
  if (is_new) {
    MakeEntry();
  }
  return at->second;
}

// Of several legs to one place the worst counts, and so it does of several places.
void Preparation::MakeEntry() {
  std::map<std::string_view, std::vector<uint32_t>> by_code;
  for (const Leg& leg : legs_) {
    by_code[p_.codes_[leg.code]].push_back(leg.steps);
  }
  Entry entry;
  entry.first_destination = static_cast<uint32_t>(p_.destinations_.size());
  entry.destinations = static_cast<uint32_t>(by_code.size());
  std::vector<uint32_t> of_all;
  for (const auto& [code, steps] : by_code) {
    of_all.push_back(WorstOf(steps));
    p_.destinations_.push_back({codes_.find(std::string(code))->second, of_all.back()});
  }
  entry.hop = WorstOf(of_all);
  p_.entries_.push_back(entry);
}

uint32_t Preparation::WorstOf(const std::vector<uint32_t>& steps) {
  if (steps.size() == 1) {
    return steps.front();
  }
  ShapeTable::Steps worst;
  for (size_t arrival = 0; arrival < Prepared::kArrivals; ++arrival) {
    std::set<Date> days;
    for (const uint32_t number : steps) {
      for (const BriefStep& step : p_.StepsOf(number, arrival)) {
        days.insert(step.from);
      }
    }
    for (const Date day : days) {
      Brief found;
      for (const uint32_t number : steps) {
        const Brief other = p_.Find(number, arrival, day);
        if (Badness(other.verdict) > Badness(found.verdict)) {
          found = other;
        }
      }
      AppendStep(day, found, worst[arrival]);
    }
  }
  return Store(worst);
}

// Arrivals without a difference share one list.
uint32_t Preparation::Store(const ShapeTable::Steps& steps) {
  Prepared::ByArrival ranges;
  for (size_t arrival = 0; arrival < Prepared::kArrivals; ++arrival) {
    if (arrival > 0 && steps[arrival] == steps[arrival - 1]) {
      ranges[arrival] = ranges[arrival - 1];
      continue;
    }
    ranges[arrival] = {static_cast<uint32_t>(p_.steps_.size()),
                       static_cast<uint32_t>(steps[arrival].size())};
    p_.steps_.insert(p_.steps_.end(), steps[arrival].begin(), steps[arrival].end());
  }
  p_.by_arrival_.push_back(ranges);
  return static_cast<uint32_t>(p_.by_arrival_.size() - 1);
}

uint32_t Preparation::Stored(uint32_t shape) {
  if (shape == stored_.size()) {
    stored_.push_back(Store(shapes_.StepsOf(shape)));
  }
  return stored_[shape];
}

}  // namespace onward::verdict
