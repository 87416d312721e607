// Findings about processors (Art. 28): terms, authorisation, role, chain.
#include <algorithm>

#include "graph/query/findings_internal.h"
#include "graph/verdict/agreements.h"

namespace onward::query {
namespace {

using model::Role;
using model::SubProcessorAuthorisation;

bool HasTerms(const model::Agreement& agreement, const law::Register& law, Date day) {
  return std::any_of(agreement.instruments.begin(), agreement.instruments.end(),
                     [&](const std::string& id) {
                       const law::Instrument* const instrument = law.FindInstrument(id);
                       return instrument != nullptr && instrument->processing_terms &&
                              instrument->interval.from <= day;
                     });
}

// First day on which terms can be asked for; nullopt: not known to the register.
std::optional<Date> TermsExistSince(const law::Register& law) {
  std::optional<Date> since;
  for (const law::Instrument& instrument : law.instruments()) {
    if (instrument.processing_terms && (!since || instrument.interval.from < *since)) {
      since = instrument.interval.from;
    }
  }
  return since;
}

// The days around `day` on which none of the terms binds; empty: one does on that day.
Interval GapAround(Date day, Interval gap, const std::vector<verdict::Term>& terms) {
  for (const verdict::Term& term : terms) {
    if (term.interval.Contains(day)) {
      return {day, day};
    }
    if (term.interval.until <= day) {
      gap.from = std::max(gap.from, term.interval.until);
    } else {
      gap.until = std::min(gap.until, term.interval.from);
    }
  }
  return gap;
}

// Stands for parties that are not recorded one by one, so that no agreement with them can be.
bool IsGroup(const model::Party& party) {
  return party.party_type == model::PartyType::kUnnamedRecipients;
}

void FindTerms(const JudgedFlow& flow, FindingSink& sink) {
  const law::Register& law = sink.judged.law();
  const std::optional<Date> since = TermsExistSince(law);
  if (!since.has_value() || sink.Day() < *since || IsGroup(*flow.exporter) ||
      IsGroup(*flow.importer)) {
    return;
  }
  const verdict::Hop hop = HopOf(flow, sink);
  std::vector<verdict::Term> terms;
  for (const model::Agreement* agreement : verdict::AgreementsOn(hop, {})) {
    if (HasTerms(*agreement, law, sink.Day())) {
      const auto more = verdict::TermsOf(*agreement, hop.exporter, hop.importer);
      terms.insert(terms.end(), more.begin(), more.end());
    }
  }
  const Interval asked = flow.record.interval.Meet({*since, Date::Max()});
  const Interval gap = GapAround(sink.Day(), asked, terms);
  if (!gap.IsEmpty()) {
    sink.AddFlow(FindingCode::kArt28TermsMissing, flow.record,
                 "No agreement on record binds " + sink.NameOf(flow.record.exporter) + " and " +
                     sink.NameOf(flow.record.importer) + " to the terms of Art. 28 on the day.")
        .interval = gap;
  }
}

void FindAuthorisation(const JudgedFlow& flow, FindingSink& sink) {
  const model::Flow& record = flow.record;
  if (!model::IsProcessorRole(record.exporter_role) &&
      record.importer_role != Role::kSubProcessor) {
    return;
  }
  const std::string who = sink.NameOf(record.exporter) + " engages " + sink.NameOf(record.importer);
  switch (record.sub_processor_authorisation) {
    case SubProcessorAuthorisation::kNone:
      sink.AddFlow(FindingCode::kSubProcessorNotAuthorised, record,
                   who + " without the controller's authorisation.");
      break;
    case SubProcessorAuthorisation::kUnspecified:
      sink.AddFlow(FindingCode::kSubProcessorAuthorisationNotStated, record,
                   who + "; the controller's authorisation is not recorded.");
      break;
    case SubProcessorAuthorisation::kSpecific:
    case SubProcessorAuthorisation::kGeneral:
      break;
  }
}

void FindChain(const JudgedFlow& flow, FindingSink& sink) {
  const model::Party& importer = *flow.importer;
  if (IsGroup(importer) || importer.chain_disclosure == model::ChainDisclosure::kComplete) {
    return;
  }
  const bool partial = importer.chain_disclosure == model::ChainDisclosure::kPartial;
  sink.AddParty(FindingCode::kChainNotDisclosed, importer, flow.record,
                sink.NameOf(importer.id) +
                    (partial ? " discloses only a part of its own recipients."
                             : " acts as a processor; whether the inventory shows all of its own "
                               "recipients is not recorded."));
}

bool MeetsAny(const Categories& tree, const std::string& id, const std::vector<std::string>& list) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& other) {
    return id == model::kAllReceived || other == model::kAllReceived || tree.Meets(id, other);
  });
}

