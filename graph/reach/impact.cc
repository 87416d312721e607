#include "graph/reach/impact.h"

#include <algorithm>
#include <set>

#include "graph/base/status_macros.h"
#include "graph/reach/impact_walk.h"

namespace onward::reach {
namespace {

query::Bits BitsOf(const query::CategoryBits& categories, const CategoryWords& words) {
  query::Bits bits = categories.None();
  for (size_t block = 0; block < bits.num_blocks(); ++block) {
    bits.SetBlock(block, words[block]);
  }
  return bits;
}

class PageMaker {
 public:
  PageMaker(const DayGraph& graph, const std::vector<DependentFlow>& flows, ImpactWalk& walk)
      : graph_(graph),
        categories_(graph.judged().arrivals().category_bits()),
        flows_(flows),
        walk_(walk) {}

  ImpactPage Totals() const {
    ImpactPage page;
    page.flows = flows_.size();
    page.origins = walk_.origins().size();
    for (const DependentFlow& flow : flows_) {
      page.sole_footing += flow.sole_footing ? 1 : 0;
    }
    std::set<std::string_view> activities;
    for (const auto& [party, words] : walk_.origins()) {
      for (const model::Activity* activity : ActivitiesOf(party, words)) {
        activities.insert(activity->id);
      }
    }
    page.activities = activities.size();
    return page;
  }

  // Origins after `after` in order of id; the first is empty where there are data without one.
  std::vector<std::string_view> RowsAfter(const std::optional<std::string>& after) const {
    std::vector<std::string_view> rows;
    if (walk_.has_unknown()) {
      rows.emplace_back();
    }
    for (const auto& [party, words] : walk_.origins()) {
      rows.push_back(graph_.snapshot().PartyId(party));
    }
    std::sort(rows.begin(), rows.end());
    if (after.has_value()) {
      rows.erase(rows.begin(), std::upper_bound(rows.begin(), rows.end(), *after));
    }
    return rows;
  }

  absl::StatusOr<Dependent> Row(std::string_view origin, size_t flows_max) const {
    Dependent row;
    row.origin = std::string(origin);
    std::vector<size_t> indices;
    if (origin.empty()) {
      row.categories = categories_.ToSet(BitsOf(categories_, walk_.unknown()));
      ONWARD_ASSIGN_OR_RETURN(indices, walk_.FlowsWithoutOrigin());
    } else {
      const uint32_t party = graph_.snapshot().PartyNumber(origin).value();
      const CategoryWords& words = walk_.origins().at(party);
      row.categories = categories_.ToSet(BitsOf(categories_, words));
      for (const model::Activity* activity : ActivitiesOf(party, words)) {
        row.activities.push_back(activity->id);
      }
      ONWARD_ASSIGN_OR_RETURN(indices, walk_.FlowsOf(party));
    }
    for (const size_t index : indices) {
      AddFlow(flows_[index], flows_max, row);
    }
    return row;
  }

 private:
  void AddFlow(const DependentFlow& flow, size_t flows_max, Dependent& row) const {
    const verdict::Verdict verdict = graph_.judged().VerdictOf(flow.flow);
    ++row.flow_count;
    row.sole_footing += flow.sole_footing ? 1 : 0;
    if (row.flows.size() < flows_max) {
      row.flows.push_back(flow.flow);
    }
    if (verdict::Badness(verdict) > verdict::Badness(row.verdict)) {
      row.verdict = verdict;
    }
  }

  std::vector<const model::Activity*> ActivitiesOf(uint32_t party,
                                                   const CategoryWords& words) const {
    std::vector<const model::Activity*> used;
    const query::Bits bits = BitsOf(categories_, words);
    for (const model::Activity* activity :
         graph_.snapshot().ActivitiesOf(graph_.snapshot().PartyId(party))) {
      if (activity->data_categories.empty() || bits.test(0) ||
          categories_.Of(activity->data_categories).intersects(bits)) {
        used.push_back(activity);
      }
    }
    return used;
  }

  const DayGraph& graph_;
  const query::CategoryBits& categories_;
  const std::vector<DependentFlow>& flows_;
  ImpactWalk& walk_;
};

}  // namespace

absl::StatusOr<ImpactPage> FindImpact(const DayGraph& graph, const ImpactSubject& subject,
                                      const std::optional<std::string>& after, size_t limit,
                                      size_t flows_max,
                                      const std::function<absl::Status()>& check) {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<DependentFlow> flows,
                          FindDependentFlows(graph.judged(), subject, check));
  ImpactWalk walk(graph, flows, check);
  ONWARD_RETURN_IF_ERROR(walk.Back());
  const PageMaker maker(graph, flows, walk);
  ImpactPage page = maker.Totals();
  const std::vector<std::string_view> rows = maker.RowsAfter(after);
  page.more = rows.size() > limit;
  for (size_t i = 0; i < std::min(rows.size(), limit); ++i) {
    ONWARD_ASSIGN_OR_RETURN(Dependent row, maker.Row(rows[i], flows_max));
    page.dependents.push_back(std::move(row));
  }
  return page;
}

}  // namespace onward::reach
