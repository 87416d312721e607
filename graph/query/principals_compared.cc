#include "graph/query/principals_compared.h"

#include <algorithm>

#include "graph/verdict/hop.h"

namespace onward::query {
namespace {

// A flow that a walk looks at costs so much less than one that is judged.
constexpr size_t kLookedAtShare = 64;
constexpr size_t kLookedAtMin = 1'000'000;

// Stands for those whom no record and no flow has.
constexpr uint32_t kNobody = UINT32_MAX;

Interval HullOf(const Interval& a, const Interval& b) {
  return {std::min(a.from, b.from), std::max(a.until, b.until)};
}

// But for when.
bool SaysTheSame(const Snapshot& before, const Snapshot& after, uint32_t flow) {
  const model::TermsView was = before.TermsOf(flow);
  const model::TermsView is = after.TermsOf(flow);
  return before.ExporterOf(flow) == after.ExporterOf(flow) &&
         before.ImporterOf(flow) == after.ImporterOf(flow) &&
         was.exporter_role == is.exporter_role && was.importer_role == is.importer_role &&
         was.on_behalf_of == is.on_behalf_of && was.data_categories == is.data_categories;
}

}  // namespace

PrincipalsCompared::PrincipalsCompared(const Snapshot& before, const Snapshot& after,
                                       const std::vector<uint32_t>& written, Date first_day)
    : before_(before),
      after_(after),
      work_max_(std::max(kLookedAtMin, size_t{after.FlowCount()} * kLookedAtShare)) {
  for (const uint32_t flow : written) {
    AddWritten(flow);
  }
  changed_.from = std::max(changed_.from, first_day);
}

void PrincipalsCompared::AddWritten(uint32_t flow) {
  const auto stands = [flow](const Snapshot& graph) {
    return flow < graph.FlowCount() && graph.HasFlow(flow);
  };
  Interval changed{Date::Max(), Date::Min()};
  for (const Snapshot* const graph : {&before_, &after_}) {
    if (stands(*graph)) {
      parties_[Number(graph->ImporterOf(flow))].into_changed = true;
      parties_[Number(graph->ExporterOf(flow))].out_changed = true;
      changed = HullOf(changed, graph->IntervalOf(flow));
    }
  }
  if (stands(before_) && stands(after_) && SaysTheSame(before_, after_, flow)) {
    const Interval& was = before_.IntervalOf(flow);
    const Interval& is = after_.IntervalOf(flow);
    if (was.from == is.from) {
      changed.from = std::min(was.until, is.until);
    }
    if (was.until == is.until) {
      changed.until = std::max(was.from, is.from);
    }
  }
  if (!changed.IsEmpty()) {
    changed_ = HullOf(changed_, changed);
  }
}

bool PrincipalsCompared::Ask(uint32_t flow, const std::vector<uint32_t>& candidates) {
  const uint32_t list = ListNumber(after_.TermsOf(flow).data_categories);
  asked_[{Number(after_.ExporterOf(flow)), list}].push_back({flow, &candidates});
  return ++asked_count_ <= kAskedMax;
}

std::optional<std::vector<uint32_t>> PrincipalsCompared::Differing(
    const std::function<bool()>& stop) {
  look_ = StopLook(stop);
  std::vector<uint32_t> found;
  for (const auto& [group, asked] : asked_) {
    Compare(group.first, group.second, asked, found);
    if (look_.stopped() || work_ > work_max_) {
      return std::nullopt;
    }
  }
  return found;
}

uint32_t PrincipalsCompared::Number(uint32_t party) {
  const auto [at, is_new] = numbers_.try_emplace(party, static_cast<uint32_t>(parties_.size()));
  if (is_new) {
    parties_.emplace_back().number = party;
  }
  return at->second;
}

uint32_t PrincipalsCompared::ListNumber(const model::Strings& list) {
  const auto [at, is_new] = list_numbers_.try_emplace(&list, static_cast<uint32_t>(lists_.size()));
  if (is_new) {
    lists_.push_back(&list);
  }
  return at->second;
}

bool PrincipalsCompared::Meets(uint32_t list) {
  if (list >= meets_.size()) {
    meets_.resize(lists_.size(), Known::kNo);
  }
  if (meets_[list] == Known::kNo) {
    meets_[list] =
        verdict::CategoriesMeet(*lists_[list], *lists_[list_]) ? Known::kMeets : Known::kApart;
  }
  return meets_[list] == Known::kMeets;
}

const PrincipalsCompared::Row& PrincipalsCompared::Into(Side side, uint32_t party) {
  const Side kept = parties_[party].into_changed ? side : kAfter;
  if (parties_[party].into[kept] == nullptr) {
    const Snapshot& graph = Graph(kept);
    auto row = std::make_unique<Row>();
    if (const uint32_t number = parties_[party].number;
        number < graph.PartyCount() && graph.HasParty(number)) {
      for (const uint32_t flow : graph.InFlows(number)) {
        AddInto(graph, flow, *row);
      }
    }
    parties_[party].into[kept] = std::move(row);
  }
  return *parties_[party].into[kept];
}

void PrincipalsCompared::AddInto(const Snapshot& graph, uint32_t flow, Row& row) {
  ++work_;
  const model::TermsView terms = graph.TermsOf(flow);
  const verdict::Feeding kind = verdict::FeedingOf(terms);
  if (kind == verdict::Feeding::kNone) {
    return;
  }
  End end{0, ListNumber(terms.data_categories), graph.IntervalOf(flow)};
  if (end.interval != Interval()) {
    row.limited.push_back(end);
  }
  switch (kind) {
    case verdict::Feeding::kNone:
      break;
    case verdict::Feeding::kNamed:
      for (const std::string& id : terms.on_behalf_of) {
        end.party = Number(graph.PartyNumber(id).value_or(kNobody));
        row.named.push_back(end);
      }
      break;
    case verdict::Feeding::kController:
      end.party = Number(graph.ExporterOf(flow));
      row.controllers.push_back(end);
      break;
    case verdict::Feeding::kProcessor:
      end.party = Number(graph.ExporterOf(flow));
      row.processors.push_back(end);
      break;
    case verdict::Feeding::kUnknown:
      row.unknown.push_back(end);
      break;
  }
}

const std::vector<PrincipalsCompared::End>& PrincipalsCompared::Out(Side side, uint32_t party) {
  const Side kept = parties_[party].out_changed ? side : kAfter;
  if (parties_[party].out[kept] == nullptr) {
    const Snapshot& graph = Graph(kept);
    auto out = std::make_unique<std::vector<End>>();
    if (const uint32_t number = parties_[party].number;
        number < graph.PartyCount() && graph.HasParty(number)) {
      for (const uint32_t flow : graph.OutFlows(number)) {
        ++work_;
        const model::TermsView terms = graph.TermsOf(flow);
        if (verdict::FeedingOf(terms) == verdict::Feeding::kController) {
          out->push_back({Number(graph.ImporterOf(flow)), ListNumber(terms.data_categories),
                          graph.IntervalOf(flow)});
        }
      }
    }
    parties_[party].out[kept] = std::move(out);
  }
  return *parties_[party].out[kept];
}

bool PrincipalsCompared::IsMarked(uint32_t party, uint32_t mark,
                                  const std::vector<uint32_t>& marks) {
  return party < marks.size() && marks[party] == mark;
}

// True: for the first time.
bool PrincipalsCompared::MarkIn(uint32_t party, uint32_t mark, std::vector<uint32_t>& marks) {
  if (party >= marks.size()) {
    marks.resize(size_t{party} + 1, 0);
  }
  const bool is_new = marks[party] != mark;
  marks[party] = mark;
  return is_new;
}

void PrincipalsCompared::Run(Side side, uint32_t exporter, uint32_t list, Date day, Walk& walk) {
  walk.side = side;
  walk.list = list;
  walk.day = day;
  walk.until = Date::Max();
  walk.complete = true;
  walk.meets_changed = false;
  walk.parties = {exporter};
  walk.named.clear();
  ++walk.mark;
  MarkIn(exporter, walk.mark, walk.is_walked);
  for (size_t next = 0; next < walk.parties.size(); ++next) {
    Gather(walk.parties[next], walk);
  }
}

void PrincipalsCompared::Gather(uint32_t party, Walk& walk) {
  const Row& row = Into(walk.side, party);
  const size_t steps = 1 + row.limited.size() + row.processors.size() + row.named.size();
  work_ += steps;
  look_.Step(steps);
  walk.meets_changed = walk.meets_changed || parties_[party].into_changed;
  for (const End& end : row.limited) {
    const Date change = walk.day < end.interval.from ? end.interval.from : end.interval.until;
    if (walk.day < change && change < walk.until && Meets(end.list)) {
      walk.until = change;
    }
  }
  for (const End& end : row.unknown) {
    walk.complete = walk.complete && !Feeds(end, walk);
  }
  for (const End& end : row.named) {
    if (Feeds(end, walk) && MarkIn(end.party, walk.mark, walk.is_named)) {
      walk.named.push_back(end.party);
    }
  }
  for (const End& end : row.processors) {
    if (IsMarked(end.party, walk.mark, walk.is_walked) || !Feeds(end, walk)) {
      continue;
    }
    if (walk.parties.size() == verdict::kMaxUpstream) {
      walk.complete = false;
      return;
    }
    MarkIn(end.party, walk.mark, walk.is_walked);
    walk.parties.push_back(end.party);
  }
}

// From span to span of days on which no flow that a walk meets begins or ends.
void PrincipalsCompared::Compare(uint32_t exporter, uint32_t list, std::span<const Asked> asked,
                                 std::vector<uint32_t>& found) {
  if (list_ != list) {
    list_ = list;
    meets_.assign(lists_.size(), Known::kNo);
  }
  own_.clear();
  for (const model::Party* member :
       verdict::EntityOf(after_.PartyId(parties_[exporter].number), after_)) {
    if (const std::optional<uint32_t> number = after_.PartyNumber(member->id)) {
      own_.push_back(Number(*number));
    }
  }
  std::vector<Asked> left(asked.begin(), asked.end());
  Date day = Date::Max();
  Date end = Date::Min();
  for (const Asked& one : left) {
    const Interval& interval = after_.IntervalOf(one.flow);
    day = std::min(day, std::max(interval.from, changed_.from));
    end = std::max(end, std::min(interval.until, changed_.until));
  }
  for (size_t span = 0; day < end && !left.empty(); ++span) {
    if (look_.stopped() || work_ > work_max_) {
      return;
    }
    if (span == kSpansMax) {
      for (const Asked& one : left) {
        found.push_back(one.flow);
      }
      return;
    }
    Run(kAfter, exporter, list, day, is_);
    Date until = is_.until;
    if (is_.meets_changed) {
      Run(kBefore, exporter, list, day, was_);
      until = std::min(until, was_.until);
      const Interval same{day, until};
      std::erase_if(left, [&](const Asked& one) {
        const bool differs = same.Overlaps(after_.IntervalOf(one.flow)) && Differs(one);
        if (differs) {
          found.push_back(one.flow);
        }
        return differs;
      });
    }
    day = until;
  }
}

bool PrincipalsCompared::Differs(const Asked& asked) {
  bool any = false;
  std::vector<uint32_t> candidates;
  candidates.reserve(asked.candidates->size());
  work_ += asked.candidates->size();
  for (const uint32_t party : *asked.candidates) {
    const uint32_t candidate = Number(party);
    candidates.push_back(candidate);
    if (IsOwn(candidate)) {
      continue;
    }
    const bool is_one = IsController(is_, candidate);
    if (is_one != IsController(was_, candidate)) {
      return true;
    }
    any = any || is_one;
  }
  return any &&
         (was_.complete != is_.complete || HasOther(was_, candidates) != HasOther(is_, candidates));
}

bool PrincipalsCompared::IsController(const Walk& walk, uint32_t party) {
  if (IsMarked(party, walk.mark, walk.is_named)) {
    return true;
  }
  const std::vector<End>& out = Out(walk.side, party);
  work_ += out.size();
  look_.Step(out.size());
  return std::any_of(out.begin(), out.end(), [&](const End& end) {
    return IsMarked(end.party, walk.mark, walk.is_walked) && Feeds(end, walk);
  });
}

bool PrincipalsCompared::HasOther(const Walk& walk, const std::vector<uint32_t>& candidates) {
  const auto is_other = [&](uint32_t party) {
    return !IsOwn(party) &&
           std::find(candidates.begin(), candidates.end(), party) == candidates.end();
  };
  if (std::any_of(walk.named.begin(), walk.named.end(), is_other)) {
    return true;
  }
  for (const uint32_t party : walk.parties) {
    for (const End& end : Into(walk.side, party).controllers) {
      work_ += 1 + candidates.size() / 8;
      if (Feeds(end, walk) && is_other(end.party)) {
        return true;
      }
    }
  }
  return false;
}

bool PrincipalsCompared::IsOwn(uint32_t party) const {
  return std::find(own_.begin(), own_.end(), party) != own_.end();
}

}  // namespace onward::query
