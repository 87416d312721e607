#include "graph/reach/summary.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "graph/base/ending.h"
#include "graph/base/status_macros.h"
#include "graph/base/stop_look.h"
#include "graph/query/arrival_steps.h"
#include "graph/query/over_time.h"
#include "graph/query/rows.h"
#include "graph/reach/tally.h"

namespace onward::reach {
namespace {

using query::Arrivals;
using query::Judgements;
using query::PreparedSince;
using query::VerdictCounts;
using verdict::Verdict;

constexpr size_t kFlowsPerCheck = 1'024;

bool StatesCategories(const model::TermsView& terms) {
  return !terms.data_categories.empty() && terms.data_categories.front() != model::kAllReceived;
}

// How data moves and what the verdicts are, from date to date.
class Movement {
 public:
  // Where `stop` says so, MoveTo stops at once.
  Movement(const Judgements& judged, const PreparedSince& prepared,
           const std::function<bool()>& stop)
      : prepared_(prepared),
        sweep_(judged.snapshot(), judged.law(), judged.question().law_known_at, &prepared, stop) {}

  // False: stopped.
  bool MoveTo(Date day, const std::function<bool()>& stop) {
    day_ = day;
    return sweep_.MoveTo(day, stop);
  }
  const Arrivals& arrivals() const { return sweep_.arrivals(); }
  // Flows to which data may come otherwise than on the date before.
  const std::vector<uint32_t>& said() const { return sweep_.said(); }
  // `until`: the first later day on which they may be others, unless data come to the flow otherwise.
  std::vector<query::DestinationOutcome> OutcomesOf(uint32_t flow, Date& until) const {
    const std::vector<Date> days = prepared_.DaysOf(flow);
    const auto next = std::upper_bound(days.begin(), days.end(), day_);
    until = next == days.end() ? Date::Max() : *next;
    std::vector<query::DestinationOutcome> outcomes;
    for (auto& [code, brief] : prepared_.DestinationsOn(flow, day_, sweep_.arrivals().Of(flow))) {
      outcomes.push_back(
          {std::move(code), brief.verdict, brief.reason, prepared_.MechanismId(brief.mechanism)});
    }
    return outcomes;
  }

 private:
  const PreparedSince& prepared_;
  query::MannerSweep sweep_;
  Date day_;
};

// What a flow counts as at present.
struct Counted {
  struct Destination {
    uint32_t place = 0;
    uint32_t mechanism = 0;
    Verdict verdict = Verdict::kUnspecified;
  };
  std::vector<Destination> destinations;
  std::vector<uint32_t> categories;
  // First day on which it has to be looked at again.
  Date until = Date::Min();
};

class Summariser {
 public:
  // `movement`: null where one date is asked about, that of the judgements.
  Summariser(const Judgements& judged, std::unique_ptr<Movement> movement, size_t top,
             const std::function<absl::Status()>& check)
      : judged_(judged),
        graph_(judged.snapshot()),
        top_(top),
        check_(check),
        movement_(std::move(movement)),
        flows_(graph_.FlowCount()),
        importers_by_party_(graph_.PartyCount(), kNoNumber) {}

  absl::StatusOr<DaySummary> On(Date day) {
    ONWARD_RETURN_IF_ERROR(MoveTo(day));
    size_t seen = 0;
    for (const uint32_t flow : graph_.FlowsInOrder()) {
      if (seen++ % kFlowsPerCheck == 0) {
        ONWARD_RETURN_IF_ERROR(check_());
      }
      if (flows_[flow].until <= day) {
        Add(flow, -1);
        Look(flow, day);
        Add(flow, 1);
      }
    }
    return Take(day);
  }

 private:
  static constexpr uint32_t kNoNumber = UINT32_MAX;

  absl::Status MoveTo(Date day) {
    if (movement_ == nullptr) {
      return absl::OkStatus();
    }
    Ending ended(check_);
    if (!movement_->MoveTo(day, std::ref(ended))) {
      return ended.status();
    }
    for (const uint32_t flow : movement_->said()) {
      flows_[flow].until = Date::Min();
    }
    return absl::OkStatus();
  }

  void Look(uint32_t flow, Date day) {
    Counted& counted = flows_[flow];
    counted.destinations.clear();
    counted.categories.clear();
    const Interval& interval = graph_.IntervalOf(flow);
    if (!interval.Contains(day)) {
      counted.until = day < interval.from ? interval.from : Date::Max();
      return;
    }
    for (const query::DestinationOutcome& outcome : OutcomesOf(flow, counted.until)) {
      counted.destinations.push_back({places_.NumberOf(outcome.destination),
                                      mechanisms_.NumberOf(outcome.mechanism), outcome.verdict});
    }
    counted.until = std::min(counted.until, interval.until);
    counted.categories = CategoriesOf(flow);
  }

  std::vector<query::DestinationOutcome> OutcomesOf(uint32_t flow, Date& until) const {
    if (movement_ != nullptr) {
      return movement_->OutcomesOf(flow, until);
    }
    until = Date::Max();
    return judged_.DestinationsOf(flow);
  }
  const Arrivals& arrivals() const {
    return movement_ == nullptr ? judged_.arrivals() : movement_->arrivals();
  }

