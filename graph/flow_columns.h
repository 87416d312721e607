// The flows of a snapshot's base, column by column: flows with equal terms share them. Internal to this
// folder.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/base/date.h"
#include "graph/model/terms_pool.h"

namespace onward::snapshot {

// Texts one after the other, by number. Each takes its bytes and four more.
class TextList {
 public:
  // At most 64 KiB long.
  void Add(std::string_view text) {
    if (begins_.size() % kBlock == 0) {
      blocks_.push_back(bytes_.size());
    }
    begins_.push_back(static_cast<uint32_t>(bytes_.size() - blocks_.back()));
    bytes_.append(text);
  }
  std::string_view At(uint32_t number) const {
    const size_t begin = BeginOf(number);
    const size_t end = number + 1 == begins_.size() ? bytes_.size() : BeginOf(number + 1);
    return {bytes_.data() + begin, end - begin};
  }
  uint32_t size() const { return static_cast<uint32_t>(begins_.size()); }
  // The first that does not come before `text`, where the list is ascending.
  uint32_t LowerBound(std::string_view text) const;
  void Shrink();
  size_t bytes() const {
    return bytes_.size() + begins_.capacity() * sizeof(uint32_t) +
           blocks_.capacity() * sizeof(size_t);
  }

 private:
  // So many texts begin less than 4 GiB after the first of them.
  static constexpr size_t kBlock = 1U << 16;

  size_t BeginOf(uint32_t number) const { return blocks_[number / kBlock] + begins_[number]; }

  std::string bytes_;
  std::vector<uint32_t> begins_;
  std::vector<size_t> blocks_;
};

struct FlowColumns {
  uint32_t size() const { return ids.size(); }
  // Without ids, and without what the terms take.
  size_t bytes() const;

  // Ascending.
  TextList ids;
  // Numbers of parties.
  std::vector<uint32_t> exporters;
  std::vector<uint32_t> importers;
  std::vector<Interval> intervals;
  // Into `pool`.
  std::vector<uint32_t> terms;
  model::TermsPool pool;
};

// Makes columns from flows in any order.
class FlowColumnsBuilder {
 public:
  explicit FlowColumnsBuilder(size_t flows);

  // Numbers for Add; the same for equal ones.
  uint32_t PartyNumber(std::string_view id);
  uint32_t TermsNumber(const model::TermsView& terms) { return pool_.Add(terms); }
  // Each id once.
  void Add(std::string_view id, uint32_t exporter, uint32_t importer, const Interval& interval,
           uint32_t terms);

  // Those of another, which is used up; no id is in both.
  void Append(FlowColumnsBuilder other);

  // By number of PartyNumber.
  const std::deque<std::string>& parties() const { return parties_; }
  size_t flows() const { return made_.size(); }
  // `numbers`: by number of PartyNumber, those to have in the columns. To be called once, at the end.
  FlowColumns Take(const std::vector<uint32_t>& numbers);

 private:
  void Sort();

  FlowColumns made_;
  bool ascending_ = true;
  std::deque<std::string> parties_;
  // Views of them.
  absl::flat_hash_map<std::string_view, uint32_t> party_numbers_;
  model::TermsPoolBuilder pool_;
};

}  // namespace onward::snapshot
