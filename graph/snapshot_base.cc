#include "graph/snapshot_base.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "graph/record_bytes.h"

namespace onward::snapshot {
namespace {

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
  base->IndexParties(flows);
  std::vector<uint32_t> numbers;
  numbers.reserve(flows.parties().size());
  for (const std::string& id : flows.parties()) {
    numbers.push_back(base->PartyNumber(id));
  }
  base->columns = flows.Take(numbers);
  if (stopped()) {
    return nullptr;
  }
  base->IndexEnds();
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

std::vector<std::string> Base::NamedByFlowsOnly(const FlowColumnsBuilder& builder) const {
  std::vector<std::string> named;
  for (const std::string& id : builder.parties()) {
    const size_t at = LowerBound(kParties, id);
    if (at == Count(kParties) || IdAt(kParties, at) != id) {
      named.push_back(id);
    }
  }
  std::sort(named.begin(), named.end());
  return named;
}

void Base::IndexParties(const FlowColumnsBuilder& builder) {
  std::vector<std::string_view> recorded;
  recorded.reserve(records[kParties].size());
  for (const RecordPtr& record : records[kParties]) {
    recorded.emplace_back(model::IdOf(*record));
  }
  named_ = NamedByFlowsOnly(builder);
  party_ids.reserve(recorded.size() + named_.size());
  std::merge(recorded.begin(), recorded.end(), named_.begin(), named_.end(),
             std::back_inserter(party_ids));
  party_numbers_.Make(party_ids.size(), [this](size_t party) { return party_ids[party]; });
  party_records.resize(party_ids.size());
  for (const RecordPtr& record : records[kParties]) {
    party_records[PartyNumber(model::IdOf(*record))] = &std::get<model::Party>(*record);
  }
}

void Base::IndexEnds() {
  out = RowsBy(parties(), columns.exporters);
  in = RowsBy(parties(), columns.importers);
}

void Base::CountBytes() {
  // Of a node of a hash map, beside its value, with its share of the buckets.
  constexpr size_t kNode = 3 * sizeof(void*);
  constexpr size_t kControl = 2 * sizeof(void*);
  for (const std::vector<RecordPtr>& list : records) {
    bytes_.index += list.capacity() * sizeof(RecordPtr);
    for (const RecordPtr& record : list) {
      const RecordBytes own = BytesOf(*record);
      bytes_.records += own.record + kControl;
      bytes_.names += own.names;
    }
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
