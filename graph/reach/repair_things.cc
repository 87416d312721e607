#include "graph/reach/repair_things.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/base/status_macros.h"
#include "graph/reach/repair_merge.h"

namespace onward::reach {
namespace {

using model::RecordKind;
using model::RecordRef;

constexpr size_t kIdMax = 128;

std::pair<std::string, std::string> PairOf(const model::Flow& flow) {
  return std::minmax(flow.exporter, flow.importer);
}

void AddOnce(const std::string& text, std::vector<std::string>& list) {
  if (std::find(list.begin(), list.end(), text) == list.end()) {
    list.push_back(text);
  }
}

// The same record under another id; and agreements that a flow names.
void Rename(const std::string& from, const std::string& to, model::Record& record) {
  if (auto* agreement = std::get_if<model::Agreement>(&record);
      agreement != nullptr && agreement->id == from) {
    agreement->id = to;
  }
  if (auto* flow = std::get_if<model::Flow>(&record)) {
    std::replace(flow->agreements.begin(), flow->agreements.end(), from, to);
  }
}

}  // namespace

absl::Status RepairThings::Look(const query::Judgements& judged, const std::string& flow,
                                const query::RemedyLimits& limits, const Healed& healed) {
  const uint32_t number = judged.snapshot().FlowNumber(flow).value();
  const auto present = judged.Proof(number);
  if (!present.has_value()) {
    return absl::OkStatus();
  }
  const model::Flow record = judged.snapshot().FlowAt(number);
  for (query::Remedy& remedy : query::FindRemedies(judged, number, *present, limits)) {
    // A question to answer is no thing to do.
    if (remedy.steps.empty()) {
      continue;
    }
    Option option = OptionOf(record, std::move(remedy));
    std::vector<std::string> flows = {flow};
    if (healed) {
      ONWARD_ASSIGN_OR_RETURN(const auto more, healed(option.remedy.mutations));
      option.others = more.size();
      flows.insert(flows.end(), more.begin(), more.end());
    }
    for (const std::string& other : flows) {
      Offer(other, option);
    }
  }
  return absl::OkStatus();
}

// Of two that ask for the same things, the one that heals more is kept, else the first.
void RepairThings::Offer(const std::string& flow, const Option& option) {
  std::vector<Option>& options = options_[flow];
  const auto same = std::find_if(options.begin(), options.end(), [&](const Option& other) {
    return other.things == option.things;
  });
  if (same == options.end()) {
    options.push_back(option);
  } else if (option.others > same->others) {
    *same = option;
  }
}

bool RepairThings::LookLike(const std::string& flow, const std::string& other) {
  const auto at = options_.find(other);
  if (at == options_.end()) {
    return false;
  }
  for (const Option& option : at->second) {
    for (const model::Mutation& mutation : option.remedy.mutations) {
      if (mutation.ref.kind == RecordKind::kFlow) {
        return false;
      }
    }
  }
  std::vector<Option> same = at->second;
  options_[flow] = std::move(same);
  return true;
}

std::string RepairThings::NameOf(const RecordRef& ref, const model::Flow& flow) const {
  if (ref.kind == RecordKind::kAgreement && trials_.snapshot().FindAgreement(ref.id) == nullptr) {
    const auto [first, second] = PairOf(flow);
    return absl::StrCat("agreement between ", first, " ", second);
  }
  return model::ToString(ref);
}

uint32_t RepairThings::NumberOf(const std::string& name) {
  const auto [at, is_new] = numbers_.emplace(name, static_cast<uint32_t>(names_.size()));
  if (is_new) {
    names_.push_back(name);
  }
  return at->second;
}

std::string RepairThings::NewAgreementId(const model::Flow& flow) {
  std::string& id = agreement_ids_[PairOf(flow)];
  if (!id.empty()) {
    return id;
  }
  const auto [first, second] = PairOf(flow);
  std::string wanted = absl::StrCat("to-sign-", first, "-", second);
  constexpr size_t kRoom = 8;
  if (wanted.size() > kIdMax - kRoom) {
    wanted = absl::StrCat("to-sign-", agreement_ids_.size());
  }
  id = wanted;
  for (int n = 2; trials_.snapshot().FindAgreement(id) != nullptr || ids_.count(id) > 0; ++n) {
    id = absl::StrCat(wanted, "-", n);
  }
  ids_.insert(id);
  return id;
}

// New agreements get the id of their pair, so that flows between the two share one.
void RepairThings::GiveNewNames(const model::Flow& flow, query::Remedy& remedy) {
  for (model::Mutation& mutation : remedy.mutations) {
    if (mutation.ref.kind != RecordKind::kAgreement ||
        trials_.snapshot().FindAgreement(mutation.ref.id) != nullptr ||
        ids_.count(mutation.ref.id) > 0) {
      continue;
    }
    const std::string from = mutation.ref.id;
    const std::string to = NewAgreementId(flow);
    for (model::Mutation& any : remedy.mutations) {
      Rename(from, to, *any.record);
      any.ref.id = model::IdOf(*any.record);
    }
    for (query::RemedyStep& step : remedy.steps) {
      for (RecordRef& ref : step.records) {
        ref.id = ref.kind == RecordKind::kAgreement && ref.id == from ? to : ref.id;
      }
    }
    return;
  }
}

RepairThings::Option RepairThings::OptionOf(const model::Flow& flow, query::Remedy remedy) {
  GiveNewNames(flow, remedy);
  Option option;
  // Agreements and parties are things of their own; what is stated on the flow belongs to the first.
  std::vector<RecordRef> things;
  for (const model::Mutation& mutation : remedy.mutations) {
    if (mutation.ref.kind != RecordKind::kFlow) {
      things.push_back(mutation.ref);
    }
  }
  if (things.empty()) {
    things.push_back(remedy.mutations.front().ref);
  }
  const auto thing_of = [&](const RecordRef& ref) {
    const bool own = std::find(things.begin(), things.end(), ref) != things.end();
    return NumberOf(NameOf(own ? ref : things.front(), flow));
  };
  for (const model::Mutation& mutation : remedy.mutations) {
    option.thing_of_mutation.push_back(thing_of(mutation.ref));
    option.things.push_back(option.thing_of_mutation.back());
  }
  for (const query::RemedyStep& step : remedy.steps) {
    option.thing_of_part.push_back(thing_of(step.records.front()));
  }
  std::sort(option.things.begin(), option.things.end());
  option.things.erase(std::unique(option.things.begin(), option.things.end()), option.things.end());
  option.remedy = std::move(remedy);
  option.flow = flow.id;
  return option;
}

std::vector<std::string> RepairThings::Flows() const {
  std::vector<std::string> flows;
  for (const auto& [flow, options] : options_) {
    flows.push_back(flow);
  }
  return flows;
}

std::vector<std::vector<std::vector<uint32_t>>> RepairThings::Options() const {
  std::vector<std::vector<std::vector<uint32_t>>> all;
  for (const auto& [flow, options] : options_) {
    all.emplace_back();
    for (const Option& option : options) {
      all.back().push_back(option.things);
    }
  }
  return all;
}

std::vector<std::set<std::string>> RepairThings::Parties() const {
  std::vector<std::set<std::string>> parties(names_.size());
  for (const auto& [flow, options] : options_) {
    for (const Option& option : options) {
      for (size_t i = 0; i < option.remedy.mutations.size(); ++i) {
        std::set<std::string>& of = parties[option.thing_of_mutation[i]];
        const model::Record& record = *option.remedy.mutations[i].record;
        if (const auto* agreement = std::get_if<model::Agreement>(&record)) {
          of.insert(agreement->parties.begin(), agreement->parties.end());
        } else if (const auto* party = std::get_if<model::Party>(&record)) {
          of.insert(party->id);
        } else if (const auto* of_flow = std::get_if<model::Flow>(&record)) {
          of.insert(of_flow->importer);
        }
      }
    }
  }
  return parties;
}

const RepairThings::Option* RepairThings::ChosenOf(const std::vector<Option>& options,
                                                   const std::vector<uint32_t>& things) const {
  for (const Option& option : options) {
    if (std::includes(things.begin(), things.end(), option.things.begin(), option.things.end())) {
      return &option;
    }
  }
  return nullptr;
}

void RepairThings::AddTo(const std::string& flow, const Option& option,
                         std::optional<uint32_t> only, std::map<uint32_t, Draft>& drafts) const {
  for (size_t i = 0; i < option.remedy.mutations.size(); ++i) {
    const uint32_t mine = option.thing_of_mutation[i];
    if (only.value_or(mine) != mine) {
      continue;
    }
    const model::Mutation& mutation = option.remedy.mutations[i];
    Draft& draft = drafts[mine];
    const auto at = draft.records.find(mutation.ref);
    if (at == draft.records.end()) {
      draft.records.emplace(mutation.ref, *mutation.record);
    } else {
      at->second =
          MergeRecords(trials_.snapshot().Find(mutation.ref).get(), at->second, *mutation.record);
    }
    AddOnce(flow, draft.step.flows);
  }
  std::set<uint32_t> begun;
  for (size_t i = 0; i < option.remedy.steps.size(); ++i) {
    const uint32_t mine = option.thing_of_part[i];
    if (only.value_or(mine) != mine) {
      continue;
    }
    const query::RemedyStep& part = option.remedy.steps[i];
    const bool first = begun.insert(mine).second;
    const bool on_flow = part.records.front().kind == RecordKind::kFlow;
    const std::string text = on_flow ? absl::StrCat(part.text, ", flow ", option.flow) : part.text;
    AddOnce(text, first ? drafts[mine].texts : drafts[mine].step.conditions);
  }
}

std::vector<RepairStep> RepairThings::StepsOf(const std::vector<uint32_t>& things) const {
  std::map<uint32_t, Draft> drafts;
  for (const auto& [flow, options] : options_) {
    if (const Option* const chosen = ChosenOf(options, things)) {
      AddTo(flow, *chosen, std::nullopt, drafts);
    }
  }
  // A thing that makes up no flow's option is done as the first flow would have it.
  for (const uint32_t thing : things) {
    for (auto at = options_.begin(); at != options_.end() && drafts.count(thing) == 0; ++at) {
      for (const Option& option : at->second) {
        if (std::binary_search(option.things.begin(), option.things.end(), thing)) {
          AddTo(at->first, option, thing, drafts);
          break;
        }
      }
    }
  }
  std::map<std::string, RepairStep> steps;
  for (auto& [thing, draft] : drafts) {
    draft.step.text = absl::StrJoin(draft.texts, "; ");
    if (!draft.step.text.empty()) {
      draft.step.text.front() =
          absl::ascii_toupper(static_cast<unsigned char>(draft.step.text.front()));
    }
    for (auto& [ref, record] : draft.records) {
      draft.step.mutations.push_back({ref, record, {}, false});
    }
    steps.emplace(names_[thing], std::move(draft.step));
  }
  std::vector<RepairStep> list;
  for (auto& [name, step] : steps) {
    list.push_back(std::move(step));
  }
  return list;
}

}  // namespace onward::reach
