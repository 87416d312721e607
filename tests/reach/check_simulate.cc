// What if: records applied for real on a copy, and the law's text edited by hand, both judged from scratch.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "graph/law/change.h"
#include "graph/reach/simulate.h"
#include "services/law_register.h"
#include "tests/reach/reach_case.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

using query::VerdictChange;
using verdict::Verdict;

// Dear: not on every graph.
constexpr uint64_t kOneIn = 16;
// Law that is read from its text takes a thousand times as long as a graph.
constexpr uint64_t kTextOneIn = 512;

const law::Register& TheLaw() { return *testing::TheRegister(); }

law::RegisterPtr With(const law::Change& change) {
  law::Changed changed = law::With(TheLaw(), change);
  return std::holds_alternative<law::RegisterPtr>(changed) ? std::get<law::RegisterPtr>(changed)
                                                           : testing::TheRegister();
}

// The DPF's decision and list as if they had ended on the day, in the register's text.
law::RegisterPtr EditedByHand(Date day) {
  onward::v1::LawRegister message = *testing::TheLoadedRegister().message;
  for (auto& decision : *message.mutable_decisions()) {
    if (decision.scheme() == "us_dpf") {
      decision.set_until(day.ToString());
      decision.mutable_history()->rbegin()->set_until(day.ToString());
      auto& end = *decision.mutable_ended_by();
      end.set_kind(onward::v1::END_KIND_INVALIDATED);
      end.set_date(day.ToString());
      end.set_known_from(decision.history().rbegin()->known_from());
      end.set_by("an assumed annulment");
    }
  }
  for (auto& scheme : *message.mutable_schemes()) {
    if (scheme.id() == "us_dpf") {
      scheme.set_until(day.ToString());
    }
  }
  const auto loaded = services::LoadRegister(std::move(message));
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? loaded->domain : testing::TheRegister();
}

// A party somewhere else, a flow with other dates or none.
model::Mutation ChangeOf(model::Record record, std::mt19937_64& random) {
  static const std::vector<std::string> kPlaces = {"FI", "US", "CH", "IN", ""};
  model::Mutation mutation;
  mutation.ref = {model::KindOf(record), model::IdOf(record)};
  if (auto* party = std::get_if<model::Party>(&record)) {
    party->establishment = kPlaces[random() % kPlaces.size()];
    if (random() % 2 == 0) {
      party->certifications.push_back(
          {"us_dpf", {model::CertificationCoverage::kNonHr}, "", Interval()});
    }
  } else if (auto* flow = std::get_if<model::Flow>(&record)) {
    if (random() % 3 == 0) {
      return mutation;  // without it
    }
    flow->interval = {};
    flow->data_categories = {"contact"};
  } else {
    return mutation;
  }
  mutation.record = std::move(record);
  return mutation;
}

std::vector<model::Mutation> SomeChanges(const ReachCase& c) {
  std::map<model::RecordRef, model::Mutation> changes;
  for (uint64_t i = c.random() % 3; i > 0; --i) {
    model::Mutation change = ChangeOf(c.records[c.random() % c.records.size()], c.random);
    // Without a party, what names it would dangle.
    if (change.record.has_value() || change.ref.kind == model::RecordKind::kFlow) {
      changes.insert_or_assign(change.ref, std::move(change));
    }
  }
  std::vector<model::Mutation> list;
  for (auto& [ref, change] : changes) {
    list.push_back(std::move(change));
  }
  return list;
}

std::vector<model::Record> Applied(const std::vector<model::Record>& records,
                                   const std::vector<model::Mutation>& changes) {
  std::map<model::RecordRef, model::Record> by_ref;
  for (const model::Record& record : records) {
    by_ref.emplace(model::RecordRef{model::KindOf(record), model::IdOf(record)}, record);
  }
  for (const model::Mutation& change : changes) {
    by_ref.erase(change.ref);
    if (change.record.has_value()) {
      by_ref.emplace(change.ref, *change.record);
    }
  }
  std::vector<model::Record> after;
  for (auto& [ref, record] : by_ref) {
    after.push_back(std::move(record));
  }
  return after;
}

using Outcomes = std::map<std::pair<std::string, std::string>, query::DestinationOutcome>;

Outcomes OutcomesOf(const query::Judgements& judged) {
  Outcomes outcomes;
  for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
    for (const query::DestinationOutcome& outcome : judged.DestinationsOf(flow)) {
      outcomes.emplace(std::pair(std::string(judged.snapshot().FlowId(flow)), outcome.destination),
                       outcome);
    }
  }
  return outcomes;
}