bool IsOwnActivity(const JudgedFlow& flow, const Snapshot& snapshot) {
  const model::Strings& ids = flow.record.activities;
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const model::Activity* const activity = snapshot.FindActivity(id);
    return activity != nullptr &&
           std::find(activity->controllers.begin(), activity->controllers.end(),
                     flow.record.exporter) != activity->controllers.end();
  });
}

void FindOverreach(const JudgedFlow& flow, FindingSink& sink) {
  const Role role = flow.record.exporter_role;
  const bool as_controller = role == Role::kController || role == Role::kJointController;
  if (!as_controller || IsOwnActivity(flow, sink.snapshot)) {
    return;
  }
  const Held& held = sink.HeldBy(flow.record.exporter);
  const Categories& tree = sink.snapshot.categories();
  std::string categories;
  for (const std::string& id : CategoriesOf(sink.judged, flow.number)) {
    if (MeetsAny(tree, id, held.as_processor) && !MeetsAny(tree, id, held.as_controller)) {
      categories += (categories.empty() ? "" : ", ") + id;
    }
  }
  if (!categories.empty()) {
    sink.AddFlow(FindingCode::kProcessorActsAsController, flow.record,
                 sink.NameOf(flow.record.exporter) +
                     " received these data as a processor only and hands them to " +
                     sink.NameOf(flow.record.importer) + " as a controller: " + categories + ".");
  }
}

// Art. 28 binds the exporter: as one under the GDPR, or as a processor down the chain (Art. 28(4)). A
// controller outside stands under its own law, whatever data it hands on.
bool IsUnderArt28(const JudgedFlow& flow, const FindingSink& sink) {
  return model::IsProcessorRole(flow.record.exporter_role) ||
         verdict::ExporterBound(flow.record, sink.snapshot, sink.judged.law(), sink.Day()) != false;
}

void Append(const model::Strings& more, std::vector<std::string>& list) {
  list.insert(list.end(), more.begin(), more.end());
}

}  // namespace

const Held& FindingSink::HeldBy(const std::string& party) {
  const auto [at, is_new] = held_.try_emplace(party);
  if (!is_new) {
    return at->second;
  }
  Held& held = at->second;
  for (const uint32_t into : snapshot.FlowsInto(party)) {
    if (snapshot.IntervalOf(into).Contains(Day())) {
      const model::TermsView terms = snapshot.TermsOf(into);
      const bool as_processor = model::IsProcessorRole(terms.importer_role);
      Append(terms.data_categories, as_processor ? held.as_processor : held.as_controller);
    }
  }
  for (const model::Activity* activity : snapshot.ActivitiesOf(party)) {
    if (activity->processor != party) {
      Append(activity->data_categories, held.as_controller);
    }
  }
  for (std::vector<std::string>* list : {&held.as_processor, &held.as_controller}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return held;
}

void FindInProcessing(const JudgedFlow& flow, FindingSink& sink) {
  if (!IsGoverned(flow, sink)) {
    return;
  }
  if (model::IsProcessorRole(flow.record.importer_role) && IsUnderArt28(flow, sink)) {
    FindTerms(flow, sink);
    FindAuthorisation(flow, sink);
    FindChain(flow, sink);
  }
  FindOverreach(flow, sink);
}

}  // namespace onward::query
