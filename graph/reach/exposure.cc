#include "graph/reach/exposure.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "graph/base/mutex.h"
#include "graph/base/status_macros.h"
#include "graph/reach/exposure_chains.h"
#include "graph/reach/exposure_rows.h"

namespace onward::reach {
namespace {

using query::Bits;
using verdict::Verdict;

// What was found for all origins, for the next page of it.
struct ExposureMemo {
  Mutex mutex;
  std::shared_ptr<const ExposureTable> table ONWARD_GUARDED_BY(mutex);
};

template <class T>
bool Selects(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

Verdict Shown(Verdict verdict) {
  return verdict == Verdict::kUnspecified ? Verdict::kNotATransfer : verdict;
}

class ExposureMaker {
 public:
  ExposureMaker(const DayGraphPtr& graph, const ExposureQuestion& question,
                const ExposureCheck& check)
      : graph_(*graph),
        question_(question),
        check_(check),
        stop_([this] { return check_(0); }),
        places_(OutsidePlaces::Of(graph)),
        pool_(LabelsPool::Of(graph)),
        labels_(pool_->Take()) {}

  absl::StatusOr<ExposurePage> Make(const std::optional<ExposureKey>& after, size_t limit) {
    FindScope();
    ONWARD_ASSIGN_OR_RETURN(const std::shared_ptr<const ExposureTable> table, TableOf());
    ExposurePage page;
    page.origins = table->origins;
    std::vector<size_t> at;
    bool more = false;
    for (size_t i = 0; i < table->rows.size(); ++i) {
      const ExposureCore& row = table->rows[i];
      if (!Keeps(row, *table, i)) {
        continue;
      }
      Count(Shown(row.verdict), page.summary);
      if (after.has_value() && !ComesAfter(row, *after)) {
        continue;
      }
      more = more || at.size() == limit;
      if (at.size() < limit) {
        at.push_back(i);
      }
    }
    ONWARD_ASSIGN_OR_RETURN(const bool all, AddRows(*table, at, page));
    if ((more || !all) && !page.rows.empty()) {
      const ExposureRow& last = page.rows.back();
      page.next = ExposureKey{IdOf(last.origin), IdOf(last.recipient), last.destination};
    }
    return page;
  }

 private:
  std::string IdOf(uint32_t party) const { return std::string(graph_.snapshot().PartyId(party)); }

  void FindScope() {
    if (question_.origin.has_value()) {
      origins_ = {*question_.origin};
    } else if (question_.activity != nullptr) {
      AddActivity(*question_.activity);
    } else {
      origins_ = graph_.origins();
    }
  }

  void AddActivity(const model::Activity& activity) {
    const auto add = [&](const std::string& id) {
      if (const auto party = graph_.snapshot().PartyNumber(id); party.has_value()) {
        origins_.push_back(*party);
      }
    };
    std::for_each(activity.controllers.begin(), activity.controllers.end(), add);
    add(activity.processor);
    std::sort(origins_.begin(), origins_.end(),
              [&](uint32_t a, uint32_t b) { return graph_.RankOf(a) < graph_.RankOf(b); });
    origins_.erase(std::unique(origins_.begin(), origins_.end()), origins_.end());
    if (!activity.data_categories.empty()) {
      const Bits bits = graph_.judged().arrivals().category_bits().Of(activity.data_categories);
      bits.AppendTo(only_);
      only_.resize(graph_.words(), 0);
    }
  }

  absl::StatusOr<std::shared_ptr<const ExposureTable>> TableOf() {
    const bool all = !question_.origin.has_value() && question_.activity == nullptr;
    if (!all) {
      return Compute();
    }
    const auto memo = graph_.judged().memo().Get<ExposureMemo>(
        [] { return std::shared_ptr<const ExposureMemo>(std::make_shared<ExposureMemo>()); });
    // The memo's object guards itself.
    ExposureMemo& kept = const_cast<ExposureMemo&>(*memo);  // NOLINT(*-const-cast)
    {
      const MutexLock lock(kept.mutex);
      if (kept.table != nullptr) {
        return kept.table;
      }
    }
    ONWARD_ASSIGN_OR_RETURN(std::shared_ptr<const ExposureTable> table, Compute());
    const MutexLock lock(kept.mutex);
    kept.table = table;
    return table;
  }

  absl::StatusOr<std::shared_ptr<const ExposureTable>> Compute() {
    auto table = std::make_shared<ExposureTable>();
    table->origins = origins_.size();
    for (const uint32_t origin : origins_) {
      ONWARD_RETURN_IF_ERROR(Follow(origin));
      ONWARD_RETURN_IF_ERROR(reach::AddRows(*labels_, *places_, check_, *table));
    }
    return std::shared_ptr<const ExposureTable>(std::move(table));
  }

  // So that the labels are those of the origin.
  absl::Status Follow(uint32_t origin) {
    if (followed_ == origin) {
      return absl::OkStatus();
    }
    followed_.reset();
    ONWARD_RETURN_IF_ERROR(labels_->Follow(origin, only_, stop_));
    followed_ = origin;
    return absl::OkStatus();
  }

  bool Keeps(const ExposureCore& row, const ExposureTable& table, size_t index) const {
    return Selects(question_.verdicts, Shown(row.verdict)) &&
           Selects(question_.destinations, places_->CodeOf(row.code)) &&
           (question_.recipients.empty() || Selects(question_.recipients, IdOf(row.recipient))) &&
           (question_.data_categories.empty() || Meets(CategoriesOf(table, index)));
  }

  CategorySet CategoriesOf(const ExposureTable& table, size_t index) const {
    const query::CategoryBits& categories = graph_.judged().arrivals().category_bits();
    Bits bits = categories.None();
    for (size_t block = 0; block < bits.num_blocks(); ++block) {
      bits.SetBlock(block, table.categories[index * graph_.words() + block]);
    }
    return categories.ToSet(bits);
  }

  bool Meets(const CategorySet& carried) const {
    const Categories& tree = graph_.snapshot().categories();
    return carried.all ||
           std::any_of(carried.ids.begin(), carried.ids.end(), [&](const std::string& id) {
             return std::any_of(question_.data_categories.begin(), question_.data_categories.end(),
                                [&](const std::string& wanted) { return tree.Meets(id, wanted); });
           });
  }

  bool ComesAfter(const ExposureCore& row, const ExposureKey& key) const {
    return std::make_tuple(graph_.snapshot().PartyId(row.origin),
                           graph_.snapshot().PartyId(row.recipient),
                           std::string_view(places_->CodeOf(row.code))) >
           std::make_tuple(std::string_view(key.origin), std::string_view(key.recipient),
                           std::string_view(key.destination));
  }

  // False: the page got too long.
  absl::StatusOr<bool> AddRows(const ExposureTable& table, const std::vector<size_t>& at,
                               ExposurePage& page) {
    if (at.empty()) {
      return true;
    }
    Chains chains(*labels_, *places_, stop_);
    size_t flows = 0;
    for (size_t begin = 0; begin < at.size();) {
      std::vector<ExposureCore> rows;
      while (begin + rows.size() < at.size() &&
             table.rows[at[begin + rows.size()]].origin == table.rows[at[begin]].origin) {
        rows.push_back(table.rows[at[begin + rows.size()]]);
      }
      ONWARD_RETURN_IF_ERROR(Follow(rows.front().origin));
      ONWARD_ASSIGN_OR_RETURN(const std::vector<Verdict> worst, chains.WorstHops(rows));
      for (size_t i = 0; i < rows.size(); ++i) {
        ONWARD_ASSIGN_OR_RETURN(ExposureRow row, RowOf(rows[i], worst[i], chains));
        flows += row.witness.size();
        if (flows > kWitnessMax && !page.rows.empty()) {
          return false;
        }
        row.categories = CategoriesOf(table, at[begin + i]);
        page.rows.push_back(std::move(row));
      }
      begin += rows.size();
    }
    return true;
  }

  absl::StatusOr<ExposureRow> RowOf(const ExposureCore& core, Verdict worst, Chains& chains) {
    ExposureRow row;
    row.origin = core.origin;
    row.recipient = core.recipient;
    row.destination = places_->CodeOf(core.code);
    row.held = graph_.Held(core.edge);
    row.verdict = Shown(core.verdict);
    row.reason = row.held ? verdict::Reason::kNotInEffect : core.reason;
    row.mechanism = places_->MechanismOf(core.mechanism);
    row.flow = graph_.FlowOf(core.edge);
    row.worst_hop = Shown(worst);
    ONWARD_ASSIGN_OR_RETURN(row.worst_hop_flow, chains.NearestHop(core, worst));
    ONWARD_ASSIGN_OR_RETURN(row.witness, chains.Witness(core));
    row.hops = static_cast<uint32_t>(row.witness.size());
    if (row.witness.size() > kWitnessMax) {
      row.witness.erase(row.witness.begin(),
                        row.witness.end() - static_cast<std::ptrdiff_t>(kWitnessMax));
    }
    return row;
  }

  const DayGraph& graph_;
  const ExposureQuestion& question_;
  const ExposureCheck& check_;
  const StopCheck stop_;
  const std::shared_ptr<const OutsidePlaces> places_;
  const std::shared_ptr<LabelsPool> pool_;
  const LabelsPool::Lease labels_;
  std::vector<uint32_t> origins_;
  // Empty: all categories.
  std::vector<uint64_t> only_;
  std::optional<uint32_t> followed_;
};

}  // namespace

absl::StatusOr<ExposurePage> Exposure(const DayGraphPtr& graph, const ExposureQuestion& question,
                                      const std::optional<ExposureKey>& after, size_t limit,
                                      const ExposureCheck& check) {
  return ExposureMaker(graph, question, check).Make(after, limit);
}

}  // namespace onward::reach
