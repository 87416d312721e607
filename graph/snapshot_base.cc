#include "graph/snapshot_base.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/record_bytes.h"

namespace onward::snapshot {
namespace {

// With fewer records threads are not worth their start.
constexpr size_t kParallelMin = 50'000;

constexpr size_t kParties = static_cast<size_t>(model::RecordKind::kParty);

void KeepOnce(std::vector<std::string_view>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

// Flow numbers by one of their ends, ascending in each row.
Rows<uint32_t> RowsBy(uint32_t parties, const std::vector<uint32_t>& ends) {
  Rows<uint32_t> rows;
  rows.begins.assign(parties + 1, 0);
  for (const uint32_t end : ends) {
    ++rows.begins[end + 1];
  }
  for (uint32_t party = 0; party < parties; ++party) {
    rows.begins[party + 1] += rows.begins[party];
  }
  rows.items.resize(ends.size());
  std::vector<uint32_t> next(rows.begins.begin(), rows.begins.end() - 1);
  for (uint32_t flow = 0; flow < ends.size(); ++flow) {
    rows.items[next[ends[flow]]++] = flow;
  }
  return rows;
}

template <class T>
ByParty<T> ByPartyOf(const std::vector<RecordPtr>& records) {
  ByParty<T> lists;
  for (const RecordPtr& record : records) {
    const T& item = std::get<T>(*record);
    for (const std::string_view party : PartiesOf(item)) {
      lists[party].push_back(&item);
    }
  }
  return lists;
}

}  // namespace

std::vector<std::string_view> PartiesOf(const model::Agreement& agreement) {
  std::vector<std::string_view> parties(agreement.parties.begin(), agreement.parties.end());
  KeepOnce(parties);
  return parties;
}

std::vector<std::string_view> PartiesOf(const model::Activity& activity) {
  std::vector<std::string_view> parties(activity.controllers.begin(), activity.controllers.end());
  parties.emplace_back(activity.processor);
  KeepOnce(parties);
  std::erase(parties, std::string_view());
  return parties;
}

std::shared_ptr<const Base> Base::Make(Records all, FlowColumnsBuilder flows,
                                       const std::function<bool()>& stop) {
  auto base = std::make_shared<Base>(std::move(all));
  const auto stopped = [&stop] { return stop && stop(); };
  if (stopped()) {
    return nullptr;
  }
  base->IndexRecords();
  if (stopped()) {
    return nullptr;
  }
  base->columns = flows.Take(base->IndexParties(flows));
  if (stopped()) {
    return nullptr;
  }
  const std::array<std::function<void()>, 3> jobs = {
      [&] { base->out = RowsBy(base->parties(), base->columns.exporters); },
      [&] { base->in = RowsBy(base->parties(), base->columns.importers); },
      [&] { base->CountRecords(); }};
  const size_t at_once = base->size() < kParallelMin ? jobs.size() : 1;
  InParallel(jobs.size(), at_once, {}, [&jobs](size_t /*thread*/, size_t begin, size_t end) {
    std::for_each(jobs.begin() + begin, jobs.begin() + end, [](const auto& job) { job(); });
  });
  base->CountBytes();
  return base;
}

void Base::IndexRecords() {
  for (size_t slot = 0; slot < kKinds; ++slot) {
    if (slot != kParties && slot != kFlows) {
      by_id_[slot].Make(records[slot].size(), [&](size_t at) { return IdAt(slot, at); });
    }
  }
  agreements = ByPartyOf<model::Agreement>(records[Slot(model::RecordKind::kAgreement)]);
  activities = ByPartyOf<model::Activity>(records[Slot(model::RecordKind::kActivity)]);
  std::vector<const model::Record*> tree;
  for (const RecordPtr& record : records[Slot(model::RecordKind::kCategory)]) {
    tree.push_back(record.get());
  }
  categories = std::make_shared<const Categories>(tree);
}

std::vector<uint32_t> Base::IndexParties(const FlowColumnsBuilder& builder) {
  const std::vector<RecordPtr>& recorded = records[kParties];
  for (const RecordPtr& record : recorded) {
    party_ids.emplace_back(model::IdOf(*record));
    party_records.push_back(&std::get<model::Party>(*record));
  }
  NumberParties();
  for (const std::string& id : builder.parties()) {
    if (PartyNumber(id) == kNone) {
      named_.push_back(id);
    }
  }
  if (!named_.empty()) {
    AddNamed();
  }
  std::vector<uint32_t> numbers;
  numbers.reserve(builder.parties().size());
  for (const std::string& id : builder.parties()) {
    numbers.push_back(PartyNumber(id));
  }
  return numbers;
}

void Base::NumberParties() {
  party_numbers_.Make(party_ids.size(), [this](size_t party) { return party_ids[party]; });
}

void Base::AddNamed() {
  std::sort(named_.begin(), named_.end());
  const std::vector<std::string_view> recorded = std::exchange(party_ids, {});
  party_ids.reserve(recorded.size() + named_.size());
  std::merge(recorded.begin(), recorded.end(), named_.begin(), named_.end(),
             std::back_inserter(party_ids));
  NumberParties();
  const std::vector<const model::Party*> of_recorded = std::exchange(party_records, {});
  party_records.resize(party_ids.size());
  for (size_t i = 0; i < recorded.size(); ++i) {
    party_records[PartyNumber(recorded[i])] = of_recorded[i];
  }
}

void Base::CountRecords() {
  constexpr size_t kControl = 2 * sizeof(void*);
  for (const std::vector<RecordPtr>& list : records) {
    for (const RecordPtr& record : list) {
      const RecordBytes own = BytesOf(*record);
      bytes_.records += own.record + kControl;
      bytes_.names += own.names;
    }
  }
}

void Base::CountBytes() {
  // Of a node of a hash map, beside its value, with its share of the buckets.
  constexpr size_t kNode = 3 * sizeof(void*);
  for (const std::vector<RecordPtr>& list : records) {
    bytes_.index += list.capacity() * sizeof(RecordPtr);
  }
  for (const std::string& id : named_) {
    bytes_.names += sizeof(id) + id.size() + 1;
  }
  bytes_.names += columns.ids.bytes();
  bytes_.flows = columns.bytes();
  bytes_.terms = BytesOf(columns.pool);
  for (const IdTable& by_id : by_id_) {
    bytes_.index += by_id.bytes();
  }
  const auto add_lists = [this](const auto& lists) {
    for (const auto& [party, list] : lists) {
      bytes_.index += sizeof(party) + sizeof(list) + kNode + list.capacity() * sizeof(void*);
    }
  };
  add_lists(agreements);
  add_lists(activities);
  bytes_.index += party_numbers_.bytes() + party_ids.capacity() * sizeof(std::string_view) +
                  party_records.capacity() * sizeof(void*);
  const auto rows = [](const Rows<uint32_t>& of) {
    return (of.begins.capacity() + of.items.capacity()) * sizeof(uint32_t);
  };
  bytes_.graph = rows(out) + rows(in);
}

RecordPtr Base::Find(size_t slot, std::string_view id) const {
  const uint32_t number = Number(slot, id);
  return number == kNone ? nullptr : RecordAt(slot, number);
}

RecordPtr Base::RecordAt(size_t slot, size_t at) const {
  return slot == kFlows ? std::make_shared<const model::Record>(
                              model::FlowFrom(ViewAt(static_cast<uint32_t>(at))))
                        : records[slot][at];
}

std::string_view Base::IdAt(size_t slot, size_t at) const {
  return slot == kFlows ? columns.ids.At(static_cast<uint32_t>(at))
                        : std::string_view(model::IdOf(*records[slot][at]));
}

model::FlowView Base::ViewAt(uint32_t flow) const {
  return {columns.ids.At(flow), party_ids[columns.exporters[flow]],
          party_ids[columns.importers[flow]], columns.intervals[flow],
          columns.pool.At(columns.terms[flow])};
}

uint32_t Base::Number(size_t slot, std::string_view id) const {
  if (slot != kParties && slot != kFlows) {
    return by_id_[slot].Find(id, [&](size_t at) { return IdAt(slot, at); });
  }
  const size_t at = LowerBound(slot, id);
  return at < Count(slot) && IdAt(slot, at) == id ? static_cast<uint32_t>(at) : kNone;
}

uint32_t Base::PartyNumber(std::string_view id) const {
  return party_numbers_.Find(id, [this](size_t party) { return party_ids[party]; });
}

uint32_t Base::FlowNumber(std::string_view id) const { return Number(kFlows, id); }

size_t Base::LowerBound(size_t slot, std::string_view id) const {
  if (slot == kFlows) {
    return columns.ids.LowerBound(id);
  }
  const std::vector<RecordPtr>& list = records[slot];
  return static_cast<size_t>(std::lower_bound(list.begin(), list.end(), id,
                                              [](const RecordPtr& record, std::string_view wanted) {
                                                return model::IdOf(*record) < wanted;
                                              }) -
                             list.begin());
}

size_t Base::size() const {
  size_t sum = columns.size();
  for (const std::vector<RecordPtr>& list : records) {
    sum += list.size();
  }
  return sum;
}

}  // namespace onward::snapshot
