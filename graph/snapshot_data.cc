#include "graph/snapshot_data.h"

#include <algorithm>
#include <utility>

#include "graph/record_bytes.h"

namespace onward {

RecordRange::RecordRange(const snapshot::Base& base, size_t slot, size_t first,
                         Exceptions exceptions)
    : base_(&base),
      slot_(slot),
      first_(first),
      end_(base.Count(slot)),
      exceptions_(std::move(exceptions)) {}

RecordPtr RecordRange::At(size_t place) const { return base_->RecordAt(slot_, place); }

}  // namespace onward

namespace onward::snapshot {
namespace {

template <class T>
std::span<const T* const> ListOf(const ChangedLists<T>& changed, const ByParty<T>& base,
                                 std::string_view party) {
  if (const auto* const list = changed.Find(party); list != nullptr) {
    return **list;
  }
  const auto at = base.find(party);
  return at == base.end() ? std::span<const T* const>() : std::span<const T* const>(at->second);
}

}  // namespace

void Touched::Add(const std::vector<uint32_t>& numbers) {
  if (numbers.empty()) {
    return;
  }
  auto bits = bits_ == nullptr ? std::make_shared<Bits>() : std::make_shared<Bits>(*bits_);
  for (const uint32_t number : numbers) {
    const uint32_t bit = BitOf(number);
    (*bits)[bit / 64] |= uint64_t{1} << (bit % 64);
  }
  bits_ = std::move(bits);
}

size_t BytesOf(const Overlay& overlay) {
  size_t sum = overlay.flows.bytes() + overlay.parties.bytes() + overlay.new_flows.bytes() +
               overlay.new_parties.bytes() + overlay.agreements.bytes() +
               overlay.activities.bytes() + overlay.touched_flows.bytes() +
               overlay.touched_parties.bytes();
  for (const auto& kind : overlay.records) {
    sum += kind.bytes();
    kind.Each([&sum](const std::string& /*id*/, const RecordPtr& record) {
      const RecordBytes own = record == nullptr ? RecordBytes() : BytesOf(*record);
      sum += own.record + own.names;
    });
  }
  overlay.parties.Each([&sum](uint32_t /*party*/, const PartyState& state) {
    if (state.row != nullptr) {
      sum += (state.row->out.capacity() + state.row->in.capacity()) * sizeof(uint32_t);
    }
  });
  const auto add_lists = [&sum](const std::string& /*party*/, const auto& list) {
    sum += list->capacity() * sizeof(void*);
  };
  overlay.agreements.Each(add_lists);
  overlay.activities.Each(add_lists);
  return sum;
}

Data::Data(uint64_t at_revision, std::shared_ptr<const Base> made)
    : revision(at_revision),
      base(std::move(made)),
      categories(base->categories),
      flow_count(base->flows()),
      party_count(base->parties()) {
  for (size_t slot = 0; slot < kKinds; ++slot) {
    record_counts[slot] = base->Count(slot);
  }
}

RecordPtr Data::Find(size_t slot, std::string_view id) const {
  const RecordPtr* const changed = overlay.records[slot].Find(id);
  return changed != nullptr ? *changed : base->Find(slot, id);
}

const model::Record* Data::FindKept(size_t slot, std::string_view id) const {
  if (const RecordPtr* const changed = overlay.records[slot].Find(id); changed != nullptr) {
    return changed->get();
  }
  const uint32_t number = base->Number(slot, id);
  return number == Base::kNone ? nullptr : base->records[slot][number].get();
}

bool Data::Has(size_t slot, std::string_view id) const {
  const RecordPtr* const changed = overlay.records[slot].Find(id);
  return changed != nullptr ? *changed != nullptr : base->Number(slot, id) != Base::kNone;
}

RecordRange Data::RecordsFrom(size_t slot, std::string_view first) const {
  RecordRange::Exceptions exceptions;
  overlay.records[slot].Each([&](const std::string& id, const RecordPtr& record) {
    if (id < first) {
      return;
    }
    const size_t at = base->LowerBound(slot, id);
    if (at < base->Count(slot) && base->IdAt(slot, at) == id) {
      exceptions.removed.push_back(at);
    }
    if (record != nullptr) {
      exceptions.added.emplace_back(at, record);
    }
  });
  return {*base, slot, first.empty() ? 0 : base->LowerBound(slot, first), std::move(exceptions)};
}

NumberRange Data::FlowsInOrder() const {
  if (overlay.flows.empty()) {
    return NumberRange(base->flows());
  }
  auto exceptions = std::make_shared<NumberRange::Exceptions>();
  overlay.new_flows.Each([&](const std::string& id, uint32_t flow) {
    if (HasFlow(flow)) {
      exceptions->added.emplace_back(base->LowerBound(Base::kFlows, id), flow);
    }
  });
  overlay.flows.Each([&](uint32_t flow, const FlowState& state) {
    if (flow < base->flows() && !state.live) {
      exceptions->removed.push_back(flow);
    }
  });
  return NumberRange(base->flows(), std::move(exceptions));
}

NumberRange Data::PartiesInOrder() const {
  if (overlay.parties.empty()) {
    return NumberRange(base->parties());
  }
  auto exceptions = std::make_shared<NumberRange::Exceptions>();
  const std::vector<std::string_view>& ids = base->party_ids;
  overlay.new_parties.Each([&](const std::string& id, uint32_t party) {
    if (HasParty(party)) {
      const auto at = std::lower_bound(ids.begin(), ids.end(), std::string_view(id));
      exceptions->added.emplace_back(static_cast<uint32_t>(at - ids.begin()), party);
    }
  });
  overlay.parties.Each([&](uint32_t party, const PartyState& /*state*/) {
    if (party < base->parties() && !HasParty(party)) {
      exceptions->removed.push_back(party);
    }
  });
  return NumberRange(base->parties(), std::move(exceptions));
}

bool Data::HasFlow(uint32_t flow) const {
  const FlowState* const changed = ChangedFlow(flow);
  return changed == nullptr ? flow < base->flows() : changed->live;
}

std::string_view Data::FlowId(uint32_t flow) const {
  const FlowState* const changed = ChangedFlow(flow);
  return changed == nullptr || changed->record == nullptr
             ? base->columns.ids.At(flow)
             : std::string_view(std::get<model::Flow>(*changed->record).id);
}

const Interval& Data::IntervalOf(uint32_t flow) const {
  const FlowState* const changed = ChangedFlow(flow);
  return changed == nullptr ? base->columns.intervals[flow]
                            : std::get<model::Flow>(*changed->record).interval;
}

model::TermsView Data::TermsOf(uint32_t flow) const {
  const FlowState* const changed = ChangedFlow(flow);
  return changed == nullptr ? base->columns.pool.At(base->columns.terms[flow])
                            : model::TermsOf(std::get<model::Flow>(*changed->record));
}

model::FlowView Data::ViewAt(uint32_t flow) const {
  const FlowState* const changed = ChangedFlow(flow);
  return changed == nullptr ? base->ViewAt(flow)
                            : model::ViewOf(std::get<model::Flow>(*changed->record));
}

uint32_t Data::FlowNumber(std::string_view id) const {
  const uint32_t* const added = overlay.new_flows.Find(id);
  return added == nullptr ? base->FlowNumber(id) : *added;
}

uint32_t Data::PartyNumber(std::string_view id) const {
  const uint32_t known = base->PartyNumber(id);
  if (known != Base::kNone) {
    return known;
  }
  const uint32_t* const added = overlay.new_parties.Find(id);
  return added == nullptr ? Base::kNone : *added;
}

std::string_view Data::PartyId(uint32_t party) const {
  return party < base->parties() ? base->party_ids[party]
                                 : std::string_view(*overlay.parties.Find(party)->id);
}

const model::Party* Data::PartyRecord(uint32_t party) const {
  if (const PartyState* const changed = ChangedParty(party); changed != nullptr) {
    return changed->record == nullptr ? nullptr : &std::get<model::Party>(*changed->record);
  }
  return base->party_records[party];
}

bool Data::HasParty(uint32_t party) const {
  if (const PartyState* const changed = ChangedParty(party); changed != nullptr) {
    return changed->record != nullptr || !Out(party).empty() || !In(party).empty();
  }
  return party < base->parties();
}

std::pair<uint32_t, uint32_t> Data::EndsOf(uint32_t flow) const {
  const FlowState* const changed = ChangedFlow(flow);
  return changed == nullptr ? base->EndsOf(flow) : std::pair(changed->exporter, changed->importer);
}

std::span<const uint32_t> Data::Out(uint32_t party) const {
  const PartyState* const changed = ChangedParty(party);
  return changed != nullptr && changed->row != nullptr ? changed->row->out : base->out.Of(party);
}
std::span<const uint32_t> Data::In(uint32_t party) const {
  const PartyState* const changed = ChangedParty(party);
  return changed != nullptr && changed->row != nullptr ? changed->row->in : base->in.Of(party);
}

std::span<const model::Agreement* const> Data::AgreementsOf(std::string_view party) const {
  return ListOf(overlay.agreements, base->agreements, party);
}
std::span<const model::Activity* const> Data::ActivitiesOf(std::string_view party) const {
  return ListOf(overlay.activities, base->activities, party);
}

Records Data::AllRecords() const {
  Records all;
  for (size_t slot = 0; slot < kKinds; ++slot) {
    if (slot == Base::kFlows) {
      continue;
    }
    const std::vector<RecordPtr>& list = base->records[slot];
    std::vector<RecordPtr>& merged = all[slot];
    merged.reserve(record_counts[slot]);
    size_t next = 0;
    overlay.records[slot].Each([&](const std::string& id, const RecordPtr& record) {
      const size_t at = base->LowerBound(slot, id);
      merged.insert(merged.end(), list.begin() + static_cast<ptrdiff_t>(next),
                    list.begin() + static_cast<ptrdiff_t>(at));
      next = at + (at < list.size() && model::IdOf(*list[at]) == id ? 1 : 0);
      if (record != nullptr) {
        merged.push_back(record);
      }
    });
    merged.insert(merged.end(), list.begin() + static_cast<ptrdiff_t>(next), list.end());
  }
  return all;
}

std::optional<FlowColumnsBuilder> Data::AllFlows(const std::function<bool()>& stop) const {
  constexpr uint32_t kUnknown = UINT32_MAX;
  constexpr size_t kFlowsPerLook = 1U << 16;
  FlowColumnsBuilder builder(record_counts[Base::kFlows]);
  // By number here: the builder's.
  std::vector<uint32_t> parties(party_count, kUnknown);
  std::vector<uint32_t> terms(base->columns.pool.size(), kUnknown);
  const auto party_number = [&](uint32_t party) {
    if (parties[party] == kUnknown) {
      parties[party] = builder.PartyNumber(PartyId(party));
    }
    return parties[party];
  };
  const auto terms_number = [&](uint32_t flow) {
    if (ChangedFlow(flow) != nullptr) {
      return builder.TermsNumber(TermsOf(flow));
    }
    uint32_t& number = terms[base->columns.terms[flow]];
    if (number == kUnknown) {
      number = builder.TermsNumber(TermsOf(flow));
    }
    return number;
  };
  for (const uint32_t flow : FlowsInOrder()) {
    if (stop && builder.flows() % kFlowsPerLook == 0 && stop()) {
      return std::nullopt;
    }
    const auto [exporter, importer] = EndsOf(flow);
    const uint32_t from = party_number(exporter);
    builder.Add(FlowId(flow), from, party_number(importer), IntervalOf(flow), terms_number(flow));
  }
  return builder;
}

}  // namespace onward::snapshot
