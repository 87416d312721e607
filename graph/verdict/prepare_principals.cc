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
  using Flow = uint32_t;

  NumberGraph(PrincipalTable& table, uint32_t categories) : t_(table), categories_(categories) {}

  model::Role ImporterRole(uint32_t flow) const { return t_.lean_[flow].importer_role; }
  model::Role ExporterRole(uint32_t flow) const { return t_.lean_[flow].exporter_role; }
  uint32_t Exporter(uint32_t flow) const { return t_.lean_[flow].exporter; }
  bool ActsForOthers(uint32_t flow) const { return t_.lean_[flow].acts_for_others; }
  bool Feeds(uint32_t flow) const { return t_.Meet(t_.lean_[flow].categories, categories_); }
  template <class Visit>
  void EachInto(uint32_t party, Visit visit) const {
    for (uint32_t i = t_.row_begin_[party]; i < t_.row_begin_[party + 1]; ++i) {
      visit(t_.rows_[i]);
    }
  }

  bool MarkSeen(uint32_t party) {
    const bool is_new = t_.seen_[party] != t_.walk_;
    t_.seen_[party] = t_.walk_;
    return is_new;
  }
  void AddFlow(uint32_t flow) {
    t_.found_.constant = t_.found_.constant.Meet(t_.lean_[flow].interval);
  }
  void AddController(uint32_t party) {
    if (t_.is_controller_[party] != t_.walk_) {
      t_.is_controller_[party] = t_.walk_;
      t_.found_.controllers.push_back(party);
    }
  }
  void AddNamed(uint32_t flow) {
    for (const std::string& id : t_.flows_[flow]->on_behalf_of) {
      AddController(t_.parties_.NumberOf(id));
    }
  }
  void MarkIncomplete() { t_.found_.complete = false; }
  void MarkCut() { t_.found_.cut = true; }

 private:
  PrincipalTable& t_;
  uint32_t categories_;
};

PrincipalTable::PrincipalTable(std::span<const model::Flow* const> flows, const PartyTable& parties)
    : flows_(flows),
      parties_(parties),
      lean_(flows.size()),
      seen_(parties.size(), 0),
      is_controller_(parties.size(), 0) {
  for (uint32_t flow = 0; flow < flows.size(); ++flow) {
    const model::Flow& record = *flows[flow];
    lean_[flow] = {parties.ExporterOf(flow),     0,
                   record.exporter_role,         record.importer_role,
                   !record.on_behalf_of.empty(), record.interval};
  }
  AddLists();
  AddRows();
}

void PrincipalTable::AddLists() {
  absl::flat_hash_map<std::string, uint32_t> numbers;
  for (uint32_t flow = 0; flow < lean_.size(); ++flow) {
    const auto [at, is_new] =
        numbers.emplace(KeyOf(flows_[flow]->data_categories), list_examples_.size());
    if (is_new) {
      list_examples_.push_back(flow);
    }
    lean_[flow].categories = at->second;
  }
  meets_.resize(list_examples_.size() <= kListsMax ? list_examples_.size() : 0);
}

void PrincipalTable::AddRows() {
  row_begin_.assign(parties_.size() + 1, 0);
  for (uint32_t flow = 0; flow < lean_.size(); ++flow) {
    ++row_begin_[parties_.ImporterOf(flow) + 1];
  }
  for (size_t party = 0; party < parties_.size(); ++party) {
    row_begin_[party + 1] += row_begin_[party];
  }
  rows_.resize(lean_.size());
  std::vector<uint32_t> next = row_begin_;
  for (uint32_t flow = 0; flow < lean_.size(); ++flow) {
    rows_[next[parties_.ImporterOf(flow)]++] = flow;
  }
}

bool PrincipalTable::Meet(uint32_t a, uint32_t b) {
  const auto ask = [&] {
    return CategoriesMeet(*flows_[list_examples_[a]], *flows_[list_examples_[b]]);
  };
  if (meets_.empty()) {
    return ask();
  }
  std::vector<int8_t>& row = meets_[b];
  if (row.empty()) {
    row.assign(list_examples_.size(), -1);
  }
  if (row[a] < 0) {
    row[a] = ask() ? 1 : 0;
  }
  return row[a] == 1;
}

const Upstream& PrincipalTable::Of(uint32_t flow) {
  const Lean& asked = lean_[flow];
  const bool known = !asked.acts_for_others && found_exporter_ == asked.exporter &&
                     found_categories_ == asked.categories;
  if (known) {
    return found_;
  }
  found_ = {};
  found_.number = ++walk_;
  NumberGraph graph(*this, asked.categories);
  if (asked.acts_for_others) {
    graph.AddNamed(flow);
  } else {
    PrincipalWalk<NumberGraph>(graph).Run(asked.exporter);
  }
  found_exporter_ = asked.acts_for_others ? PartyTable::kNone : asked.exporter;
  found_categories_ = asked.categories;
  Finish(asked.exporter);
  return found_;
}

void PrincipalTable::Finish(uint32_t exporter) {
  const std::vector<uint32_t>& own = parties_.Row(exporter).members;
  std::erase_if(found_.controllers, [&own](uint32_t controller) {
    return std::find(own.begin(), own.end(), controller) != own.end();
  });
}

}  // namespace onward::verdict
