#include "graph/verdict/prepare_principals.h"

#include <algorithm>

#include "graph/verdict/principals.h"

namespace onward::verdict {
namespace {

// With more lists of categories than this, whether two meet is not kept.
constexpr size_t kListsMax = 4096;

std::string KeyOf(const model::Strings& list) {
  std::string key;
  for (const std::string& word : list) {
    key += word;
    key += '\n';
  }
  return key;
}

}  // namespace

// The numbers of an inventory, as PrincipalWalk asks for them.
class NumberGraph {
 public:
  using Party = uint32_t;
  using Flow = const PrincipalTable::Lean*;

  NumberGraph(PrincipalTable& table, uint32_t categories)
      : t_(table), categories_(categories), meets_(table.MeetsOf(categories)) {}

  model::Role ImporterRole(Flow flow) const { return flow->importer_role; }
  model::Role ExporterRole(Flow flow) const { return flow->exporter_role; }
  uint32_t Exporter(Flow flow) const { return flow->exporter; }
  bool ActsForOthers(Flow flow) const { return flow->acts_for_others; }
  bool Feeds(Flow flow) const {
    const int8_t known = meets_ == nullptr ? int8_t{-1} : (*meets_)[flow->categories];
    return known < 0 ? t_.Meet(flow->categories, categories_) : known == 1;
  }
  template <class Visit>
  void EachInto(uint32_t party, Visit visit) const {
    for (uint32_t i = t_.row_begin_[party]; i < t_.row_begin_[party + 1]; ++i) {
      visit(&t_.rows_[i]);
    }
  }

  bool MarkSeen(uint32_t party) {
    const bool is_new = t_.seen_[party] != t_.walk_;
    t_.seen_[party] = t_.walk_;
    return is_new;
  }
  void AddFlow(Flow flow) { t_.found_.constant = t_.found_.constant.Meet(flow->interval); }
  void AddController(uint32_t party) {
    if (t_.is_controller_[party] != t_.walk_) {
      t_.is_controller_[party] = t_.walk_;
      t_.found_.controllers.push_back(party);
    }
  }
  void AddNamed(Flow flow) { AddNamed(t_.flows_[flow->flow]->on_behalf_of); }
  void AddNamed(const model::Strings& parties) {
    for (const std::string& id : parties) {
      AddController(t_.parties_.NumberOf(id));
    }
  }
  void MarkIncomplete() { t_.found_.complete = false; }
  void MarkCut() { t_.found_.cut = true; }

 private:
  PrincipalTable& t_;
  uint32_t categories_;
  const std::vector<int8_t>* meets_;
};

PrincipalTable::PrincipalTable(std::span<const model::Flow* const> flows, const PartyTable& parties)
    : flows_(flows),
      parties_(parties),
      categories_(flows.size()),
      seen_(parties.size(), 0),
      is_controller_(parties.size(), 0) {
  AddLists();
  AddRows();
}

void PrincipalTable::AddLists() {
  absl::flat_hash_map<std::string, uint32_t> numbers;
  for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
    const auto [at, is_new] =
        numbers.emplace(KeyOf(flows_[flow]->data_categories), list_examples_.size());
    if (is_new) {
      list_examples_.push_back(flow);
    }
    categories_[flow] = at->second;
  }
  meets_.resize(list_examples_.size() <= kListsMax ? list_examples_.size() : 0);
}

void PrincipalTable::AddRows() {
  row_begin_.assign(parties_.size() + 1, 0);
  for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
    ++row_begin_[parties_.ImporterOf(flow) + 1];
  }
  for (size_t party = 0; party < parties_.size(); ++party) {
    row_begin_[party + 1] += row_begin_[party];
  }
  rows_.resize(flows_.size());
  std::vector<uint32_t> next = row_begin_;
  for (uint32_t flow = 0; flow < flows_.size(); ++flow) {
    const model::Flow& record = *flows_[flow];
    rows_[next[parties_.ImporterOf(flow)]++] = {parties_.ExporterOf(flow),
                                                categories_[flow],
                                                flow,
                                                record.interval,
                                                record.exporter_role,
                                                record.importer_role,
                                                !record.on_behalf_of.empty()};
  }
}

const std::vector<int8_t>* PrincipalTable::MeetsOf(uint32_t categories) {
  if (meets_.empty()) {
    return nullptr;
  }
  std::vector<int8_t>& row = meets_[categories];
  if (row.empty()) {
    row.assign(list_examples_.size(), -1);
  }
  return &row;
}

bool PrincipalTable::Meet(uint32_t a, uint32_t b) {
  const bool meet = CategoriesMeet(*flows_[list_examples_[a]], *flows_[list_examples_[b]]);
  if (!meets_.empty()) {
    meets_[b][a] = meet ? 1 : 0;
  }
  return meet;
}

const Upstream& PrincipalTable::Of(uint32_t flow) {
  const uint32_t exporter = parties_.ExporterOf(flow);
  const uint32_t categories = categories_[flow];
  const model::Strings& named = flows_[flow]->on_behalf_of;
  if (named.empty() && found_exporter_ == exporter && found_categories_ == categories) {
    return found_;
  }
  found_ = {};
  found_.number = ++walk_;
  NumberGraph graph(*this, categories);
  if (named.empty()) {
    PrincipalWalk<NumberGraph>(graph).Run(exporter);
  } else {
    graph.AddNamed(named);
  }
  found_exporter_ = named.empty() ? exporter : PartyTable::kNone;
  found_categories_ = categories;
  Finish(exporter);
  return found_;
}

void PrincipalTable::Finish(uint32_t exporter) {
  const std::vector<uint32_t>& own = parties_.Row(exporter).members;
  std::erase_if(found_.controllers, [&own](uint32_t controller) {
    return std::find(own.begin(), own.end(), controller) != own.end();
  });
}

}  // namespace onward::verdict
