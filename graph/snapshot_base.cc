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
template <class EndOf>
Rows<uint32_t> RowsBy(uint32_t parties, uint32_t flows, const EndOf& end_of) {
  Rows<uint32_t> rows;
  rows.begins.assign(parties + 1, 0);
  for (uint32_t flow = 0; flow < flows; ++flow) {
    ++rows.begins[end_of(flow) + 1];
  }
  for (uint32_t party = 0; party < parties; ++party) {
    rows.begins[party + 1] += rows.begins[party];
  }
  rows.items.resize(flows);
  std::vector<uint32_t> next(rows.begins.begin(), rows.begins.end() - 1);
  for (uint32_t flow = 0; flow < flows; ++flow) {
    rows.items[next[end_of(flow)]++] = flow;
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

std::shared_ptr<const Base> Base::Make(Records all, const std::function<bool()>& stop) {
  auto base = std::make_shared<Base>(std::move(all));
  for (const auto index : {&Base::IndexRecords, &Base::IndexParties, &Base::IndexEnds,
                           &Base::IndexFlows, &Base::Count}) {
    if (stop && stop()) {
      return nullptr;
    }
    (*base.*index)();
  }
  return base;
}

void Base::IndexRecords() {
  for (size_t slot = 0; slot < kKinds; ++slot) {
    if (slot == kParties || slot == kFlows) {
      continue;
    }
    by_id_[slot].reserve(records[slot].size());
    for (const RecordPtr& record : records[slot]) {
      by_id_[slot].emplace(model::IdOf(*record), record.get());
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

void Base::IndexParties() {
  std::vector<std::string_view> recorded;
  recorded.reserve(records[kParties].size());
  for (const RecordPtr& record : records[kParties]) {
    recorded.emplace_back(model::IdOf(*record));
  }
  std::vector<std::string_view> named;
  for (uint32_t flow = 0; flow < flows(); ++flow) {
    for (const std::string* end : {&FlowAt(flow).exporter, &FlowAt(flow).importer}) {
      if (!std::binary_search(recorded.begin(), recorded.end(), *end)) {
        named.emplace_back(*end);
      }
    }
  }
  KeepOnce(named);
  std::merge(recorded.begin(), recorded.end(), named.begin(), named.end(),
             std::back_inserter(party_ids));
  party_records.resize(party_ids.size());
  party_numbers_.reserve(party_ids.size());
  for (uint32_t number = 0; number < party_ids.size(); ++number) {
    party_numbers_.emplace(party_ids[number], number);
  }
  for (const RecordPtr& record : records[kParties]) {
    party_records[party_numbers_.at(model::IdOf(*record))] = &std::get<model::Party>(*record);
  }
}

void Base::IndexEnds() {
  ends.reserve(flows());
  for (uint32_t flow = 0; flow < flows(); ++flow) {
    ends.emplace_back(party_numbers_.at(FlowAt(flow).exporter),
                      party_numbers_.at(FlowAt(flow).importer));
  }
  out = RowsBy(parties(), flows(), [this](uint32_t flow) { return ends[flow].first; });
  in = RowsBy(parties(), flows(), [this](uint32_t flow) { return ends[flow].second; });
}

void Base::IndexFlows() {
  const auto records_of = [this](const Rows<uint32_t>& rows) {
    Rows<const model::Flow*> found;
    found.begins = rows.begins;
    found.items.reserve(rows.items.size());
    for (const uint32_t flow : rows.items) {
      found.items.push_back(&FlowAt(flow));
    }
    return found;
  };
  flows_from = records_of(out);
  flows_into = records_of(in);
}

void Base::Count() {
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
  for (const auto& by_id : by_id_) {
    bytes_.index += by_id.size() * (sizeof(std::string_view) + sizeof(void*) + kNode);
  }
  const auto add_lists = [this](const auto& lists) {
    for (const auto& [party, list] : lists) {
      bytes_.index += sizeof(party) + sizeof(list) + kNode + list.capacity() * sizeof(void*);
    }
  };
  add_lists(agreements);
  add_lists(activities);
  bytes_.index += party_numbers_.size() * (sizeof(std::string_view) + sizeof(void*) + kNode) +
                  party_ids.capacity() * sizeof(std::string_view) +
                  party_records.capacity() * sizeof(void*);
  const auto rows = [](const auto& of) {
    return of.begins.capacity() * sizeof(uint32_t) + of.items.capacity() * sizeof(of.items[0]);
  };
  bytes_.graph = ends.capacity() * sizeof(ends[0]) + rows(out) + rows(in) + rows(flows_from) +
                 rows(flows_into);
}

const model::Record* Base::Find(size_t slot, std::string_view id) const {
  if (slot == kParties || slot == kFlows) {
    const size_t at = LowerBound(slot, id);
    const bool found = at < records[slot].size() && model::IdOf(*records[slot][at]) == id;
    return found ? records[slot][at].get() : nullptr;
  }
  const auto at = by_id_[slot].find(id);
  return at == by_id_[slot].end() ? nullptr : at->second;
}

uint32_t Base::PartyNumber(std::string_view id) const {
  const auto at = party_numbers_.find(id);
  return at == party_numbers_.end() ? kNone : at->second;
}

uint32_t Base::FlowNumber(std::string_view id) const {
  const size_t at = LowerBound(kFlows, id);
  const bool found = at < records[kFlows].size() && model::IdOf(*records[kFlows][at]) == id;
  return found ? static_cast<uint32_t>(at) : kNone;
}

size_t Base::LowerBound(size_t slot, std::string_view id) const {
  const std::vector<RecordPtr>& list = records[slot];
  return static_cast<size_t>(std::lower_bound(list.begin(), list.end(), id,
                                              [](const RecordPtr& record, std::string_view wanted) {
                                                return model::IdOf(*record) < wanted;
                                              }) -
                             list.begin());
}

size_t Base::size() const {
  size_t sum = 0;
  for (const std::vector<RecordPtr>& list : records) {
    sum += list.size();
  }
  return sum;
}

}  // namespace onward::snapshot
