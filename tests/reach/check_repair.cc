// Plans of repair against trying all smaller sets, each on an inventory built anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "graph/query/remedies.h"
#include "graph/reach/repair.h"
#include "tests/reach/naive_chokepoints.h"
#include "tests/reach/reach_case.h"

namespace onward::reach_test {
namespace {

// Trying sets is dear.
constexpr uint64_t kOneIn = 100;

using Records = std::vector<model::Record>;
using Ids = std::vector<std::string>;

// Ids of flows that are LACKING and, where an origin is given, carry its data.
Ids LackingIn(const ReachCase& c, const Records& records, const std::string& origin) {
  const query::JudgementsPtr judged =
      query::Judgements::Make(Snapshot::Build(1, records),
                              law::RegisterPtr(c.judged, &c.judged->law()), c.judged->question());
  std::set<std::string> taken;
  if (!origin.empty()) {
    const NaiveMoves data(records, c.day);
    for (int party = 0; party < data.parties(); ++party) {
      if (data.IdOf(party) == origin) {
        taken = FlowsTaken(data, party, kNobody);
      }
    }
  }
  Ids lacking;
  for (const uint32_t flow : judged->snapshot().FlowsInOrder()) {
    const std::string id(judged->snapshot().FlowId(flow));
    if (judged->VerdictOf(flow) == verdict::Verdict::kLacking &&
        (origin.empty() || taken.count(id) > 0)) {
      lacking.push_back(id);
    }
  }
  return lacking;
}

Records Changed(Records records, const std::vector<model::Mutation>& mutations) {
  for (const model::Mutation& mutation : mutations) {
    std::erase_if(records, [&](const model::Record& record) {
      return model::RecordRef{model::KindOf(record), model::IdOf(record)} == mutation.ref;
    });
    if (mutation.record.has_value()) {
      records.push_back(*mutation.record);
    }
  }
  return records;
}

// Without these flows from the day on.
Records Stopped(Records records, const std::set<std::string>& flows, Date day) {
  std::erase_if(records, [&](model::Record& record) {
    auto* const flow = std::get_if<model::Flow>(&record);
    if (flow == nullptr || flows.count(flow->id) == 0) {
      return false;
    }
    flow->interval.until = day;
    flow->copy_ends.reset();
    return flow->interval.IsEmpty();
  });
  return records;
}

// The smallest number of `things` that leave at most `lacking_max`, looked for below `size`.
template <class Records_>
size_t SmallestBelow(size_t size, size_t things, size_t lacking_max, const ReachCase& c,
                     const std::string& origin, const Records_& records_of) {
  size_t best = size;
  for (uint32_t set = 0; set < (1U << things); ++set) {
    const auto count = static_cast<size_t>(__builtin_popcount(set));
    if (count < best && LackingIn(c, records_of(set), origin).size() <= lacking_max) {
      best = count;
    }
  }
  return best;
}

void CheckPlan(const ReachCase& c, const reach::RepairPlan& plan, const std::string& origin) {
  std::vector<model::Mutation> mutations;
  std::set<model::RecordRef> changed;
  for (const reach::RepairStep& step : plan.steps) {
    EXPECT_FALSE(step.text.empty());
    EXPECT_FALSE(step.mutations.empty());
    for (const model::Mutation& mutation : step.mutations) {
      EXPECT_TRUE(changed.insert(mutation.ref).second) << model::ToString(mutation.ref);
      mutations.push_back(mutation);
    }
  }
  EXPECT_EQ(LackingIn(c, c.records, origin).size(), plan.lacking_flows);
  EXPECT_EQ(LackingIn(c, Changed(c.records, mutations), origin), plan.beyond_repair);
  EXPECT_LE(plan.lower_bound, plan.steps.size());
  EXPECT_EQ(plan.exact, plan.limit.empty()) << plan.limit;
}

void CheckStop(const ReachCase& c, const std::string& origin) {
  reach::RepairQuestion question{reach::RepairKind::kStop, origin, {}};
  Ids may_stop;
  for (const model::Record& record : c.records) {
    const auto* const flow = std::get_if<model::Flow>(&record);
    if (flow == nullptr || !flow->interval.Contains(c.day)) {
      continue;
    }
    if (c.random() % 8 == 0) {
      question.keep_flows.push_back(flow->id);
    } else {
      may_stop.push_back(flow->id);
    }
  }
  const auto plan = reach::FindRepair(c.judged, question);
  ASSERT_TRUE(plan.ok()) << plan.status();
  CheckPlan(c, *plan, origin);
  if (question.keep_flows.empty()) {
    EXPECT_TRUE(plan->beyond_repair.empty());
  }
  const auto records_of = [&](uint32_t set) {
    std::set<std::string> flows;
    for (size_t i = 0; i < may_stop.size(); ++i) {
      if ((set >> i & 1) != 0) {
        flows.insert(may_stop[i]);
      }
    }
    return Stopped(c.records, flows, c.day);
  };
  const size_t smallest = SmallestBelow(plan->steps.size(), may_stop.size(),
                                        plan->beyond_repair.size(), c, origin, records_of);
  EXPECT_LE(plan->lower_bound, smallest);
  if (plan->exact) {
    EXPECT_EQ(plan->steps.size(), smallest);
  }
}

// Records of a remedy that stand for a thing to do; facts on the flow come with it.
size_t ThingsIn(const query::Remedy& remedy) {
  const auto things = std::count_if(remedy.mutations.begin(), remedy.mutations.end(),
                                    [](const model::Mutation& mutation) {
                                      return mutation.ref.kind != model::RecordKind::kFlow;
                                    });
  return std::max<size_t>(1, static_cast<size_t>(things));
}

void CheckSign(const ReachCase& c, const std::string& origin) {
  const auto plan = reach::FindRepair(c.judged, {reach::RepairKind::kSign, origin, {}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  CheckPlan(c, *plan, origin);
  const auto records_of = [&](uint32_t set) {
    Records records = c.records;
    for (size_t i = 0; i < plan->steps.size(); ++i) {
      if ((set >> i & 1) != 0) {
        records = Changed(std::move(records), plan->steps[i].mutations);
      }
    }
    return records;
  };
  const size_t left = plan->beyond_repair.size();
  const size_t smallest =
      SmallestBelow(plan->steps.size(), plan->steps.size(), left, c, origin, records_of);
  EXPECT_LE(plan->lower_bound, smallest);
  if (!plan->exact) {
    return;
  }
  EXPECT_EQ(plan->steps.size(), smallest);
  // Nor does any remedy of one flow that asks for less do as much.
  for (const std::string& flow : LackingIn(c, c.records, origin)) {
    const uint32_t number = c.judged->snapshot().FlowNumber(flow).value();
    for (const query::Remedy& remedy :
         query::FindRemedies(*c.judged, number, c.judged->Proof(number).value())) {
      if (ThingsIn(remedy) < plan->steps.size()) {
        EXPECT_GT(LackingIn(c, Changed(c.records, remedy.mutations), origin).size(), left)
            << remedy.text;
      }
    }
  }
}

}  // namespace

void CheckRepair(const ReachCase& c) {
  const uint64_t draw = c.random();
  if (draw % kOneIn != 0) {
    return;
  }
  const int party = static_cast<int>(draw / kOneIn % static_cast<uint64_t>(c.data.parties()));
  for (const std::string& origin : {std::string(), c.data.IdOf(party)}) {
    CheckStop(c, origin);
    CheckSign(c, origin);
  }
}

}  // namespace onward::reach_test
