#include "graph/reach/simulate.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "graph/base/ending.h"
#include "graph/base/status_macros.h"
#include "graph/query/rows.h"

namespace onward::reach {
namespace {

using query::Finding;
using query::Judgements;
using query::VerdictChange;
using verdict::Verdict;

// From what is best to what is worst; what is not there is no trouble.
int Trouble(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotATransfer:
      return 0;
    case Verdict::kUnspecified:
    case Verdict::kCovered:
      return 1;
    case Verdict::kConditional:
      return 2;
    case Verdict::kUndetermined:
      return 3;
    case Verdict::kLacking:
      return 4;
  }
  return 4;
}

// Worse is more than 0.
int Turn(const VerdictChange& change) { return Trouble(change.after) - Trouble(change.before); }

// A new flow without trouble, and the end of one, is neither worse nor better.
int TurnForOrigin(const VerdictChange& change) {
  const bool one_side =
      change.before == Verdict::kUnspecified || change.after == Verdict::kUnspecified;
  if (one_side && std::max(Trouble(change.before), Trouble(change.after)) <= 1) {
    return 0;
  }
  return Turn(change);
}

// Of no use where `stop` says so.
std::vector<std::string> OriginsOf(const Judgements& judged, const std::string& flow,
                                   const std::function<bool()>& stop) {
  const std::optional<uint32_t> number = judged.snapshot().FlowNumber(flow);
  return number.has_value()
             ? judged.arrivals().OriginsUnless(stop, *number).value_or(std::vector<std::string>())
             : std::vector<std::string>();
}

std::vector<std::string> Union(const std::vector<std::string>& a,
                               const std::vector<std::string>& b) {
  std::vector<std::string> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

// What is told about the flow itself; false: it does not take place, or not there.
bool Fill(const Judgements& judged, TransferDifference& difference) {
  const Snapshot& snapshot = judged.snapshot();
  const std::optional<uint32_t> flow = snapshot.FlowNumber(difference.change.flow);
  if (!flow.has_value()) {
    return false;
  }
  difference.exporter = snapshot.PartyId(snapshot.ExporterOf(*flow));
  difference.importer = snapshot.PartyId(snapshot.ImporterOf(*flow));
  difference.exporter_name = query::PartyName(snapshot, difference.exporter);
  difference.importer_name = query::PartyName(snapshot, difference.importer);
  const std::optional<verdict::HopVerdict> proof = judged.Proof(*flow);
  if (!proof.has_value()) {
    return false;
  }
  for (const verdict::DestinationVerdict& entry : proof->destinations) {
    if (entry.destination == difference.change.destination) {
      difference.explanation = entry.explanation;
      return true;
    }
  }
  return false;
}

// Categories of one flow as a set; all where they are not known.
CategorySet CarriedBy(const Judgements& judged, uint32_t flow) {
  std::vector<std::string> ids = query::CategoriesOf(judged, flow);
  if (ids.empty() || ids.front() == model::kAllReceived) {
    return CategorySet::All();
  }
  return judged.snapshot().categories().Of(std::move(ids));
}

bool Uses(const model::Activity& activity, const CategorySet& carried, const Categories& tree) {
  if (carried.all || activity.data_categories.empty()) {
    return true;
  }
  return std::any_of(activity.data_categories.begin(), activity.data_categories.end(),
                     [&](const auto& used) {
                       return std::any_of(carried.ids.begin(), carried.ids.end(),
                                          [&](const auto& id) { return tree.Meets(used, id); });
                     });
}

// What one side of the comparison says about origins.
class Affected {
 public:
  explicit Affected(const Compared& compared) : compared_(compared) {}

  // Of no use where `stop` says so.
  void Add(const VerdictChange& change, const std::function<bool()>& stop) {
    const std::vector<std::string> before = OriginsOf(compared_.before, change.flow, stop);
    const std::vector<std::string> after = OriginsOf(compared_.after, change.flow, stop);
    const int turn = TurnForOrigin(change);
    for (const std::string& id : Union(before, after)) {
      AffectedOrigin& origin = origins_[id];
      origin.worse += turn > 0 ? 1 : 0;
      origin.better += turn < 0 ? 1 : 0;
    }
    AddActivities(compared_.before, change.flow, before);
    AddActivities(compared_.after, change.flow, after);
  }

  std::vector<AffectedOrigin> Take() {
    std::vector<AffectedOrigin> list;
    for (auto& [id, origin] : origins_) {
      const Snapshot& after = compared_.after.snapshot();
      origin.origin = id;
      origin.origin_name = query::PartyName(
          after.FindParty(id) != nullptr ? after : compared_.before.snapshot(), id);
      const std::set<std::string>& activities = activities_[id];
      origin.activities.assign(activities.begin(), activities.end());
      list.push_back(std::move(origin));
    }
    return list;
  }

 private:
  void AddActivities(const Judgements& judged, const std::string& flow,
                     const std::vector<std::string>& origins) {
    const Snapshot& snapshot = judged.snapshot();
    const std::optional<uint32_t> number = snapshot.FlowNumber(flow);
    if (!number.has_value() || origins.empty()) {
      return;
    }
    const CategorySet carried = CarriedBy(judged, *number);
    for (const std::string& origin : origins) {
      for (const model::Activity* activity : snapshot.ActivitiesOf(origin)) {
        if (Uses(*activity, carried, snapshot.categories())) {
          activities_[origin].insert(activity->id);
        }
      }
    }
  }

  const Compared& compared_;
  std::map<std::string, AffectedOrigin> origins_;
  std::map<std::string, std::set<std::string>> activities_;
};

query::FindingKey KeyOf(const Finding& finding) {
  return {finding.code, finding.subject, finding.flow, finding.destination};
}

std::set<query::FindingKey> OpenKeys(const std::vector<Finding>& findings) {
  std::set<query::FindingKey> keys;
  for (const Finding& finding : findings) {
    if (finding.triage == nullptr) {
      keys.insert(KeyOf(finding));
    }
  }
  return keys;
}

std::vector<Finding> OpenOnlyIn(const std::vector<Finding>& findings,
                                const std::vector<Finding>& others) {
  const std::set<query::FindingKey> known = OpenKeys(others);
  std::vector<Finding> only;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(only),
               [&](const Finding& f) { return f.triage == nullptr && known.count(KeyOf(f)) == 0; });
  return only;
}

}  // namespace