// All that is on either side, found by looking each up on both.
std::vector<VerdictChange> NaiveChanges(const Outcomes& before, const Outcomes& after) {
  std::set<std::pair<std::string, std::string>> keys;
  for (const Outcomes* side : {&before, &after}) {
    for (const auto& [key, outcome] : *side) {
      keys.insert(key);
    }
  }
  std::vector<VerdictChange> changes;
  for (const auto& key : keys) {
    const auto old = before.find(key);
    const auto now = after.find(key);
    VerdictChange change{key.first, key.second};
    if (old != before.end()) {
      change.before = old->second.verdict;
      change.reason_before = old->second.reason;
    }
    if (now != after.end()) {
      change.after = now->second.verdict;
      change.reason_after = now->second.reason;
    }
    if (std::pair(change.before, change.reason_before) !=
        std::pair(change.after, change.reason_after)) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

uint64_t CountOf(const Outcomes& outcomes, Verdict verdict) {
  return static_cast<uint64_t>(
      std::count_if(outcomes.begin(), outcomes.end(),
                    [&](const auto& entry) { return entry.second.verdict == verdict; }));
}

void ExpectCounts(const query::VerdictCounts& counts, const Outcomes& outcomes) {
  EXPECT_EQ(counts.lacking, CountOf(outcomes, Verdict::kLacking));
  EXPECT_EQ(counts.covered, CountOf(outcomes, Verdict::kCovered));
  EXPECT_EQ(counts.conditional, CountOf(outcomes, Verdict::kConditional));
  EXPECT_EQ(counts.undetermined, CountOf(outcomes, Verdict::kUndetermined));
  EXPECT_EQ(counts.not_a_transfer, CountOf(outcomes, Verdict::kNotATransfer));
}

void AddOrigins(const query::Judgements& judged, const std::string& flow,
                std::set<std::string>& origins) {
  if (const auto number = judged.snapshot().FlowNumber(flow); number.has_value()) {
    const std::vector<std::string> carried = judged.arrivals().OriginsOf(*number);
    origins.insert(carried.begin(), carried.end());
  }
}

void CheckOrigins(const reach::Compared& compared, const std::vector<VerdictChange>& changes) {
  std::map<std::string, std::set<std::pair<std::string, std::string>>> touched;
  for (const VerdictChange& change : changes) {
    const reach::TransferDifference told = reach::Describe(compared, change);
    EXPECT_TRUE(std::is_sorted(told.origins.begin(), told.origins.end()));
    EXPECT_FALSE(told.exporter.empty()) << change.flow;
    EXPECT_FALSE(told.explanation.empty()) << change.flow;
    if (change.before != change.after) {
      for (const std::string& origin : told.origins) {
        touched[origin].emplace(change.flow, change.destination);
      }
    }
  }
  const auto affected = reach::AffectedOrigins(compared, changes, [] { return absl::OkStatus(); });
  ASSERT_TRUE(affected.ok());
  ASSERT_EQ(affected->size(), touched.size());
  for (const reach::AffectedOrigin& origin : *affected) {
    EXPECT_EQ(touched.count(origin.origin), 1) << origin.origin;
    EXPECT_LE(origin.worse + origin.better, touched[origin.origin].size());
    for (const std::string& activity : origin.activities) {
      EXPECT_TRUE(compared.before.snapshot().FindActivity(activity) != nullptr);
    }
  }
}

using FindingName = std::tuple<query::FindingCode, std::string, std::string, std::string>;

std::set<FindingName> NamesOf(const std::vector<query::Finding>& findings) {
  std::set<FindingName> names;
  for (const query::Finding& finding : findings) {
    names.emplace(finding.code, model::ToString(finding.subject), finding.flow,
                  finding.destination);
  }
  return names;
}

void CheckFindings(const reach::Compared& compared) {
  const std::set<FindingName> before = NamesOf(query::FindAll(compared.before));
  const std::set<FindingName> after = NamesOf(query::FindAll(compared.after));
  std::set<FindingName> opened;
  std::set<FindingName> closed;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::inserter(opened, opened.end()));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::inserter(closed, closed.end()));
  const reach::FindingDifference difference = reach::CompareFindings(compared, {}).value();
  EXPECT_EQ(NamesOf(difference.opened), opened);
  EXPECT_EQ(NamesOf(difference.closed), closed);
}

}  // namespace

void CheckSimulate(const ReachCase& c) {
  if (c.records.empty() || c.random() % kOneIn != 0) {
    return;
  }
  const Date end = c.day.Plus(static_cast<int32_t>(c.random() % 3) - 1);
  const bool of_law = c.random() % 2 == 0;
  const law::RegisterPtr law =
      of_law ? With(law::Annulment{"us_dpf", end}) : testing::TheRegister();
  const std::vector<model::Mutation> mutations = SomeChanges(c);
  const query::JudgementsPtr assumed =
      query::Judgements::Make(c.judged->snapshot().With(c.judged->snapshot().revision(), mutations),
                              law, c.judged->question());

  const bool from_text =
      of_law && law != testing::TheRegister() && c.random() % (kTextOneIn / kOneIn) == 0;
  const std::vector<model::Record> applied = Applied(c.records, mutations);
  const query::JudgementsPtr real = query::Judgements::Make(
      Snapshot::Build(2, applied), from_text ? EditedByHand(end) : law, c.judged->question());

  const reach::Compared compared{*c.judged, *assumed};
  const auto changes =
      query::CompareVerdicts(compared.before, compared.after, [] { return absl::OkStatus(); });
  ASSERT_TRUE(changes.ok());
  const Outcomes before = OutcomesOf(*c.judged);
  const Outcomes after = OutcomesOf(*real);
  EXPECT_EQ(changes->list, NaiveChanges(before, after));
  ExpectCounts(changes->before, before);
  ExpectCounts(changes->after, after);
  const reach::DifferenceCounts counts = reach::CountChanges(changes->list);
  EXPECT_EQ(counts.gained + counts.lost + counts.worse + counts.better + counts.reason_only,
            changes->list.size());
  CheckOrigins(compared, changes->list);
  CheckFindings(compared);
  for (const VerdictChange& change : changes->list) {
    std::set<std::string> origins;
    AddOrigins(*c.judged, change.flow, origins);
    AddOrigins(*real, change.flow, origins);
    EXPECT_EQ(reach::Describe(compared, change).origins,
              std::vector<std::string>(origins.begin(), origins.end()))
        << change.flow;
  }
}

}  // namespace onward::reach_test
