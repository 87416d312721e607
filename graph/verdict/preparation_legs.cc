// Legs of a hop, and the entries that they make.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "graph/verdict/destinations.h"
#include "graph/verdict/preparation.h"
#include "graph/verdict/territory.h"

namespace onward::verdict {
namespace {

// Its place can be read off, and nobody in particular runs it.
bool IsCountryOnly(const model::Site& site) {
  return site.location.empty() && site.operator_party.empty() && !site.country.empty() &&
         site.operation != model::SiteOperation::kTransit;
}

}  // namespace

// All that is read of the flow, but for its sites and agreements.
void Preparation::FillFlow(uint32_t number) {
  const model::TermsView flow = TermsOf(number);
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
  part.interval = flows_.rows[number].interval;
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
uint32_t Preparation::ReadOf(uint32_t flow) {
  const FlowTable::Row& row = flows_.rows[flow];
  uint32_t& read = read_of_terms_[row.terms];
  if (read == kNoCode) {
    read = ReadOfTerms(row.terms);
  }
  return dated_numbers_
      .emplace(Dated{read, row.interval}, static_cast<uint32_t>(dated_numbers_.size()))
      .first->second;
}

uint32_t Preparation::ReadOfTerms(uint32_t terms) {
  std::string key;
  FieldWriter writer(key);
  const model::TermsView view = flows_.TermsAt(terms);
  model::FlowTerms fields;
  fields.exporter_role = view.exporter_role;
  fields.importer_role = view.importer_role;
  fields.exporter_gdpr_subject = view.exporter_gdpr_subject;
  fields.importer_gdpr_subject = view.importer_gdpr_subject;
  fields.data_subject_categories = view.data_subject_categories;
  fields.collection = view.collection;
  fields.statements = view.statements;
  fields.derogation = view.derogation;
  writer(fields.exporter_role);
  writer(fields.importer_role);
  writer(fields.exporter_gdpr_subject);
  writer(fields.importer_gdpr_subject);
  writer(fields.data_subject_categories);
  writer(fields.collection);
  writer(fields.statements);
  writer(fields.derogation);
  return read_numbers_.emplace(std::move(key), static_cast<uint32_t>(read_numbers_.size()))
      .first->second;
}

// Steps of a leg without agreements: all such flows with these numbers share them.
uint32_t Preparation::PlainSteps(uint32_t flow, uint32_t site) {
  const PlainLeg leg = {parts_.exporter, parts_.importer, read_, SeatNumber(flow), site};
  const auto [at, is_new] = plain_legs_.emplace(leg, 0);
  if (is_new) {
    FillFlow(flow);
    at->second = site == kNoCode ? SeatSteps(flow) : SiteSteps(flow, p_.codes_[site]);
  }
  return at->second;
}

// A number for the sites of a flow: kNoCode for none.
uint32_t Preparation::SitesOf(uint32_t flow) {
  if (!TraitsOf(flow).has_sites) {
    return kNoCode;
  }
  uint32_t& number = sites_of_terms_[flows_.rows[flow].terms];
  if (number == kNoCode) {
    const model::TermsView terms = TermsOf(flow);
    std::string key;
    FieldWriter writer(key);
    for (const model::Site& site : terms.sites) {
      std::string country = site.country;
      writer(country);
    }
    number =
        std::all_of(terms.sites.begin(), terms.sites.end(), IsCountryOnly)
            ? site_numbers_.emplace(std::move(key), static_cast<uint32_t>(site_numbers_.size()))
                  .first->second
            : kFurtherSites;
  }
  return number;
}

// Of a flow without agreements, by what is read of it.
uint32_t Preparation::PlainEntry(uint32_t flow, uint32_t sites) {
  const PlainLeg leg = {parts_.exporter, parts_.importer, read_, SeatNumber(flow), sites};
  const auto [at, is_new] = plain_entries_.emplace(leg, Prepared::kUnprepared);
  if (is_new && FindLegs(flow, true)) {
    at->second = EntryOf();
  }
  return at->second;
}

// Whether each site has a country and nobody in particular runs it, so that its place can be read off.
bool Preparation::HasSimpleSites(uint32_t flow) const {
  const model::TermsView record = TermsOf(flow);
  const PartyRow& importer = parties_.Row(parties_.ImporterOf(flow));
  return !many_unsettled_ && !IsInternationalOrganisation(*importer.record, law_) &&
         std::all_of(record.sites.begin(), record.sites.end(), IsCountryOnly);
}

bool Preparation::FindLegs(uint32_t flow, bool is_plain) {
  legs_.clear();
  const model::TermsView record = TermsOf(flow);
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
    code = CodeNumber(SeatOf(*parties_.Row(parties_.ImporterOf(flow)).record, law_));
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
  if (legs_.size() == 1) {
    p_.entries_.push_back({legs_.front().steps, static_cast<uint32_t>(p_.destinations_.size()), 1});
    p_.destinations_.push_back({legs_.front().code, legs_.front().steps});
    return;
  }
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

// The first of the worst.
uint32_t Preparation::WorstOf(const std::vector<uint32_t>& steps) {
  std::vector<uint32_t> different;
  for (const uint32_t number : steps) {
    if (std::find(different.begin(), different.end(), number) == different.end()) {
      different.push_back(number);
    }
  }
  if (different.size() == 1) {
    return different.front();
  }
  const auto [at, is_new] = worst_of_.try_emplace(different, 0);
  if (is_new) {
    at->second = Store(WorstSteps(different));
  }
  return at->second;
}

ShapeTable::Steps Preparation::WorstSteps(const std::vector<uint32_t>& steps) const {
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
  return worst;
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