DifferenceCounts CountChanges(const std::vector<VerdictChange>& changes) {
  DifferenceCounts counts;
  for (const VerdictChange& change : changes) {
    if (change.before == Verdict::kUnspecified) {
      ++counts.gained;
    } else if (change.after == Verdict::kUnspecified) {
      ++counts.lost;
    } else if (change.before == change.after) {
      ++counts.reason_only;
    } else if (Turn(change) > 0) {
      ++counts.worse;
    } else {
      ++counts.better;
    }
  }
  return counts;
}

TransferDifference Describe(const Compared& compared, const VerdictChange& change,
                            const std::function<bool()>& stop) {
  TransferDifference difference;
  difference.change = change;
  difference.origins = Union(OriginsOf(compared.before, change.flow, stop),
                             OriginsOf(compared.after, change.flow, stop));
  if (change.after == Verdict::kUnspecified || !Fill(compared.after, difference)) {
    Fill(compared.before, difference);
  }
  return difference;
}

absl::StatusOr<std::vector<AffectedOrigin>> AffectedOrigins(
    const Compared& compared, const std::vector<VerdictChange>& changes, const Check& check) {
  Affected affected(compared);
  Ending ended(check);
  const std::function<bool()> stop = std::ref(ended);
  for (const VerdictChange& change : changes) {
    if (stop()) {
      return ended.status();
    }
    if (change.before != change.after) {
      affected.Add(change, stop);
    }
  }
  ONWARD_RETURN_IF_ERROR(ended.status());
  return affected.Take();
}

absl::StatusOr<FindingDifference> CompareFindings(const Compared& compared, const Check& check) {
  ONWARD_ASSIGN_OR_RETURN(const query::FindingsPtr before,
                          compared.before.findings().Of(compared.before, {}, check));
  ONWARD_ASSIGN_OR_RETURN(const query::FindingsPtr after,
                          compared.after.findings().Of(compared.after, {}, check));
  return FindingDifference{OpenOnlyIn(*after, *before), OpenOnlyIn(*before, *after)};
}

}  // namespace onward::reach
