// A snapshot's next state, at the price of what changes.
#include <algorithm>
#include <map>
#include <utility>

#include "graph/snapshot_data.h"

namespace onward::snapshot {
namespace {

using model::RecordKind;

// Where the flow with that id stands, or would, in a list in order of id.
template <class IdAt>
size_t PlaceOf(std::string_view id, size_t size, const IdAt& id_at) {
  size_t low = 0;
  for (size_t high = size; low < high;) {
    const size_t middle = low + (high - low) / 2;
    if (id_at(middle) < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// A list in order of id with some entries given anew. Each change: an id, and the entry or null for none.
template <class T>
std::vector<const T*> Merged(std::span<const T* const> list,
                             const std::map<std::string_view, const T*>& changes) {
  std::vector<const T*> merged;
  merged.reserve(list.size() + changes.size());
  size_t next = 0;
  for (const auto& [id, entry] : changes) {
    const size_t at =
        PlaceOf(id, list.size(), [&](size_t i) { return std::string_view(list[i]->id); });
    merged.insert(merged.end(), list.begin() + static_cast<ptrdiff_t>(next),
                  list.begin() + static_cast<ptrdiff_t>(at));
    next = at + (at < list.size() && list[at]->id == id ? 1 : 0);
    if (entry != nullptr) {
      merged.push_back(entry);
    }
  }
  merged.insert(merged.end(), list.begin() + static_cast<ptrdiff_t>(next), list.end());
  return merged;
}

template <class T>
const T* As(const RecordPtr& record) {
  return record == nullptr ? nullptr : &std::get<T>(*record);
}

class Change {
 public:
  Change(const Data& before, uint64_t revision)
      : before_(before), made_(std::make_unique<Data>(before)), next_(*made_) {
    next_.revision = revision;
  }

  std::unique_ptr<const Data> Make(const std::vector<model::Mutation>& mutations, Changes changes) {
    std::map<model::RecordRef, const model::Mutation*> last;
    for (const model::Mutation& mutation : mutations) {
      last[mutation.ref] = &mutation;
    }
    for (const auto& [ref, mutation] : last) {
      Apply(*mutation);
    }
    next_.overlay.touched_flows.Add(touched_flows_);
    if (changes == Changes::kAll) {
      FinishIndexes();
    }
    return std::move(made_);
  }

 private:
  template <class T>
  using Lists = std::map<std::string, std::map<std::string_view, const T*>, std::less<>>;
  // Flows of one party that may have begun or ended to be its own.
  using Edits = std::vector<uint32_t>;

  void FinishIndexes() {
    FinishLists(agreements_, before_, &Data::AgreementsOf, next_.overlay.agreements);
    FinishLists(activities_, before_, &Data::ActivitiesOf, next_.overlay.activities);
    FinishRows();
    next_.overlay.touched_parties.Add(touched_parties_);
    if (categories_) {
      FinishCategories();
    }
  }

  void Apply(const model::Mutation& mutation) {
    const size_t slot = Slot(mutation.ref.kind);
    const std::string& id = mutation.ref.id;
    const RecordPtr old = before_.Find(slot, id);
    if (old == nullptr && !mutation.record.has_value()) {
      return;
    }
    const RecordPtr now = mutation.record.has_value()
                              ? std::make_shared<const model::Record>(*mutation.record)
                              : nullptr;
    PersistentMap<std::string, RecordPtr>& changed = next_.overlay.records[slot];
    const size_t changed_before = changed.size();
    changed.Set(id, now);
    next_.overlay.changes += changed.size() - changed_before;
    next_.record_counts[slot] += now == nullptr ? 0 : 1;
    next_.record_counts[slot] -= old == nullptr ? 0 : 1;
    switch (mutation.ref.kind) {
      case RecordKind::kParty:
        ApplyParty(id, now);
        break;
      case RecordKind::kFlow:
        ApplyFlow(id, now);
        break;
      case RecordKind::kAgreement:
        ApplyListed(id, old.get(), As<model::Agreement>(now), agreements_);
        break;
      case RecordKind::kActivity:
        ApplyListed(id, old.get(), As<model::Activity>(now), activities_);
        break;
      case RecordKind::kCategory:
        categories_ = true;
        break;
      case RecordKind::kUnspecified:
      case RecordKind::kLocation:
      case RecordKind::kTriage:
      case RecordKind::kPolicy:
        break;
    }
  }

  // `id` stays where it is as long as `old` or `now` does.
  template <class T>
  static void ApplyListed(std::string_view id, const model::Record* old, const T* now,
                          Lists<T>& lists) {
    if (old != nullptr) {
      for (const std::string_view party : PartiesOf(std::get<T>(*old))) {
        lists[std::string(party)][id] = nullptr;
      }
    }
    if (now != nullptr) {
      for (const std::string_view party : PartiesOf(*now)) {
        lists[std::string(party)][id] = now;
      }
    }
  }

  void ApplyParty(const std::string& id, const RecordPtr& now) {
    const uint32_t party = NumberOf(id);
    PartyState state = StateOf(party);
    state.record = now;
    SetParty(party, std::move(state));
  }

  void ApplyFlow(const std::string& id, const RecordPtr& now) {
    uint32_t flow = next_.FlowNumber(id);
    const bool known = flow != Base::kNone;
    if (!known) {
      flow = next_.flow_count++;
      next_.overlay.new_flows.Set(id, flow);
    }
    FlowState before;
    if (known) {
      const auto [exporter, importer] = next_.EndsOf(flow);
      const FlowState* const changed = next_.overlay.flows.Find(flow);
      // The base's flows keep their ids there.
      before = {flow < next_.base->flows() ? nullptr : changed->record, exporter, importer,
                next_.HasFlow(flow)};
    }
    FlowState after = before;
    after.live = false;
    if (const auto* const record = As<model::Flow>(now); record != nullptr) {
      after = {now, NumberOf(record->exporter), NumberOf(record->importer), true};
    }
    EditRows(flow, before, after);
    next_.overlay.flows.Set(flow, std::move(after));
    touched_flows_.push_back(flow);
  }

  // A flow that stays between the same parties stays where it is in their rows.
  void EditRows(uint32_t flow, const FlowState& before, const FlowState& after) {
    if (before.live && after.live && before.exporter == after.exporter &&
        before.importer == after.importer) {
      return;
    }
    for (const FlowState* state : {&before, &after}) {
      if (state->live) {
        out_[state->exporter].push_back(flow);
        in_[state->importer].push_back(flow);
      }
    }
  }

  // Of a party that may be new.
  uint32_t NumberOf(const std::string& id) {
    const uint32_t known = next_.PartyNumber(id);
    if (known != Base::kNone) {
      return known;
    }
    const uint32_t party = next_.party_count++;
    next_.overlay.new_parties.Set(id, party);
    SetParty(party, {std::make_shared<const std::string>(id), nullptr, std::make_shared<Row>()});
    return party;
  }

  PartyState StateOf(uint32_t party) const {
    if (const PartyState* const changed = next_.overlay.parties.Find(party); changed != nullptr) {
      return *changed;
    }
    PartyState state;
    const model::Party* const record = next_.base->party_records[party];
    if (record != nullptr) {
      const auto& records = next_.base->records[Slot(RecordKind::kParty)];
      state.record = records[next_.base->LowerBound(Slot(RecordKind::kParty), record->id)];
    }
    return state;
  }

  void SetParty(uint32_t party, PartyState state) {
    next_.overlay.parties.Set(party, std::move(state));
    touched_parties_.push_back(party);
  }

  template <class T>
  static void FinishLists(const Lists<T>& lists, const Data& before,
                          std::span<const T* const> (Data::*of)(std::string_view) const,
                          ChangedLists<T>& changed) {
    for (const auto& [party, changes] : lists) {
      changed.Set(party, std::make_shared<const std::vector<const T*>>(
                             Merged((before.*of)(party), changes)));
    }
  }

  void FinishRows() {
    std::map<uint32_t, std::pair<const Edits*, const Edits*>> edited;
    for (const auto& [party, edits] : out_) {
      edited[party].first = &edits;
    }
    for (const auto& [party, edits] : in_) {
      edited[party].second = &edits;
    }
    for (const auto& [party, edits] : edited) {
      const bool known = party < before_.party_count;
      auto row = std::make_shared<Row>();
      const auto exports = [this, at = party](uint32_t flow) {
        return next_.EndsOf(flow).first == at;
      };
      const auto imports = [this, at = party](uint32_t flow) {
        return next_.EndsOf(flow).second == at;
      };
      FinishRow(edits.first, known ? before_.Out(party) : Numbers(), exports, row->out);
      FinishRow(edits.second, known ? before_.In(party) : Numbers(), imports, row->in);
      PartyState state = StateOf(party);
      state.row = std::move(row);
      SetParty(party, std::move(state));
    }
  }

  using Numbers = std::span<const uint32_t>;

  // `list` with what the edits (null: none) make of it.
  template <class Belongs>
  void FinishRow(const Edits* edits, Numbers list, const Belongs& belongs,
                 std::vector<uint32_t>& row) const {
    std::map<std::string_view, uint32_t> changes;
    if (edits != nullptr) {
      for (const uint32_t flow : *edits) {
        changes.emplace(next_.FlowId(flow), flow);
      }
    }
    row.reserve(list.size() + changes.size());
    size_t next = 0;
    const auto take = [&](size_t until) {
      row.insert(row.end(), list.begin() + static_cast<ptrdiff_t>(next),
                 list.begin() + static_cast<ptrdiff_t>(until));
    };
    for (const auto& [id, flow] : changes) {
      const size_t at = PlaceOf(id, list.size(), [&](size_t i) { return next_.FlowId(list[i]); });
      take(at);
      next = at + (at < list.size() && list[at] == flow ? 1 : 0);
      if (next_.HasFlow(flow) && belongs(flow)) {
        row.push_back(flow);
      }
    }
    take(list.size());
  }

  void FinishCategories() {
    std::vector<const model::Record*> tree;
    const RecordRange all = next_.RecordsFrom(Slot(RecordKind::kCategory), "");
    for (const RecordPtr& record : all) {
      tree.push_back(record.get());  // base or overlay hold it
    }
    next_.categories = std::make_shared<const Categories>(tree);
  }

  const Data& before_;
  std::unique_ptr<Data> made_;
  Data& next_;
  Lists<model::Agreement> agreements_;
  Lists<model::Activity> activities_;
  std::map<uint32_t, Edits> out_;
  std::map<uint32_t, Edits> in_;
  std::vector<uint32_t> touched_flows_;
  std::vector<uint32_t> touched_parties_;
  bool categories_ = false;
};

}  // namespace

std::unique_ptr<const Data> Changed(const Data& data, uint64_t revision,
                                    const std::vector<model::Mutation>& mutations,
                                    Changes changes) {
  return Change(data, revision).Make(mutations, changes);
}

}  // namespace onward::snapshot
