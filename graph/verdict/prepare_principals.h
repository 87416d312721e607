// For whom processors act, for preparing all hops of an inventory. Internal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "graph/verdict/prepare_parties.h"
#include "graph/verdict/principals.h"

namespace onward::verdict {

// Rows of numbers by party.
template <class Row>
class RowsByParty {
 public:
  // To be called with all rows in order, twice: first Count for each, then, after Allot, Add.
  explicit RowsByParty(size_t parties) : begin_(parties + 1, 0) {}
  void Count(uint32_t party) { ++begin_[party + 1]; }
  void Allot() {
    for (size_t party = 1; party < begin_.size(); ++party) {
      begin_[party] += begin_[party - 1];
    }
    next_ = begin_;
    rows_.resize(begin_.back());
  }
  void Add(uint32_t party, const Row& row) { rows_[next_[party]++] = row; }

  std::span<const Row> Of(uint32_t party) const {
    return {rows_.data() + begin_[party], rows_.data() + begin_[party + 1]};
  }

 private:
  std::vector<uint32_t> begin_;
  std::vector<uint32_t> next_;
  std::vector<Row> rows_;
};

// Finds the controllers for whom parties act as to some data: as PrincipalWalk does, over the numbers of a
// PartyTable, without a list of all of them. Not thread-safe. Refers to its arguments.
class PrincipalTable {
 public:
  PrincipalTable(const FlowTable& flows, const PartyTable& parties);

  // Asks for whom the data of this flow are, as PrincipalsOf finds it: whatever the day, if the flow is in
  // effect on days in constant() only. What follows answers until the next call.
  void Ask(uint32_t flow);
  bool complete() const { return complete_; }
  // Not all of the chain was followed.
  bool cut() const { return cut_; }
  const Interval& constant() const { return constant_; }
  bool IsController(uint32_t party);
  // IsController of the party or of a branch of it.
  bool IsControllerOrHead(uint32_t party);
  // Calls `visit` with each controller, some more than once, until it returns false.
  template <class Visit>
  void EachController(Visit visit) const;

  // Flows of one exporter with equal numbers are asked about one after the other most cheaply.
  uint32_t CategoriesOf(uint32_t flow) const { return categories_[flows_.rows[flow].terms]; }

 private:
  // The other end of a flow, and its list of categories.
  struct End {
    uint32_t party = 0;
    uint32_t categories = 0;
  };
  // A flow that limits its categories.
  struct Limited {
    uint32_t categories = 0;
    Interval interval;
    bool unknown = false;
  };
  struct Naming {
    uint32_t flow = 0;
    uint32_t categories = 0;
  };
  // All flows into a party that do not limit their categories.
  struct Whole {
    Interval constant;
    bool unknown = false;
  };

  void AddLists();
  void AddRows();
  Feeding KindOf(uint32_t flow) const { return kinds_[flows_.rows[flow].terms]; }
  void CountRow(uint32_t flow);
  void AddRow(uint32_t flow);
  void Walk(uint32_t exporter);
  void Gather(uint32_t party);
  void Extend(uint32_t party);
  void AddNamed(const model::Strings& parties);
  bool IsFedBy(uint32_t party) const;
  bool IsOwn(uint32_t party) const;
  void AddWords();
  bool Feeds(uint32_t categories) const;

  const FlowTable& flows_;
  const PartyTable& parties_;
  // By number of terms: their list of categories, and what they say about controllers.
  std::vector<uint32_t> categories_;
  std::vector<Feeding> kinds_;
  // Each list of categories; and whether that is everything.
  std::vector<const model::Strings*> lists_;
  std::vector<bool> is_all_;
  // By list: the words that it has, and those that meet one of them (CategoriesMeet), as bits. Empty: the
  // inventory has too many words.
  std::vector<uint64_t> words_;
  std::vector<uint64_t> meeting_;
  // Flows into a party, as far as they feed what it handles for others.
  std::vector<Whole> wholes_;
  RowsByParty<Limited> limited_;
  RowsByParty<Naming> naming_;
  RowsByParty<End> processors_;
  RowsByParty<End> controllers_;
  // Flows of kind kController out of a party.
  RowsByParty<End> fed_;

  // Of the walk that was asked for last: marks are equal to walk_.
  uint32_t walk_ = 0;
  uint32_t exporter_ = PartyTable::kNone;
  uint32_t list_ = 0;
  bool by_name_ = false;
  bool complete_ = true;
  bool cut_ = false;
  Interval constant_;
  std::vector<uint32_t> walked_;
  std::vector<uint32_t> queue_;
  std::vector<uint32_t> is_named_;
  std::vector<uint32_t> named_;
  std::vector<uint32_t> asked_;
  std::vector<bool> answer_;
};

template <class Visit>
void PrincipalTable::EachController(Visit visit) const {
  for (const uint32_t party : named_) {
    if (!IsOwn(party) && !visit(party)) {
      return;
    }
  }
  for (const uint32_t walked : queue_) {
    for (const End& controller : controllers_.Of(walked)) {
      if (Feeds(controller.categories) && !IsOwn(controller.party) && !visit(controller.party)) {
        return;
      }
    }
  }
}

}  // namespace onward::verdict