  std::vector<uint32_t> CategoriesOf(uint32_t flow) {
    const model::TermsView terms = graph_.TermsOf(flow);
    CategorySet carried;
    if (StatesCategories(terms)) {
      carried.ids = terms.data_categories;
    } else {
      carried = arrivals().Received(flow);
    }
    std::set<uint32_t> topmost;
    if (carried.all || carried.ids.empty()) {
      topmost.insert(categories_.NumberOf(""));
    } else {
      for (const std::string& id : carried.ids) {
        topmost.insert(categories_.NumberOf(Topmost(id)));
      }
    }
    return {topmost.begin(), topmost.end()};
  }

  // Parents that form a circle end after one turn.
  std::string_view Topmost(std::string_view id) const {
    const Categories& tree = graph_.categories();
    std::set<std::string_view> seen;
    while (seen.insert(id).second && !tree.ParentOf(id).empty()) {
      id = tree.ParentOf(id);
    }
    return id;
  }

  uint32_t ImporterOf(uint32_t flow) {
    const uint32_t party = graph_.ImporterOf(flow);
    uint32_t& number = importers_by_party_[party];
    if (number == kNoNumber) {
      number = importers_.NumberOf(graph_.PartyId(party));
    }
    return number;
  }

  void Add(uint32_t flow, int delta) {
    const Counted& counted = flows_[flow];
    if (counted.destinations.empty()) {
      return;
    }
    flows_in_effect_ += delta;
    const uint32_t importer = ImporterOf(flow);
    for (const Counted::Destination& entry : counted.destinations) {
      all_.Add(all_number_, entry.verdict, delta);
      places_.Add(entry.place, entry.verdict, delta);
      mechanisms_.Add(entry.mechanism, entry.verdict, delta);
      importers_.Add(importer, entry.verdict, delta);
      for (const uint32_t category : counted.categories) {
        categories_.Add(category, entry.verdict, delta);
      }
    }
  }

  absl::StatusOr<DaySummary> Take(Date day) {
    DaySummary summary;
    summary.date = day;
    const SummaryList all = all_.Top(1, [](const std::string&) { return std::string(); });
    summary.counts = all.entries.empty() ? VerdictCounts() : all.entries.front().counts;
    summary.flows = static_cast<uint64_t>(flows_in_effect_);
    const auto party = [this](const std::string& id) { return query::PartyName(graph_, id); };
    summary.destinations = places_.Top(top_, [this](const std::string& id) {
      const law::Jurisdiction* const place = judged_.law().FindJurisdiction(id);
      return place == nullptr ? "" : place->name;
    });
    summary.mechanisms =
        mechanisms_.Top(top_, [this](const std::string& id) { return MechanismName(id); });
    summary.categories = categories_.Top(top_, [this](const std::string& id) {
      return id.empty() ? id : graph_.categories().NameOf(id);
    });
    summary.importers = importers_.Top(top_, party);
    if (movement_ == nullptr) {
      ONWARD_ASSIGN_OR_RETURN(const Tally origins, Origins());
      summary.origins = origins.Top(top_, party);
    }
    return summary;
  }

  std::string MechanismName(const std::string& id) const {
    if (const law::Instrument* instrument = judged_.law().FindInstrument(id)) {
      return instrument->name;
    }
    const law::Decision* const decision = judged_.law().FindDecision(id);
    return decision == nullptr ? "" : "Decision " + decision->number;
  }

  absl::StatusOr<Tally> Origins() const {
    Tally origins;
    Ending ended(check_);
    const std::function<bool()> stop = std::ref(ended);
    StopLook look(stop);
    for (const uint32_t flow : graph_.FlowsInOrder()) {
      if (look.Step()) {
        return ended.status();
      }
      if (flows_[flow].destinations.empty()) {
        continue;
      }
      const auto of_flow = judged_.arrivals().OriginsUnless(stop, flow);
      if (!of_flow.has_value()) {
        return ended.status();
      }
      for (const std::string& id : *of_flow) {
        const uint32_t origin = origins.NumberOf(id);
        for (const Counted::Destination& entry : flows_[flow].destinations) {
          origins.Add(origin, entry.verdict, 1);
        }
      }
    }
    return origins;
  }

  const Judgements& judged_;
  const Snapshot& graph_;
  const size_t top_;
  const std::function<absl::Status()>& check_;
  const std::unique_ptr<Movement> movement_;
  std::vector<Counted> flows_;
  std::vector<uint32_t> importers_by_party_;
  int64_t flows_in_effect_ = 0;
  Tally all_;
  const uint32_t all_number_ = all_.NumberOf("");
  Tally places_;
  Tally mechanisms_;
  Tally categories_;
  Tally importers_;
};

}  // namespace

absl::StatusOr<std::vector<DaySummary>> Summarise(const Judgements& judged,
                                                  const std::vector<Date>& dates, size_t top,
                                                  const std::function<absl::Status()>& check) {
  std::unique_ptr<Movement> movement;
  if (dates.size() > 1) {
    Ending ended(check);
    const std::function<bool()> stop = std::ref(ended);
    const PreparedSince* const prepared = judged.over_time().PrepareAll(stop);
    if (prepared == nullptr) {
      return ended.status();
    }
    movement = std::make_unique<Movement>(judged, *prepared, stop);
    if (!ended.status().ok()) {
      return ended.status();
    }
  }
  Summariser summariser(judged, std::move(movement), top, check);
  std::vector<DaySummary> days;
  for (const Date day : dates) {
    ONWARD_ASSIGN_OR_RETURN(DaySummary summary, summariser.On(day));
    days.push_back(std::move(summary));
  }
  return days;
}

}  // namespace onward::reach
